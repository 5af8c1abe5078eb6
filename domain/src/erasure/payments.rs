//! The map's part about payments: who paid, and what the provider said of them.

super::table::personal! {
    "payment": "payments that the person began",
        shown by show_payment where "t.actor_id = $1":
            "id" + "org_id" + "amount_micros" + "currency" + "state" + "created_at" + "ended_at",
        emptied by empty_payment where "t.actor_id = $1": "approve_url" = "null",
        kept "actor_id" "provider" "mode" "attempt" "declines" "order_id" "payee" "failure" "cancelled_at"
            "capture_began_at" "rings" "looks" "look_at" "opened_at" "expires_at":
            "the record of what was paid: amounts, states, ids and times";
    "payment_capture": "what those payments took, and the provider's number of who paid",
        shown by show_payment_capture where "t.payment_id in (select id from payment where actor_id = $1)":
            "payment_id" + "state" + "amount_micros" + "currency" + "payer_ref" + "payer_country" + "captured_at",
        emptied by empty_payment_capture where "t.payment_id in (select id from payment where actor_id = $1)":
            "payer_ref" = "null" + "payer_country" = "null",
        kept "id" "org_id" "provider_ref" "reason" "fee_micros" "net_micros" "mismatch" "allocated_at" "journal_id"
            "created_at":
            "the record of what was paid: amounts, states, ids and times";
    "payment_refund": "what went back of those payments, and why",
        shown by show_payment_refund where "t.payment_id in (select id from payment where actor_id = $1)":
            "payment_id" + "destination" + "state" + "amount_micros" + "currency" + "reason" + "created_at"
                + "ended_at",
        emptied by empty_payment_refund where
            "t.org_id in (select id from org where closed_with = $1)
             or t.payment_id in (select id from payment where actor_id = $1)": "reason" = "''",
        kept "id" "capture_id" "org_id" "origin" "fee_micros" "provider_ref" "failure" "asked_by":
            "the record of what went back: amounts, states, ids and times";
    "payment_event": "messages of the payment provider about those payments, for thirty days",
        emptied by empty_payment_event where "t.payment_id in (select id from payment where actor_id = $1)":
            "raw" = "null" + "headers" = "null",
        kept "provider" "event_id" "state" "kind" "payment_id" "refund_ref" "cert_url" "attempts" "failure"
            "received_at" "done_at":
            "that a message came: ids, words of the provider and times";
}

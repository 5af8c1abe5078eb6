//! The map's third part: tables that hold nothing about persons but ids.

use super::table::Impersonal;

macro_rules! impersonal {
    ($($name:literal: $why:literal, $($columns:literal)+;)+) => {
        /// The lines of this part.
        pub(super) const LINES: &[Impersonal] =
            &[$(Impersonal { name: $name, why: $why, columns: concat!($($columns, " "),+) }),+];
    };
}

impersonal! {
    "account": "balances of organisations", "id kind org_id currency balance_micros version";
    "dispute": "payers' complaints, by ids",
        "id provider_ref capture_id payment_id org_id state stage amount_micros held_micros due_at opened_at ended_at";
    "payment_certificate": "the payment provider's certificates", "url pem fetched_at";
    "payment_pace": "when the payment provider may be asked again", "provider free_at";
    "payment_report": "the payment provider's movements compared with ours, by ids",
        "at since movements differences found";
    "journal": "movements of money, with ids and codes alone",
        "id idem_key kind org_id job_id reverses_id effective_at created_at meta";
    "journal_pending": "journals that wait for their place in the chain", "chain journal_id";
    "journal_link": "the chain of journals: hashes", "journal_id chain seq hash";
    "chain_head": "the chain's last hashes", "chain seq hash";
    "invoice_series": "the next numbers of documents", "kind prefix next_no";
    "missing_glyph": "single characters that no font has, by ids",
        "glyph state invoice_id documents noticed_at ended_at dismissed_by";
    "billing_setting": "who sells: the operator's company, not a customer",
        "one seller_name address_lines city postcode country tax_id registration email prices tax_moment business_by"
        "four_eyes_micros min_margin_bp updated_at";
    "tax_rule": "which tax is owed where", "id country buyer basis_points category note valid_from valid_to created_at";
    "posting": "the sides of journals", "journal_id seq account_id org_id amount_micros balance_after";
    "usage_segment": "how long servers were charged",
        "id vps_id org_id kind month_micros hours_per_month started_at ended_at billed_hours billed_micros capped"
        "price_version base_micros cap_micros cost_month_micros minimum_s";
    "usage_line": "hours that were charged", "segment_id hour_no org_id micros journal_id tax_micros tax_added";
    "plan": "what is sold",
        "id cloud_id type_id name markup_month_micros active created_at deleted_at known_cost_micros position"
        "hours_per_month capped minimum_s";
    "plan_price": "what was sold at which price",
        "plan_id version cost_month_micros markup_month_micros region_costs hours_per_month capped since minimum_s";
    "promo_code": "codes that give credit, by ids",
        "id code amount_micros max_uses uses expires_at ended_at created_by created_at";
    "supplier_invoice": "what suppliers ask for, by machine",
        "id cloud_id number form sha256 total_micros imported_by imported_at";
    "supplier_line": "its lines", "invoice_id no machine_ref label from_at to_at amount_micros";
    "price_override": "prices of organisations, by ids",
        "id org_id plan_id month_micros discount_bp from_at until_at created_at";
    "price_move": "when prices change, by ids",
        "id plan_id version org_id override_id from_at created_at cancelled_at done_at";
    "wallet_forecast": "when organisations' wallets are empty", "org_id zero_at moved computed episode";
    "wallet_notice": "what organisations were told of their wallets, by kind", "id org_id kind episode at";
    "wallet_policy": "what organisations limit themselves to",
        "org_id month_cap_micros hour_cap_micros funds_end ladder_hours updated_at";
    "ladder": "servers that were stopped because funds ended, by ids",
        "id org_id began_at delete_at stopped deleting_at ended_at outcome";
    "charge_run": "runs that charged hours", "id tick started_at";
    "charge_chunk": "their parts, by ids and figures",
        "run_id no job_id first_org last_org orgs servers done_at charged in_debt lines micros took_ms";
    "cloud": "our own accounts at providers",
        "id provider name endpoint token_sealed token_hint status status_detail active email synced_at created_at"
        "deleted_at paused_reason paused_at paused_by account_id account_seen token_unchecked epoch epoch_next"
        "epoch_place epoch_at epoch_bearers epoch_past epoch_held epoch_trusted";
    "cloud_budget": "how many calls providers allow",
        "cloud_id bucket capacity per_s tokens filled_at blocked_until remaining granted";
    "cloud_finding": "differences between machines and servers, by ids",
        "id cloud_id kind provider_ref label vps_id looks first_seen_at last_seen_at settled_at outcome type_id made_at"
        "held released_at released_by";
    "cloud_image": "what providers sell",
        "cloud_id id slug label vendor deprecated min_disk_mib seen_at";
    "cloud_offer": "what providers sell", "cloud_id type_id region_id hour_micros month_micros available seen_at";
    "cloud_region": "what providers sell", "cloud_id id label country available seen_at";
    "cloud_sight": "machines as providers list them, until the next list",
        "cloud_id provider_ref label state ipv4 ipv6 made_at changed_at";
    "cloud_type": "what providers sell",
        "cloud_id id label class vcpus memory_mib disk_gib transfer_gb hour_micros month_micros seen_at gone_at";
    "provider_call": "requests to providers, without bodies",
        "job_id lease_token n at method path status request_id duration_ms error";
    "job_step": "what jobs did, in words of ours",
        "job_id step lease_token phase name words external_ref detail at";
    "job_step_archive": "the same, of months ago",
        "job_id step lease_token phase name words external_ref detail at finished_at";
    "job_bulk": "what an administrator did to many jobs, and why: about no person; it goes after 90 days",
        "id action filter reason actor_id up_to total done refused cursor created_at version";
    "job_stat": "figures", "step_s at kind queue cloud_id done failed retried waits runs";
    "queue_control": "queues, and why one is paused",
        "queue paused ring_window org_running cloud_running paused_reason paused_at";
    "schedule": "when something happens by itself, and why it is paused",
        "name cron paused catch_up last_tick next_tick job_kind paused_reason";
    "schedule_tick": "when it happened", "name tick_at job_id created_at manual";
    "setup_mark": "what an administrator ticked off", "name marked_by marked_at";
    "worker": "processes", "id host pid version kinds queues memory_bytes state wanted started_at seen_at";
    "platform": "the installation", "one install_id";
    "clock_offset": "tests' time", "one ahead";
    "seaql_migrations": "the schema's versions", "version applied_at";
}

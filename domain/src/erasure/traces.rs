//! The map's second part: what a person left in organisations, on servers and on the record. What an organisation that
//! lives on holds is its other members' too; one that ended with the person goes with them.

super::table::personal! {
    "org": "organisations of the person, and one that ended with them",
        shown by show_org where "t.id in (select org_id from org_member where user_id = $1)":
            "id" + "name" + "created_at",
        emptied by empty_org where "t.closed_with = $1": "name" = "'Erased organisation'" + "ip_allow" = "'{}'",
        kept "vps_quota" "deleted_at" "created_by" "vcpu_quota" "memory_quota_mib" "storage_quota_gib" "member_quota"
            "key_quota" "closed_with" "require_mfa": "ids, limits and times";
    "org_member": "where the person belongs, and as what",
        shown by show_org_member where "t.user_id = $1": "org_id" + "role" + "created_at",
        deleted by delete_org_member where "t.user_id = $1",
        kept "user_id" "invited_by": "ids";
    "org_profile": "what organisations that the person owns say of themselves",
        shown by show_org_profile where
            "t.org_id in (select org_id from org_member where user_id = $1 and role = 'owner')":
            "org_id" + "website" + "address_lines" + "city" + "postcode" + "country" + "tax_id" + "billing_name"
            + "billing_email" + "updated_at",
        emptied by empty_org_profile where "t.billing_email = (select email from app_user where id = $1)":
            "billing_email" = "null" + "changed_by" = "null" + "updated_at" = "business_now()",
        deleted by delete_org_profile where "t.org_id in (select id from org where closed_with = $1)";
    "billing_profile": "what these organisations said of themselves before, and since when",
        shown by show_billing_profile where
            "t.org_id in (select org_id from org_member where user_id = $1 and role = 'owner')":
            "org_id" + "profile" + "changed_at",
        emptied by empty_billing_profile where
            "t.profile->>'billing_email' = (select email from app_user where id = $1)":
            "profile" = "t.profile - 'billing_email' - 'billing_name'",
        deleted by delete_billing_profile where "t.org_id in (select id from org where closed_with = $1)",
        kept "id" "changed_by": "the order of the versions, and ids";
    "invoice": "receipts, invoices and credit notes of organisations that the person owns",
        shown by show_invoice where
            "t.org_id in (select org_id from org_member where user_id = $1 and role = 'owner')":
            "number" + "kind" + "issued_at" + "total_cents" + "snapshot",
        kept "id" "org_id" "no" "cause" "period_from" "period_to" "journal_id" "corrects_id" "currency" "net_cents"
            "tax_cents" "due_cents" "chain_seq" "chain_hash":
            "tax law keeps issued documents for years, with the name and the address that they were issued to";
    "invoice_file": "the same documents as they were drawn",
        kept "invoice_id" "format" "sha256" "content" "missing" "created_at":
            "tax law keeps issued documents for years, unchanged";
    "tax_confirmation": "that a tax office confirmed a number of an organisation",
        deleted by delete_tax_confirmation where "t.org_id in (select id from org where closed_with = $1)",
        kept "org_id" "tax_id" "reference" "confirmed_on" "confirmed_by" "created_at":
            "evidence for the tax of issued documents";
    "org_note": "what administrators wrote about an organisation without other members",
        shown by show_org_note where
            "t.org_id in (select org_id from org_member group by org_id having array_agg(user_id) = array[$1::uuid])":
            "org_id" + "body" + "created_at",
        deleted by delete_org_note where "t.org_id in (select id from org where closed_with = $1)",
        kept "id" "author_id": "ids";
    "invitation": "invitations to the person's address, and those that they sent, without the others' addresses",
        shown by show_invitation where
            "t.invited_by = $1 or t.email = (select email from app_user where id = $1)":
            "id" + "org_id" + "role" + "state" + "created_at" + "expires_at" + "ended_at",
        emptied by empty_invitation where
            "t.accepted_by = $1 or t.org_id in (select id from org where closed_with = $1)
             or exists (select from app_user u where u.id = $1 and u.email = t.email and t.created_at <= u.deleted_at)":
            "email" = "'erased'" + "sealed" = "null"
            + "state" = "case t.state when 'pending' then 'revoked' else t.state end"
            + "ended_at" = "coalesce(t.ended_at, business_now())",
        kept "token_hash" "invited_by" "accepted_by": "ids, and the hash of a random token";
    "vps": "servers that the person ordered where they still belong, with names, notes, addresses and SSH keys",
        shown by show_vps where
            "t.created_by = $1 and t.org_id in (select org_id from org_member where user_id = $1)":
            "id" + "org_id" + "label" + "tags" + "notes" + "ssh_public_key" + "ipv4" + "ipv6" + "plan_name"
            + "region_id" + "image_id" + "created_at" + "started_at" + "deleted_at",
        emptied by empty_vps where "t.org_id in (select id from org where closed_with = $1)":
            "label" = "'Erased server'" + "tags" = "'{}'" + "notes" = "''" + "ssh_public_key" = "null" + "ipv4" = "null"
            + "ipv6" = "null",
        // What is written behind a key is often a person's name and machine.
        emptied by empty_key_comment where "t.created_by = $1":
            "ssh_public_key" = "substring(t.ssh_public_key from '^[^ ]+ [^ ]+')",
        kept "cloud_id" "provider_label" "provider_ref" "status" "desired" "plan_id" "type_id" "vcpus" "memory_mib"
            "disk_gib" "transfer_gb" "month_micros" "cost_month_micros" "hours_per_month" "failure" "created_by"
            "last_seen_at" "status_before_delete" "failure_field" "capped" "price_version"
            "list_month_micros" "minimum_s":
            "what was charged, for what kind of server; an organisation that lives on keeps its servers' names";
    "vps_secret": "passwords of failed orders of an organisation that ended with the person",
        deleted by delete_vps_secret where "t.org_id in (select id from org where closed_with = $1)",
        kept "vps_id" "org_id" "sealed" "created_at": "a secret is never shown, and goes with its row within a day";
    "act_reason": "why administrators acted on the person, or on an organisation that ended with them",
        shown by show_act_reason where
            "t.activity_id in (select id from activity where entity_type = 'user' and entity_id = $1)": "reason",
        emptied by empty_act_reason where
            "t.activity_id in (select id from activity where (entity_type = 'user' and entity_id = $1)
              or org_id in (select id from org where closed_with = $1))": "reason" = "'(erased)'",
        kept "activity_id": "that there was a reason is a part of the record";
    "promo_use": "promo codes that the person used for an organisation",
        shown by show_promo_use where "t.used_by = $1": "code_id" + "org_id" + "used_at",
        kept "used_by" "journal_id": "the record of what was given: ids and times";
    "credit_request": "credit that administrators asked for, for an organisation that ended with the person",
        emptied by empty_credit_request where "t.org_id in (select id from org where closed_with = $1)":
            "reason" = "'(erased)'" + "decision" = "case when t.decision is not null then '(erased)' end",
        kept "id" "org_id" "amount_micros" "state" "asked_by" "asked_at" "expires_at" "decided_by" "decided_at"
            "journal_id": "the record of what was given: ids, amounts and times";
    "journal_reason": "why administrators moved money of an organisation that ended with the person",
        emptied by empty_journal_reason where
            "t.journal_id in (select id from journal where org_id in (select id from org where closed_with = $1))":
            "reason" = "'(erased)'",
        kept "journal_id": "that there was a reason is a part of the record";
    "activity": "what the person did, and what was done to their account",
        shown by show_activity where "t.actor_id = $1 or (t.entity_type = 'user' and t.entity_id = $1)":
            "event" + "status" + "entity_type" + "entity_id" + "org_id" + "created_at",
        kept "id" "actor_id" "impersonator_id" "job_id" "message" "metadata" "entity_name":
            "the record of what happened: ids, codes and words of ours; names are joined when it is read";
    "job": "work that the person asked for",
        shown by show_job where "t.actor_id = $1":
            "id" + "kind" + "org_id" + "target_type" + "target_id" + "state" + "created_at" + "finished_at",
        kept "actor_id" "impersonator_id" "queue" "priority" "exclusive_key" "params" "step" "step_data" "progress"
            "attempts" "max_attempts" "crashes" "run_at" "deadline_at" "dispatch" "dispatched_at" "lease_token"
            "lease_owner" "lease_until" "cancel_requested" "result" "error_code" "error" "retry_of" "traceparent"
            "cloud_id" "started_at" "claimed_at" "run_ms" "discarded_at" "news":
            "ids, choices and what providers answered; never a mail's address";
    "job_archive": "the same, of months ago",
        shown by show_job_archive where "t.actor_id = $1":
            "id" + "kind" + "org_id" + "target_type" + "target_id" + "state" + "created_at" + "finished_at",
        kept "actor_id" "impersonator_id" "queue" "priority" "exclusive_key" "params" "step" "step_data" "progress"
            "attempts" "max_attempts" "crashes" "run_at" "deadline_at" "dispatch" "dispatched_at" "lease_token"
            "lease_owner" "lease_until" "cancel_requested" "result" "error_code" "error" "retry_of" "traceparent"
            "cloud_id" "started_at" "claimed_at" "run_ms" "discarded_at" "news":
            "ids, choices and what providers answered; never a mail's address";
}

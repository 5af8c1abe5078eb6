//! The map's first part: the person's account, and how they sign in. Their own row comes last: by its address others
//! are found.

super::table::personal! {
    "session": "where the person signed in from, and with what; administrators in their place too",
        shown by show_session where "t.user_id = $1 and t.impersonator_id is null":
            "id" + "created_at" + "seen_at" + "expires_at" + "revoked_at" + "ip" + "user_agent" + "amr",
        emptied by empty_session where "t.user_id = $1 or t.impersonator_id = $1":
            "ip" = "null" + "user_agent" = "null" + "successor_sealed" = "null" + "successor_until" = "null",
        kept "user_id" "verified_at" "impersonator_id" "impersonation_id":
            "ids and times; the row goes a day after the session's end";
    "refresh_token": "what renews the person's sessions",
        deleted by delete_refresh_token where "t.session_id in (select id from session where user_id = $1)",
        kept "hash" "session_id" "created_at" "used_at" "successor": "hashes of random tokens";
    "security_event": "what was refused to the person, and from where",
        shown by show_security_event where "t.user_id = $1": "minute" + "kind" + "ip" + "count" + "last_at",
        deleted by delete_security_event where "t.user_id = $1",
        kept "id" "user_id" "email_mac":
            "rows of addresses that are no user's hold a keyed hash of them, and go after 90 days";
    "totp": "the person's authenticator app",
        shown by show_totp where "t.user_id = $1": "confirmed_at" + "last_used_at",
        deleted by delete_totp where "t.user_id = $1",
        kept "user_id" "secret_sealed" "last_step" "burnt": "a secret is never shown, and goes with its row";
    "recovery_code": "the person's recovery codes",
        shown by show_recovery_code where "t.user_id = $1": "created_at" + "used_at",
        deleted by delete_recovery_code where "t.user_id = $1",
        kept "user_id" "hash": "a hash is never shown, and goes with its row";
    "passkey": "the person's passkeys, and what they call them",
        shown by show_passkey where "t.user_id = $1": "id" + "name" + "rp_id" + "created_at" + "last_used_at",
        deleted by delete_passkey where "t.user_id = $1",
        kept "user_id" "cred_id" "data" "transports": "what proves a device goes with its row";
    "user_identity": "identities by which the person signs in, as their issuer names them",
        shown by show_user_identity where "t.user_id = $1":
            "issuer" + "subject" + "email" + "created_at" + "last_used_at",
        deleted by delete_user_identity where "t.user_id = $1",
        kept "id" "user_id": "ids";
    "challenge": "sign-ins of the person that are not complete",
        deleted by delete_challenge where "t.user_id = $1",
        kept "id" "kind" "user_id" "session_id" "parent_id" "state" "secret_sealed" "state_hash" "browser_hash" "tries"
            "created_at" "expires_at":
            "the row goes within minutes";
    "factor_guess": "wrong codes that were entered for the person",
        shown by show_factor_guess where "t.user_id = $1": "since" + "failed",
        deleted by delete_factor_guess where "t.user_id = $1",
        kept "user_id": "an id";
    "factor_reset": "a reset of the person's second factors that waits, and why",
        shown by show_factor_reset where "t.user_id = $1": "requested_at" + "due_at" + "reason",
        deleted by delete_factor_reset where "t.user_id = $1",
        kept "user_id" "requested_by": "ids";
    "mail_token": "links that the person was sent, and to which addresses",
        shown by show_mail_token where "t.user_id = $1": "kind" + "email" + "created_at" + "expires_at" + "used_at",
        deleted by delete_mail_token where
            "t.user_id = $1 or (t.user_id is null and exists (select from app_user u
              where u.id = $1 and u.email = t.email and t.created_at <= u.deleted_at))",
        kept "id" "user_id" "token_hash" "sealed": "a token goes with its row";
    "api_key": "the person's API keys, what they call them, and where they were used",
        shown by show_api_key where "t.user_id = $1":
            "id" + "org_id" + "name" + "ident" + "scopes" + "ip_allow" + "created_at" + "expires_at" + "revoked_at"
            + "last_used_at" + "last_ip",
        emptied by empty_api_key where "t.user_id = $1":
            "name" = "'Erased key'" + "ip_allow" = "'{}'" + "last_ip" = "null"
            + "revoked_at" = "coalesce(t.revoked_at, business_now())",
        kept "user_id" "hash" "revoked_by" "successor_id" "warned_at":
            "the record of who could do what: ids, scopes and times";
    "rate_override": "a limit of requests that is the person's own, and why",
        shown by show_rate_override where "t.user_id = $1": "max" + "window_s" + "reason" + "expires_at" + "set_at",
        deleted by delete_rate_override where "t.user_id = $1",
        kept "user_id" "set_by": "ids";
    "rate_minute": "how many requests the person and their keys sent, and the addresses that they signed in from",
        shown by show_rate_minute where
            "t.key = $1::uuid::text or t.key in (select id::text from api_key where user_id = $1)":
            "at" + "tier" + "allowed" + "refused",
        kept "key": "all rows go after a week; an erasure deletes the person's before their addresses are forgotten";
    "idempotency_key": "requests of the person that may be repeated, with their answers",
        deleted by delete_idempotency_key where "t.principal_id = $1",
        kept "principal_id" "org_id" "key" "route" "request_mac" "status" "body" "created_at" "expires_at":
            "the row goes within 72 hours; the request is kept as a keyed hash alone";
    "impersonation": "administrators in the person's place, and why",
        shown by show_impersonation where "t.user_id = $1":
            "id" + "org_id" + "writes" + "reason" + "began_at" + "until_at" + "ended_at",
        emptied by empty_impersonation where "t.user_id = $1": "reason" = "null",
        kept "admin_id" "user_id" "parent_id" "admin_epoch" "returned_at": "the record of who was there: ids and times";
    "data_export": "copies of the person's data that they asked for",
        shown by show_data_export where "t.user_id = $1": "id" + "created_at" + "ready_at" + "expires_at" + "bytes",
        deleted by delete_data_export where "t.user_id = $1",
        kept "user_id" "job_id" "sealed": "the copy itself goes after a day";
    "erasure": "that the person was erased, and until the mail that says so was sent, where it goes",
        kept "id" "user_id" "asked_by" "job_id" "created_at" "done_at" "email_sealed":
            "ids and times; the address is sealed, and goes with the mail or after three days";
    "app_user": "who the person is",
        shown by show_app_user where "t.id = $1":
            "id" + "email" + "name" + "role" + "created_at" + "email_verified_at" + "disabled_at" + "locale"
            + "time_zone",
        kept "password_hash" "token_epoch" "epoch_changed_at" "deleted_at" "erased_at":
            "the erased row names nobody: its address and name are replaced last, its password is emptied";
}

pub(super) use by_hand::{delete_minutes, empty_person};

/// What must stand at a certain place of the order, beside the lines above.
mod by_hand {
    use entity::UserId;

    crate::db::statement! {
        pub(in crate::erasure) fn delete_minutes(user: UserId) = file "delete_minutes.sql";

        pub(in crate::erasure) fn empty_person(user: UserId) = file "empty_person.sql";
    }
}

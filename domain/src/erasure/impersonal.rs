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
    "journal": "movements of money, with ids and codes alone",
        "id idem_key kind org_id job_id reverses_id effective_at created_at meta";
    "posting": "the sides of journals", "journal_id seq account_id org_id amount_micros balance_after";
    "usage_segment": "how long servers were charged",
        "id vps_id org_id kind month_micros hours_per_month started_at ended_at billed_hours billed_micros";
    "usage_line": "hours that were charged", "segment_id hour_no org_id micros journal_id";
    "plan": "what is sold",
        "id cloud_id type_id name markup_month_micros active created_at deleted_at known_cost_micros position";
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

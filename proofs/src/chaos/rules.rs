//! What must be true of the database when everything has come to rest. Each statement yields a row of words for
//! each thing that is not so.

/// What a broken rule amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harm {
    /// Something accepted came to no end.
    Lost,
    /// Something happened twice.
    Double,
    /// A machine that no server owns.
    Orphan,
    /// The books, the fences or the ticks are wrong.
    Broken,
}

impl Harm {
    /// As a finding begins.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Lost => "LOST",
            Self::Double => "DOUBLE",
            Self::Orphan => "ORPHAN",
            Self::Broken => "BROKEN",
        }
    }
}

/// The rules.
pub const RULES: &[(Harm, &str)] = &[
    (
        Harm::Lost,
        "select v.provider_label || ' is still ' || v.status
         from vps v
         where v.status in ('requested', 'provisioning', 'deleting')
           and not exists (select from job j where j.target_id = v.id and j.state = 'stuck')",
    ),
    // The last request was carried out, unless that job failed or was cancelled.
    (
        Harm::Lost,
        "select v.provider_label || ' should be ' || v.desired || ' and is ' || v.status
         from vps v
         cross join lateral (select state from job j where j.target_id = v.id order by id desc limit 1) last
         where last.state = 'succeeded' and v.desired <> v.status",
    ),
    (
        Harm::Lost,
        "select j.kind || ' ' || j.id || ' ended as ' || j.state || ': '
             || coalesce(j.error->>'admin', 'without a word')
         from job j
         where j.kind in ('billing.charge', 'billing.charge_chunk', 'mail.send', 'vps.delete', 'platform.tidy')
           and j.state in ('failed', 'cancelled')
           and not exists (select from job r where r.retry_of = j.id)",
    ),
    (
        Harm::Lost,
        "select 'money of org ' || a.org_id || ' is still set aside: ' || a.balance_micros
         from account a
         where a.kind = 'hold' and a.balance_micros <> 0
           and not exists (select from job j where j.org_id = a.org_id and j.state = 'stuck')",
    ),
    (
        Harm::Lost,
        "select v.provider_label || ' is ' || v.status || ' and has ' || count(s.id) || ' open segments'
         from vps v
         left join usage_segment s on s.vps_id = v.id and s.ended_at is null
         group by v.id
         having count(s.id) <> (v.status in ('running', 'stopped'))::int",
    ),
    (
        Harm::Double,
        "select 'a failed order was charged: ' || v.provider_label
         from vps v
         join usage_segment s on s.vps_id = v.id
         where v.status = 'failed'",
    ),
    (
        Harm::Double,
        "select 'segment ' || s.id || ' has ' || s.billed_hours || ' hours and should have ' || w.hours
         from usage_segment s
         cross join lateral (
             select greatest(1, ceil(extract(epoch from coalesce(
                 s.ended_at,
                 (select max(t.tick_at) from schedule_tick t where t.name = 'billing.hourly')) - s.started_at)
                 / 3600))::int as hours) w
         where s.billed_hours <> w.hours",
    ),
    (
        Harm::Double,
        "select 'segment ' || s.id || ' was charged ' || s.billed_micros || ' for ' || s.billed_hours
             || ' hours, by ' || l.count || ' lines over ' || l.sum
         from usage_segment s
         cross join lateral (
             select count(*), coalesce(sum(micros), 0) as sum from usage_line l where l.segment_id = s.id) l
         where s.billed_micros <> usage_billed(s)
            or s.billed_hours <> l.count
            or s.billed_micros <> l.sum",
    ),
    (
        Harm::Double,
        "select count(*) || ' jobs charge the tick ' || (params->>'tick')
         from job
         where kind = 'billing.charge'
         group by params->>'tick'
         having count(*) > 1",
    ),
    (
        Harm::Double,
        "select event || ' was told ' || count(*) || ' times of job ' || job_id
         from activity
         where event in ('vps.running', 'vps.stopped', 'vps.failed', 'vps.deleted', 'billing.charge')
           and job_id is not null
         group by event, job_id, org_id, entity_id
         having count(*) > 1",
    ),
    (
        Harm::Broken,
        "select 'journal ' || j.id || ' (' || j.idem_key || ') has postings over '
             || coalesce(sum(p.amount_micros), 0)
         from journal j
         left join posting p on p.journal_id = j.id
         group by j.id
         having coalesce(sum(p.amount_micros), 1) <> 0 or count(p.seq) < 2",
    ),
    (
        Harm::Broken,
        "select 'account ' || a.id || ' (' || a.kind || ') holds ' || a.balance_micros
             || ' and its postings say otherwise'
         from account a
         where a.balance_micros is not null
           and a.balance_micros <> coalesce(
               (select sum(p.amount_micros) from posting p where p.account_id = a.id), 0)",
    ),
    (
        Harm::Broken,
        "select 'the wallet of org ' || org_id || ' holds ' || balance_micros
         from account
         where kind in ('wallet', 'hold') and balance_micros < 0",
    ),
    (
        Harm::Broken,
        "select 'the hour ' || hour || ' has no tick'
         from schedule s
         cross join lateral generate_series(
             (select min(tick_at) from schedule_tick t where t.name = s.name), s.last_tick, interval '1 hour') hour
         where s.name = 'billing.hourly'
           and not exists (select from schedule_tick t where t.name = s.name and t.tick_at = hour)",
    ),
    (Harm::Broken, "select t.name || ' at ' || t.tick_at || ' has no job' from schedule_tick t where t.job_id is null"),
    // A fence that held: a worker that writes under an older token wrote before the newer one was given out.
    (
        Harm::Broken,
        "select 'job ' || o.job_id || ': token ' || o.lease_token || ' wrote ' || o.name || ' after token '
             || n.lease_token || ' had written'
         from job_step o
         join job_step n on n.job_id = o.job_id and n.lease_token > o.lease_token and n.at < o.at",
    ),
    (
        Harm::Broken,
        "select 'job ' || j.id || ': token ' || s.lease_token || ' wrote ' || s.name
             || ' long after the job had ended'
         from job j
         join job_step s on s.job_id = j.id
         where s.at > j.finished_at + interval '3 s'",
    ),
    (
        Harm::Broken,
        "select 'journal ' || e.idem_key || ' was written long after its job had ended'
         from journal e
         join job j on j.id = e.job_id
         where e.created_at > j.finished_at + interval '3 s'",
    ),
];

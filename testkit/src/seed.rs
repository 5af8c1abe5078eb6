//! Many organisations and servers, written straight into the tables: for measurements and for
//! tests of what happens to many at once.

use anyhow::Result;
use domain::{Ctx, OrgId, db};

/// The name of the plan that is seeded.
pub const PLAN: &str = "Seed";
/// What each seeded wallet holds, in micro-units.
pub const BALANCE_MICROS: i64 = 100_000_000;

/// Organisations, each with a wallet, a member and running servers that were never charged.
///
/// # Errors
/// When the database refuses.
pub async fn running_servers(ctx: &Ctx, orgs: i64, each: i64) -> Result<Vec<OrgId>> {
    organisations(ctx, orgs).await?;
    let tx = ctx.begin().await?;
    for sql in SERVERS {
        db::exec(&tx, db::sql(*sql, [each.into()])).await?;
    }
    tx.commit().await?;
    let ids: Option<Vec<uuid::Uuid>> =
        db::scalar(&ctx.db, db::sql("select array_agg(id) from org where name like 'seed %'", [])).await?;
    Ok(ids.unwrap_or_default().into_iter().map(OrgId).collect())
}

/// Organisations, each with a wallet and a member, and one plan to order.
///
/// # Errors
/// When the database refuses.
pub async fn organisations(ctx: &Ctx, orgs: i64) -> Result<()> {
    let tx = ctx.begin().await?;
    for sql in ORGANISATIONS {
        let values = if sql.contains("$1") { vec![orgs.into()] } else { vec![] };
        db::exec(&tx, db::sql(*sql, values)).await?;
    }
    tx.commit().await?;
    Ok(())
}

const ORGANISATIONS: &[&str] = &[
    "insert into org (id, name, vps_quota, created_at)
     select gen_random_uuid(), 'seed ' || n, 1000000, now() from generate_series(1, $1) n",
    "insert into app_user (id, email, password_hash, name, role, epoch_changed_at, created_at)
     select id, replace(name, ' ', '-') || '@example.com', 'none', name, 'user', now(), now()
     from org
     where name like 'seed %'",
    "insert into org_member (org_id, user_id, created_at, role)
     select id, id, now(), 'owner' from org where name like 'seed %'",
    "insert into account (kind, org_id, currency, balance_micros)
     select kind, id, 'USD', case kind when 'wallet' then 100000000 else 0 end
     from org, unnest(array['wallet', 'hold', 'receivable']) kind
     where name like 'seed %'",
    "with j as (
         insert into journal (idem_key, kind, org_id, effective_at)
         select 'seed:' || id, 'credit', id, now() from org where name like 'seed %'
         returning id, org_id)
     insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
     select j.id, 1, a.id, j.org_id, 100000000, 100000000
     from j
     join account a on a.org_id = j.org_id and a.kind = 'wallet'
     union all
     select j.id, 2, (select id from account where kind = 'adjustment'), j.org_id, -100000000, null from j",
    "insert into cloud (id, provider, name, token_sealed, token_hint, status, created_at)
     select gen_random_uuid(), 'linode', 'seed', '', '…seed', 'valid', now()
     where not exists (select from cloud)",
    "insert into cloud_type (cloud_id, id, label, class, vcpus, memory_mib, disk_gib, transfer_gb, hour_micros,
         month_micros, seen_at)
     select id, 'g6-nanode-1', 'Nano', 'nanode', 1, 1024, 25, 1000, 7500, 5000000, now() from cloud
     on conflict do nothing",
    "insert into cloud_region (cloud_id, id, label, country, available, seen_at)
     select id, 'us-east', 'Newark', 'us', true, now() from cloud
     on conflict do nothing",
    "insert into cloud_image (cloud_id, id, label, vendor, deprecated, min_disk_mib, seen_at)
     select id, 'linode/debian12', 'Debian 12', 'Debian', false, 1000, now() from cloud
     on conflict do nothing",
    "insert into plan (id, cloud_id, type_id, name, markup_month_micros, created_at)
     select gen_random_uuid(), id, 'g6-nanode-1', 'Seed', 1000000, now() from cloud
     where not exists (select from plan)",
];

const SERVERS: &[&str] = &[
    "insert into vps (id, org_id, cloud_id, provider_label, provider_ref, label, status, desired, plan_id, plan_name,
         type_id, vcpus, memory_mib, disk_gib, transfer_gb, month_micros, cost_month_micros, region_id, image_id,
         created_at, started_at)
     select gen_random_uuid(), o.id, p.cloud_id, 'sp-' || gen_random_uuid(), gen_random_uuid()::text,
            'server-' || n, 'running', 'running', p.id, p.name, p.type_id, 1, 1024, 25, 1000, 6000000, 5000000,
            'us-east', 'linode/debian12', now(), now()
     from org o
     cross join generate_series(1, $1) n
     cross join (select * from plan limit 1) p
     where o.name like 'seed %'",
    "insert into usage_segment (id, vps_id, org_id, month_micros, started_at, billed_hours, billed_micros)
     select gen_random_uuid(), id, org_id, month_micros, now(), 0, 0
     from vps
     where label like 'server-%' and $1 > 0",
];

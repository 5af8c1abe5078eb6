//! Three days without a scheduler, caught up in one pass.

use anyhow::{Result, ensure};

use super::installation;
use crate::cpu::Cpu;
use crate::tick::{figure, tick};
use crate::{Row, Scale};

/// Hours that were missed.
const HOURS: i32 = 72;
/// Servers of an organisation.
const EACH: i64 = 50;

/// Charges them all at once.
///
/// # Errors
/// When what is charged is not what an uninterrupted run charges.
pub(super) async fn measure(scale: Scale) -> Result<Row> {
    let (stack, owner) = installation(scale.money.orgs.0, EACH).await?;
    let servers: i64 = figure(&owner, "select count(*) from usage_segment", []).await?;
    let before = Cpu::read(&stack);
    let seconds = tick(&owner, HOURS).await?;
    let cpu = Cpu::read(&stack).since(&before);
    let wrong: i64 = figure(
        &owner,
        "select count(*)
         from usage_segment s
         where s.billed_hours <> $1
            or s.billed_micros <> usage_f(s.started_at, s.month_micros, s.hours_per_month, s.capped, s.base_micros,
                 s.cap_micros, $1)
            or s.billed_hours <> (select count(*) from usage_line l where l.segment_id = s.id)
            or s.billed_micros <> (select sum(l.micros) from usage_line l where l.segment_id = s.id)",
        [HOURS.into()],
    )
    .await?;
    ensure!(wrong == 0, "{wrong} servers were not charged as by an uninterrupted run");
    let passes: i64 = figure(
        &owner,
        "select max(n) from (select count(*) as n from journal where kind = 'usage' group by org_id) as one",
        [],
    )
    .await?;
    Ok(Row {
        what: format!("catch-up after {HOURS} hours, {servers} servers"),
        measured: format!("{passes} pass in {seconds:.2} s, equal to the micro-unit"),
        bar: "1 pass, 0 differ".to_owned(),
        reached: passes == 1,
        cpu: cpu.to_string(),
    })
}

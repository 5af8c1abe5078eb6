//! The statement of a year with many servers: its first page, and all of it as a stream.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use sea_orm::ConnectionTrait as _;
use testkit::stack::Stack;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use uuid::Uuid;

use super::installation;
use crate::cpu::resident_mb;
use crate::customers::{Customers, address};
use crate::load::load;
use crate::{Row, Scale};

/// Within which the first page must be answered.
const FIRST_PAGE: Duration = Duration::from_millis(50);
/// How much the API may grow while it streams, in MiB.
const MEMORY: f64 = 32.0;

/// A year of hours of one organisation, as their ticks would have written them.
const YEAR: &str = "
with hour as (
  select n, now() - make_interval(hours => $2 - n) as at from generate_series(1, $2) n
), j as (
  insert into journal (idem_key, kind, org_id, effective_at, meta)
  select 'year:' || n, 'usage', $1, at,
         jsonb_build_object('servers', (select count(*) from usage_segment where org_id = $1))
  from hour
  order by n
  returning id, split_part(idem_key, ':', 2)::int as n
), p as (
  insert into posting (journal_id, seq, account_id, org_id, amount_micros, balance_after)
  select j.id, 1, a.id, $1, -1000, 100000000 - 1000 * j.n from j join account a on a.org_id = $1 and a.kind = 'wallet'
  union all
  select j.id, 3, a.id, $1, 1000, null from j join account a on a.org_id is null and a.kind = 'revenue'
)
insert into usage_line (segment_id, hour_no, org_id, micros, journal_id)
select s.id, j.n, $1, 8219, j.id from j cross join usage_segment s where s.org_id = $1";

/// Reads it over the API.
///
/// # Errors
/// When it is not answered whole.
pub(super) async fn measure(scale: Scale) -> Result<Vec<Row>> {
    let (hours, servers) = scale.money.year;
    let (stack, owner) = installation(1, servers).await?;
    let customers = Customers::of(&stack, scale).await?;
    let (org, token) = customers.first()?;
    domain::db::exec(&owner, domain::db::sql(YEAR, [org.into(), hours.into()])).await?;
    owner.execute_unprepared("analyze").await?;
    let (host, bearer) = (address(&stack), token.clone());
    let named = domain::OrgId(org).to_string();
    let make = move |_| {
        format!(
            "GET /api/wallet/statement?limit=50 HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer}\r\n\
             x-org: {named}\r\n\r\n"
        )
        .into_bytes()
    };
    let pages = load(&address(&stack), 1, Duration::from_secs(scale.seconds), 200, make).await?;
    ensure!(pages.wrong == 0, "a page was refused: {:?}", pages.first_wrong);
    let (lines, seconds, grown) = exported(&stack, org, &token).await?;
    let wanted = i64::from(hours) * servers;
    ensure!(i64::try_from(lines)? == wanted, "{lines} hours were exported, not {wanted}");
    let slowest = pages.percentile(0.99);
    #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
    let rate = lines as f64 / seconds;
    Ok(vec![
        Row {
            what: format!("first page of a year's statement, {servers} servers ({wanted} hours)"),
            measured: format!(
                "p50 {:.1} ms, p99 {:.1} ms",
                pages.percentile(0.5).as_secs_f64() * 1000.0,
                slowest.as_secs_f64() * 1000.0
            ),
            bar: format!("p99 < {} ms", FIRST_PAGE.as_millis()),
            reached: slowest < FIRST_PAGE,
            cpu: String::new(),
        },
        Row {
            what: "the same year's hours as NDJSON, streamed".to_owned(),
            measured: format!("{seconds:.1} s ({rate:.0} lines/s); the API grew by {grown:.1} MiB"),
            bar: format!("< {MEMORY} MiB"),
            reached: grown < MEMORY,
            cpu: String::new(),
        },
    ])
}

/// Lines, seconds, and how much the API grew at most, in MiB. The answer is read as it comes and kept nowhere.
async fn exported(stack: &Stack, org: Uuid, token: &str) -> Result<(usize, f64, f64)> {
    let pid = stack.pid("api").context("the API runs")?;
    let (before, began) = (resident_mb(pid), Instant::now());
    let mut stream = TcpStream::connect(address(stack)).await?;
    let request = format!(
        "GET /api/wallet/usage.ndjson HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\nx-org: {}\r\n\
         connection: close\r\n\r\n",
        address(stack),
        domain::OrgId(org)
    );
    stream.write_all(request.as_bytes()).await?;
    let (mut lines, mut most, mut reads, mut last) = (0, before, 0_u32, 0);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok((lines, began.elapsed().as_secs_f64(), most.max(resident_mb(pid)) - before));
        }
        for byte in &buffer[..count] {
            // Headers and the lengths of chunks end in a carriage return too; what is exported does not.
            lines += usize::from(*byte == b'\n' && last != b'\r');
            last = *byte;
        }
        reads += 1;
        if reads.is_multiple_of(200) {
            most = most.max(resident_mb(pid));
        }
    }
}

//! The checker: it reads the database and the simulated cloud's own truth, never our API.

use anyhow::{Context as _, Result, ensure};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement, TryGetable};
use serde_json::Value as Json;

use testkit::stack::Stack;

/// Balances that are not the sum of their postings.
const WRONG_BALANCES: &str = "
select count(*)
from account a
where a.balance_micros is not null
  and a.balance_micros <> coalesce((select sum(amount_micros) from posting p where p.account_id = a.id), 0)";

/// Segments whose charges are not their hours at their price, or not the sum of their lines.
const WRONG_HOURS: &str = "
select count(*)
from usage_segment s
where s.billed_micros <> usage_billed(s)
   or s.billed_hours <> (select count(*) from usage_line l where l.segment_id = s.id)
   or s.billed_micros <> (select coalesce(sum(micros), 0) from usage_line l where l.segment_id = s.id)";

/// A second way to the truth.
#[derive(Debug)]
pub struct Checker {
    db: DatabaseConnection,
    control_url: String,
}

impl Checker {
    /// Reads the stack's database as its owner.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn of(stack: &Stack) -> Result<Self> {
        Ok(Self {
            db: testkit::database::connect(&stack.database.owner_url).await?,
            control_url: stack.control_url.clone(),
        })
    }

    /// One figure of the database.
    ///
    /// # Errors
    /// When the statement is refused or yields nothing.
    pub async fn figure<T: TryGetable>(&self, sql: &str) -> Result<T> {
        let row = self
            .db
            .query_one_raw(Statement::from_string(DbBackend::Postgres, sql))
            .await?
            .with_context(|| format!("nothing from {sql}"))?;
        row.try_get_by_index(0).map_err(|error| anyhow::anyhow!("{error:?} from {sql}"))
    }

    /// The rows of a statement that yields one text each.
    ///
    /// # Errors
    /// When the statement is refused.
    pub async fn words(&self, sql: &str) -> Result<Vec<String>> {
        let rows = self.db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        rows.iter()
            .map(|row| row.try_get_by_index(0).map_err(|error| anyhow::anyhow!("{error:?} from {sql}")))
            .collect()
    }

    /// Changes the database, for what only a test may do.
    ///
    /// # Errors
    /// When the statement is refused.
    pub async fn change(&self, sql: &str) -> Result<()> {
        self.db.execute_unprepared(sql).await?;
        Ok(())
    }

    /// Lets so many seconds pass for the business.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn time_passes(&self, seconds: u32) -> Result<()> {
        self.change(&format!(
            "insert into clock_offset (ahead) values (make_interval(secs => {seconds})) \
             on conflict (one) do update set ahead = clock_offset.ahead + excluded.ahead"
        ))
        .await
    }

    /// All postings sum to zero, every balance is the sum of its postings, no journal is empty.
    ///
    /// # Errors
    /// When they are not.
    pub async fn books(&self) -> Result<()> {
        let sum: i64 = self.figure("select coalesce(sum(amount_micros), 0)::bigint from posting").await?;
        let wrong: i64 = self.figure(WRONG_BALANCES).await?;
        let empty: i64 = self
            .figure("select count(*) from journal j where not exists (select from posting p where p.journal_id = j.id)")
            .await?;
        ensure!(
            (sum, wrong, empty) == (0, 0, 0),
            "postings sum to {sum}, {wrong} balances are wrong, {empty} journals are empty"
        );
        Ok(())
    }

    /// Each hour of each server is charged once, at its own price.
    ///
    /// # Errors
    /// When one is not.
    pub async fn hours(&self) -> Result<i64> {
        let wrong: i64 = self.figure(WRONG_HOURS).await?;
        ensure!(wrong == 0, "{wrong} servers were not charged by the hour");
        self.figure("select count(*) from usage_line").await
    }

    /// What really stands at the simulated cloud.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn truth(&self) -> Result<Json> {
        Ok(get(&format!("{}/state", self.control_url)).await?)
    }

    /// The mails that the simulated mail server accepted.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn mail(&self) -> Result<Json> {
        Ok(get(&format!("{}/mail", self.control_url)).await?)
    }

    /// How many machines stand there under a label, deleted ones left out.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn standing(&self, label: &str) -> Result<usize> {
        let truth = self.truth().await?;
        let instances = truth["instances"].as_array().context("the truth has instances")?;
        Ok(instances.iter().filter(|instance| instance["label"] == label && instance["deleted"] == false).count())
    }

    /// How many machines stand there in all.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn standing_in_all(&self) -> Result<usize> {
        let truth = self.truth().await?;
        Ok(truth["instances"]
            .as_array()
            .context("the truth has instances")?
            .iter()
            .filter(|instance| instance["deleted"] == false)
            .count())
    }

    /// Steers the simulators.
    ///
    /// # Errors
    /// When they refuse.
    pub async fn steer(&self, method: reqwest::Method, path: &str, body: &Json) -> Result<()> {
        self.ask(method, path, body).await.map(drop)
    }

    /// The same, with what they answer.
    ///
    /// # Errors
    /// When they refuse.
    pub async fn ask(&self, method: reqwest::Method, path: &str, body: &Json) -> Result<Json> {
        let response = http().request(method, format!("{}{path}", self.control_url)).json(body).send().await?;
        ensure!(response.status().is_success(), "{path}: {}", response.text().await.unwrap_or_default());
        Ok(response.json().await?)
    }
}

async fn get(url: &str) -> reqwest::Result<Json> {
    http().get(url).send().await?.json().await
}

#[expect(clippy::disallowed_methods, reason = "a checker's client needs none of the product's settings")]
pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::new()
}

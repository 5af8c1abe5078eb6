//! The workers of an app.

use std::time::Duration;

use anyhow::{Result, ensure};
use domain::Queue;
use domain::queue::LeaseTimes;
use jobs::Env;
use runtime::settings::{Redis, Source};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::prefix;
use crate::database::TestDatabase;

/// Starts them.
pub(super) fn spawn(
    env: &Env,
    database: &TestDatabase,
    source: &Source,
    stop: &CancellationToken,
) -> Result<JoinHandle<()>> {
    let redis = Redis::load(source)?;
    let options = workers::Options {
        redis_url: redis.url,
        prefix: prefix(database).to_owned(),
        queues: vec![
            (Queue::Provision, 4),
            (Queue::Power, 4),
            (Queue::Billing, 1),
            (Queue::Mail, 2),
            (Queue::Upkeep, 4),
        ],
        times: LeaseTimes {
            lease: Duration::from_secs(4),
            beat: Duration::from_secs(1),
            rering: Duration::from_secs(3),
            sweep: Duration::from_millis(500),
        },
        drain: Duration::from_secs(5),
    };
    ensure!(!options.prefix.is_empty(), "a database has a name");
    let (env, stop) = (env.clone(), stop.clone());
    Ok(tokio::spawn(async move {
        if let Err(error) = workers::serve(env, options, stop).await {
            eprintln!("the workers ended: {error:#}");
        }
    }))
}

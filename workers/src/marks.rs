//! The clouds' marks in Redis: the copy outside the database that a restored backup does not bring back.

use std::time::Duration;

use async_trait::async_trait;
use domain::CloudId;
use jobs::MarkStore;
use secrecy::SecretString;

use crate::bell;

/// How long Redis may take; a comparison continues without it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps marks in the Redis of an installation. It connects when it is asked, which is seldom.
#[derive(Clone, Debug)]
pub struct RedisMarks {
    url: SecretString,
    prefix: String,
}

impl RedisMarks {
    /// In the Redis at `url`, under names that begin with the installation's `prefix`.
    #[must_use]
    pub fn new(url: SecretString, prefix: &str) -> Self {
        Self { url, prefix: prefix.to_owned() }
    }

    fn key(&self, cloud: CloudId) -> String {
        format!("{}-epoch:{}", self.prefix, cloud.0.simple())
    }

    async fn ask<T: redis::FromRedisValue>(&self, command: redis::Cmd) -> Result<T, String> {
        let asked = async {
            let mut connection = bell::connect(&self.url).await?;
            command.query_async(&mut connection).await
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

#[async_trait]
impl MarkStore for RedisMarks {
    async fn read(&self, cloud: CloudId) -> Result<Option<String>, String> {
        let mut command = redis::cmd("GET");
        command.arg(self.key(cloud));
        self.ask(command).await
    }

    async fn write(&self, cloud: CloudId, mark: &str) -> Result<(), String> {
        let mut command = redis::cmd("SET");
        command.arg(self.key(cloud)).arg(mark);
        self.ask(command).await
    }
}

//! A second installation beside a first, with the same simulators: a copy of its database that works by itself.

use anyhow::Result;

use super::Stack;
use crate::cluster::Cluster;
use crate::database::TestDatabase;
use crate::port;

impl Stack {
    /// The same installation on another database, with an API, a Redis and a folder of its own and none of its
    /// processes started. It speaks to the same cloud.
    ///
    /// # Errors
    /// When Redis does not come up.
    pub async fn beside(&self, database: TestDatabase, cluster: Option<Cluster>) -> Result<Self> {
        let (api, redis) = (port::free()?, port::free()?);
        let folder = std::env::temp_dir().join(format!("skypanel-stack-{}-{api}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut beside = Self {
            base: format!("http://127.0.0.1:{api}"),
            cloud_url: self.cloud_url.clone(),
            control_url: self.control_url.clone(),
            redis_url: format!("redis://127.0.0.1:{redis}"),
            database,
            cluster,
            folder,
            settings: self.settings.clone(),
            children: Vec::new(),
        };
        let own = [
            ("DATABASE_URL", beside.database.url.to_string()),
            ("DATABASE_OWNER_URL", beside.database.owner_url.to_string()),
            ("REDIS_URL", beside.redis_url.clone()),
            ("PORT", api.to_string()),
            ("CLIENT_URL", beside.base.replace("127.0.0.1", "localhost")),
        ];
        for (name, value) in own {
            beside.settings.retain(|(known, _)| known != name);
            beside.settings.push((name.to_owned(), value));
        }
        beside.start_redis().await?;
        Ok(beside)
    }

    /// Starts an API, a worker and a scheduler, and waits until the API is ready.
    ///
    /// # Errors
    /// When one does not come up.
    pub async fn start_roles(&mut self) -> Result<()> {
        for role in ROLES {
            self.start_role(role, &[role])?;
        }
        self.await_ready().await?;
        Ok(())
    }

    /// Ends what [`Stack::start_roles`] started, at once.
    ///
    /// # Errors
    /// When one of them does not run.
    pub async fn kill_roles(&mut self) -> Result<()> {
        for role in ROLES {
            self.kill(role).await?;
        }
        Ok(())
    }
}

const ROLES: [&str; 3] = ["api", "worker", "scheduler"];

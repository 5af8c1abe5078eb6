//! Saves the machines in a file that the next start reads.
//!
//! Invariant: an answer that reports a change is sent after the change is in the file, so killing the simulator
//! loses nothing that a client was told. (A crash of the whole computer may: nothing is synced to the disk.)

use std::{io, path::PathBuf, sync::Arc};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Cloud;

/// Counts the changes made and the changes saved.
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    made: watch::Sender<u64>,
    kept: watch::Sender<u64>,
}

impl Keeper {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, made: watch::Sender::new(0), kept: watch::Sender::new(0) }
    }

    /// Something changed; to be called under the state's lock.
    pub(crate) fn touch(&self) {
        self.made.send_modify(|changes| *changes += 1);
    }

    /// Waits until every change made so far is in the file, if there is one.
    pub(crate) async fn kept(&self) {
        if self.path.is_some() {
            let made = *self.made.borrow();
            // The sender lives as long as we do, so the wait cannot fail.
            let _ = self.kept.subscribe().wait_for(|kept| *kept >= made).await;
        }
    }
}

/// Writes the file whenever something changed, many changes at once if they are fast, until it is stopped.
pub(crate) async fn keep(cloud: Arc<Cloud>, stop: CancellationToken) {
    let Some(path) = cloud.keeper.path.clone() else { return };
    let mut changes = cloud.keeper.made.subscribe();
    loop {
        tokio::select! {
            biased;
            _ = changes.changed() => {}
            () = stop.cancelled() => return,
        }
        let made = *changes.borrow_and_update();
        let saved = cloud.lock().save();
        if let Err(error) = write(&path, &saved).await {
            tracing::error!(%error, path = %path.display(), "the cloud's machines could not be saved");
        }
        cloud.keeper.kept.send_replace(made);
    }
}

/// The file is replaced whole or not at all.
async fn write(path: &std::path::Path, saved: &super::saved::Saved) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let beside = PathBuf::from(name);
    tokio::fs::write(&beside, serde_json::to_vec(saved)?).await?;
    tokio::fs::rename(&beside, path).await
}

//! What a pool takes from Redis at a time: as many rings as it has free slots.
//!
//! apalis takes a fixed number. A small one makes small statements of the claims, and a large one
//! withholds rings from workers that stand idle: one that is full but for a slot would take ten and
//! let nine wait for it.

use std::fmt;
use std::task::{Context, Poll};

use apalis_core::backend::{Backend, BackendConfig, WireFormatBackend};
use apalis_core::worker::context::WorkerContext;
use apalis_redis::{Config, RedisStorage};

use crate::bell::Ring;

type Storage = RedisStorage<Ring>;

/// A queue in Redis that is read in batches as large as there is room for.
pub struct Feed<F> {
    /// Always there but within [`Feed::fit`].
    storage: Option<Storage>,
    free: F,
}

impl<F: Fn() -> usize> Feed<F> {
    /// `free` says how many slots are free.
    pub fn new(storage: Storage, free: F) -> Self {
        Self { storage: Some(storage), free }
    }

    fn storage(&mut self) -> &mut Storage {
        self.storage.as_mut().expect("it is put back at once")
    }

    /// The next batch is as large as there is room for. The storage keeps its state: only its settings
    /// are changed, which it offers no other way to do.
    fn fit(&mut self) {
        let room = (self.free)().max(1);
        if self.config().batch_size != room
            && let Some(storage) = self.storage.take()
        {
            let config = storage.get_config().clone().batch_size(room);
            self.storage = Some(storage.with_config(config));
        }
    }
}

impl<F: Fn() -> usize> Backend for Feed<F> {
    type Task = <Storage as Backend>::Task;
    type Error = <Storage as Backend>::Error;

    fn poll_ready(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), Self::Error>> {
        Backend::poll_ready(self.storage(), cx, worker)
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Self::Error>>> {
        self.fit();
        self.storage().poll_next(cx, worker)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, worker: &WorkerContext) -> Poll<Result<(), Self::Error>> {
        Backend::poll_close(self.storage(), cx, worker)
    }
}

impl<F: Fn() -> usize> BackendConfig for Feed<F> {
    type Args = <Storage as BackendConfig>::Args;
    type Id = <Storage as BackendConfig>::Id;
    type Kind = <Storage as BackendConfig>::Kind;
    type Config = Config;
    type Layer = <Storage as BackendConfig>::Layer;

    fn config(&self) -> &Config {
        self.storage.as_ref().expect("it is put back at once").get_config()
    }

    fn middleware(&mut self, worker: &mut WorkerContext) -> Self::Layer {
        self.storage().middleware(worker)
    }
}

impl<F: Fn() -> usize> WireFormatBackend for Feed<F> {
    type Codec = <Storage as WireFormatBackend>::Codec;
    type Compact = <Storage as WireFormatBackend>::Compact;

    fn codec(&self) -> &Self::Codec {
        self.storage.as_ref().expect("it is put back at once").codec()
    }
}

impl<F> fmt::Debug for Feed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

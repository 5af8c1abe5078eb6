//! The log of what was done to machines; whether a thing is finished is computed when it is read.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::account::USERNAME;
use crate::clock::Clock;

pub(crate) const FIELDS: &[&str] = &["action", "created", "entity.id", "entity.type", "id"];
const MAX_EVENTS: usize = 5000;
const FIRST_ID: u64 = 5_000_001;

#[derive(Debug)]
struct Event {
    id: u64,
    action: &'static str,
    entity: (u64, String),
    /// From when on it is told.
    told: Instant,
    /// When it begins; until then it is scheduled.
    from: Instant,
    until: Instant,
    fails: bool,
}

/// The events, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Events {
    events: VecDeque<Event>,
    made: u64,
}

impl Events {
    pub(crate) fn record(&mut self, action: &'static str, entity: (u64, &str), span: (Instant, Instant), fails: bool) {
        self.schedule(action, entity, span.0, span, fails);
    }

    /// Records something that is told before it begins.
    pub(crate) fn schedule(
        &mut self,
        action: &'static str,
        entity: (u64, &str),
        told: Instant,
        span: (Instant, Instant),
        fails: bool,
    ) {
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
        }
        let id = FIRST_ID + self.made;
        self.made += 1;
        let entity = (entity.0, entity.1.to_owned());
        self.events.push_back(Event { id, action, entity, told, from: span.0, until: span.1, fails });
    }

    /// All that are told of by now, newest first.
    pub(crate) fn list(&self, clock: &Clock, now: Instant) -> Vec<Value> {
        self.events.iter().rev().filter(|event| event.told <= now).map(|event| event.to_json(clock, now)).collect()
    }

    pub(crate) fn find(&self, id: u64, clock: &Clock, now: Instant) -> Option<Value> {
        self.events.iter().find(|event| event.id == id && event.told <= now).map(|event| event.to_json(clock, now))
    }
}

impl Event {
    fn to_json(&self, clock: &Clock, now: Instant) -> Value {
        let whole = self.until.duration_since(self.from);
        let past = now.saturating_duration_since(self.from).min(whole);
        let over = now >= self.until;
        let percent = if over { 100 } else { past.as_millis() * 100 / whole.as_millis().max(1) };
        let status = match (over, self.fails) {
            _ if now < self.from => "scheduled",
            (false, _) => "started",
            (true, false) => "finished",
            (true, true) => "failed",
        };
        let (id, label) = &self.entity;
        json!({
            "id": self.id, "action": self.action, "created": super::view::time(clock.wall(self.told)),
            "duration": past.as_secs_f64(), "message": null, "percent_complete": u64::try_from(percent).unwrap_or(100),
            "rate": null, "read": false, "seen": false, "secondary_entity": null, "status": status,
            "time_remaining": null, "username": USERNAME,
            "entity": { "id": id, "label": label, "type": "linode", "url": format!("/v4/linode/instances/{id}") },
        })
    }
}

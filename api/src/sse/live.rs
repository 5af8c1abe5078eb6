//! What the stream says, in the words of the document: its frames are made of these and of nothing else.

use domain::activity::ActivityRow;
use domain::queue::JobNotice;
use domain::{EventStatus, JobId, JobState, OrgId, VpsId};
use poem_openapi::Object;

use crate::wire::{Id, Number, Time, Word, entity_text};

/// The data of an `activity` event: something happened. The event's id is this `id`.
#[derive(Debug, Object)]
pub struct LiveActivity {
    /// Its number; a client that returns sends the last one as `Last-Event-ID`.
    id: Number,
    /// Its dotted name, such as `vps.create`.
    #[oai(validator(max_length = 100))]
    event: String,
    /// Whether it is plain news, a success, a warning or an error.
    status: Word<EventStatus>,
    /// The kind of thing that it happened to, such as `vps`.
    #[oai(validator(max_length = 50))]
    entity_type: Option<String>,
    /// Which one.
    #[oai(validator(max_length = 64))]
    entity_id: Option<String>,
    /// The job that did it.
    job_id: Option<Id<JobId>>,
    /// The organisation that it concerns; null for the platform as a whole.
    org_id: Option<Id<OrgId>>,
    /// The same in words.
    #[oai(validator(max_length = 4000))]
    message: String,
    /// When, in business time.
    created_at: Time,
}

impl LiveActivity {
    /// What is told of a row, under this number.
    pub(super) fn of(row: &ActivityRow, number: i64) -> Self {
        Self {
            id: Number(number),
            event: row.event.clone(),
            status: Word(row.status),
            entity_type: row.entity_type.clone(),
            entity_id: row.entity_type.as_deref().zip(row.entity_id).map(|(kind, id)| entity_text(kind, id)),
            job_id: row.job_id.map(Id),
            org_id: row.org_id.map(Id),
            message: row.message.clone(),
            created_at: row.created_at.into(),
        }
    }
}

/// The data of a `job` event: a job changed its state or finished a step.
#[derive(Debug, Object)]
pub struct LiveJob {
    /// The job.
    job_id: Id<JobId>,
    /// The server that it works on, where it works on one.
    vps_id: Option<Id<VpsId>>,
    /// Where the job is now.
    state: Word<JobState>,
    /// The organisation that it works for; null for the platform itself.
    org_id: Option<Id<OrgId>>,
}

impl From<&JobNotice> for LiveJob {
    fn from(notice: &JobNotice) -> Self {
        let vps = notice.target_id.filter(|_| notice.target_type.as_deref() == Some("vps"));
        Self {
            job_id: Id(notice.id),
            vps_id: vps.map(|id| Id(VpsId(id))),
            state: Word(notice.state),
            org_id: notice.org_id.map(Id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json_of;
    use chrono::DateTime;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn an_activity_says_what_happened_to_what() {
        let row = ActivityRow {
            id: 41,
            org_id: Some(OrgId(Uuid::nil())),
            event: "vps.running".into(),
            status: EventStatus::Success,
            entity_type: Some("vps".into()),
            entity_id: Some(Uuid::nil()),
            job_id: None,
            message: "web-1 is running".into(),
            actor_id: None,
            actor_name: None,
            support_name: None,
            created_at: DateTime::UNIX_EPOCH,
        };
        let said = json_of(&LiveActivity::of(&row, 41));
        assert_eq!(
            said,
            json!({
                "id": "41",
                "event": "vps.running",
                "status": "success",
                "entity_type": "vps",
                "entity_id": VpsId(Uuid::nil()).to_string(),
                "job_id": null,
                "org_id": OrgId(Uuid::nil()).to_string(),
                "message": "web-1 is running",
                "created_at": "1970-01-01T00:00:00.000Z",
            })
        );
    }

    #[test]
    fn a_job_names_a_server_only_where_it_works_on_one() {
        let notice = |target: &str| JobNotice {
            id: JobId(Uuid::nil()),
            org_id: None,
            target_type: Some(target.into()),
            target_id: Some(Uuid::nil()),
            state: JobState::Running,
        };
        let vps = json_of(&LiveJob::from(&notice("vps")));
        let id = JobId(Uuid::nil()).to_string();
        assert_eq!(
            vps,
            json!({ "job_id": id, "vps_id": VpsId(Uuid::nil()).to_string(), "state": "running", "org_id": null })
        );
        assert_eq!(json_of(&LiveJob::from(&notice("cloud")))["vps_id"], json!(null));
    }
}

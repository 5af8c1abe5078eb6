//! The live stream, as an operation.

use poem::web::Data;
use poem::{IntoResponse, Request, Response};
use poem_openapi::param::Header;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};

use super::Tag;
use crate::auth::Reader;
use crate::problem::Failure;
use crate::sse;
use crate::state::Shared;

/// An answer that goes on until somebody hangs up.
pub struct LiveEvents(pub Response);

impl IntoResponse for LiveEvents {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for LiveEvents {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![MetaResponse {
                description: "Events, until somebody hangs up.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType { content_type: "text/event-stream", schema: String::schema_ref() }],
                headers: vec![],
            }],
        }
    }

    fn register(_: &mut Registry) {}
}

/// Operations on the live stream.
pub struct StreamApi;

#[OpenApi]
impl StreamApi {
    /// Follow what happens
    ///
    /// Server-sent events that say what changed; clients then fetch it again. `activity` carries
    /// the event's id, and a client that comes back with `Last-Event-ID` is told what it missed.
    /// `job` says that a job moved on. `reset` means: fetch everything again.
    #[oai(path = "/api/notifications/stream", method = "get", operation_id = "followEvents", tag = "Tag::Activity")]
    async fn follow(
        &self,
        reader: Reader,
        app: Data<&Shared>,
        request: &Request,
        /// The id of the last event that was seen.
        #[oai(name = "Last-Event-ID", validator(max_length = 32))]
        last_event_id: Header<Option<String>>,
    ) -> Result<LiveEvents, Failure> {
        let seen = last_event_id.0.and_then(|id| id.trim().parse().ok());
        let hung_up = app.connections.hung_up(request.remote_addr().as_socket_addr());
        Ok(LiveEvents(sse::follow(app.0.clone(), reader.0, seen, hung_up).await?))
    }
}

//! The live stream, as an operation.

use poem::web::Data;
use poem::{IntoResponse, Request, Response};
use poem_openapi::param::Header;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, OpenApi};

use super::Tag;
use crate::auth::{Known, client_of};
use crate::problem::{Problems, Refused};
use crate::sse::{self, LastSeen, LiveActivity, LiveJob};
use crate::state::Shared;

/// An answer that lasts until the client hangs up.
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
                description: "Events, until the client hangs up. The schema is of their `data`, one after the other.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType { content_type: "text/event-stream", schema: data() }],
                headers: vec![],
            }],
        }
    }

    fn register(registry: &mut Registry) {
        LiveActivity::register(registry);
        LiveJob::register(registry);
    }
}

/// No stream lives long enough to send more events; the document bounds every list.
const MAX_EVENTS: usize = i32::MAX as usize;

/// The data of the events as a list: the only way in which the document can name what a stream carries.
fn data() -> MetaSchemaRef {
    let one_of = vec![LiveActivity::schema_ref(), LiveJob::schema_ref()];
    let items = MetaSchemaRef::Inline(Box::new(MetaSchema { one_of, ..MetaSchema::ANY }));
    MetaSchemaRef::Inline(Box::new(MetaSchema {
        items: Some(Box::new(items)),
        max_items: Some(MAX_EVENTS),
        ..MetaSchema::new("array")
    }))
}

/// Why no stream begins.
pub struct StreamProblems;

impl Problems for StreamProblems {
    const OWN: &'static [(u16, &'static str)] = &[(429, "too_many_streams")];
}

/// Operations on the live stream.
pub struct StreamApi;

#[OpenApi]
impl StreamApi {
    /// Follow what happens
    ///
    /// Server-sent events that say what changed; clients then fetch it again. The data of an `activity` event is a
    /// `LiveActivity`; such an event has an id, and a client that returns with `Last-Event-ID` is sent what it missed.
    /// The data of a `job` event is a `LiveJob`. A `reset` event, whose data is `{}`, means: fetch everything again; it
    /// is also the answer to a `Last-Event-ID` that can't be read or that no event has yet. Each event names its
    /// organisation. The stream ends within five seconds of its access token, its session or its API key. A key
    /// hears of its organisation alone, by the scope `activity:read`. Of an organisation whose security the reader does
    /// not meet, nothing is told.
    #[oai(path = "/api/notifications/stream", method = "get", operation_id = "followEvents", tag = "Tag::Activity")]
    async fn follow(
        &self,
        reader: Known,
        app: Data<&Shared>,
        request: &Request,
        /// The id of the last event that was seen.
        #[oai(name = "Last-Event-ID", validator(max_length = 32))]
        last_event_id: Header<Option<String>>,
    ) -> Result<LiveEvents, Refused<StreamProblems>> {
        let seen = LastSeen::of(last_event_id.0.as_deref()).unveiled(&app.ctx.vault);
        let hung_up = app.connections.hung_up(request.remote_addr().as_socket_addr());
        Ok(LiveEvents(sse::follow(app.0.clone(), (reader.0.caller, client_of(request).ip), seen, hung_up).await?))
    }
}

//! From a method and a path to an operation.

use poem::http::StatusCode;
use tokio::time::Instant;

use super::{
    account, backups, catalog, events, order,
    page::PageQuery,
    reply::{ApiError, ApiResult},
    state::State,
    view,
};

/// A request as the operations need it.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    /// Whole path, with `/v4`.
    pub(crate) path: &'a str,
    /// The path below `/v4`.
    pub(crate) segments: &'a [&'a str],
    pub(crate) wanted: PageQuery<'a>,
    pub(crate) body: &'a [u8],
    pub(crate) now: Instant,
    /// The `euuid` of the token's account.
    pub(crate) account: &'a str,
}

/// Whether the answer is public, so that it needs no token.
pub(crate) fn is_public(method: &str, segments: &[&str]) -> bool {
    method == "GET" && matches!(segments, ["regions", ..] | ["linode", "types", ..])
}

/// Does what the request asks.
pub(crate) fn route(state: &mut State, call: &Call<'_>) -> ApiResult {
    if call.account != account::HOME
        && let Some(answer) = account::empty(call.method, call.segments, &call.wanted)
    {
        return answer;
    }
    match call.segments {
        ["account"] => only_get(call, || Ok(account::account(call.account))),
        ["profile"] => only_get(call, || Ok(account::profile())),
        ["account", "events"] => {
            only_get(call, || call.wanted.page(state.events.list(&state.clock, call.now), events::FIELDS))
        }
        ["account", "events", id] => only_get(call, || found(state.events.find(number(id)?, &state.clock, call.now))),
        ["regions"] => only_get(call, || call.wanted.page(catalog::regions(), catalog::REGION_FIELDS)),
        ["regions", "availability"] => only_get(call, || call.wanted.page(state.market.stock(None), &[])),
        ["regions", id, "availability"] => only_get(call, || state.market.stock_of(id)),
        ["regions", id] => only_get(call, || found(catalog::region_view(id))),
        ["linode", "types"] => only_get(call, || call.wanted.page(state.market.types(), catalog::TYPE_FIELDS)),
        ["linode", "types", id] => only_get(call, || found(state.market.type_view(id))),
        ["images"] => only_get(call, || call.wanted.page(catalog::images(), catalog::IMAGE_FIELDS)),
        ["images", id @ ..] => only_get(call, || found(catalog::image_view(&id.join("/").replace("%2F", "/")))),
        ["linode", "instances"] => match call.method {
            "GET" => call.wanted.page(state.listed(call.now), view::FIELDS),
            "POST" => state.create(order::order(call.body)?, call.method, call.path, call.now),
            _ => wrong_method(),
        },
        ["linode", "instances", id, rest @ ..] => instance(state, call, number(id)?, rest),
        _ => Err(ApiError::not_found()),
    }
}

fn instance(state: &mut State, call: &Call<'_>, id: u64, rest: &[&str]) -> ApiResult {
    let now = call.now;
    state.get(id)?;
    if state.hidden.contains(&id) {
        return Err(ApiError::not_found());
    }
    match (call.method, rest) {
        ("GET", []) => state.show(id, now),
        ("PUT", []) => state.rename(id, order::naming(call.body)?, now),
        ("DELETE", []) => state.delete(id, now),
        ("POST", [action @ ("boot" | "shutdown" | "reboot")]) => state.power(id, action, now),
        ("POST", ["resize"]) => state.resize(id, order::resize(call.body)?, now),
        ("POST", ["rebuild"]) => state.rebuild(id, order::rebuild(call.body)?, now),
        ("GET", ["ips"]) => Ok(view::ips(state.get(id)?)),
        ("GET", ["disks"]) => call.wanted.page(view::disks(state.get(id)?), &[]),
        ("GET", ["configs"]) => call.wanted.page(view::configs(state.get(id)?), &[]),
        ("GET", ["backups"]) => Ok(backups::list(state.get(id)?, &state.clock, now)),
        ("POST", ["backups"]) => state.take_snapshot(id, order::snapshot(call.body)?, now),
        ("POST", ["backups", "enable"]) => state.switch_backups(id, true, now),
        ("POST", ["backups", "cancel"]) => state.switch_backups(id, false, now),
        ("GET", ["backups", backup]) => found(backups::find(state.get(id)?, number(backup)?, &state.clock, now)),
        (
            _,
            []
            | ["boot" | "shutdown" | "reboot" | "resize" | "rebuild" | "ips" | "disks" | "configs" | "backups"]
            | ["backups", _],
        ) => wrong_method(),
        _ => Err(ApiError::not_found()),
    }
}

fn only_get(call: &Call<'_>, answer: impl FnOnce() -> ApiResult) -> ApiResult {
    if call.method == "GET" { answer() } else { wrong_method() }
}

fn wrong_method() -> ApiResult {
    Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
}

fn found(view: Option<serde_json::Value>) -> ApiResult {
    view.ok_or_else(ApiError::not_found)
}

fn number(id: &str) -> Result<u64, ApiError> {
    id.parse().map_err(|_| ApiError::not_found())
}

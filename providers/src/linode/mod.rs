//! Linode, API v4, written from its `OpenAPI` document (4.151).
//!
//! Labels are unique in an account, so the label is what makes an order repeatable. Filters are a
//! help, not a promise: what comes back is compared again here.

mod client;
mod fault;
mod map;
mod price;
mod wire;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Method,
    header::{HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::client::{Draft, LinodeClient, decode, filter};
use crate::{
    cloud::{Answered, Catalog, CloudIdentity, CloudProvider, CreateInstance, Instance, InstanceState, TakenRestart},
    error::{ErrorClass, OrderInput, ProviderError, code},
    http::{Effect, request_id},
    meter::{Budget, CallClass, Meter},
};

const INSTANCES: [&str; 2] = ["linode", "instances"];
/// An id is a number; 20 digits hold any 64-bit one.
const MAX_REFERENCE_DIGITS: usize = 20;

const MINUTE: Duration = Duration::from_mins(1);

/// What the provider publishes at <https://techdocs.akamai.com/linode-api/reference/rate-limits>
/// (read in 2026), for each user, known by the token: 20 creations of a server in 15 s, 200 reads
/// of a paginated collection a minute, and 1600 of any other operation a minute. Listing images
/// has a limit of its own of 20 a minute, which is applied here to the whole catalog.
pub(crate) const BUDGETS: &[Budget] = &[
    Budget { class: CallClass::Create, calls: 20, per: Duration::from_secs(15) },
    Budget { class: CallClass::Catalog, calls: 20, per: MINUTE },
    Budget { class: CallClass::List, calls: 200, per: MINUTE },
    Budget { class: CallClass::Read, calls: 1600, per: MINUTE },
    Budget { class: CallClass::Change, calls: 1600, per: MINUTE },
    Budget { class: CallClass::Delete, calls: 1600, per: MINUTE },
];

/// One Linode account.
pub(crate) struct Linode {
    client: LinodeClient,
}

impl Linode {
    /// Checks the token's form; sends nothing.
    pub(crate) fn new(
        http: Client,
        endpoint: &Url,
        token: &SecretString,
        meter: Option<Arc<dyn Meter>>,
    ) -> Result<Self, ProviderError> {
        Ok(Self { client: LinodeClient::new(http, endpoint, token, meter)? })
    }

    /// Who the token belongs to, from `/account` or `/profile`, after checking its scopes.
    async fn read_identity(&self, path: &str) -> Result<Answered<CloudIdentity>, ProviderError> {
        let reply = self.client.send(Draft::get(&[path])).await?;
        check_scopes(&reply.headers)?;
        let account: Answered<wire::Account> = decode(&reply, Effect::Repeatable)?;
        Ok(account.map(map::identity))
    }

    /// Which sizes each region has to give. A cloud that does not say so has all of them everywhere.
    async fn stock(&self) -> Result<Vec<wire::Availability>, ProviderError> {
        match self.client.list(&["regions", "availability"], CallClass::List, None).await {
            Ok(listed) => Ok(listed.value),
            Err(error) if error.code == code::NOT_FOUND => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Requests an action of an instance.
    async fn act(&self, reference: &str, action: &str, effect: Effect) -> Result<Answered<()>, ProviderError> {
        check_reference(reference)?;
        let path = [INSTANCES[0], INSTANCES[1], reference, action];
        // The document takes no body for a shutdown, and needs none for the others.
        let draft = Draft { method: Method::POST, body: None, effect, class: CallClass::Change, ..Draft::get(&path) };
        let reply = self.client.send(draft).await?;
        Ok(done(request_id(&reply.headers)))
    }

    /// A refusal is a success after all when the instance is already in the requested state.
    /// The document does not say in which words that is refused, so the state is read.
    async fn unless_already(
        &self,
        reference: &str,
        wanted: &InstanceState,
        result: Result<Answered<()>, ProviderError>,
    ) -> Result<Answered<()>, ProviderError> {
        match result {
            Err(error) if matches!(error.code.as_str(), code::BUSY | code::VALIDATION) => {
                match self.get(reference).await {
                    Ok(found) if found.value.as_ref().is_some_and(|it| it.state == *wanted) => {
                        Ok(done(error.request_id))
                    }
                    // It was being deleted, and has been deleted by now.
                    Ok(Answered { value: None, .. }) if *wanted == InstanceState::Deleting => {
                        Ok(done(error.request_id))
                    }
                    _ => Err(error),
                }
            }
            other => other,
        }
    }
}

#[async_trait]
impl CloudProvider for Linode {
    async fn identity(&self) -> Result<Answered<CloudIdentity>, ProviderError> {
        match self.read_identity("account").await {
            // Without the account scope the token still shows who it belongs to.
            Err(error) if error.code == code::FORBIDDEN && error.status.is_some() => {
                self.read_identity("profile").await
            }
            other => other,
        }
    }

    async fn catalog(&self) -> Result<Answered<Catalog>, ProviderError> {
        let types: Answered<Vec<wire::Type>> = self.client.list(&["linode", "types"], CallClass::Catalog, None).await?;
        let regions = self.client.list(&["regions"], CallClass::Catalog, None).await?;
        let stock = self.stock().await?;
        let images = self.client.list(&["images"], CallClass::Catalog, None).await?;
        Ok(images.map(|images| Catalog {
            types: types.value.iter().filter_map(map::cloud_type).collect(),
            offers: map::offers(&types.value, stock),
            regions: regions.value.into_iter().map(map::region).collect(),
            images: images.into_iter().filter_map(map::image).collect(),
        }))
    }

    async fn find_by_label(&self, label: &str) -> Result<Answered<Option<Instance>>, ProviderError> {
        let filter = filter("label", label)?;
        let found = self.client.list(&INSTANCES, CallClass::List, Some(&filter)).await?;
        Ok(found.map(|all: Vec<wire::Instance>| all.into_iter().map(map::instance).find(|it| it.label == label)))
    }

    async fn list_by_tag(&self, tag: &str) -> Result<Answered<Vec<Instance>>, ProviderError> {
        let filter = filter("tags", tag)?;
        let found = self.client.list(&INSTANCES, CallClass::List, Some(&filter)).await?;
        Ok(found.map(|all: Vec<wire::Instance>| {
            all.into_iter().map(map::instance).filter(|it| it.tags.iter().any(|its| its == tag)).collect()
        }))
    }

    async fn create(&self, order: &CreateInstance) -> Result<Answered<Instance>, ProviderError> {
        check_order(order).map_err(naming_input)?;
        let password = order.root_password.expose_secret();
        let body = serde_json::to_vec(&wire::Create {
            label: &order.label,
            type_id: &order.type_id,
            region: &order.region,
            image: &order.image,
            root_pass: password,
            authorized_keys: &order.authorized_keys,
            tags: &order.tags,
            booted: true,
        })
        .map_err(|_| ProviderError::invalid("order", "it cannot be written as JSON"))?;
        let draft = Draft {
            method: Method::POST,
            body: Some(body),
            effect: Effect::Once,
            class: CallClass::Create,
            ..Draft::get(&INSTANCES)
        };
        let made = self.client.fetch(draft).await.map_err(|mut error| {
            error.message = error.message.replace(password, "[password]");
            naming_input(error)
        })?;
        Ok(made.map(map::instance))
    }

    async fn get(&self, reference: &str) -> Result<Answered<Option<Instance>>, ProviderError> {
        check_reference(reference)?;
        let path = [INSTANCES[0], INSTANCES[1], reference];
        match self.client.fetch(Draft::get(&path)).await {
            Ok(answer) => Ok(answer.map(|it| Some(map::instance(it)))),
            Err(error) if error.code == code::NOT_FOUND => Ok(Answered { value: None, request_id: error.request_id }),
            Err(error) => Err(error),
        }
    }

    async fn boot(&self, reference: &str) -> Result<Answered<()>, ProviderError> {
        let result = self.act(reference, "boot", Effect::Repeatable).await;
        self.unless_already(reference, &InstanceState::Running, result).await
    }

    async fn shutdown(&self, reference: &str) -> Result<Answered<()>, ProviderError> {
        let result = self.act(reference, "shutdown", Effect::Repeatable).await;
        self.unless_already(reference, &InstanceState::Stopped, result).await
    }

    async fn reboot(&self, reference: &str) -> Result<Answered<()>, ProviderError> {
        self.act(reference, "reboot", Effect::Once).await
    }

    async fn last_reboot(&self, reference: &str) -> Result<Answered<Option<TakenRestart>>, ProviderError> {
        let filter = reboots_of(reference)?;
        let events = self.client.list(&["account", "events"], CallClass::Read, Some(&filter)).await?;
        Ok(events.map(|all: Vec<wire::Event>| all.iter().max_by_key(|event| event.id).map(map::restart)))
    }

    async fn set_tags(&self, reference: &str, tags: &[String]) -> Result<Answered<()>, ProviderError> {
        check_reference(reference)?;
        check_tags(tags)?;
        let body = serde_json::to_vec(&wire::Tags { tags })
            .map_err(|_| ProviderError::invalid("tags", "they cannot be written as JSON"))?;
        let path = [INSTANCES[0], INSTANCES[1], reference];
        let draft = Draft { method: Method::PUT, body: Some(body), class: CallClass::Change, ..Draft::get(&path) };
        let reply = self.client.send(draft).await?;
        Ok(done(request_id(&reply.headers)))
    }

    async fn delete(&self, reference: &str) -> Result<Answered<()>, ProviderError> {
        check_reference(reference)?;
        let path = [INSTANCES[0], INSTANCES[1], reference];
        let draft = Draft { method: Method::DELETE, class: CallClass::Delete, ..Draft::get(&path) };
        let result = match self.client.send(draft).await {
            Ok(reply) => Ok(done(request_id(&reply.headers))),
            Err(error) if error.code == code::NOT_FOUND => Ok(done(error.request_id)),
            Err(error) => Err(error),
        };
        self.unless_already(reference, &InstanceState::Deleting, result).await
    }
}

fn done(request_id: Option<String>) -> Answered<()> {
    Answered { value: (), request_id }
}

/// The answer to the check names the token's scopes; one that cannot manage servers is useless.
fn check_scopes(headers: &HeaderMap) -> Result<(), ProviderError> {
    let scopes = headers.get("x-oauth-scopes").and_then(|it| it.to_str().ok());
    let enough =
        |scopes: &str| scopes.split([' ', ',']).any(|scope| matches!(scope, "*" | "linodes:read_write" | "linodes:*"));
    match scopes {
        Some(scopes) if !scopes.trim().is_empty() && !enough(scopes) => Err(ProviderError::new(
            ErrorClass::Credentials,
            code::FORBIDDEN,
            "the token may not create and delete servers: it needs that scope, read and write",
        )),
        _ => Ok(()),
    }
}

/// An `X-Filter` header that asks for the restarts of one instance. The provider keeps events for 90 days.
fn reboots_of(reference: &str) -> Result<HeaderValue, ProviderError> {
    check_reference(reference)?;
    let filter = format!(r#"{{"action":"linode_reboot","entity.type":"linode","entity.id":{reference}}}"#);
    HeaderValue::from_str(&filter).map_err(|_| ProviderError::invalid("reference", "it cannot be put into a header"))
}

/// A reference becomes part of a path, so it must be nothing but digits.
fn check_reference(reference: &str) -> Result<(), ProviderError> {
    let digits = reference.bytes().all(|byte| byte.is_ascii_digit());
    if reference.is_empty() || reference.len() > MAX_REFERENCE_DIGITS || !digits {
        return Err(ProviderError::invalid("reference", "it must be a number"));
    }
    Ok(())
}

/// The document's rules for an order, as far as a wrong one could do harm or can be refused early.
fn check_order(order: &CreateInstance) -> Result<(), ProviderError> {
    let names = [("type", &order.type_id), ("region", &order.region), ("image", &order.image)];
    if !is_label(&order.label) {
        let message = "3 to 64 letters, digits, '-', '_' and '.', none of these twice in a row";
        return Err(ProviderError::invalid("label", message));
    }
    for (field, value) in names {
        if value.is_empty() || value.len() > 128 || value.chars().any(char::is_control) {
            return Err(ProviderError::invalid(field, "it must be 1 to 128 characters"));
        }
    }
    if !(7..=128).contains(&order.root_password.expose_secret().chars().count()) {
        return Err(ProviderError::invalid("root_pass", "it must be 7 to 128 characters"));
    }
    check_tags(&order.tags)?;
    // A second line in a key would be a second key.
    if order.authorized_keys.iter().any(|key| key.chars().any(char::is_control)) {
        return Err(ProviderError::invalid("authorized_keys", "a key must be one line"));
    }
    Ok(())
}

fn check_tags(tags: &[String]) -> Result<(), ProviderError> {
    let fits = |tag: &String| (3..=50).contains(&tag.chars().count());
    if tags.iter().all(fits) {
        return Ok(());
    }
    Err(ProviderError::invalid("tags", "a tag must be 3 to 50 characters"))
}

/// A refused order with the customer's own input that it was refused for.
fn naming_input(mut error: ProviderError) -> ProviderError {
    if error.code == code::VALIDATION {
        error.input = match error.field.as_deref() {
            Some("root_pass") => Some(OrderInput::RootPassword),
            // A single key is named by its place: `authorized_keys[0]`.
            Some(field) if field.starts_with("authorized_keys") => Some(OrderInput::SshKey),
            _ => None,
        };
    }
    error
}

fn is_label(label: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = label.as_bytes();
    (3..=64).contains(&bytes.len())
        && ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
        && !["--", "__", ".."].iter().any(|twice| label.contains(twice))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_reference_is_digits_and_nothing_else() {
        assert!(check_reference("18446744073709551615").is_ok());
        for bad in ["", "1/2", "..", "1?x", "%2e", "-1", "1 ", "\u{661}", "184467440737095516150"] {
            assert!(check_reference(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn labels_follow_the_document() {
        for good in ["sp-01hzy3", "abc", "a_b.c-d"] {
            assert!(is_label(good), "{good}");
        }
        for bad in ["", "ab", "-abc", "abc-", "a--b", "a..b", "a b", "a/b", "\u{e4}bc"] {
            assert!(!is_label(bad), "{bad}");
        }
        assert!(!is_label(&"a".repeat(65)));
    }

    #[test]
    fn a_token_must_be_able_to_manage_servers() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-oauth-scopes", HeaderValue::from_static(value));
            check_scopes(&headers)
        };
        assert!(check_scopes(&HeaderMap::new()).is_ok());
        assert!(with("*").is_ok());
        assert!(with("images:read_only linodes:read_write").is_ok());
        assert_eq!(with("linodes:read_only").unwrap_err().code, code::FORBIDDEN);
    }
}

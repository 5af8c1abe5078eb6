//! Ordering a server.

use domain::PlanId;
use domain::idempotency::IdempotencyKey;
use domain::vps::{self, NewVps};
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::model::{VpsJob, accepted};
use crate::auth::may;
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::quote::{OrQuote, would};
use crate::state::Shared;
use crate::wire::{Body, Id, Key, Label, Money, Quoted, Secret};

/// An order of a server. It needs a root password, a public SSH key, or both of them.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreateVps {
    /// The plan to order.
    plan_id: Id<PlanId>,
    /// The id of one of the plan's regions.
    #[oai(validator(min_length = 1, max_length = 100))]
    region: String,
    /// The id of one of the plan's images.
    #[oai(validator(min_length = 1, max_length = 200))]
    image: String,
    /// Its name: letters, digits, dots, hyphens and underscores, unique among the organisation's
    /// servers.
    label: Label,
    /// The root password: 12 to 128 ASCII characters of at least three kinds.
    #[oai(validator(min_length = 12, max_length = 128))]
    root_password: Option<Secret>,
    /// A public SSH key for root: ed25519, ECDSA on a NIST curve, or RSA of at least 2048 bits. Line
    /// breaks from pasting are mended. Keys of security tokens (`sk-…`) can't be used.
    #[oai(validator(min_length = 40, max_length = 8192))]
    ssh_public_key: Option<String>,
    /// The price of an hour that was shown, as the quote's `price.hourly` says it. When another price
    /// holds by now, a higher or a lower one, the order is refused with both. Without it, whatever
    /// holds is taken.
    price_hourly: Option<Money>,
}

impl From<CreateVps> for NewVps {
    fn from(order: CreateVps) -> Self {
        Self {
            plan: order.plan_id.0,
            region: order.region,
            image: order.image,
            label: order.label.0,
            root_password: order.root_password.map(|password| password.0),
            ssh_public_key: order.ssh_public_key,
            price_seen: order.price_hourly.map(|price| price.0),
        }
    }
}

/// Why an order is refused.
pub struct OrderProblems;

impl Problems for OrderProblems {
    const OWN: &'static [(u16, &'static str)] = &[
        (402, "in_debt"),
        (402, "insufficient_funds"),
        (402, "spend_cap_reached"),
        (403, "email_unverified"),
        (403, "new_funds_limit"),
        (403, "quota_reached"),
        (409, "idempotency_key_reused"),
        (409, "label_taken"),
        (409, "price_changed"),
        (429, "too_many_open_jobs"),
        (503, "overloaded"),
    ];
}

/// The operation that orders a server.
pub struct OrderApi;

#[OpenApi]
impl OrderApi {
    /// Order a server
    ///
    /// Sets the price of the first hour aside and accepts the order. The same key with the same body
    /// gives the same server, so that a lost response cannot order twice. With `price_hourly` nothing
    /// is ordered at another price: the response is 409 `price_changed` with `price_seen` and
    /// `price_now`. While the organisation has
    /// too many open jobs the response is 429 `too_many_open_jobs`, and while orders are far behind it
    /// is 503 `overloaded`: both say in `Retry-After` when to try again. With `dry_run` the order is
    /// judged as it would be, and the response is 200 with its quote; it needs no key.
    #[oai(path = "/api/vps", method = "post", operation_id = "createVps", tag = "Tag::Vps")]
    async fn create(
        &self,
        member: may::VpsCreate,
        app: Data<&Shared>,
        /// A key that the client creates for this order, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<CreateVps>,
    ) -> OrQuote<VpsJob, 202, OrderProblems> {
        let request = body.0.to_json_string();
        let new = NewVps::from(body.0);
        if dry_run.0 == Some(true) {
            return would(vps::quote(&app.ctx, &member.actor(), &new).await?);
        }
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/vps",
            request.into_bytes(),
        )?;
        Ok(Quoted::Did(accepted(vps::create(&app.ctx, &member.actor(), &new, &key).await?)))
    }
}

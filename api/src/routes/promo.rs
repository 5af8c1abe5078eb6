//! Promo codes, as customers use them.

use domain::idempotency::IdempotencyKey;
use domain::promo::{self, REFUSED};
use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::quote::{OrQuote, would};
use super::statement::StatementEntry;
use crate::auth::{client_of, may};
use crate::problem::Problems;
use crate::state::Shared;
use crate::wire::{Answer, Body, Key, Money, Quoted};

/// A code to use.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct RedeemPromo {
    /// The code, in capitals or not.
    #[oai(validator(min_length = 1, max_length = 64))]
    code: String,
}

/// Credit that a code gave.
#[derive(Debug, Object)]
pub struct RedeemedPromo {
    /// Its entry on the statement.
    entry: StatementEntry,
    /// The balance after it and after any debt that it paid.
    balance: Money,
}

/// Why a code gives nothing.
pub struct PromoProblems;

impl Problems for PromoProblems {
    const OWN: &'static [(u16, &'static str)] =
        &[(403, "email_unverified"), (409, "idempotency_key_reused"), (409, "promo_refused"), (409, "promo_used")];
}

/// Operations on promo codes.
pub struct PromoApi;

#[OpenApi]
impl PromoApi {
    /// Use a promo code
    ///
    /// Adds what the code is worth to the wallet, once for each organisation; a debt is paid from it first. Every code
    /// that does not count is answered alike. With `dry_run` the response is 200 with the quote, which needs no key; a
    /// code that does not count is an attempt all the same.
    #[oai(path = "/api/wallet/promo", method = "post", operation_id = "redeemPromo", tag = "Tag::Wallet")]
    async fn redeem(
        &self,
        member: may::WalletTopUp,
        app: Data<&Shared>,
        request: &Request,
        /// A key that the client creates for this use, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<RedeemPromo>,
    ) -> OrQuote<RedeemedPromo, 201, PromoProblems> {
        let (actor, ip) = (member.actor(), client_of(request).ip);
        if dry_run.0 == Some(true) {
            let attempt = app.limits.promo(&app.ctx, ip, actor.user()).await?;
            let outcome = promo::quote(&app.ctx, &actor, &body.0.code).await;
            return would(attempt.judge(outcome, wrong).await?);
        }
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/wallet/promo",
            body.0.to_json_string().into_bytes(),
        )?;
        let attempt = app.limits.promo(&app.ctx, ip, actor.user()).await?;
        let outcome = promo::redeem(&app.ctx, &actor, &body.0.code, &key).await;
        let redeemed = attempt.judge(outcome, wrong).await?;
        Ok(Quoted::Did(Answer::new(RedeemedPromo {
            entry: StatementEntry::of(&redeemed.entry, &app.ctx.vault),
            balance: Money(redeemed.balance),
        })))
    }
}

/// Whether a code was tried that does not count.
fn wrong<T>(outcome: &domain::Result<T>) -> bool {
    outcome.as_ref().is_err_and(|error| error.code == REFUSED)
}

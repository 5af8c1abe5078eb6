//! Customers, and the credit that administrators give them.

use domain::customer::{CustomerFilter, CustomerSort};
use domain::idempotency::IdempotencyKey;
use domain::page::Order;
use domain::{OrgId, OrgState, UserId, credit, customer, ledger, user};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::types::ToJSON;
use poem_openapi::{Object, OpenApi};

use super::credits::CreditRequest;
use crate::auth::{Admin, AdminVerified};
use crate::problem::Problems;
use crate::routes::Tag;
use crate::routes::auth::User;
use crate::routes::quote::{OrQuote, would};
use crate::routes::statement::StatementEntry;
use crate::state::Shared;
use crate::wire::{Answer, Body, Choice, Created, Done, Id, Key, Money, Paged, Quoted, Time, Vocabulary, Word, page};

impl Vocabulary for CustomerSort {
    const NAME: &'static str = "CustomerSort";
    const ABOUT: &'static str = "What a list of customers is ordered by.";
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }
    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A customer.
#[derive(Debug, Object)]
pub struct Customer {
    /// The organisation's id.
    org_id: Id<OrgId>,
    /// The organisation's name.
    #[oai(validator(max_length = 100))]
    name: String,
    /// Whether it is used: `stopped` where its funds ended, `locked` where no owner can sign in.
    state: Word<OrgState>,
    /// Its first member.
    owner: User,
    /// What it can spend.
    balance: Money,
    /// What it owes.
    owed: Money,
    /// Its servers that exist or are being created.
    servers: i64,
    /// What they cost together in an hour.
    hourly_rate: Money,
    /// How full the fullest of its quotas is, in percent; above 100 where a quota was lowered.
    quota_percent: i32,
    /// When one of its members or of its API keys was last seen. Null if never.
    active_at: Option<Time>,
    /// When the organisation was created.
    created_at: Time,
}

impl From<customer::Customer> for Customer {
    fn from(row: customer::Customer) -> Self {
        Self {
            org_id: Id(row.org_id),
            name: row.name,
            state: Word(row.state),
            owner: User { id: Id(row.owner_id), email: row.owner_email, name: row.owner_name },
            balance: Money::usd(row.balance_micros),
            owed: Money::usd(row.owed_micros),
            servers: row.servers,
            hourly_rate: Money::usd(row.hour_micros),
            quota_percent: row.quota_percent,
            active_at: row.active_at.map(Into::into),
            created_at: row.created_at.into(),
        }
    }
}

/// Credit to give.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct GiveCredit {
    /// How much: more than zero.
    amount: Money,
    /// The reason, which is recorded and shown to the customer.
    #[oai(validator(min_length = 3, max_length = 500))]
    reason: String,
}

/// Credit that was given, or that waits for another administrator.
#[derive(Debug, Object)]
pub struct Credited {
    /// Its entry on the statement; null while it waits.
    entry: Option<StatementEntry>,
    /// The balance after it and after any debt that it paid.
    balance: Money,
    /// What waits for another administrator; null for what was given.
    waiting: Option<CreditRequest>,
    /// Whether it takes two administrators and was given all the same, since there is no other one.
    alone: bool,
}

/// An organisation to create.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct CreateCustomer {
    /// The user who owns it.
    owner: Id<UserId>,
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 100))]
    name: String,
}

/// Why no organisation is created.
pub struct OwnerProblems;

impl Problems for OwnerProblems {
    const OWN: &'static [(u16, &'static str)] = &[(404, "not_found")];
}

/// Why credit is not given.
pub struct CreditProblems;

impl Problems for CreditProblems {
    const OWN: &'static [(u16, &'static str)] = &[(409, "idempotency_key_reused")];
}

/// Operations on customers.
pub struct CustomersApi;

#[OpenApi]
impl CustomersApi {
    /// List customers
    ///
    /// All organisations, the newest first when nothing else is said; closed ones only when asked for.
    #[oai(path = "/api/admin/customers", method = "get", operation_id = "listCustomers", tag = "Tag::Admin")]
    #[expect(clippy::too_many_arguments, reason = "one argument a parameter")]
    async fn list(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// Only customers with this text in a name or an e-mail address, or with this id.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only customers in this state.
        state: Query<Option<Choice<OrgState>>>,
        /// What the list is ordered by; `created` when left out.
        sort: Query<Option<Choice<CustomerSort>>>,
        /// Which way; `desc` when left out.
        order: Query<Option<Choice<Order>>>,
        /// The previous page's `next`, with the same filter and order.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many customers, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<Customer>> {
        let by = (sort.0.map(|sort| sort.0).unwrap_or_default(), order.0.map(|order| order.0).unwrap_or_default());
        let filter = CustomerFilter { q: q.0, state: state.0.map(|state| state.0) };
        let found = customer::list(&app.ctx, &admin.actor(), &filter, by, &page(cursor.0, limit.0)).await?;
        Ok(Answer::new(Paged::of(found, Customer::from)))
    }

    /// Create an organisation
    ///
    /// With an empty wallet, for a user who exists and who owns it from then on.
    #[oai(path = "/api/admin/customers", method = "post", operation_id = "createCustomer", tag = "Tag::Admin")]
    async fn create(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        body: Body<CreateCustomer>,
    ) -> Created<Customer, OwnerProblems> {
        let actor = admin.actor();
        let org = user::create_organisation(&app.ctx, &actor, body.0.owner.0, &body.0.name).await?;
        Ok(Answer::new(customer::get(&app.ctx, &actor, org).await?.into()))
    }

    /// Read a customer
    ///
    /// An organisation with its owner, its balance and its servers in figures.
    #[oai(path = "/api/admin/customers/:org", method = "get", operation_id = "getCustomer", tag = "Tag::Admin")]
    async fn get(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
    ) -> Done<Customer> {
        Ok(Answer::new(customer::get(&app.ctx, &admin.actor(), org.0.0).await?.into()))
    }

    /// Give a customer credit
    ///
    /// A debt is paid from it first. Where there are two administrators, credit above the limit waits for the other
    /// one. The same key with the same body gives the credit once. With `dry_run` the response is 200 with the quote,
    /// which needs no key.
    #[oai(path = "/api/admin/customers/:org/credit", method = "post", operation_id = "giveCredit", tag = "Tag::Admin")]
    async fn credit(
        &self,
        admin: AdminVerified,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// A key that the client creates for this credit, such as a UUID.
        #[oai(name = "Idempotency-Key")]
        idempotency_key: Header<Option<Key>>,
        /// When true, the answer is what it would cost, and nothing is done.
        dry_run: Query<Option<bool>>,
        body: Body<GiveCredit>,
    ) -> OrQuote<Credited, 201, CreditProblems> {
        let (actor, amount, reason) = (admin.actor(), body.0.amount.0, &body.0.reason);
        if dry_run.0 == Some(true) {
            return would(credit::quote(&app.ctx, &actor, org.0.0, amount, reason).await?);
        }
        // The organisation is part of the address, so it is part of what the key is for.
        let request = format!("{} {}", org.0.0, body.0.to_json_string());
        let key = IdempotencyKey::new(
            idempotency_key.0.as_ref().map_or("", |key| &key.0),
            "POST /api/admin/customers/{org}/credit",
            request.into_bytes(),
        )?;
        let credited = credit::give(&app.ctx, &actor, org.0.0, amount, reason, &key).await?;
        Ok(Quoted::Did(Answer::new(Credited {
            entry: credited.entry.map(|entry| StatementEntry::of(&entry, &app.ctx.vault)),
            balance: Money(credited.balance),
            waiting: credited.request.map(CreditRequest::from),
            alone: credited.alone,
        })))
    }

    /// Read a customer's statement
    ///
    /// Every movement of the organisation's money, the newest first.
    #[oai(
        path = "/api/admin/customers/:org/statement",
        method = "get",
        operation_id = "listCustomerStatement",
        tag = "Tag::Admin"
    )]
    async fn statement(
        &self,
        admin: Admin,
        app: Data<&Shared>,
        /// The organisation's id.
        org: Path<Id<OrgId>>,
        /// The previous page's `next`.
        #[oai(validator(max_length = 200))]
        cursor: Query<Option<String>>,
        /// How many entries, 20 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
        limit: Query<Option<u16>>,
    ) -> Done<Paged<StatementEntry>> {
        let (actor, request) = (admin.actor(), page(cursor.0, limit.0));
        // The ledger knows no names: the organisation must be a customer for its address to exist.
        let customer = customer::get(&app.ctx, &actor, org.0.0).await?;
        let found = ledger::customer_statement(&app.ctx, &actor, customer.org_id, &request).await?;
        Ok(Answer::new(Paged::of(found, |row| StatementEntry::of(&row, &app.ctx.vault))))
    }
}

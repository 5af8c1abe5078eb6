//! Provider accounts, what they sell, and our plans on top. A request never calls a provider:
//! what is read here was written by a sync job.

mod accounts;
mod plans;
mod query;
mod sync;

pub use accounts::{
    AccountChange, AccountView, Connected, Credentials, NewAccount, accounts, change, connect, credentials,
    get as account, remove, request_sync,
};
pub use plans::{
    AdminPlan, NewPlan, PlanChange, add as add_plan, admin_list as admin_plans, change as change_plan,
    remove as remove_plan,
};
pub use query::{AccountCatalog, Image, Plan, Quote, Region, TypeRow, catalog_of, images, plan, plans, quote, regions};
pub use sync::{SyncedCatalog, SyncedImage, SyncedRegion, SyncedType, mark_invalid, mark_valid, store};

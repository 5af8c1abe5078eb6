//! What we sell: plans on top of what clouds offer.

mod draft;
mod plans;
mod price_list;
mod quote;

pub use draft::{Draft, DraftPrice, DraftRegion, preview};
pub use plans::{
    AdminPlan, NewPlan, PlanChange, add as add_plan, admin_list as admin_plans, change as change_plan,
    remove as remove_plan, reorder as reorder_plans,
};
pub use price_list::{Image, Plan, Region, images, plan, plans, regions};
pub(crate) use price_list::{Offer, offer};
pub use quote::{Quote, quote};

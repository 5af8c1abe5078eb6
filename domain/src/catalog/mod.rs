//! What we sell: plans on top of what clouds offer.

mod draft;
mod moves;
mod overrides;
mod plans;
mod price_book;
mod price_list;
mod quote;

pub use draft::{Draft, DraftPrice, DraftRegion, preview};
pub(crate) use moves::letter as move_letter;
pub use moves::{NewMove, PriceMove, cancel_move, move_price, moves, quote_move};
pub use overrides::{
    NewOverride, Override, OwnPrice, add_override, end_override, overrides, quote_end, quote_override,
};
pub use plans::{
    AdminPlan, NewPlan, PlanChange, PlanRule, PlanUnit, add as add_plan, admin_list as admin_plans,
    change as change_plan, remove as remove_plan, reorder as reorder_plans,
};
pub(crate) use price_book::keep_versions;
pub use price_book::{PlanVersion, versions};
pub use price_list::{Image, Plan, Region, images, plan, plans, regions};
pub(crate) use price_list::{Offer, offer};
pub use quote::{Quote, QuotedTax, quote};

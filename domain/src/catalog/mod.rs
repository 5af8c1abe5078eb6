//! What we sell: plans on top of what clouds sell.

mod plans;
mod price_list;

pub use plans::{
    AdminPlan, NewPlan, PlanChange, add as add_plan, admin_list as admin_plans, change as change_plan,
    remove as remove_plan,
};
pub use price_list::{
    CloudCatalog, Image, Plan, Quote, Region, TypeRow, catalog_of, images, plan, plans, quote, regions,
};

//! What the cloud sells today: prices and stock that change without a word to anybody.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    catalog,
    order::Order,
    reply::{ApiError, ApiResult, ErrorReason},
};

/// Prices in US dollars.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariff {
    /// An hour.
    pub hourly: f64,
    /// A month.
    pub monthly: f64,
}

/// How the cloud's offer differs from its usual one. Types and regions go by their ids.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Market {
    /// Types that are no longer sold: lists leave them out, and orders are refused.
    pub withdrawn: BTreeSet<String>,
    /// Types with another price.
    pub prices: BTreeMap<String, Tariff>,
    /// Regions with another price of a type: by type, then by region.
    pub region_prices: BTreeMap<String, BTreeMap<String, Tariff>>,
    /// Types that regions do not have or have run out of: by region.
    pub sold_out: BTreeMap<String, BTreeSet<String>>,
}

impl Market {
    /// Every type that is sold, as lists show it.
    pub(crate) fn types(&self) -> Vec<Value> {
        catalog::types().into_iter().filter_map(|known| self.priced(known)).collect()
    }

    /// One type, if it is sold.
    pub(crate) fn type_view(&self, id: &str) -> Option<Value> {
        catalog::type_view(id).and_then(|known| self.priced(known))
    }

    fn priced(&self, mut known: Value) -> Option<Value> {
        let id = known["id"].as_str()?.to_owned();
        if self.withdrawn.contains(&id) {
            return None;
        }
        if let Some(tariff) = self.prices.get(&id) {
            known["price"] = json!(tariff);
        }
        if let Some(own) = self.region_prices.get(&id) {
            let one = |(id, Tariff { hourly, monthly }): (&String, &Tariff)| {
                let (hourly, monthly) = (*hourly, *monthly);
                json!({ "id": id, "hourly": hourly, "monthly": monthly })
            };
            known["region_prices"] = own.iter().map(one).collect();
        }
        Some(known)
    }

    /// Which types each region has, or one of them.
    pub(crate) fn stock(&self, region: Option<&str>) -> Vec<Value> {
        let regions = catalog::regions();
        let regions = regions.iter().filter_map(|known| known["id"].as_str());
        let regions = regions.filter(|id| region.is_none_or(|wanted| wanted == *id));
        let types = self.types();
        let pair = |region: &str, kind: &Value| {
            let plan = kind["id"].as_str().unwrap_or_default();
            json!({ "region": region, "plan": plan, "available": self.has(region, plan) })
        };
        regions.flat_map(|region| types.iter().map(move |kind| pair(region, kind))).collect()
    }

    fn has(&self, region: &str, plan: &str) -> bool {
        !self.sold_out.get(region).is_some_and(|types| types.contains(plan))
    }

    /// Refuses an order for what is not sold. In which words the service does that is unverified.
    pub(crate) fn admit(&self, order: &Order) -> Result<(), ApiError> {
        if self.withdrawn.contains(order.kind.id) {
            return Err(ErrorReason::of("type", "A valid plan type by that ID was not found").into());
        }
        if !self.has(&order.region, order.kind.id) {
            return Err(ErrorReason::of("region", "This plan is not available in this region").into());
        }
        Ok(())
    }

    /// The stock of one region, which must exist.
    pub(crate) fn stock_of(&self, region: &str) -> ApiResult {
        if catalog::has_region(region) { Ok(self.stock(Some(region)).into()) } else { Err(ApiError::not_found()) }
    }
}

//! What CIPP itself notes of customers.

use serde_json::json;

use super::shelf::{Kind, none};
use super::tenant::Relation;

/// Who excluded which customer.
pub(crate) static EXCLUSIONS: Kind = Kind {
    name: "exclusions",
    key: "customerId",
    first: |world, _| {
        let excluded = world.all_customers().filter(|tenant| tenant.relation() == Relation::Excluded);
        let row = |tenant: &super::tenant::Tenant| {
            let date = world.calendar.ago(30, 36_000);
            json!({"customerId": tenant.id, "ExcludeUser": "admin@adatum.com", "ExcludeDate": date})
        };
        excluded.map(row).collect()
    },
};

/// The names that people gave to customers.
pub(crate) static ALIASES: Kind = Kind { name: "aliases", key: "customerId", first: none };

/// Runs of the onboarding of customers, by relationship.
pub(crate) static ONBOARDINGS: Kind = Kind { name: "onboardings", key: "RowKey", first: none };

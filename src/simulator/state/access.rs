//! Conditional Access of a tenant: policies and named locations, as Graph has them.

use serde_json::{Value, json};

use super::calendar::moment;
use super::shelf::{Kind, joined};

/// Policies.
pub(crate) static CA_POLICIES: Kind = Kind {
    name: "conditional access policies",
    key: "id",
    first: |world, tenant| {
        let guard = tenant.directory().user(&format!("breakglass@{}", tenant.domain));
        let spared: Vec<_> = guard.map(|user| user.id.clone()).into_iter().collect();
        [
            ("Require multifactor authentication for all users", "enabled", "mfa"),
            ("Block legacy authentication", "enabledForReportingButNotEnforced", "block"),
        ]
        .iter()
        .map(|(name, state, control)| {
            let old = world.calendar.ago(200, 3600);
            let row = ca_policy(&tenant.seed.of("ca policy", 0).guid(name), name, state);
            let more = json!({
                "createdDateTime": old, "modifiedDateTime": old,
                "grantControls": {"operator": "OR", "builtInControls": [control]},
                "conditions": {
                    "clientAppTypes": if *control == "mfa" { json!(["all"]) } else { json!(["exchangeActiveSync", "other"]) },
                    "applications": {"includeApplications": ["All"]},
                    "users": {"includeUsers": ["All"], "excludeUsers": spared},
                },
            });
            joined(row, more)
        })
        .collect()
    },
};

/// A policy that asks for nothing yet, made now.
pub(crate) fn ca_policy(id: &str, name: &str, state: &str) -> Value {
    json!({
        "id": id, "displayName": name, "state": state, "createdDateTime": moment(), "modifiedDateTime": null,
        "conditions": {}, "grantControls": null, "sessionControls": null,
    })
}

/// Named locations.
pub(crate) static LOCATIONS: Kind = Kind {
    name: "named locations",
    key: "id",
    first: |world, tenant| {
        let old = world.calendar.ago(300, 3600);
        let id = |name: &str| tenant.seed.of("location", 0).guid(name);
        let dated = |row| joined(row, json!({"createdDateTime": old, "modifiedDateTime": old}));
        vec![
            dated(ip_location(&id("office"), "Head office", &["203.0.113.0/24".to_owned()], true)),
            dated(country_location(&id("countries"), "Allowed countries", &["US".to_owned(), "GB".to_owned()], false)),
        ]
    },
};

/// A location of addresses.
pub(crate) fn ip_location(id: &str, name: &str, ranges: &[String], trusted: bool) -> Value {
    let now = moment();
    json!({
        "@odata.type": "#microsoft.graph.ipNamedLocation", "id": id, "displayName": name, "createdDateTime": now,
        "modifiedDateTime": now, "deletedDateTime": null, "isTrusted": trusted,
        "ipRanges": ranges.iter().map(|range| ip_range(range)).collect::<Vec<_>>(),
    })
}

/// A range of addresses. The server takes every range that is added later for one of IPv4.
pub(crate) fn ip_range(range: &str) -> Value {
    let kind = if range.contains(':') { "iPv6CidrRange" } else { "iPv4CidrRange" };
    json!({"@odata.type": format!("#microsoft.graph.{kind}"), "cidrAddress": range})
}

/// A location of countries.
pub(crate) fn country_location(id: &str, name: &str, countries: &[String], unknown: bool) -> Value {
    let now = moment();
    json!({
        "@odata.type": "#microsoft.graph.countryNamedLocation", "id": id, "displayName": name, "createdDateTime": now,
        "modifiedDateTime": now, "deletedDateTime": null, "countriesAndRegions": countries,
        "includeUnknownCountriesAndRegions": unknown, "countryLookupMethod": "clientIpAddress",
    })
}

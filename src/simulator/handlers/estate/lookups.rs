//! Searches over all tenants, and facts from elsewhere.

use serde_json::{Value, json};

use super::listing::managed;
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::text;
use crate::simulator::state::graph_user::graph_user;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecGeoIPLookup", locate),
    ("ExecUniversalSearch", search),
    ("ExecUniversalSearchV2", search_again),
    ("ListFunctionParameters", functions),
];

/// `ExecGeoIPLookup`
fn locate(world: &World, request: &Request) -> Reply {
    let address = text(request.either("IP"));
    if address.is_empty() {
        return Reply::results(200, "Error - No IP address was given");
    }
    if address.parse::<std::net::IpAddr>().is_err() {
        return Reply::text(500, format!("Could not get location for {address}"));
    }
    let seed = world.seed.of(&address, 0);
    let (city, country, code) =
        seed.pick("city", &[("Utrecht", "Netherlands", "NL"), ("Denver", "United States", "US")]);
    Reply::json(&json!({
        "ip": address, "city": city, "country": country, "countryCode": code, "isp": "Example Networks",
        "org": "Example Networks", "as": "AS64500", "hosting": false, "proxy": false,
    }))
}

/// `ExecUniversalSearch`: five of each tenant, fifty in all.
fn search(world: &World, request: &Request) -> Reply {
    let name = text(request.either("name")).to_lowercase();
    let found = managed(world).flat_map(|tenant| {
        let users = tenant.directory().users();
        let fits = |text: &str| text.to_lowercase().starts_with(&name);
        let found = users.into_iter().filter(move |user| fits(&user.display_name) || fits(&user.upn)).take(5);
        let row = |user: std::sync::Arc<crate::simulator::state::user::User>| {
            json!({
                "id": user.id, "displayName": user.display_name, "userPrincipalName": user.upn,
                "accountEnabled": user.enabled, "_tenantId": tenant.id, "customerId": tenant.id,
            })
        };
        found.map(row).collect::<Vec<_>>()
    });
    Reply::rows(found.take(50))
}

/// `ExecUniversalSearchV2`: over what is cached; an unknown type means users.
fn search_again(world: &World, request: &Request) -> Reply {
    let words = text(request.either("searchTerms")).to_lowercase();
    let limit = text(request.either("limit")).parse().unwrap_or(10);
    let found = managed(world).flat_map(|tenant| {
        let users = tenant.directory().reported();
        let fits = |text: &str| text.to_lowercase().contains(&words);
        let found = users.iter().filter(|user| fits(&user.display_name) || fits(&user.upn));
        let row = |user: &std::sync::Arc<crate::simulator::state::user::User>| {
            json!({
                "Tenant": tenant.domain, "Type": "Users", "RowKey": format!("Users-{}", user.id),
                "Data": graph_user(world.calendar, tenant, user),
            })
        };
        found.map(row).collect::<Vec<_>>()
    });
    Reply::rows(found.take(limit))
}

/// Functions that a task may call, with their parameters.
const FUNCTIONS: &[(&str, &[&str])] = &[
    ("Get-CIPPAlertMFAAdmins", &["TenantFilter", "InputValue"]),
    ("New-CIPPBackup", &["BackupType", "Tenantfilter"]),
    ("Set-CIPPOutOfOffice", &["UserID", "InternalMessage", "TenantFilter", "State"]),
    ("Set-CIPPSignInState", &["userid", "AccountEnabled", "TenantFilter"]),
];

/// `ListFunctionParameters`
fn functions(_: &World, request: &Request) -> Reply {
    let wanted = text(request.query("Function"));
    let found = FUNCTIONS.iter().filter(|(name, _)| wanted.is_empty() || name.eq_ignore_ascii_case(&wanted));
    Reply::rows(found.map(|(name, parameters)| {
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|name| json!({"Name": name, "Type": "System.Object", "Description": null, "Required": "false"}))
            .collect();
        json!({"Function": name, "Synopsis": name, "Functionality": null, "Parameters": parameters})
    }))
}

//! The list of tenants.

use serde_json::{Value, json};

use super::estate::{exclusion, shown_name};
use super::{Reply, Request, World};
use crate::simulator::powershell::{is_true, text, truthy};
use crate::simulator::state::graph_user::Row;
use crate::simulator::state::tenant::{Relation, Standing, Tenant};

/// `ListTenants`: the customers that are not excluded, sorted by name.
pub(super) fn list(world: &World, request: &Request) -> Reply {
    if is_true(request.body("ClearCache")) {
        let text = "Cache has been cleared and a tenant refresh is queued.";
        let id = world.queues.start("Update Tenants", "UpdateTenants", vec!["UpdateTenants".to_owned()]);
        return Reply::json(&json!({"Results": [{"Results": text}], "Metadata": {"Details": {"QueueId": id}}}));
    }
    let wanted = text(request.query("tenantFilter"));
    let mut tenants: Vec<&Tenant> = world.customers().collect();
    if world.partner_listed {
        tenants.push(world.partner());
    }
    if !wanted.is_empty() {
        tenants.retain(|tenant| [&tenant.domain, &tenant.initial_domain, &tenant.id].contains(&&wanted));
    }
    let mut rows: Vec<Row> = tenants.into_iter().map(|tenant| row(world, tenant)).collect();
    rows.sort_by_cached_key(|row| text(&row["displayName"]).to_lowercase());
    if is_true(request.query("AllTenantSelector")) {
        rows.insert(0, all_tenants());
    }
    if text(request.query("Mode")).eq_ignore_ascii_case("TenantList") {
        rows.iter_mut().for_each(add_portals);
    }
    if truthy(request.query("IncludeOffboardingDefaults")) {
        rows.iter_mut().for_each(|row| drop(row.insert("offboardingDefaults".to_owned(), Value::Null)));
    }
    Reply::rows(rows.iter())
}

fn object(value: Value) -> Row {
    if let Value::Object(row) = value { row } else { Row::new() }
}

fn all_tenants() -> Row {
    object(json!({
        "customerId": "AllTenants", "defaultDomainName": "AllTenants", "displayName": "*All Tenants",
        "domains": "AllTenants", "GraphErrorCount": 0,
    }))
}

/// The row of a tenant in the server's table.
pub(super) fn row(world: &World, tenant: &Tenant) -> Row {
    let calendar = world.calendar;
    let (exclude_user, exclude_date) = exclusion(world, tenant);
    let partner = tenant.standing == Standing::Partner;
    let broken = tenant.standing == Standing::Broken;
    let refreshed = calendar.ago(0, tenant.seed.below("refreshed", 3600));
    let mut row = object(json!({
        "PartitionKey": "Tenants",
        "RowKey": tenant.id,
        "customerId": tenant.id,
        "defaultDomainName": tenant.domain,
        "initialDomainName": tenant.initial_domain,
        "displayName": if partner { "*Partner Tenant".to_owned() } else { shown_name(world, tenant) },
        "domains": if partner { "PartnerTenant" } else { "" },
        "Excluded": tenant.relation() == Relation::Excluded,
        "ExcludeUser": exclude_user,
        "ExcludeDate": exclude_date,
        "GraphErrorCount": if broken { 3 } else { 0 },
        "LastGraphError": if broken { tenant.trouble() } else { String::new() },
        "RequiresRefresh": false,
        "LastRefresh": refreshed,
    }));
    if !partner {
        row.extend(object(json!({
            "relationshipEnd": calendar.ahead(90 + tenant.seed.below("relationship", 640)),
            "relationshipCount": 1,
            "hasAutoExtend": true,
            "delegatedPrivilegeStatus": "granularDelegatedAdminPrivileges",
        })));
    }
    row.extend(object(json!({
        "Timestamp": refreshed.replace('Z', ".0000000+00:00"),
        "ETag": format!("W/\"datetime'{}'\"", refreshed.replace(':', "%3A")),
    })));
    row
}

fn add_portals(row: &mut Row) {
    let (domain, id) = (text(&row["defaultDomainName"]), text(&row["customerId"]));
    for (name, address) in [
        ("portal_m365", format!("https://admin.cloud.microsoft/?delegatedOrg={domain}")),
        ("portal_exchange", format!("https://admin.cloud.microsoft/exchange?delegatedOrg={domain}")),
        ("portal_entra", format!("https://entra.microsoft.com/{domain}")),
        ("portal_teams", format!("https://admin.teams.microsoft.com/?delegatedOrg={domain}")),
        ("portal_azure", format!("https://portal.azure.com/{domain}")),
        ("portal_intune", format!("https://intune.microsoft.com/{domain}")),
        ("portal_security", format!("https://security.microsoft.com/?tid={id}")),
        ("portal_compliance", format!("https://purview.microsoft.com/?tid={id}")),
        ("portal_sharepoint", format!("https://admin.cloud.microsoft/sharepoint?delegatedOrg={domain}")),
        ("portal_platform", format!("https://admin.powerplatform.microsoft.com/account/login/{id}")),
        ("portal_bi", format!("https://app.powerbi.com/admin-portal?ctid={id}")),
    ] {
        row.insert(name.to_owned(), address.into());
    }
}

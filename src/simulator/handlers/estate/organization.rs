//! What a tenant is: its organization and domains.

use serde_json::{Value, json};

use super::listing::{List, Trouble, managed};
use super::tenancy::shown_name;
use super::tenant_groups::groups_of;
use super::writing::{change, missing, take, word, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::text;
use crate::simulator::state::organization::{DOMAINS, domain, organization};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddDomain", add_domain),
    ("ExecDomainAction", act_on_domain),
    ("ListAzureADConnectStatus", connect_status),
    ("ListDomains", |world, request| {
        List { trouble: Trouble::Texts(500), ..List::of(&DOMAINS) }.answer(world, request)
    }),
    ("ListOrg", organization_of),
    ("ListServiceHealth", service_health),
    ("ListTenantDetails", details),
];

/// `ListTenantDetails`: the organization, lists of texts joined, with what CIPP knows of the tenant.
fn details(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::text(500, trouble),
        Reach::Nowhere => return Reply::text(200, ""),
    };
    let mut row = organization(world, tenant);
    for list in ["businessPhones", "technicalNotificationMails"] {
        let texts: Vec<_> = row[list].as_array().into_iter().flatten().map(text).collect();
        row[list] = texts.join(", ").into();
    }
    if let Some(row) = row.as_object_mut() {
        row.remove("verifiedDomains");
    }
    row["displayName"] = shown_name(world, tenant).into();
    row["customProperties"] = json!({});
    row["Groups"] = groups_of(world, tenant).into();
    Reply::json(&row)
}

/// `ListOrg`: one object; an outage and all tenants show as nothing.
fn organization_of(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        return Reply::json(&json!([]));
    }
    match reach(world, &name) {
        Reach::Tenant(tenant) => Reply::json(&organization(world, tenant)),
        Reach::Broken(trouble) => Reply::text(500, trouble),
        Reach::Nowhere => Reply::text(200, ""),
    }
}

/// `AddDomain`: the domain is not verified yet; the second time it is there already.
fn add_domain(world: &World, request: &Request) -> Reply {
    let name = text(request.body("domain"));
    let failed = |why| Reply::results(403, format!("Failed to add domain {name}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            let domains = world.shelf(tenant, &DOMAINS);
            if domains.row(&name).is_some() {
                return Err("A conflicting object with one or more of the specified property values is present.".into());
            }
            domains.put(domain(&name, false, false));
        }
        Ok(Reply::results(200, format!("Domain {name} added successfully")))
    })
}

/// `ExecDomainAction`
fn act_on_domain(world: &World, request: &Request) -> Reply {
    let (name, action) = (text(request.body("domain")), word(request.body("Action")));
    if name.is_empty() || action.is_empty() {
        return Reply::results(400, "Domain and Action are required");
    }
    let failed = |why| Reply::results(403, format!("Failed to {action} domain {name}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let set =
            |field: &'static str, value: bool| change(world, tenant, &DOMAINS, &name, |row| row[field] = value.into());
        let done = match action.to_lowercase().as_str() {
            "verify" => set("isVerified", true).map(|()| "verified"),
            "setdefault" => {
                let domains = tenant.map(|tenant| world.shelf(tenant, &DOMAINS));
                if domains.is_some_and(|domains| domains.row(&name).is_none()) {
                    return Err(missing(&name));
                }
                if let Some(domains) = domains {
                    domains.change_all(|row| row["isDefault"] = false.into());
                }
                set("isDefault", true).map(|()| "set as default")
            }
            "delete" => take(world, tenant, &DOMAINS, &name).map(|()| "deleted"),
            _ => return Ok(Reply::results(400, format!("Invalid action: {action}"))),
        }?;
        Ok(Reply::results(200, format!("Domain {name} {done} successfully")))
    })
}

/// `ListAzureADConnectStatus`: what is asked for alone, else both as one row.
fn connect_status(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(_) | Reach::Nowhere => return Reply::json(&json!([])),
    };
    let row = organization(world, tenant);
    let settings = json!({
        "dirSyncEnabled": row["onPremisesSyncEnabled"] == true, "dirSyncConfigured": row["onPremisesSyncEnabled"] == true,
        "passwordSyncStatus": row["onPremisesSyncEnabled"] == true,
        "numberOfHoursFromLastSync": row["onPremisesLastSyncDateTime"],
        "createdDateTime": row["createdDateTime"], "displayName": row["displayName"], "id": row["id"],
    });
    let users = tenant.directory().users();
    let errors: Vec<_> = users
        .iter()
        .map(|user| json!({
            "ObjectType": "User", "displayName": user.display_name, "id": user.id, "createdDateTime": row["createdDateTime"],
            "onPremisesProvisioningErrors": [],
        }))
        .collect();
    match text(request.query("DataToReturn")).as_str() {
        "AzureADConnectSettings" => Reply::json(&settings),
        "AzureADObjectsInError" => Reply::json(&errors),
        _ => Reply::json(&json!([{"AzureADConnectSettings": settings, "ObjectsInError": errors}])),
    }
}

/// `ListServiceHealth`: one open incident of a tenant here and there; the names of one tenant are what was sent.
fn service_health(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    let row = |number: usize, name: Value, domain: Value| {
        json!({
            "TenantName": name, "defaultDomainName": domain, "issueId": format!("EX{}", 700_000 + number),
            "service": "Exchange Online", "type": "incident", "desc": "Some users may see delays in mail delivery",
        })
    };
    if is_all(&name) {
        return Reply::rows(
            managed(world)
                .filter(|tenant| tenant.seed.chance("incident", 50))
                .map(|tenant| row(tenant.seed.below("incident", 9999), json!(tenant.name), json!(tenant.domain))),
        );
    }
    let (shown, domain) = (request.query("displayName").clone(), request.query("defaultDomainName").clone());
    match reach(world, &name) {
        Reach::Tenant(tenant) if tenant.seed.chance("incident", 50) => {
            Reply::json(&[row(tenant.seed.below("incident", 9999), shown, domain)])
        }
        _ => Reply::json(&json!([])),
    }
}

//! Licences: what a tenant owns, who has them, and handing them out.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::edit::values_of;
use super::excluded_licences::is_excluded;
use crate::simulator::handlers::{Reach, is_all, reach};
use crate::simulator::powershell::{member, text, truthy};
use crate::simulator::reply::{JSON, Reply, rows_text};
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::licences::{LICENCES, Licence};
use crate::simulator::state::queues::Asked;
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::{Kind, User};

/// How long the rows of all tenants are kept.
const LIFE: Duration = Duration::from_secs(3600);

/// The skus that a user has.
pub(super) fn held(user: &User) -> Vec<String> {
    user.licences.iter().filter_map(|&at| LICENCES.get(at)).map(|licence| licence.sku.to_owned()).collect()
}

/// Hands out licences and takes others back, and says what came of it.
pub(super) fn assign(tenant: &Tenant, user: &str, add: &[String], remove: &[String]) -> String {
    let position = |sku: &String| LICENCES.iter().position(|licence| licence.sku.eq_ignore_ascii_case(sku));
    let Some(known) = tenant.directory().user(user) else {
        return format!("User {user} not found in tenant {}", tenant.domain);
    };
    let failed = |cause: &str| format!("Failed to assign licenses for user {}: {cause}", known.upn);
    let Some(added) = add.iter().map(position).collect::<Option<Vec<_>>>() else {
        return failed("License assignment cannot be done for a SKU that the company does not own.");
    };
    let new: Vec<usize> = added.into_iter().filter(|at| !known.licences.contains(at)).collect();
    if let Some(licence) = new.iter().filter(|at| available(tenant, **at) == 0).find_map(|&at| LICENCES.get(at)) {
        return failed(&format!("Subscription with SKU {} does not have any available licenses.", licence.sku));
    }
    let gone: Vec<usize> = remove.iter().filter_map(position).filter(|at| known.licences.contains(at)).collect();
    if new.is_empty() && gone.is_empty() {
        return format!("No license changes needed for user {}", known.upn);
    }
    tenant.directory().change(user, |user| {
        user.licences.retain(|at| !gone.contains(at));
        user.licences.extend(new);
        let guest = user.kind == Kind::Guest;
        if user.set.get("usageLocation").map_or(guest, Value::is_null) {
            user.set("usageLocation", json!("US"));
        }
    });
    format!("Successfully set licenses for {}. It may take 2–5 minutes before the changes become visible.", known.upn)
}

/// How many of a licence a tenant owns: what it used at first and some more.
fn total(tenant: &Tenant, at: usize) -> usize {
    let used = tenant.directory().reported().iter().filter(|user| user.licences.contains(&at)).count();
    used + 5 + tenant.seed.of("seats", at).below("spare", 20)
}

fn available(tenant: &Tenant, at: usize) -> usize {
    let used = tenant.directory().users().iter().filter(|user| user.licences.contains(&at)).count();
    total(tenant, at).saturating_sub(used)
}

/// `ExecBulkLicense`: a row whose operation is none of the three does once more what the row before it did.
pub(super) fn bulk(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let rows = body.as_array().map_or_else(|| vec![body.clone()], Clone::clone);
    let mut results = Vec::new();
    let (mut add, mut remove, mut all) = (Vec::new(), Vec::new(), false);
    for row in &rows {
        let field = |name: &str| member(row, name);
        let (name, id) = (text(field("tenantFilter")), first(field("userIds")));
        if id.contains('@') {
            return Err(Reply::results(
                500,
                format!("Failed to process bulk license operation: Invalid object identifier '{id}'."),
            ));
        }
        match text(field("LicenseOperation")).to_lowercase().as_str() {
            "add" => (add, remove, all) = (values_of(field("Licenses")), Vec::new(), false),
            "remove" => {
                (add, remove, all) =
                    (Vec::new(), values_of(field("LicensesToRemove")), truthy(field("RemoveAllLicenses")));
            }
            "replace" => {
                (add, remove, all) = (
                    values_of(field("Licenses")),
                    values_of(field("LicensesToReplace")),
                    truthy(field("ReplaceAllLicenses")),
                );
            }
            _ => {}
        }
        results.push(match reach(world, &name) {
            Reach::Tenant(tenant) => {
                let own = tenant.directory().user(&id).map(|user| held(&user)).unwrap_or_default();
                assign(tenant, &id, &add, if all { &own } else { &remove })
            }
            Reach::Broken(trouble) => format!("Failed to assign licenses for user {id}: {trouble}"),
            Reach::Nowhere => format!("User {id} not found in tenant {name}"),
        });
    }
    Ok(Reply::results(200, results))
}

fn first(value: &Value) -> String {
    text(value.get(0).unwrap_or(value))
}

/// `ListLicenses`
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        return match all(world, "ListLicenses") {
            Ok(rows) => Reply::new(200, JSON, rows),
            Err(_) => {
                let notice = "Loading data for all tenants. Please check back in 1 minute";
                Reply::json(&json!([{"Tenant": notice, "License": notice}]))
            }
        };
    }
    let all = truthy(request.query("IncludeExcluded"));
    match reach(world, &name) {
        Reach::Tenant(tenant) if all => {
            let rows = LICENCES.iter().enumerate();
            Reply::rows(rows.map(|(at, licence)| row(world, tenant, at, licence)))
        }
        Reach::Tenant(tenant) => Reply::rows(rows(world, tenant).into_iter()),
        Reach::Broken(trouble) => Reply::json(&json!([{"Tenant": name, "License": trouble}])),
        Reach::Nowhere => Reply::json(&json!([])),
    }
}

/// `ListLicensesReport`: the same rows under `Results`.
pub(super) fn report(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    let results = |rows: Vec<Value>| Reply::json(&json!({"Results": rows, "Metadata": {}}));
    if is_all(&name) {
        return match all(world, "ListLicensesReport") {
            Ok(rows) => results(serde_json::from_slice(&rows).unwrap_or_default()),
            Err(id) => {
                let message = "Loading data for all tenants. Please check back in 1 minute";
                let metadata = json!({"Queued": true, "QueueMessage": message, "QueueId": id});
                Reply::json(&json!({"Results": [], "Metadata": metadata}))
            }
        };
    }
    let tenant = reach(world, &name);
    results(if let Reach::Tenant(tenant) = tenant { rows(world, tenant) } else { Vec::new() })
}

fn all(world: &World, key: &str) -> Result<Bytes, String> {
    let tenants = || world.customers().filter(|tenant| tenant.standing == Standing::Managed);
    let domains = || tenants().map(|tenant| tenant.domain.clone()).collect();
    let make = || Bytes::from(rows_text(tenants().flat_map(|tenant| rows(world, tenant))));
    match world.queues.ask(key, "Licenses (All Tenants)", LIFE, domains, make) {
        Asked::Ready(rows) => Ok(rows),
        Asked::Started(id) | Asked::Waiting(id) => Err(id),
    }
}

fn rows(world: &World, tenant: &Tenant) -> Vec<Value> {
    let shown = LICENCES.iter().enumerate().filter(|(_, licence)| !is_excluded(world, licence.sku));
    shown.map(|(at, licence)| row(world, tenant, at, licence)).collect()
}

fn row(world: &World, tenant: &Tenant, at: usize, licence: &Licence) -> Value {
    let users = tenant.directory().users();
    let holders: Vec<_> = users
        .iter()
        .filter(|user| user.licences.contains(&at))
        .map(|user| json!({"displayName": user.display_name, "userPrincipalName": user.upn, "id": user.id}))
        .collect();
    let (total, used, seed) = (total(tenant, at), holders.len(), tenant.seed.of("subscription", at));
    let days = 20 + seed.below("renewal", 340);
    let available = total as i64 - used as i64;
    json!({
        "Tenant": tenant.domain, "License": licence.name, "CountUsed": used.to_string(), "CountAvailable": available,
        "TotalLicenses": total.to_string(), "skuId": licence.sku, "skuPartNumber": licence.name,
        "availableUnits": available,
        "TermInfo": [{
            "Status": "Enabled", "Term": seed.pick("term", &["Yearly", "Monthly", "3 Year"]), "TotalLicenses": total,
            "DaysUntilRenew": days, "NextLifecycle": world.calendar.ahead(days), "IsTrial": false,
            "CreatedDateTime": world.calendar.ago(365 - days.min(364), 0), "SubscriptionId": seed.guid("subscription"),
            "CSPSubscriptionId": seed.guid("csp"), "OCPSubscriptionId": seed.guid("ocp"),
        }],
        "AssignedUsers": if used == 0 { Value::Null } else { holders.into() },
        "AssignedGroups": null,
        "ServicePlans": licence.plans.iter().map(|(name, id)| json!({"servicePlanId": id, "servicePlanName": name}))
            .collect::<Vec<_>>(),
    })
}

//! How far tenants have drifted from their templates, and what was decided about it.

use serde_json::{Value, json};

use super::super::people::{blank, schedule};
use super::listing::managed;
use super::writing::{items, missing, take, word, write};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{member, text, truthy};
use crate::simulator::state::access::CA_POLICIES;
use crate::simulator::state::intune::POLICIES;
use crate::simulator::state::standards::DEVIATIONS;
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[("ExecUpdateDriftDeviation", decide), ("ListTenantDrift", list)];

/// `ListTenantDrift`: of one tenant, or of all where none is named.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("TenantFilter"));
    Reply::rows(
        managed(world).filter(|tenant| name.is_empty() || tenant.domain == name).map(|tenant| drift(world, tenant)),
    )
}

fn drift(world: &World, tenant: &Tenant) -> Value {
    let all = world.shelf(tenant, &DEVIATIONS).rows();
    let of = |status: &str| all.iter().filter(|row| row["Status"] == status).cloned().collect::<Vec<_>>();
    let denied: Vec<_> = all.iter().filter(|row| text(&row["Status"]).starts_with("Denied")).collect();
    json!({
        "tenantFilter": tenant.domain, "standardName": "Drift baseline", "standardType": "drift",
        "currentDeviationsCount": of("New").len(), "acceptedDeviationsCount": of("Accepted").len(),
        "customerSpecificDeviationsCount": of("CustomerSpecific").len(), "deniedDeviationsCount": denied.len(),
        "currentDeviations": of("New"), "acceptedDeviations": of("Accepted"),
        "customerSpecificDeviations": of("CustomerSpecific"), "deniedDeviations": denied, "allDeviations": all,
    })
}

/// `ExecUpdateDriftDeviation`: each result is an object of its own kind, and failures are in a 200.
fn decide(world: &World, request: &Request) -> Reply {
    let failed = |why| Reply::results(500, format!("Failed to update drift deviations: {why}"));
    write(world, request.body("TenantFilter"), failed, |tenant| {
        if truthy(request.body("RemoveDriftCustomization")) {
            if let Some(tenant) = tenant {
                world.shelf(tenant, &DEVIATIONS).change_all(|row| row["Status"] = "New".into());
            }
            return Ok(Reply::results(200, json!([{"resultText": "Removed drift customization", "state": "success"}])));
        }
        let deviations = items(request.body("deviations"));
        let decided: Vec<_> = deviations.iter().map(|deviation| one(world, tenant, deviation)).collect();
        let names: Vec<_> = deviations.iter().map(|deviation| text(member(deviation, "standardName"))).collect();
        let done = Reply::results(200, decided);
        Ok(done.logged(format!("Updated drift deviation status of {}", names.join(", "))))
    })
}

fn one(world: &World, tenant: Option<&Tenant>, deviation: &Value) -> Value {
    let (name, status) = (text(member(deviation, "standardName")), word(member(deviation, "status")));
    if let Some(tenant) = tenant {
        let reason = member(deviation, "reason").clone();
        let known = world.shelf(tenant, &DEVIATIONS).change(&name, |row| {
            row["Status"] = status.clone().into();
            row["reason"] = reason;
        });
        if !known {
            return json!({"success": false, "error": missing(&name)});
        }
    }
    if status == "DeniedDelete" {
        // What is deleted is what the caller sends, not what the deviation is about.
        let policy: Value = serde_json::from_str(&text(member(deviation, "receivedValue"))).unwrap_or_default();
        let id = text(&policy["id"]);
        let access = text(&policy["@odata.type"]).to_lowercase().contains("conditionalaccess");
        let kind = if access || policy.get("conditions").is_some() { &CA_POLICIES } else { &POLICIES };
        if let Err(why) = take(world, tenant, kind, &id) {
            return json!({"success": false, "error": why});
        }
    }
    if let Some(tenant) = tenant.filter(|_| status == "DeniedRemediate") {
        let task = Task {
            key: world.fresh_id(),
            name: format!("One Off Drift Remediation: {name} - {}", tenant.domain),
            command: "Invoke-CIPPStandardsRun".to_owned(),
            tenant: tenant.domain.clone(),
            ..blank(deviation)
        };
        schedule(world, task, false);
    }
    json!({"success": true, "result": format!("Updated drift deviation status for {name} to {status}")})
}

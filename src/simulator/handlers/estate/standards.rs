//! Standards: templates, runs, comparisons, alignment.

use serde_json::{Map, Value, json};

use super::listing::managed;
use super::writing::words;
use super::{Area, Reply, Request, World, is_all};
use crate::simulator::powershell::{is_true, text};
use crate::simulator::state::calendar::now;
use crate::simulator::state::shelf::joined;
use crate::simulator::state::standards::{COMPARISONS, LEGACY, STANDARD_TEMPLATES, applies, compared};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddStandardsTemplate", add),
    ("ExecStandardTemplateSchedule", schedule),
    ("ExecStandardsRun", run),
    ("ListStandards", list),
    ("ListStandardsCompare", compare),
    ("ListTenantAlignment", alignment),
    ("RemoveStandard", remove_legacy),
    ("RemoveStandardTemplate", remove),
    ("listStandardTemplates", templates),
];

/// `listStandardTemplates`
fn templates(world: &World, request: &Request) -> Reply {
    let id = text(request.query("id"));
    let rows = world.own(&STANDARD_TEMPLATES).rows();
    Reply::rows(rows.iter().filter(|row| id.is_empty() || text(&row["GUID"]).eq_ignore_ascii_case(&id)))
}

/// `AddStandardsTemplate`: an id that is known replaces that template completely.
fn add(world: &World, request: &Request) -> Reply {
    let id = Some(text(request.body("GUID"))).filter(|id| !id.is_empty()).unwrap_or_else(|| world.fresh_id());
    let template = joined(
        json!({"excludedTenants": [], "type": null, "source": "", "isSynced": false, "createdAt": now()}),
        request.whole_body().clone(),
    );
    let template = joined(template, json!({"GUID": id, "updatedAt": now(), "updatedBy": "Simulated API client"}));
    world.own(&STANDARD_TEMPLATES).put(template);
    Reply::json(&json!({"Results": "Successfully added template", "Metadata": {"id": id}}))
}

/// `RemoveStandardTemplate`: what its runs found goes with it.
fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    let Some(template) = world.own(&STANDARD_TEMPLATES).take(&id) else {
        return Reply::results(500, format!("Failed to remove standards template {id}: not found"));
    };
    for tenant in managed(world) {
        world.shelf(tenant, &COMPARISONS).retain(|row| row["TemplateId"] != template["GUID"]);
    }
    Reply::results(
        200,
        format!("Removed Standards Template named: '{}' with id: {id}", text(&template["templateName"])),
    )
}

/// `ExecStandardTemplateSchedule`: whether a template runs by hand only.
fn schedule(world: &World, request: &Request) -> Reply {
    let (id, by_hand) = (text(request.body("TemplateId")), is_true(request.body("runManually")));
    match world.own(&STANDARD_TEMPLATES).change(&id, |row| row["runManually"] = by_hand.into()) {
        true => Reply::results(200, format!("Updated the schedule of template {id}")),
        false => Reply::results(404, format!("Template {id} not found")),
    }
}

/// `ExecStandardsRun`: both parameters count in the query only, and each that is missing means all.
fn run(world: &World, request: &Request) -> Reply {
    let (tenant, template) = (text(request.query("tenantFilter")), text(request.query("templateId")));
    let all = tenant.is_empty() || is_all(&tenant);
    let stamp = now();
    for known in world.own(&STANDARD_TEMPLATES).rows() {
        let named = template.is_empty() || template == "*" || text(&known["GUID"]).eq_ignore_ascii_case(&template);
        let meant =
            |place: &&Tenant| named && applies(&known, place) && (all || place.domain == tenant || place.id == tenant);
        for place in managed(world).filter(meant) {
            compared(place, &known, &stamp).into_iter().for_each(|row| world.shelf(place, &COMPARISONS).put(row));
        }
    }
    let tenant = if all { "allTenants" } else { tenant.as_str() };
    let template = if template.is_empty() { "All" } else { template.as_str() };
    Reply::results(200, format!("Successfully started Standards Run for tenant: {tenant} - Template: {template}"))
}

/// `ListStandards`: the legacy rows, or the settings that apply; templates that run by hand are left out.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if !is_true(request.query("ShowConsolidated")) {
        let rows = world.own(&LEGACY).rows();
        return Reply::rows(rows.iter().filter(|row| name.is_empty() || text(&row["displayName"]) == name));
    }
    let templates = world.own(&STANDARD_TEMPLATES).rows();
    let tenants = managed(world).filter(|tenant| name.is_empty() || is_all(&name) || tenant.domain == name);
    let rows = tenants.flat_map(|tenant| {
        let meant = templates.iter().filter(|template| template["runManually"] == false && applies(template, tenant));
        meant.flat_map(move |template| {
            let standards = template["standards"].as_object().into_iter().flatten();
            standards.map(|(standard, settings)| {
                json!({"Tenant": tenant.domain, "Standard": standard, "Settings": settings, "TemplateId": template["GUID"]})
            })
        })
    });
    Reply::rows(rows.collect::<Vec<_>>().iter())
}

/// `ListStandardsCompare`: one row for each tenant, with a property for each setting.
fn compare(world: &World, request: &Request) -> Reply {
    let (name, id) = (text(request.query("tenantFilter")), text(request.query("templateId")));
    let rows = managed(world).filter(|tenant| name.is_empty() || tenant.domain == name).filter_map(|tenant| {
        let found = world.shelf(tenant, &COMPARISONS).rows();
        let found = found.into_iter().filter(|row| id.is_empty() || text(&row["TemplateId"]).eq_ignore_ascii_case(&id));
        let mut row = Map::from_iter([("tenantFilter".to_owned(), json!(tenant.domain))]);
        row.extend(found.map(|found| (text(&found["standard"]), found["found"].clone())));
        (row.len() > 1).then_some(row)
    });
    Reply::rows(rows)
}

/// `ListTenantAlignment`: always of all tenants.
fn alignment(world: &World, request: &Request) -> Reply {
    let granular = is_true(request.query("granular"));
    let templates = world.own(&STANDARD_TEMPLATES).rows();
    let mut rows = Vec::new();
    for tenant in managed(world) {
        for template in templates.iter().filter(|template| applies(template, tenant)) {
            let mut found = world.shelf(tenant, &COMPARISONS).rows();
            found.retain(|row| row["TemplateId"] == template["GUID"]);
            if granular {
                rows.extend(found.iter().map(|row| granular_row(tenant, template, row)));
            } else {
                rows.push(score(tenant, template, &found));
            }
        }
    }
    Reply::json(&rows)
}

fn granular_row(tenant: &Tenant, template: &Value, row: &Value) -> Value {
    let found = &row["found"];
    json!({
        "tenantFilter": tenant.domain, "templateId": template["GUID"], "templateType": kind(template),
        "standardName": row["standard"], "standardId": row["standard"], "compliant": found["Value"],
        "complianceStatus": if found["Value"] == true { "Compliant" } else { "Non-Compliant" },
        "currentValue": found["CurrentValue"], "expectedValue": found["ExpectedValue"],
        "licenseAvailable": found["LicenseAvailable"], "latestDataCollection": found["LastRefresh"],
    })
}

fn score(tenant: &Tenant, template: &Value, found: &[Value]) -> Value {
    let good = found.iter().filter(|row| row["found"]["Value"] == true).count();
    let score = if found.is_empty() { 0 } else { good * 100 / found.len() };
    json!({
        "tenantFilter": tenant.domain, "standardName": template["templateName"], "standardType": kind(template),
        "standardId": template["GUID"], "alignmentScore": score, "LicenseMissingPercentage": 0,
        "combinedAlignmentScore": score, "pendingDeviationsCount": found.len() - good, "deniedDeviationsCount": 0,
        "latestDataCollection": found.first().map(|row| &row["found"]["LastRefresh"]),
    })
}

fn kind(template: &Value) -> &str {
    template["type"].as_str().unwrap_or("Classic Standard")
}

/// `RemoveStandard`: the id is the name of a tenant.
fn remove_legacy(world: &World, request: &Request) -> Reply {
    let tenant = words(request.query("ID")).join(" ");
    drop(world.own(&LEGACY).take(&tenant));
    Reply::results(200, format!("Removed standards for {tenant}"))
}

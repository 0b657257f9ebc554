//! Policies of Intune, of all families, and their templates.

use serde_json::{Value, json};

use super::assigning::{Targets, assign};
use super::listing::managed;
use super::writing::{change, missing, take, word, words, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, text, truthy};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::devices::MANAGED;
use crate::simulator::state::intune::{POLICIES, SCRIPTS, TEMPLATES, policy, template};
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddDefenderDeployment", add_defender),
    ("AddIntunePolicyClone", clone),
    ("AddIntuneTemplate", add_template),
    ("AddPolicy", add),
    ("EditIntunePolicy", |world, request| {
        rename(world, request, "tenantFilter", "ID", "newDisplayName", "description")
    }),
    ("EditPolicy", |world, request| rename(world, request, "tenantid", "groupid", "Displayname", "Description")),
    ("ExecAssignPolicy", assign_policy),
    ("ListAppProtectionPolicies", |world, request| list(world, request, Family::App)),
    ("ListCompliancePolicies", |world, request| list(world, request, Family::Compliance)),
    ("ListIntunePolicy", |world, request| list(world, request, Family::Other)),
    ("ListIntuneTemplates", templates),
    ("RemoveIntuneTemplate", remove_template),
    ("RemovePolicy", remove),
];

/// Which list shows a policy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Compliance,
    App,
    Other,
}

fn family(row: &Value) -> Family {
    match text(&row["URLName"]).to_lowercase() {
        name if name == "devicecompliancepolicies" => Family::Compliance,
        name if name.contains("appprotection") || name.contains("managedapp") => Family::App,
        _ => Family::Other,
    }
}

/// The policies of a family, or one; all tenants and `UseReportDB` read the report.
fn list(world: &World, request: &Request, wanted: Family) -> Reply {
    let (name, id) = (text(request.query("tenantFilter")), text(request.query("ID")));
    let passes = |row: &Value| {
        if id.is_empty() { family(row) == wanted } else { text(&row["id"]).eq_ignore_ascii_case(&id) }
    };
    let reported = |tenant: &Tenant| {
        let (mut rows, stamp) = world.shelf(tenant, &POLICIES).reported();
        rows.retain(|row| family(row) == wanted);
        rows.iter_mut().for_each(|row| row["CacheTimestamp"] = stamp.clone().into());
        rows
    };
    if is_all(&name) {
        return Reply::rows(managed(world).flat_map(|tenant| super::listing::named(tenant, reported(tenant))));
    }
    match reach(world, &name) {
        Reach::Tenant(tenant) if is_true(request.query("UseReportDB")) => Reply::json(&reported(tenant)),
        Reach::Tenant(tenant) => Reply::rows(world.shelf(tenant, &POLICIES).rows().into_iter().filter(passes)),
        Reach::Broken(trouble) if wanted == Family::Other => Reply::json_of(403, &[trouble]),
        Reach::Broken(_) | Reach::Nowhere => Reply::json(&json!([])),
    }
}

/// What `TemplateType` means: the collection and its name in the list. Any other type does nothing.
const TYPES: &[(&str, &str, &str)] = &[
    ("AppProtection", "iosManagedAppProtections", "App Protection"),
    ("AppConfiguration", "mobileAppConfigurations", "App Configuration"),
    ("deviceCompliancePolicies", "deviceCompliancePolicies", "Compliance"),
    ("Admin", "groupPolicyConfigurations", "Administrative Templates"),
    ("Device", "deviceConfigurations", "Device Configuration"),
    ("Catalog", "configurationPolicies", "Settings Catalog"),
    ("windowsDriverUpdateProfiles", "windowsDriverUpdateProfiles", "Driver Update"),
    ("windowsFeatureUpdateProfiles", "windowsFeatureUpdateProfiles", "Feature Update"),
    ("windowsQualityUpdatePolicies", "windowsQualityUpdatePolicies", "Quality Update"),
    ("windowsQualityUpdateProfiles", "windowsQualityUpdateProfiles", "Quality Update"),
];

/// `AddPolicy`: a policy of the same name is overwritten; what fails is a line in a 200.
fn add(world: &World, request: &Request) -> Reply {
    let mut tenants = words(request.body("tenantFilter"));
    if tenants.iter().any(|name| is_all(name)) {
        tenants = managed(world).map(|tenant| tenant.domain.clone()).collect();
    }
    let (name, kind) = (text(request.body("displayName")), text(request.body("TemplateType")));
    let said = tenants.iter().map(|domain| match reach(world, domain) {
        Reach::Broken(trouble) => format!("Failed to add policy for {domain}: {trouble}"),
        Reach::Tenant(tenant) => {
            put(world, tenant, request, &kind);
            format!("Successfully added policy {name} for {domain}")
        }
        Reach::Nowhere => format!("Successfully added policy {name} for {domain}"),
    });
    Reply::results(200, said.collect::<Vec<_>>())
}

fn put(world: &World, tenant: &Tenant, request: &Request, kind: &str) {
    let Some((_, collection, type_name)) = TYPES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(kind)) else {
        return;
    };
    let raw: Value = serde_json::from_str(&text(request.body("RAWJson"))).unwrap_or_default();
    let inside = raw.get("name").or_else(|| raw.get("displayName")).map(text);
    // The settings catalogue and the update profiles take the name that stands inside.
    let own = matches!(kind.to_lowercase().as_str(), "catalog") || kind.to_lowercase().starts_with("windows");
    let name = inside.filter(|name| own && !name.is_empty()).unwrap_or_else(|| text(request.body("displayName")));
    let shelf = world.shelf(tenant, &POLICIES);
    let same = |row: &Value| text(&row["displayName"]) == name && text(&row["URLName"]) == *collection;
    let known = shelf.rows().into_iter().find(same).map(|row| text(&row["id"]));
    let id = known.unwrap_or_else(|| world.fresh_id());
    let mut row = policy(&id, &name, &text(request.body("Description")), collection, type_name);
    let targets = Targets::read(request, "alllicensedusers", "All Licenced Users");
    let custom = text(request.body("customGroup"));
    let include = if custom.is_empty() { targets.include } else { vec![custom] };
    assign(&mut row, "PolicyAssignment", &include, true);
    assign(&mut row, "PolicyExclude", &targets.exclude, true);
    shelf.put(row);
}

/// `AddIntunePolicyClone`: the same policy under another name, assigned to nobody.
fn clone(world: &World, request: &Request) -> Reply {
    let (id, name) = (text(request.body("ID")), text(request.body("newDisplayName")));
    let failed = |why| Reply::results(500, format!("Failed to clone policy {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            let known = world.shelf(tenant, &POLICIES).row(&id).ok_or_else(|| missing(&id))?;
            let (family, kind) = (text(&known["URLName"]), text(&known["PolicyTypeName"]));
            let copy = policy(&world.fresh_id(), &name, &text(&known["description"]), &family, &kind);
            world.shelf(tenant, &POLICIES).put(copy);
        }
        Ok(Reply::results(200, format!("Successfully cloned policy to {name}")))
    })
}

/// The old and the new way to rename a policy.
fn rename(world: &World, request: &Request, tenant: &str, id: &str, name: &str, about: &str) -> Reply {
    let id = text(request.body(id));
    let failed = |why| Reply::results(500, format!("Failed to update policy {id}: {why}"));
    write(world, request.body(tenant), failed, |tenant| {
        change(world, tenant, &POLICIES, &id, |row| {
            let new = text(request.body(name));
            if !new.is_empty() {
                row["displayName"] = new.clone().into();
                if row.get("name").is_some() {
                    row["name"] = new.into();
                }
            }
            if !request.body(about).is_null() {
                row["description"] = text(request.body(about)).into();
            }
            row["lastModifiedDateTime"] = moment().into();
        })?;
        Ok(Reply::results(200, format!("Successfully updated Intune policy {id}")))
    })
}

/// `ExecAssignPolicy`: every mode but `append`, typing errors too, replaces; names of groups alone do nothing.
fn assign_policy(world: &World, request: &Request) -> Reply {
    let (id, mode) = (text(request.body("ID")), text(request.body("assignmentMode")));
    let targets = Targets::read(request, "alllicensedusers", "All Licenced Users");
    let only_names = word(request.body("AssignTo")).is_empty() && request.body("GroupIds").is_null();
    if targets.is_empty() || (only_names && targets.exclude.is_empty()) {
        return Reply::results(200, "No assignments specified. No action taken.");
    }
    let replace = !["", "append"].contains(&mode.to_lowercase().as_str());
    let failed = |why| Reply::results(500, format!("Failed to assign policy {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let is_script = tenant.is_some_and(|tenant| world.shelf(tenant, &SCRIPTS).row(&id).is_some());
        let (kind, to, not) = match is_script {
            true => (&SCRIPTS, "ScriptAssignment", "ScriptExclude"),
            false => (&POLICIES, "PolicyAssignment", "PolicyExclude"),
        };
        change(world, tenant, kind, &id, |row| {
            assign(row, to, &targets.include, replace);
            assign(row, not, &targets.exclude, replace);
        })?;
        Ok(Reply::results(200, format!("Successfully edited policy assignments for {id}")))
    })
}

/// `RemovePolicy`: the collection goes into the address as it is, so that what is deleted need not be a policy.
fn remove(world: &World, request: &Request) -> Reply {
    let (id, collection) = (text(request.either("ID")), text(request.either("URLName")));
    if id.is_empty() {
        return Reply::text(200, "");
    }
    let failed = |why| Reply::results(403, format!("Could not delete policy: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        match collection.to_lowercase().as_str() {
            "manageddevices" => take(world, tenant, &MANAGED, &id)?,
            "" => return Err(missing(&id)),
            _ => take(world, tenant, &POLICIES, &id)?,
        }
        Ok(Reply::results(200, format!("Successfully deleted the {collection} policy {id}")))
    })
}

/// `AddDefenderDeployment`: policies of fixed names, which are skipped where they are.
fn add_defender(world: &World, request: &Request) -> Reply {
    const SECTIONS: [(&str, &str); 4] = [
        ("Policy", "Default AV Policy"),
        ("ASR", "ASR Default rules"),
        ("EDR", "EDR Configuration"),
        ("Exclusion", "Default AV Exclusion Policy"),
    ];
    let mut tenants = words(request.body("selectedTenants"));
    if tenants.iter().any(|name| is_all(name)) {
        tenants = managed(world).map(|tenant| tenant.domain.clone()).collect();
    }
    let mut said = Vec::new();
    for domain in &tenants {
        if truthy(request.body("Compliance")) {
            said.push(format!("{domain}: Successfully set Defender Compliance and Reporting settings"));
        }
        for (section, name) in SECTIONS.iter().filter(|(section, _)| truthy(request.body(section))) {
            let Some(tenant) = world.tenant(domain) else {
                said.push(format!("{domain}: Successfully set {section} settings"));
                continue;
            };
            let shelf = world.shelf(tenant, &POLICIES);
            if shelf.rows().iter().any(|row| row["displayName"] == *name) {
                said.push(format!("{domain}: {name} already exists. Skipping"));
                continue;
            }
            shelf.put(policy(&world.fresh_id(), name, "", "configurationPolicies", "Settings Catalog"));
            said.push(format!("{domain}: Successfully set {section} settings"));
        }
    }
    Reply::results(200, said)
}

/// `ListIntuneTemplates`: all, one, or by package.
fn templates(world: &World, request: &Request) -> Reply {
    let id = text(request.query("ID"));
    let mut rows = world.own(&TEMPLATES).rows();
    rows.retain(|row| id.is_empty() || text(&row["GUID"]) == id);
    Reply::json(&rows)
}

/// `AddIntuneTemplate`: from text, or from a policy of a customer.
fn add_template(world: &World, request: &Request) -> Reply {
    let raw = text(request.body("RawJSON"));
    let failed = |_| Reply::results(500, "Intune Template Deployment failed: ");
    if !raw.is_empty() {
        let (name, kind) = (text(request.body("displayName")), text(request.body("TemplateType")));
        world.own(&TEMPLATES).put(template(&world.fresh_id(), &name, &kind, &raw));
        return Reply::results(200, "Successfully added template");
    }
    let id = text(request.either("ID"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        let row = tenant.and_then(|tenant| world.shelf(tenant, &POLICIES).row(&id)).ok_or_else(|| missing(&id))?;
        let name = text(&row["displayName"]);
        let raw = row.to_string();
        world.own(&TEMPLATES).put(template(&world.fresh_id(), &name, &text(&row["PolicyTypeName"]), &raw));
        Ok(Reply::results(200, "Successfully added template"))
    })
}

/// `RemoveIntuneTemplate`
fn remove_template(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    match world.own(&TEMPLATES).take(&id) {
        Some(_) => Reply::results(200, format!("Removed Intune Template with ID {id}")),
        None => Reply::results(500, format!("Failed to remove Intune template with ID {id}: not found")),
    }
}

//! Scripts that Intune runs on devices.

use serde_json::{Value, json};

use super::writing::{change, missing, take, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::text;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::intune::SCRIPTS;

/// The endpoints of this area.
pub(super) const HANDLERS: Area =
    &[("EditIntuneScript", edit), ("ListIntuneScript", list), ("RemoveIntuneScript", remove)];

/// `ListIntuneScript`: without their text; an outage looks like a script whose name is the message.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    match reach(world, &name) {
        _ if is_all(&name) => Reply::json(&json!([])),
        Reach::Tenant(tenant) => {
            let mut rows = world.shelf(tenant, &SCRIPTS).rows();
            rows.iter_mut().for_each(|row| row["scriptContent"] = "".into());
            Reply::json(&rows)
        }
        Reach::Broken(trouble) => Reply::json(&json!([{"scriptType": "Windows", "displayName": trouble}])),
        Reach::Nowhere => Reply::json(&json!([])),
    }
}

/// `EditIntuneScript`: one of the three endpoints that look at the verb.
fn edit(world: &World, request: &Request) -> Reply {
    match request.method.as_str() {
        "GET" => one(world, request),
        "PATCH" => Reply::text(400, "Method not supported"),
        _ => overwrite(world, request),
    }
}

fn one(world: &World, request: &Request) -> Reply {
    let id = text(request.query("ScriptId"));
    let row = match reach(world, &text(request.query("TenantFilter"))) {
        Reach::Tenant(tenant) => world.shelf(tenant, &SCRIPTS).row(&id),
        Reach::Broken(_) | Reach::Nowhere => None,
    };
    row.map_or_else(|| Reply::text(404, format!("Intune Script with ID {id} was not found.")), |row| Reply::json(&row))
}

fn overwrite(world: &World, request: &Request) -> Reply {
    let id = text(request.body("ScriptId"));
    let sent: Value = serde_json::from_str(&text(request.body("IntuneScript"))).unwrap_or_default();
    let typed = !text(request.body("ScriptType")).is_empty() || sent.get("@odata.type").is_some();
    if !typed {
        return Reply::text(500, "The type of the script could not be told.");
    }
    let failed = |why| Reply::results(500, format!("Failed to update script {id}: {why}"));
    write(world, request.body("TenantFilter"), failed, |tenant| {
        change(world, tenant, &SCRIPTS, &id, |row| {
            let sent = sent.as_object().cloned().unwrap_or_default();
            let keeps = |name: &str| !["id", "lastModifiedDateTime", "createdDateTime"].contains(&name);
            sent.into_iter().filter(|(name, _)| keeps(name)).for_each(|(name, value)| row[name] = value);
            row["lastModifiedDateTime"] = moment().into();
        })?;
        Ok(Reply::results(200, format!("Successfully updated script {id}")))
    })
}

/// `RemoveIntuneScript`: the type picks the collection, and an unknown one has no address.
fn remove(world: &World, request: &Request) -> Reply {
    let (id, kind) = (text(request.body("ID")), text(request.body("ScriptType")));
    let name = text(request.body("DisplayName"));
    let failed = |why| Reply::results(403, format!("Failed to delete {kind} script {name}: {why}"));
    if !["windows", "macos", "remediation", "linux"].contains(&kind.to_lowercase().as_str()) {
        return failed("Invalid URI: The hostname could not be parsed.".to_owned());
    }
    write(world, request.body("TenantFilter"), failed, |tenant| {
        let found = tenant.and_then(|tenant| world.shelf(tenant, &SCRIPTS).row(&id));
        if tenant.is_some() && found.is_none_or(|row| !text(&row["scriptType"]).eq_ignore_ascii_case(&kind)) {
            return Err(missing(&id));
        }
        take(world, tenant, &SCRIPTS, &id)?;
        Ok(Reply::results(200, format!("Deleted {kind} script {name} with ID: {id}")))
    })
}

//! Clients of the API, which include the caller.

use serde_json::{Value, json};

use super::writing::{items, word};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::instance::{API_CLIENTS, PLATFORM, api_client};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[("ExecApiClient", act)];

/// `ExecApiClient`: shapes differ from action to action; a bare list is one of them.
fn act(world: &World, request: &Request) -> Reply {
    match text(request.either("Action")).to_lowercase().as_str() {
        "list" => {
            let rows = world.own(&API_CLIENTS).rows();
            Reply::results(200, if rows.is_empty() { Value::Null } else { rows.into() })
        }
        "listavailable" => Reply::results(200, available(world)),
        "addupdate" => add_or_update(world, request),
        "getazureconfiguration" => configuration(world),
        "savetoazure" => save(world),
        "resetsecret" => reset(world, request),
        "repairuri" => known(world, request, |name| format!("Repaired the Application ID URI of {name}")),
        "delete" => delete(world, request),
        _ => Reply::results(400, "Invalid action"),
    }
}

fn available(world: &World) -> Vec<Value> {
    vec![
        json!({"appId": world.seed.of("free client", 0).guid("id"), "displayName": "CIPP-API spare", "createdDateTime": world.calendar.ago(50, 0)}),
    ]
}

/// What is left out is taken away from a client that is there.
fn add_or_update(world: &World, request: &Request) -> Reply {
    let sent = request.body("ClientId");
    let id = word(sent);
    let known = world.own(&API_CLIENTS).row(&id);
    let (id, new) = if id.is_empty() { (world.fresh_id(), true) } else { (id, false) };
    let given = Some(text(request.body("AppName"))).filter(|name| !name.is_empty());
    let named = || known.as_ref().map(|row| text(&row["AppName"])).filter(|name| !name.is_empty());
    let name = given.or_else(named).unwrap_or_else(|| text(member(member(sent, "addedFields"), "displayName")));
    if name.is_empty() {
        return Reply::results(
            200,
            json!([{"resultText": "Failed to create app: no name was given", "state": "error"}]),
        );
    }
    let role = Some(text(member(request.body("Role"), "value"))).filter(|role| !role.is_empty());
    let ips: Vec<_> = items(request.body("IpRange")).iter().map(|ip| text(member(ip, "value"))).collect();
    let (enabled, mcp) = (is_true(request.body("Enabled")), is_true(request.body("MCPAllowed")));
    world.own(&API_CLIENTS).put(api_client(&id, &name, role.as_deref(), &ips, enabled, mcp));
    let reset = is_true(member(request.body("CIPPAPI"), "ResetSecret"));
    let told = if new { format!("API Client {name} created") } else { format!("API Client {name} updated") };
    if !new && !reset {
        return Reply::json(&json!([{"resultText": told, "state": "success"}]));
    }
    let told_secret = format!("{told} with the following Client ID: {id}");
    Reply::json(&json!([
        {"resultText": told_secret, "state": "success"},
        {"resultText": "Application Secret was reset", "copyField": world.fresh_id(), "state": "success"},
    ]))
    .logged(told)
}

fn configuration(world: &World) -> Reply {
    let ids = world.own(&PLATFORM).row("auth").map(|row| row["ClientIDs"].clone()).unwrap_or_default();
    let (tenant, url) = (&world.client.tenant_id, "https://cipp.example");
    Reply::results(200, json!({"ClientIDs": ids, "TenantID": tenant, "ApiUrl": url, "Enabled": true}))
}

/// Replaces the list of those that the platform lets in.
fn save(world: &World) -> Reply {
    let rows = world.own(&API_CLIENTS).rows();
    let ids: Vec<_> = rows.iter().filter(|row| row["Enabled"] == true).map(|row| row["ClientId"].clone()).collect();
    world.own(&PLATFORM).put(json!({"id": "auth", "ClientIDs": ids}));
    Reply::results(200, "API clients saved to Azure")
}

fn known(world: &World, request: &Request, told: impl FnOnce(&str) -> String) -> Reply {
    let id = word(request.body("ClientId"));
    match world.own(&API_CLIENTS).row(&id) {
        Some(row) => Reply::results(200, json!({"resultText": told(&text(&row["AppName"])), "state": "success"})),
        None => Reply::results(200, json!({"resultText": format!("API client {id} was not found"), "state": "error"})),
    }
}

fn reset(world: &World, request: &Request) -> Reply {
    let id = text(request.body("ClientId"));
    let Some(row) = world.own(&API_CLIENTS).row(&id) else {
        return Reply::json(&json!([{"resultText": format!("API client {id} was not found"), "state": "error"}]));
    };
    let told = format!("API secret reset for {}", text(&row["AppName"]));
    let secret = json!([{"resultText": told, "copyField": world.fresh_id(), "state": "success"}]);
    Reply::json(&secret).logged(told)
}

/// A failure is an empty 200.
fn delete(world: &World, request: &Request) -> Reply {
    let id = word(request.body("ClientId"));
    match world.own(&API_CLIENTS).take(&id) {
        Some(row) => {
            let told = format!("API client {} deleted", text(&row["AppName"]));
            let app = if is_true(request.body("RemoveAppReg")) { " and its app registration" } else { "" };
            Reply::results(200, json!({"resultText": format!("{told}{app}"), "state": "success"}))
        }
        None => Reply::text(200, ""),
    }
}

//! Integrations with other products.

use serde_json::{Map, Value, json};

use super::writing::{items, word};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{member, text, truthy};
use crate::simulator::state::calendar::now;
use crate::simulator::state::instance::{EXTENSIONS, MAPPINGS};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecExtensionMapping", map),
    ("ExecExtensionSync", sync),
    ("ExecExtensionTest", test),
    ("ExecExtensionsConfig", save),
    ("ListExtensionSync", syncs),
    ("ListExtensionsConfig", |world, _| Reply::json(&config(world))),
];

fn config(world: &World) -> Value {
    world.own(&EXTENSIONS).row("config").map(|row| row["config"].clone()).unwrap_or_default()
}

/// Whether an integration is on.
pub(in super::super) fn is_enabled(world: &World, name: &str) -> bool {
    truthy(member(member(&config(world), name), "Enabled"))
}

/// `ExecExtensionsConfig`: what is left out is gone; keys are put away and shown by a word.
fn save(world: &World, request: &Request) -> Reply {
    let before = config(world);
    let mut sent = request.whole_body().as_object().cloned().unwrap_or_default();
    for (name, settings) in &mut sent {
        let Some(settings) = settings.as_object_mut() else { continue };
        if let Some(key) = settings.get_mut("APIKey") {
            let kept = member(member(&before, name), "APIKey").clone();
            let unchanged = ["", "SentToKeyVault"].contains(&text(key).as_str());
            *key = if unchanged { kept } else { "SentToKeyVault".into() };
        }
    }
    world.own(&EXTENSIONS).put(json!({"id": "config", "config": sent}));
    Reply::results(200, "Successfully saved the extension configuration")
}

/// `ExecExtensionTest`: two of the tests do something; an unknown name is an empty answer.
fn test(world: &World, request: &Request) -> Reply {
    let name = text(request.query("extensionName"));
    const KNOWN: [&str; 9] =
        ["CIPP-API", "GitHub", "Gradient", "HaloPSA", "HIBP", "Hudu", "NinjaOne", "PWPush", "Sherweb"];
    let Some(name) = KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(&name)) else {
        return Reply::text(200, "");
    };
    let enabled = is_enabled(world, name) || name == "CIPP-API";
    if !enabled {
        return Reply::results(200, format!("Failed to connect to {name}: it is not enabled"));
    }
    if name == "PWPush" {
        let link = format!("https://pwpush.example/p/{}", world.fresh_id());
        let results =
            json!([{"resultText": "Successfully generated PWPush link", "copyField": link, "state": "success"}]);
        return Reply::results(200, results).logged("Generated a test link with PWPush");
    }
    Reply::results(200, format!("Successfully connected to {name}"))
}

/// `ExecExtensionMapping`: flags that are there do their work, and to save begins with deleting all.
fn map(world: &World, request: &Request) -> Reply {
    let query = |name: &str| text(request.query(name));
    let (list, add, auto) = (query("List"), query("AddMapping"), query("AutoMapping"));
    if !add.is_empty() {
        save_mappings(world, &add, request.whole_body());
    }
    if !list.is_empty() {
        return Reply::json(&mappings(world, &list));
    }
    if !add.is_empty() {
        return Reply::results(200, format!("Successfully edited mapping table for {add}."));
    }
    if auto.is_empty() {
        Reply::text(200, "")
    } else {
        Reply::text(200, format!("Automapping of {auto} has been queued"))
    }
}

fn save_mappings(world: &World, integration: &str, sent: &Value) {
    let shelf = world.own(&MAPPINGS);
    if let Some(fields) = sent.as_object().filter(|_| integration.ends_with("Fields")) {
        for (field, value) in fields {
            shelf.put(json!({
                "place": format!("{integration} {field}"), "integration": integration, "RowKey": field,
                "IntegrationId": word(value), "IntegrationName": text(member(value, "label")),
            }));
        }
        return;
    }
    shelf.retain(|row| row["integration"] != integration);
    for row in items(sent) {
        let tenant = text(member(row, "TenantId"));
        let known = world.known(&tenant).map(|tenant| tenant.name.clone());
        shelf.put(json!({
            "place": format!("{integration} {tenant}"), "integration": integration, "TenantId": tenant, "Tenant": known,
            "IntegrationId": text(member(row, "IntegrationId")), "IntegrationName": text(member(row, "IntegrationName")),
        }));
    }
}

fn mappings(world: &World, integration: &str) -> Value {
    let mut rows = world.own(&MAPPINGS).rows();
    rows.retain(|row| text(&row["integration"]).eq_ignore_ascii_case(integration));
    let fields = integration.ends_with("Fields");
    for row in rows.iter_mut().filter_map(Value::as_object_mut) {
        row.retain(|name, _| name != "place" && name != "integration");
    }
    let choices: Vec<_> =
        (1..=3).map(|number| json!({"name": format!("Company {number}"), "value": number.to_string()})).collect();
    if fields {
        return json!({"CIPPFields": [], "IntegrationFields": choices, "Mappings": rows});
    }
    json!({"Companies": choices, "Mappings": rows})
}

/// `ExecExtensionSync`: all that is told is that it began.
fn sync(_: &World, request: &Request) -> Reply {
    let tenant = text(request.query("TenantID"));
    match text(request.query("Extension")).as_str() {
        "NinjaOne" | "Hudu" if !tenant.is_empty() => {
            Reply::results(200, format!("Synchronization has been queued for tenant {tenant}"))
        }
        name @ ("NinjaOne" | "Hudu") => Reply::results(200, format!("{name} synchronization has been queued")),
        _ => Reply::text(200, ""),
    }
}

/// `ListExtensionSync`: the hidden tasks of integrations that are on.
fn syncs(world: &World, _: &Request) -> Reply {
    let stamp = now();
    Reply::rows(["Hudu", "NinjaOne"].iter().filter(|name| is_enabled(world, name)).map(|name| {
        Map::from_iter([
            ("Tenant".to_owned(), json!("AllTenants")),
            ("SyncType".to_owned(), json!(name)),
            ("Name".to_owned(), json!(format!("{name} Extension Sync"))),
            ("TaskState".to_owned(), json!("Planned")),
            ("ScheduledTime".to_owned(), json!(stamp)),
            ("ExecutedTime".to_owned(), Value::Null),
            ("RepeatsEvery".to_owned(), json!("1d")),
        ])
    }))
}

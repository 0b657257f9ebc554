//! Templates of groups, which belong to the server and to no tenant.

use serde_json::{Map, Value, json};

use super::super::World;
use crate::simulator::powershell::{member, text};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::store::{Table, object};

const TEMPLATES: Table = Table {
    name: "group templates",
    keys: &["GUID"],
    draw: |_, tenant| {
        let guid = tenant.seed.of("group template", 0).guid("id");
        vec![object(json!({
            "displayName": "Project team", "description": "People of one project", "groupType": "m365",
            "username": "project", "membershipRules": null, "allowExternal": false, "GUID": guid,
        }))]
    },
};

/// What a template keeps.
const FIELDS: &[&str] = &[
    "displayName",
    "description",
    "groupType",
    "username",
    "membershipRules",
    "allowExternal",
    "licenses",
    "aliases",
    "hideFromGAL",
];

/// `ListGroupTemplates`
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let id = text(request.query("id"));
    let rows = TEMPLATES.rows(world, world.partner()).into_iter();
    Reply::rows(rows.filter(|row| id.is_empty() || row["GUID"] == json!(id)))
}

/// `AddGroupTemplate`: a GUID that is known is written over as a whole.
pub(super) fn add(world: &World, request: &Request) -> Reply {
    let body = request.whole_body();
    for needed in ["displayName", "groupType"] {
        if text(member(body, needed)).is_empty() {
            return Reply::results(200, format!("Group Template Creation failed: You must enter a {needed}"));
        }
    }
    let mut row: Map<_, _> = FIELDS.iter().map(|name| ((*name).to_owned(), member(body, name).clone())).collect();
    let sent = text(member(body, "GUID"));
    let fresh = || world.seed.of("group template", TEMPLATES.rows(world, world.partner()).len()).guid("id");
    let guid = if sent.is_empty() { fresh() } else { sent };
    row.insert("GUID".to_owned(), json!(guid));
    TEMPLATES.remove(world, world.partner(), &guid);
    TEMPLATES.add(world, world.partner(), row);
    Reply::results(200, format!("Successfully created Group Template with GUID {guid}"))
}

/// `RemoveGroupTemplate`
pub(super) fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    match TEMPLATES.remove(world, world.partner(), &id) {
        Some(row) => Reply::results(
            200,
            format!("Removed Template {} with ID {id}", text(row.get("displayName").unwrap_or(&Value::Null))),
        ),
        None => Reply::results(500, format!("Failed to remove Template with ID {id}: not found")),
    }
}

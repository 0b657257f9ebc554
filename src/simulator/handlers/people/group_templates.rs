//! Templates of groups, which belong to the server and to no tenant.

use serde_json::{Map, json};

use super::super::World;
use crate::simulator::powershell::{member, text};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::shelf::Kind;

const TEMPLATES: Kind = Kind {
    name: "group templates",
    key: "GUID",
    first: |_, tenant| {
        let guid = tenant.seed.of("group template", 0).guid("id");
        vec![json!({
            "displayName": "Project team", "description": "People of one project", "groupType": "m365",
            "username": "project", "membershipRules": null, "allowExternal": false, "GUID": guid,
        })]
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
    let rows = world.own(&TEMPLATES).rows().into_iter();
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
    let guid = if sent.is_empty() { world.fresh_id() } else { sent };
    row.insert("GUID".to_owned(), json!(guid));
    world.own(&TEMPLATES).put(row.into());
    Reply::results(200, format!("Successfully created Group Template with GUID {guid}"))
}

/// `RemoveGroupTemplate`
pub(super) fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    match world.own(&TEMPLATES).take(&id) {
        Some(row) => Reply::results(200, format!("Removed Template {} with ID {id}", text(&row["displayName"]))),
        None => Reply::results(500, format!("Failed to remove Template with ID {id}: not found")),
    }
}

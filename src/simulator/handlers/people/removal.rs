//! Deleting users, and what can be restored.

use serde_json::{Value, json};

use super::tenant;
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::powershell::{text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::directory::Deleted;
use crate::simulator::state::graph_user::{Row, graph_user};
use crate::simulator::state::groups;
use crate::simulator::state::shelf::{Kind, none};
use crate::simulator::state::tenant::Tenant;

/// Deleted things that are no users, each as it was.
const DELETED: Kind = Kind { name: "deleted items", key: "id", first: none };

/// `RemoveUser`; without an id the server ends the call without an answer.
pub(super) fn user(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (id, name) = (text(request.either("ID")), text(request.either("userPrincipalName")));
    if id.is_empty() {
        return Err(Reply::text(200, ""));
    }
    let done = || Reply::results(200, format!("Successfully deleted user with ID: '{id}' and Username: '{name}'"));
    let failed = |cause: &str| {
        Reply::results(500, format!("Failed to delete user with ID: '{id}' and Username: '{name}'. Error: {cause}"))
    };
    let domain = text(unwrapped(request.either("tenantFilter")));
    let tenant = tenant(world, &domain, 500, done)?;
    tenant.directory().remove(&id).map(|_| done()).ok_or_else(|| failed(&no_such_user(&id)))
}

/// `ListDeletedItems`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 500, || Reply::json(&json!([])))?;
    let users = tenant.directory().deleted();
    let users = users.iter().map(|deleted| deleted_user(world, tenant, deleted));
    let others = world.shelf(tenant, &DELETED).rows();
    Ok(Reply::rows(users.map(Value::from).chain(others)))
}

fn deleted_user(world: &World, tenant: &Tenant, deleted: &Deleted) -> Row {
    let mut row = graph_user(world.calendar, tenant, &deleted.user);
    let user = &deleted.user;
    // Graph puts the id before the name, so that the name is free.
    row.insert("userPrincipalName".into(), json!(format!("{}{}", user.id.replace('-', ""), user.upn)));
    row.insert("deletedDateTime".into(), json!(deleted.time));
    row.insert("TargetType".into(), json!("User"));
    row
}

/// `ExecRestoreDeleted`
pub(super) fn restore(world: &World, request: &Request) -> Result<Reply, Reply> {
    let shown = [text(request.body("displayName")), text(request.body("userPrincipalName"))];
    let shown: Vec<_> = shown.into_iter().filter(|text| !text.is_empty()).collect();
    let id = text(request.either("ID"));
    let name = if shown.is_empty() { id.clone() } else { shown.join(" ") };
    on_deleted(
        world,
        request,
        ("Successfully restored deleted object", "Failed to restore deleted object"),
        &name,
        |tenant| tenant.directory().restore(&id) || restore_group(world, tenant, &id),
    )
}

/// `RemoveDeletedObject`
pub(super) fn purge(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(request.either("ID"));
    on_deleted(world, request, ("Successfully deleted object permanently", "Failed to delete object"), &id, |tenant| {
        tenant.directory().purge(&id) || world.shelf(tenant, &DELETED).take(&id).is_some()
    })
}

fn on_deleted(
    world: &World,
    request: &Request,
    (done, failed): (&str, &str),
    name: &str,
    work: impl FnOnce(&Tenant) -> bool,
) -> Result<Reply, Reply> {
    let done = || Reply::results(200, format!("{done} {name}"));
    let domain = text(unwrapped(request.either("tenantFilter")));
    let tenant = tenant(world, &domain, 500, done)?;
    let id = text(request.either("ID"));
    if work(tenant) {
        return Ok(done());
    }
    Err(Reply::results(500, format!("{failed} {name}. Error: {}", no_such_user(&id))))
}

/// Puts a group among the deleted items.
pub(super) fn keep_group(world: &World, tenant: &Tenant, mut row: Value) {
    row["deletedDateTime"] = json!(moment());
    row["TargetType"] = json!("Group");
    world.shelf(tenant, &DELETED).put(row);
}

fn restore_group(world: &World, tenant: &Tenant, id: &str) -> bool {
    let Some(mut row) = world.shelf(tenant, &DELETED).take(id) else { return false };
    row["deletedDateTime"] = Value::Null;
    let kind = row.as_object_mut().and_then(|row| row.shift_remove("TargetType"));
    if kind == Some(json!("Group")) {
        world.shelf(tenant, &groups::GROUPS).put(row);
    }
    true
}

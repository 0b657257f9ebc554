//! Groups of tenants, which roles, standards and tasks can be meant for; and what CIPP notes of one tenant.

use serde_json::{Value, json};

use super::writing::{items, word, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::organization::{TENANT_GROUPS, group_member};
use crate::simulator::state::tenancy::ALIASES;
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area =
    &[("EditTenant", edit_tenant), ("ExecTenantGroup", change_group), ("ListTenantGroups", list)];

/// `ListTenantGroups`
fn list(world: &World, request: &Request) -> Reply {
    let id = text(request.either("groupId"));
    let mut groups = world.own(&TENANT_GROUPS).rows();
    groups.retain(|group| id.is_empty() || text(&group["Id"]) == id);
    if is_true(request.either("includeUsage")) {
        groups.iter_mut().for_each(|group| group["Usage"] = json!([]));
    }
    Reply::json(&json!({"Results": groups}))
}

/// `ExecTenantGroup`: the members are the whole list; without an id each call makes another group.
fn change_group(world: &World, request: &Request) -> Reply {
    let (id, action) = (text(request.body("groupId")), text(request.body("Action")));
    let groups = world.own(&TENANT_GROUPS);
    let said = |text: String| Reply::results(200, json!([{"resultText": text, "state": "success"}]));
    match action.to_lowercase().as_str() {
        "addedit" => {
            let name = text(request.body("groupName"));
            let members = words(request.body("members"));
            let members = members.iter().filter_map(|id| world.known(id)).map(group_member);
            let new = id.is_empty();
            let kind = text(request.body("groupType"));
            groups.put(json!({
                "Id": if new { world.fresh_id() } else { id },
                "Name": name, "Description": text(request.body("groupDescription")),
                "GroupType": if kind.is_empty() { "static" } else { kind.as_str() },
                "RuleLogic": Some(word(request.body("ruleLogic"))).filter(|logic| !logic.is_empty()).unwrap_or("and".into()),
                "Members": members.collect::<Vec<_>>(), "DynamicRules": items(request.body("dynamicRules")),
            }));
            said(format!("Group '{name}' {} successfully", if new { "created" } else { "updated" }))
        }
        "delete" => match groups.take(&id) {
            Some(group) => said(format!("Group '{}' deleted successfully", text(&group["Name"]))),
            None => Reply::results(200, format!("Group '{id}' not found")),
        },
        _ => Reply::results(400, "Invalid action specified"),
    }
}

/// `EditTenant`: an alias that is left out is deleted, and so is every membership that is not in a list that is sent.
fn edit_tenant(world: &World, request: &Request) -> Reply {
    let (id, alias) = (text(request.body("customerId")), text(request.body("tenantAlias")));
    if id.is_empty() {
        return Reply::json_of(400, &json!({"state": "error", "resultText": "customerId is required"}));
    }
    let aliases = world.own(&ALIASES);
    if alias.is_empty() {
        drop(aliases.take(&id));
    } else {
        aliases.put(json!({"customerId": id, "alias": alias}));
    }
    let groups = items(request.body("tenantGroups"));
    if let Some(tenant) = world.known(&id).filter(|_| !groups.is_empty()) {
        let wanted: Vec<_> = groups.iter().map(group_id).collect();
        world.own(&TENANT_GROUPS).change_all(|group| set_member(group, tenant, &wanted));
    }
    Reply::json(&json!({"state": "success", "resultText": "Tenant details updated successfully"}))
}

fn group_id(group: &Value) -> String {
    match member(group, "groupId") {
        Value::Null => word(group),
        id => text(id),
    }
}

fn set_member(group: &mut Value, tenant: &Tenant, wanted: &[String]) {
    let is_wanted = wanted.contains(&text(&group["Id"]));
    let fixed = group["GroupType"] == "static";
    if let Some(members) = group["Members"].as_array_mut().filter(|_| fixed) {
        members.retain(|member| text(&member["customerId"]) != tenant.id);
        if is_wanted {
            members.push(group_member(tenant));
        }
    }
}

/// The groups that a tenant is in.
pub(super) fn groups_of(world: &World, tenant: &Tenant) -> Vec<Value> {
    let is_in = |group: &Value| items(&group["Members"]).iter().any(|member| text(&member["customerId"]) == tenant.id);
    let groups = world.own(&TENANT_GROUPS).rows().into_iter().filter(is_in);
    groups.map(|group| json!({"Id": group["Id"], "Name": group["Name"]})).collect()
}

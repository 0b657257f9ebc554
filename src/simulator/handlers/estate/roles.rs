//! Who may do what in CIPP: roles and users.

use serde_json::{Value, json};

use super::writing::{items, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{member, text};
use crate::simulator::state::instance::{CIPP_USERS, ROLES};
use crate::simulator::state::shelf::joined;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecCIPPUsers", change_user),
    ("ExecCustomRole", change_role),
    ("ListCIPPUsers", users),
    ("ListCustomRole", |world, _| Reply::rows(world.own(&ROLES).rows().iter())),
];

/// `ExecCustomRole`: a role is written whole; any unknown action lists all.
fn change_role(world: &World, request: &Request) -> Reply {
    let name = text(request.either("RoleName"));
    let roles = world.own(&ROLES);
    match text(request.either("Action")).to_lowercase().as_str() {
        "addupdate" => {
            let list = |name: &str| items(request.body(name)).to_vec();
            let group = request.body("EntraGroup");
            roles.put(json!({
                "RoleName": name.to_lowercase(), "Type": "Custom", "Permissions": request.body("Permissions"),
                "AllowedTenants": list("AllowedTenants"), "BlockedTenants": list("BlockedTenants"),
                "BlockedEndpoints": list("BlockedEndpoints"), "IPRange": list("IpRange"), "EntraGroup": group,
            }));
            Reply::results(200, format!("Custom role {name} saved"))
        }
        "clone" => {
            let new = text(request.either("NewRoleName"));
            let Some(role) = roles.row(&name) else {
                return Reply::results(200, format!("Role {name} not found"));
            };
            roles.put(joined(role, json!({"RoleName": new.to_lowercase(), "Type": "Custom"})));
            Reply::results(200, format!("Custom role '{name}' cloned to '{new}'"))
        }
        "delete" => match roles.rows().iter().any(|role| role["RoleName"] == name.as_str() && role["Type"] == "Custom")
        {
            true => {
                drop(roles.take(&name));
                Reply::results(200, "Custom role deleted")
            }
            false => Reply::text(500, "The specified resource does not exist."),
        },
        "listentragroups" => Reply::results(200, json!([])),
        _ => Reply::rows(roles.rows().iter()),
    }
}

/// `ListCIPPUsers`: users and the roles that can be handed out.
fn users(world: &World, _: &Request) -> Reply {
    let roles: Vec<_> = world.own(&ROLES).rows().iter().map(|role| role["RoleName"].clone()).collect();
    Reply::json(&json!({"Users": world.own(&CIPP_USERS).rows(), "AvailableRoles": roles}))
}

/// `ExecCIPPUsers`: the last superadmin stays.
fn change_user(world: &World, request: &Request) -> Reply {
    let upn = text(request.either("UPN")).to_lowercase();
    let users = world.own(&CIPP_USERS);
    let is_super = |row: &Value| words(member(row, "ManualRoles")).iter().any(|role| role == "superadmin");
    let last = |upn: &str| {
        let rows = users.rows();
        let mut supers = rows.iter().filter(|row| is_super(row));
        supers.all(|row| row["UPN"] == upn)
    };
    if upn.is_empty() {
        return Reply::results(400, "UPN is required");
    }
    match text(request.either("Action")).to_lowercase().as_str() {
        "addupdate" => {
            let roles = words(request.body("Roles"));
            if last(&upn) && !roles.iter().any(|role| role == "superadmin") {
                return Reply::results(400, "The last superadmin cannot be demoted");
            }
            users.put(json!({"UPN": upn, "ManualRoles": roles, "AutoRoles": [], "Roles": roles}));
            Reply::results(200, format!("Successfully saved user {upn}"))
        }
        "delete" if last(&upn) => Reply::results(400, "The last superadmin cannot be removed"),
        "delete" => match users.take(&upn) {
            Some(_) => Reply::results(200, format!("Successfully removed user {upn}")),
            None => Reply::results(404, format!("User {upn} not found")),
        },
        _ => Reply::results(400, "Invalid action"),
    }
}

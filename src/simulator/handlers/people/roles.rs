//! Roles and who holds them.

use serde_json::{Value, json};

use super::membership::people;
use super::tenant;
use crate::simulator::powershell::text;
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::groups::set_in;
use crate::simulator::state::roles::ROLES;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// `ListRoles`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 400, || Reply::text(200, ""))?;
    Ok(Reply::rows(world.shelf(tenant, &ROLES).rows().into_iter().map(|role| {
        let members = people(tenant, &role, "members");
        let member = |user: &std::sync::Arc<User>| {
            json!({
                "displayName": user.display_name, "userPrincipalName": user.upn, "id": user.id, "directoryScopeId": "/",
            })
        };
        json!({
            "Id": role["Id"], "roleTemplateId": role["roleTemplateId"], "DisplayName": role["DisplayName"],
            "Description": role["Description"], "Members": members.iter().map(member).collect::<Vec<_>>(),
            "MemberCount": members.len(), "isBuiltIn": true, "isEnabled": true, "SID": Value::Null,
        })
    })))
}

/// Gives a user the roles of these templates, or takes them away.
pub(super) fn set(world: &World, tenant: &Tenant, user: &User, templates: &[String], inside: bool) {
    for template in templates {
        world.shelf(tenant, &ROLES).change(template, |role| _ = set_in(role, "members", &user.id, inside));
    }
    let holds = world.shelf(tenant, &ROLES).rows().iter().any(|role| text(&role["members"]).contains(&user.id));
    tenant.directory().change(&user.id, |user| user.admin = holds);
}

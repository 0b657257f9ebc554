//! The roles of a directory that were activated, with who holds them.

use serde_json::{Value, json};

use super::World;
use super::shelf::Kind;
use super::tenant::Tenant;

/// The roles of a tenant; the column `members` holds object ids.
pub(crate) const ROLES: Kind = Kind { name: "roles", key: "roleTemplateId", first };

/// Microsoft's template of each role, its name, and what it is for. The first is the global administrator.
const TEMPLATES: &[(&str, &str, &str)] = &[
    ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "Manages everything."),
    ("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "Manages users and groups."),
    ("29232cdf-9323-42fd-ade2-1d097af3e4de", "Exchange Administrator", "Manages Exchange."),
    ("729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "Resets passwords of people."),
    ("f28a1f50-f6e7-4571-818b-6a12f2af6b6c", "SharePoint Administrator", "Manages SharePoint."),
    ("194ae4cb-b126-40b2-bd5b-6091b380977d", "Security Administrator", "Manages security features."),
    ("3a2c62db-5318-420d-8d74-23affee5d9d5", "Intune Administrator", "Manages Intune."),
    ("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader", "Reads everything."),
];

fn first(_: &World, tenant: &Tenant) -> Vec<Value> {
    let admins: Vec<_> = tenant.directory().reported().iter().filter(|user| user.admin).collect();
    let role = |(number, &(template, name, about)): (usize, &(&str, &str, &str))| {
        let holds = |at: usize| if at < 2 { number == 0 } else { at % (TEMPLATES.len() - 1) + 1 == number };
        let members: Vec<_> =
            admins.iter().enumerate().filter(|(at, _)| holds(*at)).map(|(_, user)| user.id.clone()).collect();
        json!({
            "Id": tenant.seed.of("role", number).guid("id"), "roleTemplateId": template, "DisplayName": name,
            "Description": about, "members": members,
        })
    };
    TEMPLATES.iter().enumerate().map(role).collect()
}

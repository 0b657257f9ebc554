//! Administrators for a time.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::edit::values_of;
use super::scheduler::{blank, schedule};
use super::{account, create, membership, queued_rows, roles, tenant};
use crate::simulator::handlers::is_all;
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::powershell::{is_true, member, text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::Tenant;

/// The function behind the tasks that begin and end a time.
const COMMAND: &str = "Set-CIPPUserJITAdmin";

/// `ListJITAdmin`
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("TenantFilter"));
    if is_all(&name) {
        return queued_rows(world, "ListJITAdmin", "JIT Admin (All Tenants)", &name, |tenant| {
            rows(world, tenant, true)
        });
    }
    let rows =
        super::tenants(world, &name).into_iter().flat_map(|tenant| rows(world, tenant, false)).collect::<Vec<_>>();
    Reply::json(&json!({"Results": rows, "Metadata": {"Parameters": {}}}))
}

fn rows(world: &World, tenant: &Tenant, named: bool) -> Vec<Value> {
    let users = tenant.directory().users();
    let held = users.iter().filter_map(|user| Some((user, user.kept.get("jit")?)));
    held.map(|(user, jit)| {
        let roles = world.shelf(tenant, &crate::simulator::state::roles::ROLES).rows();
        let roles = roles.iter().filter(|role| text(&role["members"]).contains(&user.id));
        let roles = roles.map(|role| json!({"displayName": role["DisplayName"], "id": role["Id"]}));
        let groups = membership::groups_of(world, tenant, user).into_iter();
        let groups = groups.map(|group| json!({"displayName": group["displayName"], "id": group["id"]}));
        let mut row = json!({
            "id": user.id, "displayName": user.display_name, "userPrincipalName": user.upn,
            "accountEnabled": user.enabled, "jitAdminEnabled": jit["enabled"], "jitAdminExpiration": jit["to"],
            "jitAdminStartDate": jit["from"], "jitAdminReason": jit["reason"],
            "jitAdminCreatedBy": "Simulated API client", "memberOf": roles.chain(groups).collect::<Vec<_>>(),
        });
        if named {
            row["Tenant"] = json!(tenant.domain);
        }
        row
    })
    .collect()
}

/// What is said and what is logged of it, where secrets are left out.
#[derive(Default)]
struct Said {
    results: Vec<Value>,
    logged: Vec<String>,
}

impl Said {
    fn text(&mut self, text: String) {
        self.logged.push(text.clone());
        self.results.push(text.into());
    }

    fn copied(&mut self, label: &str, value: &str) {
        self.results.push(json!({"resultText": format!("{label}: {value}"), "copyField": value, "state": "success"}));
    }
}

/// `ExecJITAdmin`: grants now or by a task, and queues the task that ends it.
pub(super) fn grant(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let field = |name: &str| text(unwrapped(member(body, name)));
    let tenant = tenant(world, &field("tenantFilter"), 500, || Reply::results(200, Vec::<String>::new()))?;
    let mut said = Said::default();
    let name = if field("userAction").eq_ignore_ascii_case("create") {
        let name = format!("{}@{}", field("Username"), field("Domain"));
        let password = create_user(world, tenant, &name, body)
            .map_err(|cause| Reply::results(500, vec![format!("Failed to create JIT Admin user {name}: {cause}")]))?;
        said.copied("User", &name);
        said.copied("Password", &password);
        said.logged.push(format!("Created JIT Admin user: {name}"));
        name
    } else {
        text(member(member(body, "existingUser"), "value"))
    };
    let user = tenant.directory().user(&name).ok_or_else(|| {
        Reply::results(500, vec![format!("Failed to set JIT Admin for {name}: {}", no_such_user(&name))])
    })?;
    if is_true(member(body, "UseTAP")) {
        said.copied("Temporary Access Pass", &account::password(world).replace("Sim!", "")[..8].to_uppercase());
        said.logged.push(format!("Created a Temporary Access Pass for {}", user.upn));
    }
    plan(world, tenant, &user.upn, body).into_iter().for_each(|text| said.text(text));
    Ok(Reply::results(200, said.results).logged_as(said.logged))
}

/// Begins the time now or by a task, and queues its end.
fn plan(world: &World, tenant: &Tenant, name: &str, body: &Value) -> [String; 2] {
    let field = |name: &str| text(unwrapped(member(body, name)));
    let time = |name: &str| field(name).parse::<i64>().unwrap_or_default();
    let (from, to, end) = (time("StartDate"), time("EndDate"), text(member(member(body, "ExpireAction"), "value")));
    let options = |action: &str| {
        json!({
            "UserPrincipalName": name, "Action": action, "Roles": values_of(member(body, "AdminRoles")),
            "Groups": values_of(member(body, "GroupMemberships")), "Reason": field("Reason"), "From": from, "To": to,
        })
    };
    let task = |word: &str, action: &str, time: i64| Task {
        key: world.fresh_id(),
        name: format!("JIT Admin ({word}): {name}"),
        command: COMMAND.to_owned(),
        parameters: options(action),
        tenant: tenant.domain.clone(),
        time,
        ..blank(body)
    };
    let begun = if from > world.tasks.clock() {
        schedule(world, task("enable", "AddRoles", from), false);
        format!("Scheduling JIT Admin enable task for {name}")
    } else {
        run(world, tenant, &options("AddRoles")).join(" ")
    };
    schedule(world, task(&end, &end, to), false);
    [begun, format!("Scheduling JIT Admin {end} task for {name}")]
}

fn create_user(world: &World, tenant: &Tenant, name: &str, body: &Value) -> Result<String, String> {
    let field = |name: &str| text(unwrapped(member(body, name)));
    let shown = format!("{} {}", field("FirstName"), field("LastName"));
    let make = |number| create::fresh(tenant.seed.of("added user", number), name, &shown);
    if name.starts_with('@') || name.ends_with('@') || !tenant.directory().add(make) {
        return Err("Another object with the same value for property userPrincipalName already exists.".to_owned());
    }
    Ok(account::password(world))
}

/// Begins or ends a time, as a task asks for.
pub(super) fn run(world: &World, tenant: &Tenant, options: &Value) -> Vec<String> {
    let name = text(&options["UserPrincipalName"]);
    let Some(user) = tenant.directory().user(&name) else {
        return vec![format!("Failed to set JIT Admin for {name}: {}", no_such_user(&name))];
    };
    let list = |name: &str| super::edit::texts_of(&options[name]);
    let (roles, groups, action) = (list("Roles"), list("Groups"), text(&options["Action"]));
    let begins = action == "AddRoles";
    if begins || action.contains("Roles") {
        roles::set(world, tenant, &user, &roles, begins);
    }
    if begins || action.contains("Groups") {
        for group in &groups {
            membership::set_member(world, tenant, group, &user, begins);
        }
    }
    let day = |name: &str| {
        options[name].as_i64().and_then(|second| Timestamp::from_second(second).ok()).map(|time| time.to_string())
    };
    tenant.directory().change(&name, |user| {
        let jit = json!({"enabled": begins, "from": day("From"), "to": day("To"), "reason": options["Reason"]});
        user.kept.insert("jit".to_owned(), jit);
        user.enabled = action != "DisableUser" && (begins || user.enabled);
    });
    if action == "DeleteUser" {
        tenant.directory().remove(&name);
    }
    vec![if begins {
        format!("Successfully enabled JIT Admin for {name}")
    } else {
        format!("Successfully ran {action} for JIT Admin {name}")
    }]
}

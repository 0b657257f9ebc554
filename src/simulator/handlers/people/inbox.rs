//! Rules of the inbox, and phones that fetch the mail.

use serde_json::{Value, json};

use super::mailbox_list::owner;
use super::one_user::Plan;
use super::{queued_rows, tenant};
use crate::simulator::powershell::{is_true, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::mailbox::{PHONES, RULES};
use crate::simulator::state::tenant::Tenant;

/// `ListUserMailboxRules`
pub(super) fn rules_of_user(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 403, || Reply::json(&json!([])))?;
    let user = owner(tenant, &text(request.query("UserID")), 403)?;
    Ok(Reply::rows(RULES.rows(tenant, &user).into_iter()))
}

/// `ListMailboxRules`: by way of a job, for one tenant too; from the report a bare list.
pub(super) fn rules(world: &World, request: &Request) -> Reply {
    let of = |tenant: &Tenant| {
        let users = tenant.directory().users();
        let rules = users.iter().filter(|user| user.has_mailbox()).flat_map(|user| RULES.rows(tenant, user));
        let mut rows: Vec<Value> = rules.collect();
        if rows.is_empty() {
            rows.push(json!({"Name": "No rules found"}));
        }
        rows.iter_mut().for_each(|row| row["Tenant"] = json!(tenant.domain));
        rows
    };
    let name = text(request.query("tenantFilter"));
    if is_true(request.query("UseReportDB")) {
        return Reply::rows(super::tenants(world, &name).into_iter().flat_map(of));
    }
    queued_rows(world, &format!("ListMailboxRules-{name}"), "Mailbox Rules", &name, of)
}

/// `ExecSetMailboxRule`: the text `false` turns on as well as `true` does.
pub(super) fn set_rule(_: &World, request: &Request) -> Result<Plan, Reply> {
    let (plan, id, name) = rule(request)?;
    let (on, off) = (truthy(request.body("Enable")), truthy(request.body("Disable")));
    if !on && !off {
        return Err(Reply::results(
            500,
            format!("Failed to change the rule {name}: neither Enable nor Disable was sent"),
        ));
    }
    let word = if on { "enabled" } else { "disabled" };
    let done = format!("Successfully {word} mailbox rule {name} for {}", plan.user);
    let failed = format!("Could not change mailbox rule {name} for {}", plan.user);
    let plan = plan.change(move |tenant, user| {
        RULES.change(tenant, user, |rows| {
            let rule = rows.iter_mut().find(|row| row["Identity"] == json!(id) || row["Name"] == json!(id));
            rule.map(|rule| rule["Enabled"] = json!(on)).ok_or_else(|| "The Inbox rule does not exist.".to_owned())
        })
    });
    Ok(plan.says(done, failed))
}

/// `ExecRemoveMailboxRule`
pub(super) fn remove_rule(_: &World, request: &Request) -> Result<Plan, Reply> {
    let (plan, id, name) = rule(request)?;
    let done = format!("Successfully deleted mailbox rule {name} for {}", plan.user);
    let failed = format!("Could not delete mailbox rule {name} for {}", plan.user);
    let plan = plan.change(move |tenant, user| {
        RULES.change(tenant, user, |rows| {
            let before = rows.len();
            rows.retain(|row| row["Identity"] != json!(id) && row["Name"] != json!(id));
            if rows.len() < before { Ok(()) } else { Err("The Inbox rule does not exist.".to_owned()) }
        })
    });
    Ok(plan.says(done, failed))
}

fn rule(request: &Request) -> Result<(Plan, String, String), Reply> {
    let id = text(request.either("ruleId"));
    if id.is_empty() {
        return Err(Reply::text(500, "Cannot index into a null array."));
    }
    let name = text(request.either("ruleName"));
    let name = if name.is_empty() { id.clone() } else { name };
    Ok((Plan::mailbox(request, "userPrincipalName"), id, name))
}

/// `ListMailboxMobileDevices`
pub(super) fn phones(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 403, || Reply::json(&json!([])))?;
    let user = owner(tenant, &text(request.query("Mailbox")), 403)?;
    Ok(Reply::rows(PHONES.rows(tenant, &user).into_iter()))
}

/// `ExecMailboxMobileDevices`: the query only; quarantine in either sense makes a deletion void.
pub(super) fn set_phone(world: &World, request: &Request) -> Result<Reply, Reply> {
    let query = |name: &str| text(request.query(name));
    let (id, device, guid) = (query("Userid"), query("deviceid"), query("guid"));
    let domain = text(unwrapped(request.query("tenantFilter")));
    let tenant = tenant(world, &domain, 200, || Reply::results(200, "Success"))?;
    let quarantine = request.query("Quarantine");
    let change = |phone: &mut Value| match text(quarantine).to_lowercase().as_str() {
        "true" => phone["deviceAccessState"] = json!("Blocked"),
        _ => phone["deviceAccessState"] = json!("Allowed"),
    };
    let found = tenant.directory().change(&id, |user| {
        PHONES.change(tenant, user, |rows| {
            let at = rows.iter().position(|row| row["deviceID"] == json!(device) || row["Guid"] == json!(guid));
            match (at, quarantine.is_null()) {
                (Some(at), false) => change(&mut rows[at]),
                (Some(at), true) if is_true(request.query("Delete")) => _ = rows.remove(at),
                _ => {}
            }
            at.is_some()
        })
    });
    Ok(Reply::results(
        200,
        match found {
            Some(true) => format!("Successfully changed the mobile device of {id}"),
            _ => format!("Failed to change the mobile device of {id}: it does not exist"),
        },
    ))
}

//! Who else may use a mailbox.

use serde_json::{Value, json};

use super::edit::{texts_of, values_of};
use super::mailbox_list::owner;
use super::one_user::no_such_mailbox;
use super::tenant;
use crate::simulator::handlers::is_all;
use crate::simulator::powershell::{is_true, member, text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::mailbox::{PERMISSIONS, mailbox};
use crate::simulator::state::tenant::{Standing, Tenant};

/// The rights that can be granted.
const RIGHTS: &[&str] = &["FullAccess", "SendAs", "SendOnBehalf"];

/// `ListmailboxPermissions`: of one mailbox, or of all from the report.
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (name, id) = (text(request.query("tenantFilter")), text(request.query("userId")));
    if id.is_empty() && is_true(request.query("UseReportDB")) {
        let all = world.customers().filter(|tenant| tenant.standing == Standing::Managed);
        let tenants = all.filter(|tenant| is_all(&name) || tenant.domain == name);
        return Ok(Reply::rows(tenants.flat_map(|tenant| report(world, tenant))));
    }
    let tenant = tenant(world, &name, 403, || Reply::json(&json!([])))?;
    let user = owner(tenant, &id, 403)?;
    let rows = PERMISSIONS.rows(tenant, &user).into_iter();
    Ok(Reply::rows(rows.map(|row| json!({"User": row["User"], "Permissions": row["AccessRights"]}))))
}

fn report(world: &World, tenant: &Tenant) -> Vec<Value> {
    let stamp = world.calendar.ago(0, 3 * 3600);
    let users = tenant.directory().users();
    let held = users.iter().map(|user| (user, PERMISSIONS.rows(tenant, user))).filter(|(_, rows)| !rows.is_empty());
    held.map(|(user, rows)| {
        json!({
            "MailboxUPN": user.upn, "MailboxDisplayName": user.display_name,
            "MailboxType": mailbox(tenant, user)["RecipientTypeDetails"], "PermissionCount": rows.len(),
            "Permissions": rows, "Tenant": tenant.domain, "MailboxCacheTimestamp": stamp,
            "PermissionCacheTimestamp": stamp,
        })
    })
    .collect()
}

/// Grants a right or takes it away, and says so.
pub(super) fn set(tenant: &Tenant, mailbox: &str, who: &str, right: &str, map: Option<bool>) -> String {
    let Some(who) = tenant.directory().user(who) else { return format!("Could not find user {who}") };
    let failed = |cause: &str| format!("Error processing {right} for {} on {mailbox}: {cause}", who.upn);
    if map.is_some() && !RIGHTS.iter().any(|known| known.eq_ignore_ascii_case(right)) {
        return failed("This right can only be removed.");
    }
    let same = |row: &Value| row["User"] == json!(who.upn) && text(&row["AccessRights"]).eq_ignore_ascii_case(right);
    let held = tenant.directory().change(mailbox, |user| {
        let had = user.has_mailbox();
        had.then(|| {
            PERMISSIONS.change(tenant, user, |rows| {
                let before = rows.len();
                rows.retain(|row| !same(row));
                let held = rows.len() < before;
                if map.is_some() {
                    rows.push(json!({"User": who.upn, "AccessRights": right}));
                }
                held
            })
        })
    });
    match (held.flatten(), map) {
        (None, _) => failed(&no_such_mailbox(mailbox)),
        (Some(_), Some(map)) if right.eq_ignore_ascii_case("FullAccess") => {
            format!(
                "Granted {} FullAccess to {mailbox} with automapping {}",
                who.upn,
                if map { "True" } else { "False" }
            )
        }
        (Some(_), Some(_)) => format!("Granted {} {right} permissions to {mailbox}", who.upn),
        (Some(true), None) => format!("Removed {} {right} from {mailbox}", who.upn),
        (Some(false), None) => failed("The appropriate access control entry is already absent."),
    }
}

/// `ExecEditMailboxPermissions`: a list for each right and direction.
pub(super) fn edit(world: &World, request: &Request) -> Result<Reply, Reply> {
    const LISTS: &[(&str, &str, Option<bool>)] = &[
        ("RemoveFullAccess", "FullAccess", None),
        ("AddFullAccess", "FullAccess", Some(true)),
        ("AddFullAccessNoAutoMap", "FullAccess", Some(false)),
        ("AddSendAs", "SendAs", Some(true)),
        ("RemoveSendAs", "SendAs", None),
        ("AddSendOnBehalf", "SendOnBehalf", Some(true)),
        ("RemoveSendOnBehalf", "SendOnBehalf", None),
    ];
    let id = text(request.body("userID"));
    if id.is_empty() {
        return Err(Reply::text(200, ""));
    }
    let domain = text(unwrapped(request.body("tenantfilter")));
    let tenant = tenant(world, &domain, 500, || Reply::results(200, Vec::<String>::new()))?;
    let of = |&(list, right, map): &(&str, &str, Option<bool>)| {
        let people = values_of(request.body(list));
        people.iter().map(|who| set(tenant, &id, who, right, map)).collect::<Vec<_>>()
    };
    Ok(Reply::results(200, LISTS.iter().flat_map(of).collect::<Vec<_>>()))
}

/// `ExecModifyMBPerms`: one mailbox, or several under `mailboxRequests`.
pub(super) fn modify(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let boxes = match (body, request.body("mailboxRequests")) {
        (Value::Array(boxes), _) | (_, Value::Array(boxes)) => boxes.clone(),
        _ => vec![body.clone()],
    };
    let sent: Vec<(String, Value)> = boxes
        .iter()
        .flat_map(|mailbox| {
            let id = text(member(mailbox, "userID"));
            items(member(mailbox, "permissions")).into_iter().map(move |permission| (id.clone(), permission))
        })
        .collect();
    if sent.is_empty() {
        return Err(Reply::results(400, vec!["No mailbox permission requests were provided"]));
    }
    let domain = text(unwrapped(member(boxes.first().filter(|_| body.is_array()).unwrap_or(body), "tenantFilter")));
    let tenant = tenant(world, &domain, 500, || Reply::results(200, vec!["No valid permission changes to process"]))?;
    let results: Vec<String> = sent.iter().flat_map(|(id, permission)| change(tenant, id, permission)).collect();
    let nothing = || vec!["No valid permission changes to process".to_owned()];
    Ok(Reply::results(200, if results.is_empty() { nothing() } else { results }))
}

fn change(tenant: &Tenant, id: &str, permission: &Value) -> Vec<String> {
    let add = text(member(permission, "Modification")).eq_ignore_ascii_case("Add");
    let map = add.then(|| member(permission, "AutoMap").as_bool().unwrap_or(true));
    let rights = text(unwrapped(member(permission, "PermissionLevel")));
    let people = texts_of(member(permission, "UserID"));
    let rights: Vec<_> = rights.split(',').map(str::trim).filter(|right| !right.is_empty()).collect();
    people.iter().flat_map(|who| rights.iter().map(move |right| set(tenant, id, who, right, map))).collect()
}

/// The members of a list, of an object whose keys are numbers, or of one that stands alone.
pub(super) fn items(list: &Value) -> Vec<Value> {
    match list {
        Value::Array(items) => items.clone(),
        Value::Object(object) if object.keys().all(|key| key.parse::<usize>().is_ok()) => {
            object.values().cloned().collect()
        }
        Value::Object(_) => vec![list.clone()],
        _ => Vec::new(),
    }
}

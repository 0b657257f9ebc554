//! Who may see a calendar.

use serde_json::{Value, json};

use super::edit::texts_of;
use super::mailbox_list::owner;
use super::one_user::no_such_mailbox;
use super::permissions::items;
use super::tenant;
use crate::simulator::powershell::{member, text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::mailbox::{CALENDAR, mailbox};
use crate::simulator::state::tenant::Tenant;

/// `ListCalendarPermissions`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 403, || Reply::json(&json!([])))?;
    let user = owner(tenant, &text(request.query("UserID")), 403)?;
    let info = Value::from(mailbox(tenant, &user));
    Ok(Reply::rows(CALENDAR.rows(tenant, &user).into_iter().map(|mut row| {
        row["MailboxInfo"] = info.clone();
        row
    })))
}

/// What is to be set for one user on one folder.
struct Wish<'w> {
    folder: &'w str,
    /// The right; nothing takes the present one away.
    right: Option<&'w str>,
    private: bool,
}

/// Sets or takes away a right; the error is the whole text.
fn set(tenant: &Tenant, calendar: &str, who: &str, wish: &Wish<'_>) -> Result<String, String> {
    let known = tenant.directory().user(who);
    let shown = match &known {
        Some(user) => user.display_name.clone(),
        None if ["Default", "Anonymous"].contains(&who) => who.to_owned(),
        None => return Err(format!("Could not find user {who}")),
    };
    let changed = tenant.directory().change(calendar, |user| {
        let identity = format!("{}:\\{}", user.id, wish.folder);
        user.has_mailbox().then(|| {
            CALENDAR.change(tenant, user, |rows| {
                let before = rows.len();
                rows.retain(|row| row["User"] != json!(shown) || row["Identity"] != json!(identity));
                let held = rows.len() < before;
                if let Some(right) = wish.right {
                    let flags = if wish.private { json!("Delegate, CanViewPrivateItems") } else { Value::Null };
                    rows.push(json!({
                        "Identity": identity, "User": shown, "AccessRights": [right], "FolderName": wish.folder,
                        "SharingPermissionFlags": flags,
                    }));
                }
                held
            })
        })
    });
    match (changed.flatten(), wish.right) {
        (None, _) => {
            Err(format!("Failed to set calendar permissions for {who} on {calendar}. {}", no_such_mailbox(calendar)))
        }
        (Some(_), Some(right)) => Ok(format!(
            "Successfully set permissions on folder {}. The user {who} now has {right} permissions on this folder.",
            wish.folder
        )),
        (Some(true), None) => Ok(format!("Successfully removed access for {who} from calendar {}", wish.folder)),
        (Some(false), None) => Err(format!(
            "Failed to remove access for {who} from calendar {}: there is no existing permission entry.",
            wish.folder
        )),
    }
}

/// `ExecEditCalendarPermissions`: users and rights are read from `{value}` in the body, as texts in the query.
pub(super) fn edit(world: &World, request: &Request) -> Result<Reply, Reply> {
    let field = |name: &str| match request.query(name) {
        Value::Null => text(member(request.body(name), "value")),
        sent => text(sent),
    };
    let (id, folder) = (text(request.either("userid")), text(request.either("FolderName")));
    let (removed, right) = (field("RemoveAccess"), field("Permissions"));
    let domain = text(unwrapped(request.either("tenantFilter")));
    let tenant = tenant(world, &domain, 403, || Reply::results(200, "Success"))?;
    let private = request.either("CanViewPrivateItems").as_bool();
    let refused = |cause: String| Reply::results(403, cause);
    let said = if removed.is_empty() {
        let Some(private) = private else {
            return Err(refused("Cannot convert the value of CanViewPrivateItems to type System.Boolean.".to_owned()));
        };
        set(tenant, &id, &field("UserToGetPermissions"), &Wish { folder: &folder, right: Some(&right), private })
    } else {
        set(tenant, &id, &removed, &Wish { folder: &folder, right: None, private: false })
    };
    said.map(|text| Reply::results(200, text)).map_err(refused)
}

/// `ExecModifyCalPerms`
pub(super) fn modify(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(request.body("userID"));
    let domain = text(unwrapped(request.body("tenantFilter")));
    let tenant = tenant(world, &domain, 500, || Reply::results(200, Vec::<String>::new()))?;
    if tenant.directory().user(&id).is_none() {
        return Err(Reply::results(404, vec![format!("Failed to find user {id}")]));
    }
    let mut results = Vec::new();
    for permission in items(request.body("permissions")) {
        let field = |name: &str| text(unwrapped(member(&permission, name)));
        let (folder, right) = (field("FolderName"), field("PermissionLevel"));
        let folder = if folder.is_empty() { "Calendar" } else { &folder };
        let remove = field("Modification").eq_ignore_ascii_case("Remove");
        let private = member(&permission, "CanViewPrivateItems").as_bool().unwrap_or_default();
        let wish = Wish { folder, right: (!remove).then_some(right.as_str()), private };
        for who in texts_of(member(&permission, "UserID")) {
            results.push(set(tenant, &id, &who, &wish).unwrap_or_else(|failure| failure));
        }
    }
    Ok(Reply::results(200, results))
}

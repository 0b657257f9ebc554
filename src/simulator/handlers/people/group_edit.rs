//! Groups as they are written: made, changed, deleted.

use serde_json::{Value, json};

use super::edit::{texts_of, values_of};
use super::one_user::no_such_mailbox;
use super::{membership, removal, tenant};
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::handlers::{Reach, reach};
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::groups::{self, GROUPS, Kind, group, set_in};
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// `AddGroup`: in one tenant or in several; the status is that of the last.
pub(super) fn add(world: &World, request: &Request) -> Result<Reply, Reply> {
    let shown = text(request.body("displayName"));
    let (mut results, mut status) = (Vec::new(), 200);
    for name in texts_of(request.body("tenantFilter")) {
        let added = match reach(world, &name) {
            Reach::Tenant(tenant) => add_one(world, tenant, request.whole_body()),
            Reach::Broken(trouble) => Err(trouble),
            Reach::Nowhere => Ok(()),
        };
        status = if added.is_ok() { 200 } else { 500 };
        results.push(match added {
            Ok(()) => format!("Successfully created group {shown} for {name}"),
            Err(cause) => format!("Failed to create group. {shown} for {name} {cause}"),
        });
    }
    Ok(Reply::results(status, results))
}

fn add_one(world: &World, tenant: &Tenant, body: &Value) -> Result<(), String> {
    let field = |name: &str| member(body, name);
    let (name, word) = (text(field("displayName")), text(field("groupType")).to_lowercase());
    let kind = match word.as_str() {
        "generic" | "azurerole" | "dynamic" => Kind::Security,
        "security" => Kind::MailSecurity,
        "m365" => Kind::Microsoft365,
        "distribution" | "dynamicdistribution" => Kind::Distribution,
        _ => return Err(format!("'{word}' is not a group type.")),
    };
    let address = format!("{}@{}", text(field("username")), text(member(field("primDomain"), "value")));
    if name.is_empty() || (kind != Kind::Security && (address.starts_with('@') || address.ends_with('@'))) {
        return Err("Invalid value specified for property 'mailNickname' of resource 'Group'.".to_owned());
    }
    let rows = groups::rows(world, tenant);
    // A repeat of the same name within some minutes is taken for the same group.
    if rows.iter().any(|row| row["displayName"] == json!(name) && !row["addedByCall"].is_null()) {
        return Ok(());
    }
    let id = world.fresh_id();
    let mail = (kind != Kind::Security).then_some(address.as_str());
    let row = filled(tenant, group(&id, kind, &name, mail, &moment()), &word, body);
    world.shelf(tenant, &GROUPS).put(row);
    Ok(())
}

/// A new group with what the form says of it.
fn filled(tenant: &Tenant, mut row: Value, word: &str, body: &Value) -> Value {
    let field = |name: &str| member(body, name);
    row["addedByCall"] = json!(true);
    row["description"] = json!(text(field("description")));
    row["organizationId"] = json!(tenant.id);
    row["isAssignableToRole"] = json!(word == "azurerole");
    let rule = text(field("membershipRules"));
    if word.starts_with("dynamic") && !rule.is_empty() {
        row["membershipRule"] = json!(rule);
        row["groupTypes"] = json!(["DynamicMembership"]);
    }
    if !field("allowExternal").is_null() {
        row["allowExternal"] = json!(is_true(field("allowExternal")));
    }
    row["hiddenFromAddressLists"] = json!(is_true(field("hideFromGAL")));
    for column in ["members", "owners"] {
        for user in texts_of(field(column)).iter().filter_map(|name| tenant.directory().user(name)) {
            set_in(&mut row, column, &user.id, true);
        }
    }
    row
}

/// `EditGroup`: what fails is told among what did not.
pub(super) fn edit(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(unwrapped(request.body("groupId")));
    let domain = text(unwrapped(request.body("tenantFilter")));
    let tenant = tenant(world, &domain, 500, || Reply::results(200, Vec::<String>::new()))?;
    let Some(row) = groups::find(world, tenant, &id) else {
        return Ok(Reply::results(200, vec![format!("Error - {}", no_such_user(&id))]));
    };
    let (id, name, kind) = (text(&row["id"]), text(&row["displayName"]), Kind::of(&row));
    let mut results = edit_properties(world, tenant, &id, &name, request.whole_body());
    for (list, column, inside) in [
        ("AddMember", "members", true),
        ("RemoveMember", "members", false),
        ("AddOwner", "owners", true),
        ("RemoveOwner", "owners", false),
    ] {
        for user in users_sent(request.body(list), kind, list == "AddMember") {
            results.push(set_person(world, tenant, (&id, &name), &user, column, inside));
        }
    }
    for (list, verb) in
        [("AddContact", "Added contact"), ("RemoveContact", "Removed contact"), ("AddDevice", "Added device")]
    {
        let sent = values_of(request.body(list)).into_iter();
        results.extend(sent.map(|contact| {
            format!("{verb} {contact} {} {name} group", if list == "RemoveContact" { "from" } else { "to" })
        }));
    }
    Ok(Reply::results(200, results))
}

/// The users of a list. Exchange's groups want the name beside the id, the others the id; a bare text is read in one
/// list only.
fn users_sent(list: &Value, kind: Kind, bare: bool) -> Vec<String> {
    let items = list.as_array().map_or_else(|| vec![list.clone()], Clone::clone);
    let user = |item: &Value| {
        let upn = text(member(member(item, "addedFields"), "userPrincipalName"));
        match (item, kind.is_exchanges() && !upn.is_empty()) {
            (Value::String(name), _) if bare => name.clone(),
            (_, true) => upn,
            _ => text(member(item, "value")),
        }
    };
    items.iter().map(user).filter(|name| !name.is_empty()).collect()
}

fn set_person(
    world: &World,
    tenant: &Tenant,
    (id, name): (&str, &str),
    user: &str,
    column: &str,
    inside: bool,
) -> String {
    let Some(user) = tenant.directory().user(user) else { return format!("Error - {}", no_such_user(user)) };
    if column == "members" {
        return membership::set_member(world, tenant, id, &user, inside);
    }
    set_owner(world, tenant, (id, name), &user, inside)
}

fn set_owner(world: &World, tenant: &Tenant, (id, name): (&str, &str), user: &User, inside: bool) -> String {
    let changed = groups::change(world, tenant, id, |row| set_in(row, "owners", &user.id, inside)) == Some(true);
    match (changed, inside) {
        (true, true) => format!("Added owner {} to {name} group", user.upn),
        (true, false) => format!("Removed owner {} from {name} group", user.upn),
        (false, _) => format!("Error - the owners of {name} did not change: {}", user.upn),
    }
}

fn edit_properties(world: &World, tenant: &Tenant, id: &str, name: &str, body: &Value) -> Vec<String> {
    // When one of these is sent the others are emptied, but for the name, which Graph does not let go.
    const TOGETHER: &[(&str, &str)] = &[
        ("displayName", "displayName"),
        ("description", "description"),
        ("mailNickname", "mailNickname"),
        ("membershipRules", "membershipRule"),
    ];
    const FLAGS: &[&str] = &["allowExternal", "sendCopies", "hideFromOutlookClients", "securityEnabled"];
    let mut results = Vec::new();
    groups::change(world, tenant, id, |row| {
        let sent = |name: &str| text(unwrapped(member(body, name)));
        if TOGETHER.iter().any(|(name, _)| !sent(name).is_empty()) {
            for (name, property) in TOGETHER {
                match sent(name) {
                    empty if empty.is_empty() && *name == "displayName" => {}
                    empty if empty.is_empty() => row[property] = Value::Null,
                    text => row[property] = text.into(),
                }
            }
            results.push(format!("Successfully edited group properties for {name} group"));
        }
        if truthy(member(body, "visibility")) {
            row["visibility"] = json!(text(unwrapped(member(body, "visibility"))));
            results.push(format!("Successfully set visibility for {name} group"));
        }
        for flag in FLAGS.iter().filter(|flag| member(body, flag).is_boolean()) {
            row[flag] = member(body, flag).clone();
            results.push(format!("Successfully set {flag} to {} for {name} group", text(member(body, flag))));
        }
    });
    results
}

/// `ExecGroupsDelete`
pub(super) fn delete(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (id, shown) = (text(request.either("id")), text(request.either("displayName")));
    let kind = text(request.either("GroupType"));
    let done = || Reply::results(200, format!("Successfully Deleted {kind} group {shown}"));
    let tenant = tenant(world, &text(unwrapped(request.either("tenantFilter"))), 500, done)?;
    let failed = |cause: String| Reply::results(500, format!("Failed to delete {kind} group {shown}. Error: {cause}"));
    if !is_known_type(&kind) {
        return Err(failed(format!("'{kind}' is not a group type.")));
    }
    let row = world.shelf(tenant, &GROUPS).take(&id).ok_or_else(|| failed(no_such_user(&id)))?;
    // Exchange keeps nothing of a list that was deleted.
    if !Kind::of(&row).is_exchanges() {
        removal::keep_group(world, tenant, row);
    }
    Ok(done())
}

fn is_known_type(word: &str) -> bool {
    [Kind::Microsoft365, Kind::Security, Kind::MailSecurity, Kind::Distribution]
        .iter()
        .any(|kind| kind.names().0.eq_ignore_ascii_case(word))
}

/// `ExecGroupsHideFromGAL`
pub(super) fn hide(world: &World, request: &Request) -> Result<Reply, Reply> {
    let hide = is_true(request.either("HideFromGAL"));
    let id = text(request.either("ID"));
    let verb = if hide { "hidden" } else { "unhidden" };
    let done = format!("Successfully {verb} {id} from GAL.");
    set(world, request, "hiddenFromAddressLists", hide, done, format!("Failed to set GAL visibility for {id}"))
}

/// `ExecGroupsDeliveryManagement`: only a boolean will do, which a query cannot hold.
pub(super) fn set_delivery(world: &World, request: &Request) -> Result<Reply, Reply> {
    let id = text(request.either("ID"));
    let failed = format!("Failed to set delivery management for {id}");
    let Some(inside) = request.either("OnlyAllowInternal").as_bool() else {
        return Err(Reply::results(500, format!("{failed}. Cannot convert value to type System.Boolean.")));
    };
    let from = if inside { "only allow internal people" } else { "allow internal and external people" };
    set(world, request, "allowExternal", !inside, format!("Successfully set {id} to {from} to send messages"), failed)
}

fn set(
    world: &World,
    request: &Request,
    column: &str,
    value: bool,
    done: String,
    failed: String,
) -> Result<Reply, Reply> {
    let done = Reply::results(200, done);
    let (id, kind) = (text(request.either("ID")), text(request.either("GroupType")));
    let tenant = tenant(world, &text(unwrapped(request.either("tenantFilter"))), 500, || done.clone())?;
    let known = groups::find(world, tenant, &id).is_some_and(|row| Kind::of(&row) != Kind::Security);
    if !(known && is_known_type(&kind)) {
        return Err(Reply::results(500, format!("{failed}. {}", no_such_mailbox(&id))));
    }
    groups::change(world, tenant, &id, |row| row[column] = json!(value));
    Ok(done)
}

//! Groups as they are read: all of a tenant, or one with everything.

use serde_json::{Map, Value, json};

use super::membership::people;
use super::{refused, tenant};
use crate::simulator::handlers::is_all;
use crate::simulator::powershell::{is_true, text};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::graph_user::{Row, object};
use crate::simulator::state::groups::{self, Kind};
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;

/// Columns that are no properties of Graph.
const OWN: &[&str] = &[
    "members",
    "owners",
    "allowExternal",
    "sendCopies",
    "hideFromOutlookClients",
    "hiddenFromAddressLists",
    "addedByCall",
];

/// `ListGroups`
pub(super) fn list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let query = |name: &str| text(request.query(name));
    let flag = |name: &str| is_true(request.query(name));
    let (name, id) = (query("tenantFilter"), query("groupID"));
    if id.is_empty() && (flag("members") || flag("owners")) {
        return Err(Reply::text(400, "groupID is required to list members or owners"));
    }
    let (members, owners) = (flag("expandMembers"), flag("expandOwners"));
    if id.is_empty() && is_all(&name) {
        let tenants = world.customers().filter(|tenant| tenant.standing == Standing::Managed);
        return Ok(Reply::rows(tenants.flat_map(|tenant| {
            rows(world, tenant, members, owners).into_iter().map(|row| stamped(world, tenant, row))
        })));
    }
    let tenant = tenant(world, &name, 403, || Reply::json(&json!([])))?;
    if id.is_empty() {
        let rows = rows(world, tenant, members, owners).into_iter();
        let cached = flag("UseReportDB");
        return Ok(Reply::rows(rows.map(|row| if cached { stamped(world, tenant, row) } else { row })));
    }
    let missing = || refused(403, super::super::users::no_such_user(&id));
    let group = groups::find(world, tenant, &id).ok_or_else(missing)?;
    Ok(Reply::json(&one(tenant, &group, flag("members"), flag("owners"))))
}

fn rows(world: &World, tenant: &Tenant, members: bool, owners: bool) -> Vec<Row> {
    groups::rows(world, tenant).iter().map(|group| row(tenant, group, members, owners)).collect()
}

fn stamped(world: &World, tenant: &Tenant, mut row: Row) -> Row {
    row.insert("Tenant".to_owned(), json!(tenant.domain));
    row.insert("CacheTimestamp".to_owned(), json!(world.calendar.ago(0, 3 * 3600)));
    row
}

fn graph(group: &Value) -> Row {
    let mut row = object(group.clone());
    row.retain(|name, _| !OWN.contains(&name.as_str()));
    row
}

fn row(tenant: &Tenant, group: &Value, members: bool, owners: bool) -> Row {
    let (shown, short) = Kind::of(group).names();
    let names = |column: &str, wanted: bool| {
        let people = if wanted { people(tenant, group, column) } else { Vec::new() };
        json!(people.iter().map(|user| user.upn.clone()).collect::<Vec<_>>().join(","))
    };
    let mail = text(&group["mail"]);
    let teams = text(&group["resourceProvisioningOptions"]).contains("Team");
    let mut row = graph(group);
    row.shift_remove("deletedDateTime");
    if members {
        row.insert("members".to_owned(), people(tenant, group, "members").iter().map(|user| person(user)).collect());
    }
    row.extend(object(json!({
        "primDomain": mail.split_once('@').map(|(_, domain)| domain).unwrap_or_default(),
        "membersCsv": names("members", members), "ownersCsv": names("owners", owners), "teamsEnabled": teams,
        "groupType": shown, "calculatedGroupType": short,
        "dynamicGroupBool": !group["membershipRule"].is_null(),
        "SID": sid(group),
    })));
    row
}

fn one(tenant: &Tenant, group: &Value, members: bool, owners: bool) -> Value {
    let kind = Kind::of(group);
    let list = |column: &str, wanted: bool| {
        let people = if wanted { people(tenant, group, column) } else { Vec::new() };
        people.iter().map(|user| person(user)).collect::<Vec<_>>()
    };
    let setting = |name: &str, known: bool| if known { group[name].clone() } else { Value::Null };
    let info: Map<_, _> = row(tenant, group, false, false);
    json!({
        "groupInfo": info, "members": list("members", members), "owners": list("owners", owners),
        "allowExternal": setting("allowExternal", kind != Kind::Security),
        "sendCopies": setting("sendCopies", kind == Kind::Microsoft365),
        "hideFromOutlookClients": setting("hideFromOutlookClients", kind == Kind::Microsoft365), "SID": sid(group),
    })
}

fn person(user: &User) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.user", "id": user.id, "displayName": user.display_name, "mail": user.mail,
        "userPrincipalName": user.upn,
    })
}

/// The security identifier that belongs to an object id.
fn sid(group: &Value) -> String {
    let id = text(&group["id"]);
    let bytes = uuid::Uuid::parse_str(&id).unwrap_or_default().to_bytes_le();
    let part = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    format!("S-1-12-1-{}-{}-{}-{}", part(0), part(4), part(8), part(12))
}

/// The groups as Graph lists them.
pub(in super::super) fn graph_groups(world: &World, tenant: &Tenant) -> Vec<Row> {
    groups::rows(world, tenant).iter().map(graph).collect()
}

/// The members of a group as Graph lists them.
pub(in super::super) fn graph_members(tenant: &Tenant, group: &Value) -> Vec<Row> {
    people(tenant, group, "members").iter().map(|user| object(person(user))).collect()
}

/// `ListGlobalAddressList`: every address of a tenant, with whether it is hidden.
pub(super) fn address_list(world: &World, request: &Request) -> Result<Reply, Reply> {
    let tenant = tenant(world, &text(request.query("tenantFilter")), 403, || Reply::json(&json!([])))?;
    let users = tenant.directory().users();
    let users = users.iter().filter(|user| user.has_mailbox()).map(|user| {
        let hidden = user.mailbox.get("HiddenFromAddressListsEnabled").cloned().unwrap_or_else(|| json!(false));
        address(&user.id, &user.display_name, &user.mail, "UserMailbox", hidden)
    });
    let groups = groups::rows(world, tenant);
    let groups = groups.iter().filter(|group| Kind::of(group) != Kind::Security).map(|group| {
        let field = |name: &str| text(&group[name]);
        let hidden = group["hiddenFromAddressLists"].clone();
        address(&field("id"), &field("displayName"), &field("mail"), "Group", hidden)
    });
    Ok(Reply::rows(users.chain(groups)))
}

fn address(id: &str, name: &str, mail: &str, kind: &str, hidden: Value) -> Value {
    json!({
        "Identity": name, "DisplayName": name, "Alias": mail.split('@').next(), "PrimarySmtpAddress": mail,
        "ExternalDirectoryObjectId": id, "RecipientTypeDetails": kind, "HiddenFromAddressListsEnabled": hidden,
    })
}

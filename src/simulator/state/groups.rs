//! The groups of a tenant: Graph's properties, and beside them who is in and what Exchange knows.

use serde_json::{Value, json};

use super::World;
use super::shelf;
use super::tenant::Tenant;
use super::user::{Kind as UserKind, User};

/// The groups of a tenant. The columns `members` and `owners` hold object ids.
pub(crate) const GROUPS: shelf::Kind = shelf::Kind { name: "groups", key: "id", first };

/// The groups of a tenant as they are now.
pub(crate) fn rows(world: &World, tenant: &Tenant) -> Vec<Value> {
    world.shelf(tenant, &GROUPS).rows()
}

/// The group of this id, address or name.
pub(crate) fn find(world: &World, tenant: &Tenant, name: &str) -> Option<Value> {
    let is = |row: &Value, column: &str| row[column].as_str().is_some_and(|text| text.eq_ignore_ascii_case(name));
    rows(world, tenant).into_iter().find(|row| ["id", "mail", "displayName"].iter().any(|column| is(row, column)))
}

/// Changes the group of this id, address or name and returns what the change returns; nothing when there is none.
pub(crate) fn change<R>(world: &World, tenant: &Tenant, name: &str, change: impl FnOnce(&mut Value) -> R) -> Option<R> {
    let id = find(world, tenant, name)?["id"].as_str()?.to_owned();
    let mut result = None;
    world.shelf(tenant, &GROUPS).change(&id, |row| result = Some(change(row)));
    result
}

/// What a group is for the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A team's group with a mailbox.
    Microsoft365,
    /// A plain security group.
    Security,
    /// A security group with an address.
    MailSecurity,
    /// A list of addresses.
    Distribution,
}

impl Kind {
    /// What a group is by its properties.
    pub(crate) fn of(row: &Value) -> Self {
        let is = |name: &str| row[name] == json!(true);
        let unified =
            row.get("groupTypes").and_then(Value::as_array).is_some_and(|kinds| kinds.contains(&json!("Unified")));
        match (unified, is("mailEnabled"), is("securityEnabled")) {
            (true, _, _) => Self::Microsoft365,
            (_, true, true) => Self::MailSecurity,
            (_, true, false) => Self::Distribution,
            (_, false, _) => Self::Security,
        }
    }

    /// The name that people see, and the short one.
    pub(crate) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Microsoft365 => ("Microsoft 365", "m365"),
            Self::Security => ("Security", "generic"),
            Self::MailSecurity => ("Mail-Enabled Security", "security"),
            Self::Distribution => ("Distribution List", "distributionList"),
        }
    }

    /// Whether Exchange keeps the members.
    pub(crate) fn is_exchanges(self) -> bool {
        matches!(self, Self::MailSecurity | Self::Distribution)
    }
}

/// A group without members.
pub(crate) fn group(id: &str, kind: Kind, name: &str, mail: Option<&str>, created: &str) -> Value {
    let mail_enabled = kind != Kind::Security;
    let nickname = mail.and_then(|mail| mail.split('@').next()).map_or_else(|| name.replace(' ', ""), str::to_owned);
    json!({
        "id": id, "deletedDateTime": null, "createdDateTime": created, "displayName": name, "description": null,
        "mail": mail, "mailEnabled": mail_enabled, "mailNickname": nickname, "resourceProvisioningOptions": [],
        "securityEnabled": matches!(kind, Kind::Security | Kind::MailSecurity),
        "visibility": if kind == Kind::Microsoft365 { json!("Private") } else { Value::Null },
        "organizationId": null, "onPremisesSamAccountName": null, "membershipRule": null,
        "groupTypes": if kind == Kind::Microsoft365 { json!(["Unified"]) } else { json!([]) },
        "onPremisesSyncEnabled": null, "assignedLicenses": [], "licenseProcessingState": null,
        "isAssignableToRole": null, "members": [], "owners": [],
        "allowExternal": kind != Kind::MailSecurity, "sendCopies": false, "hideFromOutlookClients": false,
        "hiddenFromAddressLists": false,
    })
}

/// The groups that are there from the start: name, address if it has one, and how many percent of the members are in.
const DRAWN: &[(&str, &str, Kind, usize)] = &[
    ("All Company", "allcompany", Kind::Microsoft365, 100),
    ("Sales Team", "salesteam", Kind::Microsoft365, 30),
    ("Licensed Users", "", Kind::Security, 70),
    ("VPN Users", "", Kind::Security, 40),
    ("Finance Confidential", "financeconfidential", Kind::MailSecurity, 20),
    ("Newsletter", "newsletter", Kind::Distribution, 50),
    ("Reception", "reception", Kind::Distribution, 15),
];

fn first(world: &World, tenant: &Tenant) -> Vec<Value> {
    let users = tenant.directory().reported();
    let of = |number: usize, &(name, alias, kind, percent): &(&str, &str, Kind, usize)| {
        let seed = tenant.seed.of("group", number);
        let mail = (!alias.is_empty()).then(|| format!("{alias}@{}", tenant.domain));
        let created = world.calendar.ago(200 + seed.below("age", 1200), seed.below("second", 86_400));
        let mut row = group(&seed.guid("id"), kind, name, mail.as_deref(), &created);
        let inside = |user: &&std::sync::Arc<User>| {
            user.kind == UserKind::Member && user.seed.of("in group", number).chance("in", percent)
        };
        let members: Vec<_> = users.iter().filter(inside).map(|user| user.id.clone()).collect();
        row["members"] = json!(members);
        let owner = users.first().map(|user| user.id.clone());
        row["owners"] = json!(owner.into_iter().collect::<Vec<_>>());
        row["organizationId"] = json!(tenant.id);
        row
    };
    DRAWN.iter().enumerate().map(|(number, group)| of(number, group)).collect()
}

/// The ids in the column `members` or `owners`.
pub(crate) fn ids(row: &Value, column: &str) -> Vec<String> {
    row.get(column)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Adds an id to a column, or takes it out; false when it was so already.
pub(crate) fn set_in(row: &mut Value, column: &str, id: &str, inside: bool) -> bool {
    let mut held = ids(row, column);
    let before = held.len();
    held.retain(|known| known != id);
    if inside && held.len() < before {
        return false;
    }
    if inside {
        held.push(id.to_owned());
    }
    let changed = held.len() != before;
    row[column] = json!(held);
    changed
}

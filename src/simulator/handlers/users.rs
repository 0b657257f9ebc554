//! The users of a tenant.

use serde_json::{Value, json};

use super::{Reach, Reply, Request, World, is_all, reach};
use crate::simulator::odata::Filter;
use crate::simulator::powershell::{text, truthy};
use crate::simulator::state::directory::{Directory, in_path};
use crate::simulator::state::graph_user::{Row, drop_selected_only, graph_user, property_names, selected_only};
use crate::simulator::state::licences::LICENCES;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::{Kind, User};

/// `ListUsers`: all users of a tenant with every property, or one with some.
pub(super) fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        let notice = "This function has been deprecated for all users, please use ListGraphRequest instead";
        return Reply::json(&json!([{"Message": notice}]));
    }
    let tenant = match reach(world, &name) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::text(500, trouble),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    match text(request.query("UserID")) {
        id if id.is_empty() => everybody(world, tenant, &text(request.query("graphFilter"))),
        id => one(world, tenant, &id, truthy(request.query("IncludeLogonDetails"))),
    }
}

/// The message of Graph for a user that does not exist.
pub(super) fn no_such_user(name: &str) -> String {
    let name = in_path(name);
    format!("Resource '{name}' does not exist or one of its queried reference-property objects are not present.")
}

fn everybody(world: &World, tenant: &Tenant, filter: &str) -> Reply {
    let parsed = || Filter::parse(filter, &property_names(world.calendar, world.partner()));
    let filter = match (!filter.is_empty()).then(parsed).transpose() {
        Ok(filter) => filter,
        Err(trouble) => return Reply::text(500, trouble),
    };
    let users = tenant.directory().users();
    Reply::rows(users.iter().filter_map(|user| {
        let mut row = graph_user(world.calendar, tenant, user);
        if let Some(filter) = &filter {
            selected_only(&mut row, world.calendar, user);
            if !filter.passes(&row) {
                return None;
            }
            drop_selected_only(&mut row);
        }
        if let Some(manager) = manager(tenant.directory(), user) {
            row.insert("manager".to_owned(), manager);
        }
        add_cipp_fields(&mut row, user);
        Some(row)
    }))
}

fn one(world: &World, tenant: &Tenant, id: &str, logons: bool) -> Reply {
    let Some(user) = tenant.directory().user(id) else { return Reply::text(500, no_such_user(id)) };
    let mut row = graph_user(world.calendar, tenant, &user);
    row.retain(|name, _| ONE.contains(&name.as_str()));
    if let Some(manager) = manager(tenant.directory(), &user) {
        row.insert("manager".to_owned(), manager);
    }
    add_cipp_fields(&mut row, &user);
    if logons {
        add_logons(world, &mut row, &user);
    }
    Reply::json(&[row])
}

/// Who was set, or else somebody who came earlier, a person of the company; the first ones have no manager.
fn manager(directory: &Directory, user: &User) -> Option<Value> {
    let id = match (user.kept.get("manager"), user.number) {
        (Some(id), _) => text(id),
        (None, Some(number)) if number > 3 && user.kind == Kind::Member => {
            let boss = directory.reported().get(user.seed.below("manager", number))?;
            (boss.person.is_some() && boss.enabled).then(|| boss.id.clone())?
        }
        _ => return None,
    };
    let manager = directory.user(&id)?;
    Some(json!({"id": manager.id, "displayName": manager.display_name, "userPrincipalName": manager.upn}))
}

fn add_cipp_fields(row: &mut Row, user: &User) {
    let (name, domain) = user.upn.split_once('@').unwrap_or((&user.upn, ""));
    let aliases: Vec<_> = row["proxyAddresses"].as_array().into_iter().flatten().map(text).collect();
    let licences: Vec<_> =
        user.licences.iter().filter_map(|&at| LICENCES.get(at)).map(|licence| licence.name).collect();
    for (key, value) in [
        ("onPremisesSyncEnabled", json!(user.synced)),
        ("username", json!(name)),
        ("Aliases", json!(aliases.join(", "))),
        ("LicJoined", json!(licences.join(", "))),
        ("primDomain", json!({"value": domain, "label": domain})),
    ] {
        row.insert(key.to_owned(), value);
    }
}

fn add_logons(world: &World, row: &mut Row, user: &User) {
    let mut seen = Row::new();
    selected_only(&mut seen, world.calendar, user);
    let last = seen["signInActivity"].get("lastSignInDateTime").map(text);
    row.extend(last.into_iter().flat_map(|moment| {
        [
            ("LastSigninApplication", json!("Office 365 Exchange Online")),
            ("LastSigninDate", json!(format!("{}\n", culture(&moment)))),
            ("LastSigninStatus", json!("Success")),
            ("LastSigninResult", json!("Success")),
            ("LastSigninFailureReason", json!("Other.")),
        ]
        .map(|(key, value)| (key.to_owned(), value))
    }));
}

/// `2026-08-01T10:20:30Z` as the server's culture writes it: `08/01/2026 10:20:30`.
fn culture(moment: &str) -> String {
    let (date, time) = moment.trim_end_matches('Z').split_once('T').unwrap_or((moment, ""));
    let mut parts = date.split('-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) => format!("{month}/{day}/{year} {time}"),
        _ => moment.to_owned(),
    }
}

/// The properties that come when one user is asked for.
const ONE: &[&str] = &[
    "id",
    "accountEnabled",
    "businessPhones",
    "city",
    "companyName",
    "country",
    "createdDateTime",
    "creationType",
    "department",
    "displayName",
    "employeeHireDate",
    "employeeId",
    "employeeType",
    "faxNumber",
    "givenName",
    "identities",
    "imAddresses",
    "isResourceAccount",
    "jobTitle",
    "lastPasswordChangeDateTime",
    "mail",
    "mailNickname",
    "mobilePhone",
    "officeLocation",
    "onPremisesDistinguishedName",
    "onPremisesExtensionAttributes",
    "onPremisesImmutableId",
    "onPremisesLastSyncDateTime",
    "onPremisesSamAccountName",
    "onPremisesSyncEnabled",
    "otherMails",
    "postalCode",
    "preferredLanguage",
    "proxyAddresses",
    "showInAddressList",
    "state",
    "streetAddress",
    "surname",
    "usageLocation",
    "userPrincipalName",
    "userType",
    "assignedLicenses",
    "assignedPlans",
    "licenseAssignmentStates",
];

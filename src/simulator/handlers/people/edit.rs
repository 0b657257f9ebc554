//! Changes of users: as a form sends them, as Graph takes them, and their addresses.

use serde_json::{Value, json};

use super::create::domain_of;
use super::one_user::Plan;
use super::{licences, membership, tenant};
use crate::simulator::handlers::users::no_such_user;
use crate::simulator::odata::no_property;
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::graph_user::{property_names, proxy_addresses};
use crate::simulator::state::tenant::{Standing, Tenant};
use crate::simulator::state::user::User;

/// The properties that a form sends as they are.
pub(super) const PLAIN: &[&str] = &[
    "givenName",
    "surname",
    "jobTitle",
    "streetAddress",
    "city",
    "state",
    "postalCode",
    "country",
    "companyName",
    "department",
    "mobilePhone",
    "businessPhones",
    "otherMails",
    "faxNumber",
    "officeLocation",
    "employeeId",
    "employeeType",
    "preferredLanguage",
    "mailNickname",
];

/// The values of a list of `{value}`; anything else in it is not read.
pub(super) fn values_of(list: &Value) -> Vec<String> {
    let items = list.as_array().map_or_else(|| vec![list.clone()], Clone::clone);
    items.iter().map(|item| text(member(item, "value"))).filter(|value| !value.is_empty()).collect()
}

/// The values of a list of `{value}` or texts.
pub(super) fn texts_of(list: &Value) -> Vec<String> {
    let items = list.as_array().map_or_else(|| vec![list.clone()], Clone::clone);
    items.iter().map(|item| text(unwrapped(item))).filter(|value| !value.is_empty()).collect()
}

/// `EditUser`: the name is built anew, the list of licences takes the place of the former.
pub(super) fn user(world: &World, request: &Request) -> Result<Reply, Reply> {
    let (body, id) = (request.whole_body(), text(request.body("id")));
    if id.is_empty() {
        return Err(Reply::results(400, vec!["Failed to edit user. No user ID provided"]));
    }
    let nowhere = || Reply::results(200, vec!["Success. The user has been edited."]);
    let tenant = tenant(world, &text(request.body("tenantFilter")), 500, nowhere)?;
    let results = edit(world, tenant, &id, body);
    let logged = results.iter().filter(|text| !text.contains("new password")).cloned().collect::<Vec<_>>();
    Ok(Reply::results(200, results).logged_as(logged))
}

fn edit(world: &World, tenant: &Tenant, id: &str, body: &Value) -> Vec<String> {
    let mut results = Vec::new();
    match edit_properties(tenant, id, body) {
        Ok(()) => results.push("Success. The user has been edited.".to_owned()),
        Err(cause) => results.push(format!("Failed to edit user. {cause}")),
    }
    let Some(user) = tenant.directory().user(id) else { return results };
    let password = text(member(body, "password"));
    if !password.is_empty() {
        let must = if truthy(member(body, "MustChangePass")) { "True" } else { "False" };
        results.push(format!(
            "Success. The password has been set to {password}. The new password must be changed: {must}"
        ));
    }
    let wanted = values_of(member(body, "licenses"));
    if is_true(member(body, "removeLicenses")) {
        results.push(licences::assign(tenant, id, &[], &licences::held(&user)));
    } else if !wanted.is_empty() {
        let gone: Vec<_> = licences::held(&user).into_iter().filter(|sku| !wanted.contains(sku)).collect();
        results.push(licences::assign(tenant, id, &wanted, &gone));
    }
    results.extend(relations(world, tenant, id, body));
    let (joined, failed) = copy_groups(world, tenant, id, body);
    results.extend(joined);
    results.extend(failed);
    results
}

fn edit_properties(tenant: &Tenant, id: &str, body: &Value) -> Result<(), String> {
    let field = |name: &str| member(body, name);
    let upn = format!("{}@{}", text(field("username")), domain_of(body));
    let known =
        [&tenant.domain, &tenant.initial_domain].iter().any(|own| upn.to_lowercase().ends_with(&format!("@{own}")));
    let user = tenant.directory().user(id).ok_or_else(|| no_such_user(id))?;
    if upn.starts_with('@') || !(known || upn.eq_ignore_ascii_case(&user.upn)) {
        return Err("Property userPrincipalName is invalid.".to_owned());
    }
    if tenant.directory().user(&upn).is_some_and(|other| other.id != user.id) {
        return Err("Another object with the same value for property userPrincipalName already exists.".to_owned());
    }
    let cleared = texts_of(field("clearProperties"));
    tenant.directory().change(id, |user| {
        user.set("userPrincipalName", json!(upn));
        let location = unwrapped(field("usageLocation"));
        for (name, value) in PLAIN
            .iter()
            .map(|name| (*name, field(name)))
            .chain([("displayName", field("displayName")), ("usageLocation", location)])
        {
            if truthy(value) {
                user.set(name, value.clone());
            }
        }
        for name in PLAIN.iter().filter(|name| cleared.iter().any(|gone| gone.eq_ignore_ascii_case(name))) {
            user.set(name, if ["businessPhones", "otherMails"].contains(name) { json!([]) } else { Value::Null });
        }
        if truthy(field("password")) {
            user.set("lastPasswordChangeDateTime", json!(moment()));
        }
    });
    Ok(())
}

/// Groups and manager, as forms for new and for known users send them.
pub(super) fn relations(world: &World, tenant: &Tenant, id: &str, body: &Value) -> Vec<String> {
    let Some(user) = tenant.directory().user(id) else { return Vec::new() };
    let of = |name: &str, inside: bool| {
        let groups = values_of(member(body, name));
        groups.iter().map(|group| membership::set_member(world, tenant, group, &user, inside)).collect::<Vec<_>>()
    };
    let mut results = of("AddToGroups", true);
    results.extend(of("RemoveFromGroups", false));
    let manager = text(member(member(body, "setManager"), "value"));
    if !manager.is_empty() {
        results.push(match set_manager(tenant, id, &manager) {
            Ok(name) => format!("Successfully set {}'s manager to {name}", user.upn),
            Err(cause) => format!("Failed to set manager. Error: {cause}"),
        });
    }
    results
}

/// Puts a user into the groups of another, whom `copyFrom` names by `{value}`: what succeeded and what did not.
pub(super) fn copy_groups(world: &World, tenant: &Tenant, id: &str, body: &Value) -> (Vec<String>, Vec<String>) {
    let source = text(member(member(body, "copyFrom"), "value"));
    let (Some(user), Some(source)) = (tenant.directory().user(id), tenant.directory().user(&source)) else {
        return (Vec::new(), Vec::new());
    };
    let groups = membership::groups_of(world, tenant, &source);
    let join = |group: &Value| membership::set_member(world, tenant, &text(&group["id"]), &user, true);
    groups.iter().map(join).partition(|text| !text.starts_with("Failed"))
}

fn set_manager(tenant: &Tenant, id: &str, manager: &str) -> Result<String, String> {
    let manager = tenant.directory().user(manager).ok_or_else(|| no_such_user(manager))?;
    tenant.directory().change(id, |user| user.kept.insert("manager".to_owned(), json!(manager.id)));
    Ok(manager.upn.clone())
}

/// `PatchUser`: one user or several, each with any property of Graph.
pub(super) fn patch(world: &World, request: &Request) -> Result<Reply, Reply> {
    let body = request.whole_body();
    let rows = body.as_array().map_or_else(|| vec![body.clone()], Clone::clone);
    let lacks = |row: &Value| ["id", "tenantFilter"].iter().any(|name| text(member(row, name)).is_empty());
    if rows.is_empty() || rows.iter().any(lacks) {
        return Err(Reply::results(400, vec!["Failed to patch user(s). Some users are missing id or tenantFilter"]));
    }
    let failures: Vec<String> = rows.iter().filter_map(|row| patch_one(world, row).err()).collect();
    let mut tenants: Vec<_> = rows.iter().map(|row| text(member(row, "tenantFilter"))).collect();
    tenants.sort_unstable();
    tenants.dedup();
    let (all, good, tenants) = (rows.len(), rows.len() - failures.len(), tenants.len());
    if failures.is_empty() {
        let text = format!("Successfully patched {all} user{} across {tenants} tenant{}", plural(all), plural(tenants));
        return Ok(Reply::results(200, vec![text]));
    }
    let summary = format!("Successfully patched {good} of {all} users");
    Err(Reply::results(400, [failures, vec![summary]].concat()))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn patch_one(world: &World, row: &Value) -> Result<(), String> {
    let (id, name) = (text(member(row, "id")), text(member(row, "tenantFilter")));
    let failed = |cause: String| format!("Failed to patch user {id} in tenant {name}. Error: {cause}");
    let Some(tenant) = world.tenant(&name) else { return Ok(()) };
    if tenant.standing == Standing::Broken {
        return Err(failed(tenant.trouble()));
    }
    let known = property_names(world.calendar, world.partner());
    let mut properties = Vec::new();
    let mut manager = None;
    for (key, value) in row.as_object().into_iter().flatten() {
        match known.iter().find(|name| name.eq_ignore_ascii_case(key)) {
            _ if ["id", "tenantFilter", "sponsor"].iter().any(|own| own.eq_ignore_ascii_case(key)) => {}
            _ if key.eq_ignore_ascii_case("manager") => manager = Some(text(unwrapped(value))),
            Some(name) if name == "passwordProfile" => {
                properties.push(("lastPasswordChangeDateTime".to_owned(), json!(moment())));
            }
            Some(name) => properties.push((name.clone(), value.clone())),
            None => return Err(failed(no_property(key))),
        }
    }
    let change = |user: &mut User| properties.into_iter().for_each(|(name, value)| user.set(&name, value));
    tenant.directory().change(&id, change).ok_or_else(|| failed(no_such_user(&id)))?;
    manager.map_or(Ok(()), |manager| set_manager(tenant, &id, &manager).map(drop)).map_err(failed)
}

/// `EditUserAliases`
pub(super) fn aliases(_: &World, request: &Request) -> Result<Plan, Reply> {
    let plan = Plan::account_in_body(request, "id");
    let list = |name: &str| {
        let words = texts_of(request.body(name)).join(",");
        words.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    let (added, removed, primary) = (list("AddedAliases"), list("RemovedAliases"), text(request.body("MakePrimary")));
    if added.is_empty() && removed.is_empty() && primary.is_empty() {
        return Err(Reply::results(400, vec!["No alias changes specified."]));
    }
    let mut said = Vec::new();
    if !added.is_empty() {
        said.push(format!("Successfully added aliases: {}", added.join(", ")));
    }
    if !removed.is_empty() {
        said.push(format!("Successfully removed aliases: {}", removed.join(", ")));
    }
    if !primary.is_empty() {
        said.push(format!("Successfully set primary address to {primary}"));
    }
    let failed = format!("Failed to set aliases for {}", plan.user);
    let plan = plan.change(move |tenant, user| {
        add_addresses(tenant, user, &added);
        let mut held = proxy_addresses(tenant, user);
        held.retain(|known| !removed.iter().any(|gone| address_of(known).eq_ignore_ascii_case(gone)));
        if !primary.is_empty() {
            for known in &mut held {
                let is = address_of(known).eq_ignore_ascii_case(&primary);
                *known = format!("{}:{}", if is { "SMTP" } else { "smtp" }, address_of(known));
            }
            user.mail.clone_from(&primary);
        }
        user.set("proxyAddresses", json!(held));
        Ok(())
    });
    Ok(plan.says(said, failed))
}

/// Adds addresses that are not there yet.
pub(super) fn add_addresses(tenant: &Tenant, user: &mut User, added: &[String]) {
    let mut held = proxy_addresses(tenant, user);
    for address in added {
        if !held.iter().any(|known| address_of(known).eq_ignore_ascii_case(address)) {
            held.push(format!("smtp:{address}"));
        }
    }
    user.set("proxyAddresses", json!(held));
}

/// An address without its kind.
fn address_of(address: &str) -> &str {
    address.split_once(':').map_or(address, |(_, address)| address)
}

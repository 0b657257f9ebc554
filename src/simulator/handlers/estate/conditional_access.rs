//! Conditional Access policies.

use serde_json::{Value, json};

use super::super::people::{blank, schedule};
use super::listing::{managed, named, queued};
use super::writing::{change, items, missing, take, words, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::access::{CA_POLICIES, ca_policy};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::groups;
use crate::simulator::state::shelf::joined;
use crate::simulator::state::tasks::Task;
use crate::simulator::state::tenant::Tenant;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddCAPolicy", add),
    ("EditCAPolicy", edit),
    ("ExecCAExclusion", exclude),
    ("ListConditionalAccessPolicies", list),
    ("ListUserConditionalAccessPolicies", of_user),
    ("RemoveCAPolicy", remove),
];

/// `ListConditionalAccessPolicies`: an outage looks as if there were none.
fn list(world: &World, request: &Request) -> Reply {
    let name = text(request.query("tenantFilter"));
    if is_all(&name) {
        let rows = |tenant: &Tenant| named(tenant, rows(world, tenant));
        let all =
            || Reply::json(&json!({"Results": managed(world).flat_map(rows).collect::<Vec<_>>(), "Metadata": null}));
        return queued(world, request, 60, || all().body);
    }
    let rows = match reach(world, &name) {
        Reach::Tenant(tenant) => rows(world, tenant),
        Reach::Broken(_) | Reach::Nowhere => Vec::new(),
    };
    Reply::json(&json!({"Results": rows, "Metadata": null}))
}

/// `ListUserConditionalAccessPolicies`: those that would apply; an error is one empty object.
fn of_user(world: &World, request: &Request) -> Reply {
    let nothing = || Reply::json(&json!([{}]));
    let Reach::Tenant(tenant) = reach(world, &text(request.query("tenantFilter"))) else { return nothing() };
    let Some(user) = tenant.directory().user(&text(request.query("UserID"))) else { return nothing() };
    let groups: Vec<_> = groups::rows(world, tenant)
        .iter()
        .filter(|group| groups::ids(group, "members").contains(&user.id))
        .map(|group| text(&group["id"]))
        .collect();
    let names =
        |list: &Value| words(list).iter().any(|name| name == "All" || *name == user.id || groups.contains(name));
    let policies = world.shelf(tenant, &CA_POLICIES).rows();
    let meant = policies.iter().filter(|policy| {
        let users = &policy["conditions"]["users"];
        let any = |lists: [&str; 2]| lists.iter().any(|list| names(&users[*list]));
        any(["includeUsers", "includeGroups"])
            && !any(["excludeUsers", "excludeGroups"])
            && policy["state"] != "disabled"
    });
    Reply::rows(
        meant.map(|policy| json!({"id": policy["id"], "displayName": policy["displayName"], "state": policy["state"]})),
    )
}

/// The policies in the list's words, by id downwards.
fn rows(world: &World, tenant: &Tenant) -> Vec<Value> {
    let mut policies = world.shelf(tenant, &CA_POLICIES).rows();
    policies.sort_by_key(|row| std::cmp::Reverse(text(&row["id"])));
    policies.iter().map(|policy| shown(tenant, policy)).collect()
}

fn shown(tenant: &Tenant, policy: &Value) -> Value {
    let condition = |group: &str, field: &str| words(&policy["conditions"][group][field]);
    let names = |field: &str| {
        let name =
            |id: &String| tenant.directory().user(id).map_or_else(|| id.clone(), |user| user.display_name.clone());
        condition("users", field).iter().map(name).collect::<Vec<_>>().join("\r\n")
    };
    let csv = |group: &str, field: &str| condition(group, field).join(",");
    let lines = |group: &str, field: &str| condition(group, field).join("\r\n");
    let grants = &policy["grantControls"];
    let row = json!({
        "id": policy["id"], "displayName": policy["displayName"], "customer": tenant.name, "Tenant": tenant.domain,
        "createdDateTime": policy["createdDateTime"], "modifiedDateTime": policy["modifiedDateTime"],
        "state": policy["state"], "clientAppTypes": words(&policy["conditions"]["clientAppTypes"]).join(","),
        "includePlatforms": csv("platforms", "includePlatforms"), "excludePlatforms": csv("platforms", "excludePlatforms"),
        "includeLocations": csv("locations", "includeLocations"), "excludeLocations": csv("locations", "excludeLocations"),
        "includeApplications": csv("applications", "includeApplications"),
        "excludeApplications": csv("applications", "excludeApplications"),
        "includeUserActions": lines("applications", "includeUserActions"),
    });
    let more = json!({
        "includeAuthenticationContextClassReferences": lines("applications", "includeAuthenticationContextClassReferences"),
        "includeUsers": names("includeUsers"), "excludeUsers": names("excludeUsers"),
        "includeGroups": names("includeGroups"), "excludeGroups": names("excludeGroups"),
        "includeRoles": names("includeRoles"), "excludeRoles": names("excludeRoles"),
        "grantControlsOperator": grants["operator"], "builtInControls": words(&grants["builtInControls"]).join(","),
        "customAuthenticationFactors": words(&grants["customAuthenticationFactors"]).join(","),
        "termsOfUse": words(&grants["termsOfUse"]).join(","), "rawjson": policy.to_string(),
    });
    joined(row, more)
}

/// `AddCAPolicy`: a tenant as a bare text reaches nobody; what fails is a line in a 200.
fn add(world: &World, request: &Request) -> Reply {
    let sent = request.body("tenantFilter");
    let values = items(sent).iter().flat_map(|tenant| words(member(tenant, "value")));
    let mut tenants: Vec<_> = values.collect();
    if tenants.iter().any(|name| is_all(name)) {
        tenants = managed(world).map(|tenant| tenant.domain.clone()).collect();
    }
    let raw: Value = serde_json::from_str(&text(request.body("RawJSON"))).unwrap_or_default();
    let said = tenants.iter().map(|domain| match reach(world, domain) {
        Reach::Tenant(tenant) => deploy(world, tenant, request, &raw),
        Reach::Broken(trouble) => format!("Failed to create policy for {domain}: {trouble}"),
        Reach::Nowhere => format!("Created policy {} for {domain}", text(&raw["displayName"])),
    });
    Reply::results(200, said.collect::<Vec<_>>())
}

fn deploy(world: &World, tenant: &Tenant, request: &Request, raw: &Value) -> String {
    let (name, state) = (text(&raw["displayName"]), text(request.body("NewState")));
    let policies = world.shelf(tenant, &CA_POLICIES);
    let known = policies.rows().into_iter().find(|row| text(&row["displayName"]) == name);
    let keeps = state.is_empty() || state.eq_ignore_ascii_case("donotchange");
    let (id, told) = match &known {
        Some(_) if !is_true(request.body("overwrite")) => {
            return format!("Conditional Access Policy {name} Already exists for {}", tenant.domain);
        }
        Some(row) => (text(&row["id"]), "Updated policy"),
        None => (world.fresh_id(), "Created policy"),
    };
    let before = known.map_or_else(|| raw["state"].clone(), |row| row["state"].clone());
    let state = if keeps { text(&before) } else { state };
    let row = joined(ca_policy(&id, &name, &state), raw.clone());
    policies.put(joined(row, json!({"id": id, "state": state, "modifiedDateTime": moment()})));
    format!("{told} {name} for {}", tenant.domain)
}

/// `EditCAPolicy`: with neither a state nor a name nothing changes, with success.
fn edit(world: &World, request: &Request) -> Reply {
    let (id, state) = (text(request.either("GUID")), text(request.either("State")));
    let name = text(request.either("newDisplayName"));
    let failed = |why| Reply::results(500, format!("Failed to update CA policy {id}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        change(world, tenant, &CA_POLICIES, &id, |row| {
            for (field, value) in [("state", &state), ("displayName", &name)] {
                if !value.is_empty() {
                    row[field] = value.clone().into();
                }
            }
            row["modifiedDateTime"] = moment().into();
        })?;
        let changes = [("state", &state), ("name", &name)];
        let changes = changes.iter().filter(|(_, value)| !value.is_empty());
        let changes: Vec<_> = changes.map(|(what, value)| format!("{what} to {value}")).collect();
        Ok(Reply::results(200, format!("Successfully updated CA policy {id} {}", changes.join(" and "))))
    })
}

/// `RemoveCAPolicy`
fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.either("GUID"));
    if id.is_empty() {
        return Reply::text(200, "");
    }
    let failed = |why| Reply::results(403, format!("Could not delete CA policy {id}: {why}"));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        take(world, tenant, &CA_POLICIES, &id)?;
        Ok(Reply::results(200, format!("Deleted CA Policy {id}")))
    })
}

/// `ExecCAExclusion`: at once the answer is empty; a failure is a text in a 200. In every mode a group is excluded too.
fn exclude(world: &World, request: &Request) -> Reply {
    let id = text(request.body("PolicyId"));
    let failed = |why| Reply::results(200, format!("Failed to exclude from policy {id}: {why}"));
    let mut users = words(request.body("Users"));
    users.extend(words(request.body("UserID")));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        let tenant = tenant.ok_or("the tenant is unknown")?;
        let policy = world.shelf(tenant, &CA_POLICIES).row(&id).ok_or_else(|| missing(&id))?;
        let name = text(&policy["displayName"]);
        let ids: Vec<_> = users
            .iter()
            .map(|user| tenant.directory().user(user).map_or_else(|| user.clone(), |user| user.id.clone()))
            .collect();
        let at_once = !is_true(request.body("vacation"));
        let adds = text(request.body("ExclusionType")).eq_ignore_ascii_case("add");
        world.shelf(tenant, &CA_POLICIES).change(&id, |row| {
            // What was sent as a policy need not have been one.
            if !row["conditions"]["users"].is_object() {
                row["conditions"] = json!({"users": {}});
            }
            set(&mut row["conditions"]["users"]["excludeGroups"], &[format!("Vacation Exclusion - {name}")], true);
            if at_once {
                set(&mut row["conditions"]["users"]["excludeUsers"], &ids, adds);
            }
        });
        if at_once {
            let what = if adds { "Added exclusion for" } else { "Removed exclusion for" };
            return Ok(Reply::text(200, "").logged(format!("{what} {} in policy {name}", users.join(", "))));
        }
        for (what, when) in [("Add", "StartDate"), ("Remove", "EndDate")] {
            let task = Task {
                key: world.fresh_id(),
                name: format!("{what} CA Exclusion Vacation Mode: {name}"),
                command: "Set-CIPPCAExclusion".to_owned(),
                parameters: json!({"ExclusionType": what, "PolicyId": id, "Users": ids}),
                tenant: tenant.domain.clone(),
                time: text(request.body(when)).parse().unwrap_or_default(),
                ..blank(request.whole_body())
            };
            schedule(world, task, false);
        }
        Ok(Reply::results(200, format!("Successfully added vacation mode schedule for {}.", users.join(", "))))
    })
}

/// Puts texts into a list or takes them out.
fn set(list: &mut Value, texts: &[String], inside: bool) {
    let mut all = words(list);
    all.retain(|known| !texts.contains(known));
    if inside {
        all.extend_from_slice(texts);
    }
    *list = all.into();
}

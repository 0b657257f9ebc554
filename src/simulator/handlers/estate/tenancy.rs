//! Which customers CIPP manages: exclusion, offboarding and onboarding of tenants, and what it calls them.

use serde_json::{Value, json};

use super::super::tenants::row;
use super::writing::{word, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, member, text, truthy};
use crate::simulator::state::calendar::now;
use crate::simulator::state::tenancy::{ALIASES, EXCLUSIONS, ONBOARDINGS};
use crate::simulator::state::tenant::{Relation, Tenant};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecExcludeTenant", exclude),
    ("ExecOffboardTenant", offboard),
    ("ExecOnboardTenant", onboard),
    ("ExecRemoveTenant", remove),
    ("ListOffboardTenants", |world, _| Reply::rows(world.all_customers().map(|tenant| row(world, tenant)))),
    ("ListTenantOnboarding", |world, _| Reply::rows(world.own(&ONBOARDINGS).rows().iter().rev())),
];

/// `ExecExcludeTenant`: which of the four things it does is told by the presence of a flag, `false` too.
fn exclude(world: &World, request: &Request) -> Reply {
    let asks = |name: &str| truthy(request.query(name));
    if asks("List") {
        let excluded = world.all_customers().filter(|tenant| tenant.relation() == Relation::Excluded);
        return Reply::rows(excluded.map(|tenant| row(world, tenant)));
    }
    if asks("ListAll") {
        return Reply::rows(world.all_customers().map(|tenant| row(world, tenant)));
    }
    let tenants: Vec<_> = words(request.body("value")).iter().filter_map(|id| world.known(id)).collect();
    let names: Vec<_> = tenants.iter().map(|tenant| tenant.domain.as_str()).collect();
    if asks("AddExclusion") {
        if tenants.is_empty() {
            return Reply::results(200, "Failed. No tenant was found for the given value.");
        }
        tenants.iter().for_each(|tenant| relate(world, tenant, Relation::Excluded));
        return Reply::results(200, format!("Success. Added exclusions for customer(s): {}", names.join(", ")));
    }
    if asks("RemoveExclusion") {
        tenants.iter().for_each(|tenant| relate(world, tenant, Relation::Listed));
        return Reply::results(200, format!("Success. Removed exclusions for customer(s): {}", names.join(", ")));
    }
    Reply::text(200, "")
}

fn relate(world: &World, tenant: &Tenant, relation: Relation) {
    tenant.relate(relation);
    let row = json!({"customerId": tenant.id, "ExcludeUser": "Simulated API client", "ExcludeDate": now()});
    match relation {
        Relation::Excluded => world.own(&EXCLUSIONS).put(row),
        Relation::Listed | Relation::Gone => drop(world.own(&EXCLUSIONS).take(&tenant.id)),
    }
}

/// `ExecOffboardTenant`: the row goes only with the relationship; a name that is not known counts as done before.
fn offboard(world: &World, request: &Request) -> Reply {
    let name = word(request.body("TenantFilter"));
    let Some(tenant) = world.known(&name) else {
        let done = json!({"Results": [], "Errors": ["Tenant has already been offboarded"]});
        return Reply::json(&done).logged("Tenant has already been offboarded");
    };
    let steps = [
        ("RemoveCSPGuestUsers", "Successfully removed all guest users of the partner tenant"),
        ("RemoveCSPnotificationContacts", "Successfully removed the partner's notification contacts"),
        ("RemoveDomainAnalyserData", "Successfully removed the domain analyser data"),
        ("TerminateGDAP", "Successfully terminated all GDAP relationships"),
        ("TerminateContract", "Successfully terminated the reseller contract"),
    ];
    let done = steps.iter().filter(|(flag, _)| is_true(request.body(flag)));
    let mut done: Vec<_> = done.map(|(_, text)| format!("{text} of {}", tenant.domain)).collect();
    done.extend(words(request.body("vendorApplications")).iter().map(|id| format!("Successfully removed app {id}")));
    if is_true(request.body("TerminateGDAP")) {
        relate(world, tenant, Relation::Gone);
    }
    Reply::json(&json!({"Results": done, "Errors": []}))
}

/// `ExecRemoveTenant`: takes the row of a tenant away; nothing changes at the tenant.
fn remove(world: &World, request: &Request) -> Reply {
    let id = text(request.body("TenantID"));
    let Some(tenant) = world.known(&id) else { return Reply::results(500, format!("Tenant {id} was not found")) };
    relate(world, tenant, Relation::Gone);
    Reply::results(200, format!("Successfully removed tenant {}", tenant.domain))
}

/// `ExecOnboardTenant`: starts, forgets or shows the onboarding of a relationship.
fn onboard(world: &World, request: &Request) -> Reply {
    let id = text(request.body("id"));
    if id.is_empty() {
        return Reply::results(400, "No id was given");
    }
    let runs = world.own(&ONBOARDINGS);
    if is_true(request.body("Cancel")) {
        drop(runs.take(&id));
        return Reply::results(200, "Onboarding cancelled");
    }
    let known = runs.row(&id).filter(|_| !truthy(request.body("Retry")));
    let run = known.unwrap_or_else(|| {
        let step = |(title, message): &(&str, &str)| json!({"Title": title, "Status": "succeeded", "Message": message});
        json!({
            "PartitionKey": "Onboarding", "RowKey": id, "CustomerId": "", "Status": "succeeded",
            "OnboardingSteps": STEPS.iter().map(step).collect::<Vec<_>>(),
            "Relationship": {"id": id, "customer": {"displayName": "New customer"}},
            "Logs": [], "Exception": "", "Timestamp": now(),
        })
    });
    runs.put(run.clone());
    Reply::json(&run).logged(format!("Started onboarding of {id}"))
}

const STEPS: [(&str, &str); 5] = [
    ("Step 1: GDAP Invite", "The relationship is active"),
    ("Step 2: GDAP Role Test", "All roles are there"),
    ("Step 3: GDAP Group Mapping", "Groups are mapped"),
    ("Step 4: CPV Refresh", "Permissions are refreshed"),
    ("Step 5: Graph API Test", "Graph answers"),
];

/// The name by which CIPP lists a customer: its alias where it has one.
pub(in super::super) fn shown_name(world: &World, tenant: &Tenant) -> String {
    let alias = world.own(&ALIASES).row(&tenant.id);
    alias.map_or_else(|| tenant.name.clone(), |row| text(member(&row, "alias")))
}

/// Who excluded a tenant and when; empty texts for one that is not.
pub(in super::super) fn exclusion(world: &World, tenant: &Tenant) -> (Value, Value) {
    let row = world.own(&EXCLUSIONS).row(&tenant.id).unwrap_or_else(|| json!({"ExcludeUser": "", "ExcludeDate": ""}));
    (row["ExcludeUser"].clone(), row["ExcludeDate"].clone())
}

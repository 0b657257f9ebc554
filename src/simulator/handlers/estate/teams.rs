//! Teams, their use, and telephone numbers.

use serde_json::{Value, json};

use super::listing::{All, List, Trouble};
use super::writing::{change, missing, word, words, write};
use super::{Area, Reach, Reply, Request, World, reach};
use crate::simulator::powershell::{member, text, truthy};
use crate::simulator::state::graph_user::graph_user;
use crate::simulator::state::teams::{LIS_LOCATIONS, NUMBERS, TEAMS, team};
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::Kind as Account;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddTeam", add),
    ("ExecRemoveTeamsVoicePhoneNumberAssignment", unassign),
    ("ExecTeamsVoicePhoneNumberAssignment", assign),
    ("ListTeams", list),
    ("ListTeamsActivity", activity),
    ("ListTeamsLisLocation", |world, request| List::of(&LIS_LOCATIONS).answer(world, request)),
    ("ListTeamsVoice", |world, request| {
        List { trouble: Trouble::Hidden, all: All::Report, ..List::of(&NUMBERS) }.answer(world, request)
    }),
];

/// `ListTeams`: all, or one with all that is in it; without a type a list of nothing.
fn list(world: &World, request: &Request) -> Reply {
    match text(request.query("type")).to_lowercase().as_str() {
        "list" => List { trouble: Trouble::Text(500), all: All::Report, ..List::of(&TEAMS) }.answer(world, request),
        "team" => one(world, request),
        _ => Reply::json(&json!([null])),
    }
}

fn one(world: &World, request: &Request) -> Reply {
    let id = text(request.query("ID"));
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::text(500, trouble),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    let Some(team) = world.shelf(tenant, &TEAMS).row(&id) else { return Reply::text(500, missing(&id)) };
    let owners: Vec<_> = words(&team["owners"]).iter().map(|upn| person(tenant, upn)).collect();
    Reply::json(&json!([{
        "Name": team["displayName"], "TeamInfo": [team],
        "ChannelInfo": [{"id": format!("19:{id}@thread.tacv2"), "displayName": "General", "membershipType": "standard"}],
        "Members": owners, "Owners": owners, "InstalledApps": [],
    }]))
}

fn person(tenant: &Tenant, upn: &str) -> Value {
    match tenant.directory().user(upn) {
        Some(user) => {
            json!({"id": user.id, "displayName": user.display_name, "mail": user.mail, "userPrincipalName": user.upn})
        }
        None => json!({"id": upn, "displayName": upn, "mail": null, "userPrincipalName": upn}),
    }
}

/// `AddTeam`: names need not be unique; an unknown tenant gets a team too, as the server tells it.
fn add(world: &World, request: &Request) -> Reply {
    let (name, owners) = (text(request.body("displayName")), words(request.body("owner")));
    let failed = |why| Reply::results(500, format!("Failed to create team {name}. Error: {why}"));
    write(world, request.body("tenantid"), failed, |tenant| {
        if let Some(tenant) = tenant {
            if let Some(nobody) = owners.iter().find(|owner| tenant.directory().user(owner).is_none()) {
                return Err(missing(nobody));
            }
            let visibility = Some(text(request.body("visibility"))).filter(|word| !word.is_empty());
            let visibility = visibility.unwrap_or_else(|| "public".to_owned());
            let about = text(request.body("description"));
            world.shelf(tenant, &TEAMS).put(team(&world.fresh_id(), &name, &about, &visibility, &owners));
        }
        Ok(Reply::results(200, format!("Successfully created Team: '{name}'")))
    })
}

/// `ListTeamsActivity`
fn activity(world: &World, request: &Request) -> Reply {
    let tenant = match reach(world, &text(request.query("tenantFilter"))) {
        Reach::Tenant(tenant) => tenant,
        Reach::Broken(trouble) => return Reply::text(500, trouble),
        Reach::Nowhere => return Reply::json(&json!([])),
    };
    let users = tenant.directory().users();
    Reply::rows(users.iter().filter(|user| user.kind == Account::Member && user.person.is_some()).map(|user| {
        let day = world.calendar.ago(user.seed.below("teams", 30), 0);
        json!({
            "UPN": user.upn, "LastActive": day.split('T').next(), "TeamsChat": user.seed.below("chats", 200),
            "CallCount": user.seed.below("calls", 30), "MeetingCount": user.seed.below("meetings", 40),
        })
    }))
}

/// `ExecTeamsVoicePhoneNumberAssignment`: any text under `locationOnly` counts, `false` too.
fn assign(world: &World, request: &Request) -> Reply {
    let (number, to) = (text(request.body("PhoneNumber")), text(member(request.body("input"), "value")));
    let place = truthy(request.body("locationOnly"));
    let failed = |why| Reply::results(500, format!("Failed to assign {number}. Error: {why}"));
    write(world, request.body("TenantFilter"), failed, |tenant| {
        let (field, value) = match tenant {
            Some(tenant) if place => {
                let location = world.shelf(tenant, &LIS_LOCATIONS).row(&to).ok_or_else(|| missing(&to))?;
                ("EmergencyLocation", location["Description"].clone())
            }
            Some(tenant) => {
                let user = tenant.directory().user(&to).ok_or_else(|| missing(&to))?;
                ("AssignedTo", graph_user(world.calendar, tenant, &user).into())
            }
            None => ("AssignedTo", Value::Null),
        };
        change(world, tenant, &NUMBERS, &number, |row| {
            row[field] = value;
            if place {
                row["LocationId"] = to.clone().into();
            } else {
                row["AssignmentStatus"] = "UserAssigned".into();
                row["NumberType"] = word(request.body("PhoneNumberType")).into();
            }
        })?;
        let told = if place { "Successfully assigned emergency location to" } else { "Successfully assigned" };
        Ok(Reply::results(200, if place { format!("{told} {number}") } else { format!("{told} {number} to {to}") }))
    })
}

/// `ExecRemoveTeamsVoicePhoneNumberAssignment`: only the number decides.
fn unassign(world: &World, request: &Request) -> Reply {
    let (number, from) = (text(request.body("PhoneNumber")), text(request.body("AssignedTo")));
    let failed = |why| Reply::results(500, format!("Failed to unassign {number} from {from}. Error: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        change(world, tenant, &NUMBERS, &number, |row| {
            row["AssignedTo"] = "Unassigned".into();
            row["AssignmentStatus"] = "Unassigned".into();
        })?;
        Ok(Reply::results(200, format!("Successfully unassigned {number} from {from}")))
    })
}

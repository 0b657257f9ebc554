//! Filters of assignments.

use serde_json::json;

use super::listing::{All, List, Trouble};
use super::writing::{change, take, write};
use super::{Area, Reach, Reply, Request, World, reach};
use crate::simulator::powershell::text;
use crate::simulator::state::calendar::moment;
use crate::simulator::state::intune::FILTERS;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddAssignmentFilter", add),
    ("EditAssignmentFilter", edit),
    ("ExecAssignmentFilter", delete),
    ("ListAssignmentFilters", list),
];

/// `ListAssignmentFilters`: all, or one; an outage is a list of nothing with status 500.
fn list(world: &World, request: &Request) -> Reply {
    let id = text(request.query("filterId"));
    if let (Reach::Tenant(tenant), false) = (reach(world, &text(request.query("tenantFilter"))), id.is_empty()) {
        return Reply::rows(world.shelf(tenant, &FILTERS).row(&id).into_iter());
    }
    let reply = List { trouble: Trouble::Texts(500), all: All::Report, ..List::of(&FILTERS) }.answer(world, request);
    if reply.status == 500 { Reply::json_of(500, &json!([])) } else { reply }
}

/// `AddAssignmentFilter`
fn add(world: &World, request: &Request) -> Reply {
    let (name, now) = (text(request.body("displayName")), moment());
    let failed = |why| Reply::results(500, format!("Failed to create filter {name}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        if let Some(tenant) = tenant {
            world.shelf(tenant, &FILTERS).put(json!({
                "id": world.fresh_id(), "displayName": name, "description": text(request.body("description")),
                "platform": text(request.body("platform")), "rule": text(request.body("rule")), "payloads": [],
                "assignmentFilterManagementType": text(request.body("assignmentFilterManagementType")),
                "roleScopeTags": ["0"], "createdDateTime": now, "lastModifiedDateTime": now,
            }));
        }
        Ok(Reply::results(200, format!("Successfully created filter {name}")))
    })
}

/// `EditAssignmentFilter`
fn edit(world: &World, request: &Request) -> Reply {
    let id = text(request.body("filterId"));
    let failed = |why| Reply::results(500, format!("Failed to update filter {id}: {why}"));
    write(world, request.body("tenantFilter"), failed, |tenant| {
        change(world, tenant, &FILTERS, &id, |row| {
            for field in
                ["displayName", "description", "rule"].into_iter().filter(|field| !request.body(field).is_null())
            {
                row[field] = text(request.body(field)).into();
            }
            row["lastModifiedDateTime"] = moment().into();
        })?;
        Ok(Reply::results(200, format!("Successfully updated filter {id}")))
    })
}

/// `ExecAssignmentFilter`: the one action is to delete.
fn delete(world: &World, request: &Request) -> Reply {
    let id = text(request.either("ID"));
    let failed = |why| Reply::results(500, format!("Failed to delete filter {id}: {why}"));
    if !text(request.either("Action")).eq_ignore_ascii_case("Delete") {
        return Reply::results(400, "Invalid action");
    }
    write(world, request.either("tenantFilter"), failed, |tenant| {
        take(world, tenant, &FILTERS, &id)?;
        Ok(Reply::results(200, format!("Successfully deleted filter {id}")))
    })
}

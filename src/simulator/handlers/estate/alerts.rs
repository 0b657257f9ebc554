//! Alert rules, stored alerts, and searches of the audit log.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::listing::{List, Wrap, managed, named};
use super::writing::{items, word, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{member, text};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::rules::{ALERT_RULES, AUDIT_LOGS, AUDIT_SEARCHES};

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddAlert", add_rule),
    ("AddScriptedAlert", add_scripted),
    ("ExecAuditLogSearch", search),
    ("ListAlertsQueue", |world, _| Reply::rows(world.own(&ALERT_RULES).rows().iter())),
    ("ListAuditLogSearches", searches),
    ("ListAuditLogs", logs),
    ("RemoveQueuedAlert", remove),
];

const AUDIT: &str = "Audit log Alert";

/// `AddAlert`: a key that is sent makes a repeat harmless.
fn add_rule(world: &World, request: &Request) -> Reply {
    let tenants = items(request.body("tenantFilter"));
    let condition = |row: &Value| {
        let property = member(member(row, "Property"), "label");
        let (operator, input) = (member(member(row, "Operator"), "value"), member(row, "Input"));
        format!("{} {} {}", text(property), text(operator), word(input))
    };
    let conditions: Vec<_> = items(request.body("conditions")).iter().map(condition).collect();
    let more = json!({
        "Conditions": conditions.join(", "), "LogType": word(request.body("logbook")), "EventType": AUDIT,
        "RepeatsEvery": "When received",
    });
    put(world, request, tenants, more);
    let told = "It may take up to four hours before Microsoft starts delivering these alerts.";
    Reply::results(200, format!("Added Audit Log Alert for {} tenants. {told}", tenants.len()))
}

/// `AddScriptedAlert`: a hidden task; a command that is none is told in a 200.
fn add_scripted(world: &World, request: &Request) -> Reply {
    let (name, command) = (text(request.body("Name")), word(request.body("Command")));
    if !command.to_lowercase().starts_with("get-cippalert") {
        return Reply::results(200, format!("Error - The command '{command}' does not exist and cannot be scheduled."));
    }
    let more = json!({
        "Conditions": name, "LogType": "Scripted", "EventType": "Scheduled Task", "ScriptName": command,
        "RepeatsEvery": word(request.body("Recurrence")),
    });
    put(world, request, items(request.body("tenantFilter")), more);
    Reply::results(200, format!("Successfully added task: {name}. It will run in about 15 minutes."))
}

fn put(world: &World, request: &Request, tenants: &[Value], more: Value) {
    let key = Some(text(request.body("RowKey"))).filter(|key| !key.is_empty()).unwrap_or_else(|| world.fresh_id());
    let actions: Vec<_> =
        ["actions", "PostExecution"].iter().flat_map(|name| items(request.body(name))).map(word).collect();
    let row = json!({
        "RowKey": key, "PartitionKey": if more["LogType"] == "Scripted" { "ScheduledTask" } else { "Webhookv2" },
        "Tenants": tenants, "excludedTenants": items(request.body("excludedTenants")), "Actions": actions.join(","),
        "AlertComment": text(request.body("AlertComment")), "CustomSubject": text(request.body("CustomSubject")),
        "RawAlert": request.whole_body(),
    });
    world.own(&ALERT_RULES).put(crate::simulator::state::shelf::joined(row, more));
}

/// `RemoveQueuedAlert`: only the exact type looks at the rules, any other at the tasks.
fn remove(world: &World, request: &Request) -> Reply {
    let (id, kind) = (text(request.either("ID")), text(request.either("EventType")));
    let rules = world.own(&ALERT_RULES);
    let is_rule = |row: &Value| (row["EventType"] == AUDIT) == (kind == AUDIT);
    if !rules.row(&id).is_some_and(|row| is_rule(&row)) {
        return Reply::results(500, format!("Failed to remove alert {id}: The specified resource does not exist."));
    }
    drop(rules.take(&id));
    Reply::results(200, "Successfully removed alert from queue")
}

/// `ListAuditLogs`: of the last seven days unless told; one by its id, whatever its tenant.
fn logs(world: &World, request: &Request) -> Reply {
    let query = |name: &str| text(request.query(name));
    let (tenant, id) = (query("tenantFilter"), query("LogId"));
    let from = epoch(&query("StartDate")).unwrap_or_else(|| since(&query("RelativeTime")));
    let to = epoch(&query("EndDate")).unwrap_or_default();
    let mut rows = world.own(&AUDIT_LOGS).rows();
    rows.retain(|row| {
        let time = text(&row["Timestamp"]);
        if !id.is_empty() {
            return text(&row["LogId"]) == id;
        }
        (tenant.is_empty() || is_all(&tenant) || text(&row["Tenant"]) == tenant)
            && time >= from
            && (to.is_empty() || time <= to)
    });
    rows.sort_by_key(|row| std::cmp::Reverse(text(&row["Timestamp"])));
    let filter = format!("PartitionKey eq '{tenant}'");
    Reply::json(&json!({"Results": rows, "Metadata": {"Count": rows.len(), "Filter": filter}}))
}

/// A moment in seconds, as the tables write it.
fn epoch(seconds: &str) -> Option<String> {
    let moment = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some(moment.to_string())
}

/// The moment `7d`, `24h` or `30m` ago.
fn since(relative: &str) -> String {
    let number: i64 = relative.trim_end_matches(char::is_alphabetic).parse().unwrap_or(7);
    let hours = match relative.chars().last() {
        Some('h') => number.hours(),
        Some('m') => number.minutes(),
        _ => (number * 24).hours(),
    };
    Timestamp::now().checked_sub(hours).map(|moment| moment.to_string()).unwrap_or_default()
}

/// `ExecAuditLogSearch`: starts a search; what fails is a state in a 200.
fn search(world: &World, request: &Request) -> Reply {
    if text(request.either("Action")).eq_ignore_ascii_case("ProcessLogs") {
        return process(world, request);
    }
    let failed = |why| Reply::json(&json!({"resultText": format!("Failed to start search: {why}"), "state": "error"}));
    write(world, request.body("TenantFilter"), failed, |tenant| {
        let (from, to) = (text(request.body("StartTime")), text(request.body("EndTime")));
        if from.is_empty() || to.is_empty() {
            return Ok(Reply::json_of(
                400,
                &json!({"resultText": "StartTime and EndTime are required", "state": "error"}),
            ));
        }
        let name = Some(text(request.body("DisplayName"))).filter(|name| !name.is_empty());
        let row = json!({
            "id": world.fresh_id(), "displayName": name.unwrap_or_else(|| "CIPP Audit Search".to_owned()),
            "filterStartDateTime": from, "filterEndDateTime": to, "status": "succeeded", "createdDateTime": moment(),
        });
        if let Some(tenant) = tenant {
            world.shelf(tenant, &AUDIT_SEARCHES).put(row.clone());
        }
        let told = format!("Created audit log search: {}", text(&row["displayName"]));
        Ok(Reply::json(&json!({"resultText": told, "state": "success", "details": row})))
    })
}

fn process(world: &World, request: &Request) -> Reply {
    let id = text(request.either("SearchId"));
    let failed = |why| Reply::json(&json!({"resultText": format!("Failed to process {id}: {why}"), "state": "error"}));
    write(world, request.either("tenantFilter"), failed, |tenant| {
        super::writing::change(world, tenant, &AUDIT_SEARCHES, &id, |row| row["CippStatus"] = "Pending".into())?;
        Ok(Reply::json(&json!({"resultText": format!("Queued search {id} for processing"), "state": "success"})))
    })
}

/// `ListAuditLogSearches`: without a type those of all tenants.
fn searches(world: &World, request: &Request) -> Reply {
    match text(request.query("Type")).to_lowercase().as_str() {
        "searches" => List { wrap: Wrap::Metadata, ..List::of(&AUDIT_SEARCHES) }.answer(world, request),
        "searchresults" => match reach(world, &text(request.query("tenantFilter"))) {
            Reach::Tenant(_) => Reply::results(200, json!([])),
            Reach::Broken(trouble) => Reply::results(200, json!([{"Error": trouble}])),
            Reach::Nowhere => Reply::results(200, json!([])),
        },
        _ => {
            let rows = managed(world).flat_map(|tenant| named(tenant, world.shelf(tenant, &AUDIT_SEARCHES).rows()));
            Reply::json(&json!({"Results": rows.collect::<Vec<_>>(), "Metadata": {}}))
        }
    }
}

//! Alert rules, stored alerts, and searches of the audit log.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use super::super::people::{blank, schedule};
use super::listing::{List, Wrap, managed, named};
use super::writing::{items, word, words, write};
use super::{Area, Reach, Reply, Request, World, is_all, reach};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::calendar::moment;
use crate::simulator::state::rules::{ALERT_RULES, AUDIT_LOGS, AUDIT_SEARCHES};
use crate::simulator::state::shelf::joined;
use crate::simulator::state::tasks::Task;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("AddAlert", add_rule),
    ("AddScriptedAlert", add_scripted),
    ("ExecAuditLogSearch", search),
    ("ListAlertsQueue", list),
    ("ListAuditLogCoverage", coverage),
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

/// `AddScriptedAlert`: a hidden task; a command that is none is told in a 200. Several tenants become all of them less
/// the others.
fn add_scripted(world: &World, request: &Request) -> Reply {
    let (name, command) = (text(request.body("Name")), word(request.body("Command")));
    if !command.to_lowercase().starts_with("get-cippalert") {
        return Reply::results(200, format!("Error - The command '{command}' does not exist and cannot be scheduled."));
    }
    let tenants = words(request.body("tenantFilter"));
    let mut task = Task {
        key: key(world, request),
        name,
        command,
        parameters: request.body("Parameters").clone(),
        hidden: true,
        ..blank(request.whole_body())
    };
    match tenants.as_slice() {
        [only] => task.tenant.clone_from(only),
        many => {
            let others = world.customers().map(|tenant| tenant.domain.clone()).filter(|domain| !many.contains(domain));
            let excluded = others.chain(words(request.body("excludedTenants"))).collect::<Vec<_>>();
            task.columns["excludedTenants"] = excluded.join(",").into();
            "AllTenants".clone_into(&mut task.tenant);
        }
    }
    Reply::results(200, schedule(world, task, is_true(request.body("RunNow"))))
}

fn key(world: &World, request: &Request) -> String {
    Some(text(request.body("RowKey"))).filter(|key| !key.is_empty()).unwrap_or_else(|| world.fresh_id())
}

fn put(world: &World, request: &Request, tenants: &[Value], more: Value) {
    let actions: Vec<_> = items(request.body("actions")).iter().map(word).collect();
    let row = json!({
        "RowKey": key(world, request), "PartitionKey": "Webhookv2", "Tenants": tenants,
        "excludedTenants": items(request.body("excludedTenants")), "Actions": actions.join(","),
        "AlertComment": text(request.body("AlertComment")), "CustomSubject": text(request.body("CustomSubject")),
        "RawAlert": request.whole_body(),
    });
    world.own(&ALERT_RULES).put(joined(row, more));
}

/// `ListAlertsQueue`: the rules, and the hidden tasks that check something.
fn list(world: &World, _: &Request) -> Reply {
    let tasks = world.tasks.all().into_iter();
    let tasks = tasks.filter(|task| task.hidden && task.command.to_lowercase().starts_with("get-cippalert"));
    let rows = tasks.map(|task| {
        let excluded = text(&task.columns["excludedTenants"]);
        let excluded: Vec<_> = excluded.split(',').filter(|name| !name.is_empty()).collect();
        json!({
            "RowKey": task.key, "PartitionKey": "ScheduledTask", "Tenants": [task.tenant], "excludedTenants": excluded,
            "Conditions": task.name, "Actions": task.columns["PostExecution"], "LogType": "Scripted",
            "EventType": "Scheduled Task", "RepeatsEvery": task.recurrence, "ScriptName": task.command,
            "AlertComment": task.columns["AlertComment"], "CustomSubject": task.columns["CustomSubject"],
            "RawAlert": {"RowKey": task.key, "Name": task.name, "Command": task.command, "Parameters": task.parameters},
        })
    });
    Reply::json(&world.own(&ALERT_RULES).rows().into_iter().chain(rows).collect::<Vec<_>>())
}

/// `RemoveQueuedAlert`: only the exact type looks at the rules; any other deletes whatever task has the id.
fn remove(world: &World, request: &Request) -> Reply {
    let (id, kind) = (text(request.either("ID")), text(request.either("EventType")));
    let gone = if kind == AUDIT { world.own(&ALERT_RULES).take(&id).is_some() } else { world.tasks.remove(&id) };
    if !gone {
        return Reply::results(500, format!("Failed to remove alert {id}: The specified resource does not exist."));
    }
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

/// `ListAuditLogCoverage`: the searches that the alerts have seen.
fn coverage(world: &World, request: &Request) -> Reply {
    let tenant = world.tenant(&text(request.query("tenantFilter")));
    let rows = tenant.map(|tenant| world.shelf(tenant, &AUDIT_SEARCHES).rows()).unwrap_or_default();
    let seen = rows.iter().filter(|row| !row["CippStatus"].is_null());
    let seen = seen
        .map(|row| json!({"SearchId": row["id"], "State": row["CippStatus"], "StartTime": row["filterStartDateTime"]}));
    Reply::results(200, seen.collect::<Vec<_>>())
}

//! The scheduler: tasks are added, looked at, and carried out.

use jiff::Timestamp;
use regex::RegexBuilder;
use serde_json::{Value, json};

use super::{create, jit, offboarding};
use crate::simulator::handlers::estate::make_backup;
use crate::simulator::handlers::{Reach, is_all, reach};
use crate::simulator::powershell::{is_true, member, text, truthy, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::calendar::now;
use crate::simulator::state::logs::Entry;
use crate::simulator::state::tasks::{NEW, Stage, Task};

/// How a command starts that the server knows.
const VERBS: &[&str] = &[
    "Add-", "Clear-", "Get-", "Invoke-", "New-", "Push-", "Remove-", "Send-", "Set-", "Start-", "Sync-", "Test-",
    "Update-",
];

/// `AddScheduledItem`
pub(super) fn add(world: &World, request: &Request) -> Reply {
    let (body, name) = (request.whole_body(), text(request.body("Name")));
    let field = |name: &str| member(body, name);
    let command = text(unwrapped(field("Command")));
    if !VERBS.iter().any(|verb| command.starts_with(verb)) {
        return Reply::results(200, format!("Error - The command '{command}' does not exist and cannot be scheduled."));
    }
    if is_true(request.either("DisallowDuplicateName")) && world.tasks.all().iter().any(|task| task.name == name) {
        return Reply::results(200, format!("Task with name {name} already exists"));
    }
    let key = text(field("RowKey"));
    let task = Task {
        key: if key.is_empty() { world.fresh_id() } else { key },
        name,
        command,
        parameters: field("Parameters").clone(),
        tenant: text(unwrapped(field("TenantFilter"))),
        time: text(field("ScheduledTime")).parse().unwrap_or_default(),
        hidden: truthy(request.query("hidden")),
        ..blank(body)
    };
    Reply::results(200, schedule(world, task, is_true(field("RunNow"))))
}

/// A task with the columns that every caller of the scheduler may send.
pub(in crate::simulator::handlers) fn blank(body: &Value) -> Task {
    let recurrence = text(unwrapped(member(body, "Recurrence")));
    let after = member(body, "PostExecution");
    let wanted = match after {
        Value::Array(items) => items.iter().map(|item| text(unwrapped(item))).collect::<Vec<_>>(),
        Value::Object(object) => object.iter().filter(|(_, on)| truthy(on)).map(|(name, _)| name.clone()).collect(),
        _ => Vec::new(),
    };
    Task {
        key: String::new(),
        name: String::new(),
        command: String::new(),
        parameters: Value::Null,
        tenant: String::new(),
        time: 0,
        ran: None,
        every: seconds(&recurrence),
        recurrence: if recurrence.is_empty() || recurrence == "0" { "Once".to_owned() } else { recurrence },
        state: Stage::Planned,
        hidden: false,
        columns: json!({
            "excludedTenants": super::edit::texts_of(member(body, "excludedTenants")).join(","),
            "PostExecution": wanted.join(","), "Reference": member(body, "Reference"), "Tag": member(body, "Tag"),
            "AlertComment": member(body, "AlertComment"), "CustomSubject": member(body, "CustomSubject"),
            "Trigger": member(body, "Trigger"),
        }),
        results: Vec::new(),
        stamp: now(),
    }
}

/// Adds a task, starts it when it is to run now, and says when it will.
pub(in crate::simulator::handlers) fn schedule(world: &World, mut task: Task, run_now: bool) -> String {
    let clock = world.tasks.clock();
    let name = task.name.clone();
    if run_now {
        (task.state, task.ran, task.time) = (Stage::Running, Some(NEW), clock);
        world.tasks.put(task.clone());
        run(world, &task);
        return format!("Task {name} scheduled to run now");
    }
    let wait = if task.time <= clock { 900 - clock.rem_euclid(900) } else { task.time - clock };
    if task.time <= clock {
        task.time = clock + wait;
    }
    world.tasks.put(task);
    let wait = match wait {
        0..5400 => format!("about {} minutes", (wait / 60).max(1)),
        5400..172_800 => format!("{} hours", (wait + 1800) / 3600),
        _ => format!("{} days", (wait + 43_200) / 86_400),
    };
    format!("Successfully added task: {name}. It will run in {wait}.")
}

/// `1d`, `4h`, `30m` in seconds; anything else is never.
fn seconds(recurrence: &str) -> i64 {
    let (number, unit) = recurrence.split_at(recurrence.len().saturating_sub(1));
    let unit = match unit {
        "d" => 86_400,
        "h" => 3600,
        "m" => 60,
        _ => 0,
    };
    number.parse::<i64>().unwrap_or_default() * unit
}

/// Moves the clock on and carries out what starts by that.
fn advance(world: &World) {
    for task in world.tasks.look() {
        run(world, &task);
    }
}

fn run(world: &World, task: &Task) {
    let results = match (task.command.as_str(), reach(world, &task.tenant)) {
        (_, Reach::Broken(trouble)) => vec![format!("Failed to run {}: {trouble}", task.command)],
        ("Invoke-CIPPOffboardingJob", Reach::Tenant(tenant)) => offboarding::run(world, tenant, &task.parameters),
        ("New-CIPPUserTask", _) => {
            let created = create::create(world, &task.tenant, member(&task.parameters, "UserObj"));
            created.map_or_else(|cause| vec![format!("Failed to create user. {cause}")], |created| created.texts())
        }
        ("New-CIPPBackup", _) => vec![format!("Created backup {}", make_backup(world))],
        ("Set-CIPPUserJITAdmin", Reach::Tenant(tenant)) => jit::run(world, tenant, &task.parameters),
        _ => vec![format!("Task {} completed for {}", task.command, task.tenant)],
    };
    for message in results.iter().filter(|text| !["password is", "Password:"].iter().any(|word| text.contains(word))) {
        world.logs.add(Entry {
            key: String::new(),
            time: String::new(),
            tenant: task.tenant.clone(),
            tenant_id: world.tenant(&task.tenant).map(|tenant| tenant.id.clone()).unwrap_or_default(),
            api: "Scheduler_UserTasks".to_owned(),
            message: message.clone(),
            severity: if message.starts_with("Failed") { "Error" } else { "Info" },
        });
    }
    world.tasks.finish(&task.key, results);
}

/// `ListScheduledItems`
pub(super) fn list(world: &World, request: &Request) -> Reply {
    advance(world);
    let query = |name: &str| text(request.query(name));
    let (id, tenant, name, command) = (query("Id"), query("tenantFilter"), query("Name"), query("Type"));
    let (title, hidden) = (query("SearchTitle"), is_true(request.query("ShowHidden")));
    let pattern = format!("^{}$", regex::escape(&title).replace(r"\*", ".*").replace(r"\?", "."));
    let pattern = RegexBuilder::new(&pattern).case_insensitive(true).build();
    let same = |wanted: &str, found: &str| wanted.is_empty() || wanted.eq_ignore_ascii_case(found);
    let mut tasks = world.tasks.all();
    tasks.retain(|task| {
        if !id.is_empty() {
            return task.key == id;
        }
        task.hidden == hidden
            && (tenant.is_empty() || is_all(&tenant) || is_all(&task.tenant) || task.tenant == tenant)
            && same(&name, &task.name)
            && same(&command, &task.command)
            && (title.is_empty() || pattern.as_ref().is_ok_and(|pattern| pattern.is_match(&task.name)))
    });
    tasks.sort_by_key(|task| std::cmp::Reverse(task.time));
    Reply::rows(tasks.iter().map(|task| row(world, task)))
}

fn row(world: &World, task: &Task) -> Value {
    let time = |second: i64| Timestamp::from_second(second).unwrap_or_default().to_string();
    let label =
        world.tenant(&task.tenant).filter(|_| !task.tenant.is_empty()).map_or(&task.tenant, |tenant| &tenant.name);
    let mut row = json!({
        "PartitionKey": "ScheduledTask", "RowKey": task.key, "Name": task.name, "Command": task.command,
        "Parameters": task.parameters, "Tenant": {"label": label, "value": task.tenant, "type": "Tenant"},
        "TaskState": task.state.word(), "ScheduledTime": time(task.time),
        "ExecutedTime": task.ran.filter(|ran| *ran != NEW).map(time), "Recurrence": task.recurrence,
        "AdditionalProperties": "null", "Hidden": task.hidden, "Results": task.results.join("\n"),
        "Timestamp": task.stamp, "ETag": format!("W/\"datetime'{}'\"", task.stamp.replace(':', "%3A")),
    });
    for (name, value) in task.columns.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    row
}

/// `ListScheduledItemDetails`
pub(super) fn details(world: &World, request: &Request) -> Reply {
    let key = text(request.either("RowKey"));
    if key.is_empty() {
        return Reply::text(400, "Required parameter RowKey is missing");
    }
    advance(world);
    let Some(task) = world.tasks.all().into_iter().find(|task| task.key == key) else {
        return Reply::text(404, format!("Task with RowKey {key} was not found"));
    };
    let ran = !task.results.is_empty();
    let details = json!({"Timestamp": task.stamp, "Tenant": task.tenant, "Results": task.results});
    Reply::json(&json!({"Task": row(world, &task), "Details": if ran { vec![details] } else { Vec::new() }}))
}

/// `RemoveScheduledItem`: the text is the same when it fails.
pub(super) fn remove(world: &World, request: &Request) -> Reply {
    let removed = world.tasks.remove(&text(request.either("id")));
    Reply::results(if removed { 200 } else { 400 }, "Task removed successfully.")
}

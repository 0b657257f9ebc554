//! Backups of the configuration of the instance.

use serde_json::{Value, json};

use super::super::people::{blank, schedule};
use super::writing::{items, words};
use super::{Area, Reply, Request, World};
use crate::simulator::powershell::{is_true, member, text};
use crate::simulator::state::backups::{BACKUPS, TABLES, backup};
use crate::simulator::state::calendar::now;
use crate::simulator::state::shelf::joined;
use crate::simulator::state::tasks::Task;

/// The endpoints of this area.
pub(super) const HANDLERS: Area = &[
    ("ExecListBackup", list),
    ("ExecRestoreBackup", restore),
    ("ExecRunBackup", run),
    ("ExecSetCIPPAutoBackup", automate),
];

/// `ExecRunBackup`: it says the same whatever became of it, and does not name it.
fn run(world: &World, _: &Request) -> Reply {
    make(world);
    Reply::json(&json!({"Results": {"resultText": "Created backup", "state": "success"}, "backup": null}))
}

/// Makes a backup and returns its name; in the same minute it is the same one.
pub(in super::super) fn make(world: &World) -> String {
    let backup = backup(world, &now());
    let name = text(&backup["BackupName"]);
    world.own(&BACKUPS).put(backup);
    name
}

/// `ExecSetCIPPAutoBackup`: a daily task; any other value than true and false does nothing.
fn automate(world: &World, request: &Request) -> Reply {
    const NAME: &str = "Automated CIPP Backup";
    let remove = || {
        let known = world.tasks.all().into_iter().filter(|task| task.name == NAME);
        known.for_each(|task| _ = world.tasks.remove(&task.key));
    };
    match request.body("Enabled") {
        Value::Bool(true) => {
            remove();
            let body = json!({"Recurrence": {"value": "1d"}});
            let task = Task {
                key: world.fresh_id(),
                name: NAME.to_owned(),
                command: "New-CIPPBackup".to_owned(),
                parameters: json!({"backupType": "CIPP"}),
                tenant: "PartnerTenant".to_owned(),
                ..blank(&body)
            };
            Reply::results(200, schedule(world, task, false))
        }
        Value::Bool(false) => {
            remove();
            Reply::results(200, "Removed the automated backup task")
        }
        _ => Reply::text(200, ""),
    }
}

/// `ExecListBackup`: newest first; without `NameOnly` the content comes along.
fn list(world: &World, request: &Request) -> Reply {
    if text(request.query("Type")).eq_ignore_ascii_case("Scheduled") {
        return Reply::json(&json!([]));
    }
    let (only, name) = (is_true(request.query("NameOnly")), text(request.query("BackupName")));
    let mut rows = world.own(&BACKUPS).rows();
    rows.retain(|row| name.is_empty() || text(&row["BackupName"]) == name);
    rows.reverse();
    Reply::rows(rows.iter().map(|row| {
        let head = json!({"BackupName": row["BackupName"], "Timestamp": row["Timestamp"], "Source": row["Source"]});
        if only { head } else { joined(head, json!({"Backup": row["rows"].to_string()})) }
    }))
}

/// `ExecRestoreBackup`: from a backup of this name, or from the rows that the body is.
fn restore(world: &World, request: &Request) -> Reply {
    let name = text(request.body("BackupName"));
    let chosen = words(request.body("SelectedTypes"));
    let rows = match world.own(&BACKUPS).row(&name) {
        Some(backup) => items(&backup["rows"]).to_vec(),
        None if request.whole_body().is_array() => items(request.whole_body()).to_vec(),
        None => return Reply::results(200, "Backup not found."),
    };
    let is_chosen = |row: &&Value| chosen.is_empty() || chosen.contains(&text(member(row, "table")));
    let restored = rows.iter().filter(is_chosen).filter(|row| put(world, row)).count();
    Reply::results(200, format!("Successfully restored {restored} rows from backup."))
}

/// Puts a row into its table; false for tables that are left out without a word.
fn put(world: &World, row: &Value) -> bool {
    let table = text(member(row, "table"));
    let Some((_, kind, _)) = TABLES.iter().find(|(known, _, may)| *may && known.eq_ignore_ascii_case(&table)) else {
        return false;
    };
    let mut row = row.clone();
    if let Some(row) = row.as_object_mut() {
        row.remove("table");
        let key = row.remove("RowKey").unwrap_or_default();
        row.entry(kind.key).or_insert(key);
    }
    world.own(kind).put(row);
    true
}

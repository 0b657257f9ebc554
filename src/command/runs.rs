//! `cippsh runs`: what earlier runs wrote, and what became of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::stderr,
    path::PathBuf,
};

use rhai::{Array, Dynamic};
use serde_json::{Map, Value, json};

use super::{connect, keep, resume, show::Shown, signals};
use crate::{
    cli::{Check, Export, List, Runs, ShowRun},
    engine::Sink,
    failure::{Failure, Kind, exit},
    journal::{self, Book, Entry, Run},
    output::Format,
    session::{Sent, Status},
    value::from_json,
};

pub(super) fn run(runs: Runs) -> Result<u8, Failure> {
    match runs {
        Runs::List(arguments) => list(&arguments),
        Runs::Show(arguments) => show(&arguments),
        Runs::Export(arguments) => export(&arguments),
        Runs::Check(arguments) => check(&arguments),
        Runs::Resume(arguments) => resume::run(*arguments),
    }
}

/// The journal's file: the one that is named, else the usual one.
pub(super) fn file(named: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    named.cloned().or_else(journal::default_file).ok_or_else(|| {
        Failure::new(Kind::Command, "there is no place for the journal: no home directory is known")
            .hint("--journal FILE names one")
    })
}

fn list(arguments: &List) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let runs = match Book::open(&file(arguments.journal.as_ref())?)? {
        Some(book) => book.runs()?,
        None => Vec::new(),
    };
    let rows: Array = runs.iter().map(|run| from_json(in_list(run))).collect();
    shown.write(&rows.into())?;
    Ok(exit::DONE)
}

/// A run, and the journal that it is in.
pub(super) fn find(journal: Option<&PathBuf>, id: &str) -> Result<(Book, Run, Vec<Entry>), Failure> {
    let path = file(journal)?;
    let none = || {
        Failure::new(Kind::Command, format!("there is no run \"{id}\""))
            .because(format!("there is no journal {}", path.display()))
    };
    let book = Book::open(&path)?.ok_or_else(none)?;
    let run = book.run(id)?;
    let calls = book.calls(&run)?;
    Ok((book, run, calls))
}

fn show(arguments: &ShowRun) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let (_, run, calls) = find(arguments.journal.as_ref(), &arguments.id)?;
    let (done, open): (Vec<&Entry>, Vec<&Entry>) = calls.iter().partition(|call| call.status.done());
    let mut summary = summary(&run, &calls);
    if shown.format != Format::Table {
        let rows = open.iter().chain(&done).map(|call| row(call));
        if let (Format::Json, Some(summary)) = (shown.format, summary.as_object_mut()) {
            summary.insert("calls".into(), rows.collect());
            shown.write(&from_json(Value::Object(std::mem::take(summary))))?;
        } else {
            shown.write(&Dynamic::from_array(rows.map(from_json).collect()))?;
        }
        return Ok(exit::DONE);
    }
    shown.write(&from_json(summary))?;
    for (title, calls) in [("not done", open), ("done", done)] {
        if !calls.is_empty() {
            shown.text(&format!("\n{title}: {}\n", calls.len()));
            shown.write(&Dynamic::from_array(calls.into_iter().map(|call| from_json(short(call))).collect()))?;
        }
    }
    Ok(exit::DONE)
}

fn export(arguments: &Export) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let (_, _, calls) = find(arguments.journal.as_ref(), &arguments.id)?;
    shown.write(&Dynamic::from_array(calls.iter().map(|call| from_json(row(call))).collect()))?;
    Ok(exit::DONE)
}

/// Looks again at what is queued, in doubt or was not visible.
fn check(arguments: &Check) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let (book, run, calls) = find(arguments.journal.as_ref(), &arguments.id)?;
    if run.alive {
        return Err(Failure::new(Kind::Command, format!("run {} is still at work", run.id)));
    }
    let opened = connect::open(&arguments.connect, signals::watch()?, &shown, keep::Kept::default())?;
    let session = opened.session();
    session.expect_server_of(&run, false)?;
    let unsure = [Status::Queued, Status::InDoubt, Status::Unconfirmed, Status::Contradicted];
    let unsure: Vec<&Entry> = calls.iter().filter(|call| unsure.contains(&call.status)).collect();
    let sent: Vec<Sent> = unsure.iter().map(|call| Sent::from(*call)).collect();
    let mut rows = Array::new();
    let mut all_done = true;
    for (call, looked) in unsure.iter().zip(session.look_again(&sent)?) {
        let status = looked.as_ref().map_or(call.status, |looked| looked.status);
        if let Some(looked) = &looked {
            book.verdict(&run, call, looked.status, &looked.seen)?;
        }
        all_done &= status.done() || status == Status::Queued;
        let seen = looked.map_or_else(|| "there is no way to read it back".to_owned(), |looked| looked.seen);
        let mut told = short(call);
        if let Some(told) = told.as_object_mut() {
            told.insert("before".into(), call.status.name().into());
            told.insert("status".into(), status.name().into());
            told.insert("message".into(), if seen.is_empty() { call.message.clone() } else { seen }.into());
        }
        rows.push(from_json(told));
    }
    if rows.is_empty() {
        Sink::new(stderr()).line(&format!("run {}: nothing is queued or in doubt", run.id));
    }
    shown.write(&rows.into())?;
    Ok(if all_done { exit::DONE } else { exit::NOT_ALL_DONE })
}

/// How a run ended, in a word or two.
fn state(run: &Run) -> &str {
    match (&run.ended, run.alive) {
        (Some(_), _) => &run.how,
        (None, true) => "running",
        (None, false) => "cut off",
    }
}

fn in_list(run: &Run) -> Value {
    json!({
        "id": run.id,
        "started": run.started,
        "script": run.script,
        "connection": run.server.connection,
        "writes": run.writes,
        "not_done": run.open,
        "ended": state(run),
        "who": run.who,
        "reason": run.reason,
    })
}

fn summary(run: &Run, calls: &[Entry]) -> Value {
    let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
    for call in calls {
        *counts.entry(call.status).or_default() += 1;
    }
    let mut told: Map<String, Value> = [
        ("id", run.id.as_str().into()),
        ("command", run.command.as_str().into()),
        ("script", run.script.as_str().into()),
        ("started", run.started.as_str().into()),
        ("ended", run.ended.as_deref().map_or(Value::Null, Value::from)),
        ("how", state(run).into()),
        ("resumed", run.resumed.into()),
        ("code", run.code.map_or(Value::Null, Value::from)),
        ("who", [run.who.as_str(), &run.host].join("@").trim_start_matches('@').into()),
        ("connection", run.server.connection.as_str().into()),
        ("server", run.server.url.as_str().into()),
        ("simulated", run.server.simulated.into()),
        ("tenants", run.server.tenants.map_or(Value::Null, Value::from)),
        ("reason", run.reason.as_str().into()),
        ("version", run.version.as_str().into()),
        ("hash", run.hash.as_str().into()),
        ("modules", run.modules.clone()),
        ("arguments", run.arguments.clone()),
        ("tenants_written", tenants_written(calls).into()),
        ("writes", calls.len().into()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    told.extend(counts.into_iter().map(|(status, count)| (status.name().to_owned(), count.into())));
    Value::Object(told)
}

fn tenants_written(calls: &[Entry]) -> usize {
    let names = calls.iter().flat_map(|call| call.identity.tenant.split(", ")).filter(|name| !name.is_empty());
    names.collect::<BTreeSet<_>>().len()
}

/// What people look at.
fn short(call: &Entry) -> Value {
    let Entry { identity: of, status, .. } = call;
    json!({
        "status": status.name(),
        "endpoint": of.endpoint,
        "tenant": of.tenant,
        "item": of.item,
        "message": call.told(),
        "sent": call.sent,
    })
}

/// All that is kept.
fn row(call: &Entry) -> Value {
    let Entry { identity: of, status, .. } = call;
    json!({
        "number": call.number,
        "bulk": of.bulk,
        "item": of.item,
        "endpoint": of.endpoint,
        "tenant": of.tenant,
        "nth": of.nth,
        "status": status.name(),
        "done": status.done(),
        "message": call.told(),
        "effect": call.effect,
        "tries": call.tries,
        "sent": call.sent,
        "answered": call.answered,
        "http_status": call.http_status,
        "task": call.task,
        "arguments": call.arguments,
        "results": call.results,
    })
}

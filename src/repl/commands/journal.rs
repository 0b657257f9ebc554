//! `:runs`: what the journal has.

use rhai::Array;
use serde_json::json;

use super::super::talk::{After, Talk};
use crate::{
    failure::Failure,
    journal::{Book, Entry},
    value::from_json,
};

/// Runs that are shown.
const LATEST_RUNS: usize = 10;

/// The latest runs, or the writes of one.
pub(super) fn runs(talk: &mut Talk, id: &str) -> Result<After, Failure> {
    let book = Book::open(&talk.journal)?;
    let rows = match (book, id) {
        (None, _) => Array::new(),
        (Some(book), "") => latest(&book)?,
        (Some(book), id) => writes(&book, id)?,
    };
    talk.show_table(&rows.into(), None)?;
    Ok(After::Next)
}

fn latest(book: &Book) -> Result<Array, Failure> {
    let runs = book.runs()?;
    let rows = runs.iter().take(LATEST_RUNS).map(|run| {
        from_json(json!({
            "run": run.id,
            "started": run.started,
            "writes": run.writes,
            "not done": run.open,
            "command": run.command,
            "connection": run.server.connection,
            "script": run.script,
        }))
    });
    Ok(rows.collect())
}

/// What is not done comes first: that is what is asked for.
fn writes(book: &Book, id: &str) -> Result<Array, Failure> {
    let run = book.run(id)?;
    let mut calls = book.calls(&run)?;
    calls.sort_by_key(|call| call.status.done());
    let row = |call: &Entry| {
        let of = &call.identity;
        from_json(json!({
            "status": call.status.name(),
            "endpoint": of.endpoint,
            "tenant": of.tenant,
            "item": of.item,
            "message": call.told(),
            "sent": call.sent,
        }))
    };
    Ok(calls.iter().map(row).collect())
}

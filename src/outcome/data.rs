//! The answer to a read: rows or a value, never an error in disguise.

use rhai::{Array, Dynamic};

use super::Outcome;
use super::call::Call;
use super::lines;
use super::notice;
use super::reply::Content;
use super::texts::{self, State};
use crate::catalogue::record::Reply;
use crate::failure::Failure;
use crate::value::{Projection, Row};

/// An object with these keys alone tells of an error, it is no data.
const ERROR_KEYS: [&str; 10] =
    ["error", "message", "details", "status", "code", "severity", "state", "exception", "results", "resultText"];

/// What a read gives.
pub(super) fn read(content: Content, status: u16, call: &Call<'_>) -> Result<Outcome, Failure> {
    match content {
        Content::File(bytes) => Ok(Outcome::Value(Dynamic::from_blob(bytes))),
        Content::Text(text) => plain(text, status, call),
        Content::Json(body) => {
            notice::refuse_pending(&body, status, call)?;
            data(unwrapped(body, call), status, call)
        }
        Content::Empty | Content::Page(_) => data(Dynamic::UNIT, status, call),
    }
}

fn plain(text: String, status: u16, call: &Call<'_>) -> Result<Outcome, Failure> {
    let number = text.parse::<i64>().map(Dynamic::from).or_else(|_| text.parse::<f64>().map(Dynamic::from));
    match number {
        _ if call.reply() == Reply::Text => data(text.into(), status, call),
        Ok(number) => Ok(Outcome::Value(number)),
        Err(_) => data(text.into(), status, call),
    }
}

/// The rows, or what else stands under `Results`.
fn unwrapped(body: Dynamic, call: &Call<'_>) -> Dynamic {
    let Some(row) = Row::of(&body) else { return body };
    let beside = |key: &str| !key.eq_ignore_ascii_case("Results") && !key.eq_ignore_ascii_case("Metadata");
    if call.reply() == Reply::Object && row.keys().any(|key| beside(key)) {
        return body;
    }
    row.get_ignoring_case("Results").cloned().unwrap_or(body)
}

fn data(data: Dynamic, status: u16, call: &Call<'_>) -> Result<Outcome, Failure> {
    let wants_rows = call.lists() || call.reply() == Reply::Results;
    if data.is_unit() {
        return Ok(if wants_rows { Outcome::Rows(Array::new()) } else { Outcome::Value(data) });
    }
    if let Some(row) = Row::of(&data) {
        refuse_error(&row, status, call)?;
        return if call.lists() { rows(vec![data], status, call) } else { Ok(Outcome::Value(data)) };
    }
    if data.is_array() {
        return rows(data.into_array().unwrap_or_default(), status, call);
    }
    match lines::text(&data) {
        Some(text) if data.is_string() && (call.lists() || texts::state(&text) == State::Error) => {
            Err(failed(vec![text], status, call))
        }
        _ => Ok(Outcome::Value(data)),
    }
}

fn rows(mut rows: Array, status: u16, call: &Call<'_>) -> Result<Outcome, Failure> {
    rows.retain(|row| !row.is_unit());
    notice::drop_placeholders(&mut rows, status, call)?;
    refuse_texts(&rows, status, call)?;
    if let [row] = rows.as_slice()
        && let Some(row) = Row::of(row)
    {
        refuse_error(&row, status, call)?;
    }
    if call.reply() == Reply::Object && !call.lists() {
        let single = if rows.len() == 1 { rows.pop() } else { None };
        return Ok(Outcome::Value(single.unwrap_or_else(|| Dynamic::from_array(rows))));
    }
    if let Some(wanted) = call.wanted {
        let mut projection = Projection::new(wanted);
        for row in &mut rows {
            if let Some(kept) = Row::of(row).and_then(|row| projection.apply(&row)) {
                *row = Dynamic::from(kept);
            }
        }
    }
    Ok(Outcome::Rows(rows))
}

/// Refuses a text where rows are expected, and any text that tells of a failure.
fn refuse_texts(rows: &Array, status: u16, call: &Call<'_>) -> Result<(), Failure> {
    let texts: Vec<String> = rows.iter().filter(|row| row.is_string()).filter_map(lines::text).collect();
    let alone = rows.len() == 1 && call.lists();
    let among_rows = texts.len() < rows.len();
    let tells = texts.iter().any(|text| texts::state(text) == State::Error);
    if !texts.is_empty() && (alone || among_rows || tells) { Err(failed(texts, status, call)) } else { Ok(()) }
}

/// Refuses an object that tells of an error and holds nothing else.
fn refuse_error(row: &Row, status: u16, call: &Call<'_>) -> Result<(), Failure> {
    let only_tells = row.keys().all(|key| ERROR_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key)));
    // A list has no use for a message, unless the server itself calls it a success.
    let expects_rows = call.lists() && row.get_ignoring_case("state").is_none();
    let told = if only_tells { lines::lines(&Dynamic::from(row.clone())) } else { Vec::new() };
    if !told.is_empty() && told.iter().all(|line| line.state == State::Error || expects_rows) {
        return Err(failed(told.into_iter().map(|line| line.text).collect(), status, call));
    }
    Ok(())
}

fn failed(texts: Vec<String>, status: u16, call: &Call<'_>) -> Failure {
    call.told(texts::kind(&texts), status, texts)
}

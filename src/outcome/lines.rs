//! The result texts of an answer, in all the forms in which endpoints give them.

use rhai::{Array, Dynamic};

use super::texts::{self, State};
use crate::value::{Row, to_json};

/// One result of a write.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What the server says, with secrets masked.
    pub text: String,
    /// How it went.
    pub state: State,
    /// What else the result holds, for example `copyField` or `username`; secrets are of type `Secret`.
    pub fields: Row,
}

/// Keys under which results stand, in order of preference.
const CONTAINERS: [&str; 2] = ["Results", "Result"];
/// Keys of texts that tell of a failure.
const ERROR: &str = "error";
/// Keys of texts that tell what happened, where nothing better does.
const MESSAGE: &str = "message";
const TEXT: &str = "resultText";
const STATE: &str = "state";

/// All results in a body; none for an object that holds data alone.
pub(super) fn lines(body: &Dynamic) -> Vec<Line> {
    let mut lines = Vec::new();
    gather(body, None, &mut lines);
    lines
}

/// What stands beside the results.
pub(super) fn extra(body: &Dynamic) -> Row {
    let told = [CONTAINERS[0], CONTAINERS[1], ERROR, MESSAGE, TEXT, STATE];
    Row::of(body).map(|row| without(&row, &told)).unwrap_or_default()
}

/// Adds the results in this value. `known` is the state that the object around it gives.
fn gather(value: &Dynamic, known: Option<State>, lines: &mut Vec<Line>) {
    if let Some(row) = Row::of(value) {
        gather_row(&row, known, lines);
    } else if let Some(array) = value.read_lock::<Array>() {
        for element in array.iter() {
            let before = lines.len();
            gather(element, known, lines);
            if let (Some(row), true) = (Row::of(element), lines.len() == before) {
                lines.push(line(to_json(element).to_string(), Some(known.unwrap_or(State::Success)), row));
            }
        }
    } else if let Some(text) = text(value) {
        lines.push(line(text, known, Row::new()));
    }
}

fn gather_row(row: &Row, known: Option<State>, lines: &mut Vec<Line>) {
    let known = own_state(row).or(known);
    let before = lines.len();
    if let Some(results) = CONTAINERS.iter().find_map(|key| row.get_ignoring_case(key)) {
        gather(results, known, lines);
    } else if let Some(text) = row.get_ignoring_case(TEXT).and_then(text) {
        return lines.push(line(text, known, without(row, &[TEXT, STATE])));
    }
    if let Some(text) = row.get_ignoring_case(ERROR).and_then(error_text) {
        lines.push(line(text, Some(State::Error), without(row, &[ERROR, STATE])));
    }
    if lines.len() == before
        && let Some(text) = row.get_ignoring_case(MESSAGE).and_then(text)
    {
        lines.push(line(text, known, without(row, &[MESSAGE, STATE])));
    }
}

/// The state that an object gives itself. `success: true` proves nothing: some endpoints always say so.
fn own_state(row: &Row) -> Option<State> {
    let word = |key| State::from_word(&row.get_ignoring_case(key)?.as_immutable_string_ref().ok()?);
    let failed = row.get_ignoring_case("success").is_some_and(|success| matches!(success.as_bool(), Ok(false)));
    word(STATE).or_else(|| word("severity")).or(failed.then_some(State::Error))
}

fn line(text: String, known: Option<State>, fields: Row) -> Line {
    let state = known.unwrap_or_else(|| texts::state(&text));
    Line { text, state, fields }
}

fn without(row: &Row, keys: &[&str]) -> Row {
    let other = |key: &str| !keys.iter().any(|told| told.eq_ignore_ascii_case(key));
    row.iter().filter(|(key, _)| other(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The text of an error, which can be an object with a message. `error: false` is none.
pub(super) fn error_text(value: &Dynamic) -> Option<String> {
    match Row::of(value) {
        Some(row) => row.get_ignoring_case(MESSAGE).and_then(text).or_else(|| Some(to_json(value).to_string())),
        None => text(value).filter(|_| value.is_string()),
    }
}

/// The value as a text, where it is a plain one that says something.
pub(super) fn text(value: &Dynamic) -> Option<String> {
    if let Ok(text) = value.as_immutable_string_ref() {
        let text = text.trim();
        return (!text.is_empty()).then(|| text.to_owned());
    }
    (value.is_int() || value.is_float() || value.is_bool()).then(|| value.to_string())
}

//! The answer to a write: what was done, in part or wholly.

use rhai::Dynamic;

use super::Outcome;
use super::became::Status;
use super::call::Call;
use super::hide::Masks;
use super::lines::{self, Line};
use super::notice;
use super::reply::Content;
use super::texts::{self, State};
use crate::catalogue::record::Reply;
use crate::failure::{Failure, Kind};
use crate::value::Row;

/// How many texts the message of a write repeats.
const MESSAGE_TEXTS: usize = 3;

/// What the server says it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// How it went as a whole: as the answer tells, or as it was read back.
    pub status: Status,
    /// The first few texts in one; empty when the server gave none.
    pub message: String,
    /// The results one by one, in the order of the answer.
    pub results: Vec<Line>,
    /// What stands beside the results, for example `Metadata` or the new object.
    pub extra: Row,
}

/// What a write gives; a write that failed as a whole is a failure.
pub(super) fn read(content: Content, status: u16, masks: &Masks, call: &Call<'_>) -> Result<Outcome, Failure> {
    let body = match content {
        Content::Json(body) => body,
        Content::Text(text) => text.into(),
        Content::Empty | Content::Page(_) | Content::File(_) => Dynamic::UNIT,
    };
    let mut results = lines::lines(&body);
    for line in &mut results {
        line.text = masks.apply_to_result(&line.text, line.state);
    }
    let queued = Row::of(&body).is_some_and(|body| notice::queue_id(&body).is_some());
    if results.is_empty() && !queued && says_nothing(&body, call) {
        return Err(silent(status, call));
    }
    if !results.is_empty() && results.iter().all(|line| line.state == State::Error) {
        let texts: Vec<String> = results.into_iter().map(|line| line.text).collect();
        return Err(call.told(texts::kind(&texts), status, texts));
    }
    let written =
        Written { status: overall(&results, queued), message: message(&results), extra: lines::extra(&body), results };
    Ok(Outcome::Done(written))
}

fn overall(results: &[Line], queued: bool) -> Status {
    match results.iter().map(|line| line.state).max() {
        Some(State::Error | State::Warning) => Status::Partial,
        Some(State::Queued) => Status::Queued,
        _ if queued => Status::Queued,
        _ => Status::Accepted,
    }
}

fn message(results: &[Line]) -> String {
    let mut texts: Vec<&str> = results.iter().take(MESSAGE_TEXTS).map(|line| line.text.as_str()).collect();
    let more = results.len().saturating_sub(MESSAGE_TEXTS);
    let rest = format!("and {more} more");
    if more > 0 {
        texts.push(&rest);
    }
    texts.join("; ")
}

/// Nothing at all, or nothing under `Results`.
fn says_nothing(body: &Dynamic, call: &Call<'_>) -> bool {
    if call.reply() == Reply::Empty {
        return false;
    }
    match Row::of(body) {
        Some(row) => row.is_empty() || row.get_ignoring_case("Results").is_some(),
        None => !(body.is_array() && call.reply() == Reply::Rows),
    }
}

/// Known of endpoints that leave when an id is missing or an option is unknown: nothing done, or done silently.
fn silent(status: u16, call: &Call<'_>) -> Failure {
    let message =
        format!("{} may not have been carried out: the server answers without saying what it did", call.title());
    call.failure(Kind::InDoubt, message, status, Vec::new())
        .hint("check that all ids and options of the call exist, and read it back before sending it again")
}

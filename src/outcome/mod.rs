//! What an answer of the server comes to: rows, a value, what was written, or a failure.
//!
//! ```text
//! Reply ─▶ content (text, JSON, page, file) ─▶ secrets hidden ─▶ HTTP status ─▶ data | written ─▶ Outcome
//! ```
//!
//! The server answers one and the same thing in many forms, and tells of failures inside of good answers. Here
//! all of them become one form, and what is no data is never given as data.

mod became;
mod call;
mod data;
mod hide;
mod lines;
mod notice;
mod reply;
mod status;
mod texts;
mod written;

use rhai::{Array, Dynamic};

pub use became::Status;
pub use call::Call;
pub use lines::Line;
pub use reply::{Body, BodyReader, Reply};
pub use texts::{State, state as state_of};
pub use written::Written;

use crate::failure::{Failure, Kind};
use crate::redact;
use crate::value::{ParseError, to_json};
use hide::Masks;
use reply::Content;

/// What a call gives.
#[derive(Debug)]
pub enum Outcome {
    /// The rows of a list, also when there is one or none.
    Rows(Array),
    /// Any other data of a read.
    Value(Dynamic),
    /// What a write did.
    Done(Written),
}

/// Reads the answer to a call.
///
/// # Errors
/// A [`Failure`] of the kind that the answer tells of; `Pending` where the data is still being gathered,
/// `InDoubt` where a write may have been carried out. A write of which only some results failed is none.
pub fn read(reply: Reply, call: &Call<'_>) -> Result<Outcome, Failure> {
    let (content, status, masks) = open(reply, call)?;
    if call.writes() { written::read(content, status, &masks, call) } else { data::read(content, status, call) }
}

/// Reads the answer to a call as it came, with secrets hidden: rows under `Results` stay there.
///
/// # Errors
/// Where the HTTP status tells of a failure, or the body cannot be read. Texts that tell of one are no errors.
pub fn read_raw(reply: Reply, call: &Call<'_>) -> Result<Dynamic, Failure> {
    let (content, ..) = open(reply, call)?;
    Ok(match content {
        Content::Json(value) => value,
        Content::Text(text) => text.into(),
        Content::File(bytes) => Dynamic::from_blob(bytes),
        Content::Empty | Content::Page(_) => Dynamic::UNIT,
    })
}

/// The content with its secrets hidden, unless the status tells of a failure.
fn open(reply: Reply, call: &Call<'_>) -> Result<(Content, u16, Masks), Failure> {
    let Reply { status, content_type, body } = reply;
    let mut masks = Masks::new(call);
    let content = match Content::of(body, &content_type.to_ascii_lowercase(), call) {
        Ok(Content::Json(mut value)) => {
            masks.hide(&mut value, call);
            Content::Json(value)
        }
        Ok(Content::Text(text)) => Content::Text(masks.apply(&text)),
        Ok(other) => other,
        Err(error) if status < 300 => return Err(broken(&error, status, call)),
        Err(_) => Content::Empty,
    };
    let mut texts = if status < 300 { Vec::new() } else { texts_of(&content) };
    texts.iter_mut().for_each(|text| *text = redact::text(text).into_owned());
    match status::failure(status, &content, texts, call) {
        Some(failure) => Err(failure),
        None => Ok((content, status, masks)),
    }
}

fn texts_of(content: &Content) -> Vec<String> {
    match content {
        Content::Json(value) => match lines::lines(value) {
            lines if lines.is_empty() => vec![to_json(value).to_string()],
            lines => lines.into_iter().map(|line| line.text).collect(),
        },
        Content::Text(text) => vec![text.clone()],
        Content::Empty | Content::Page(_) | Content::File(_) => Vec::new(),
    }
}

fn broken(error: &ParseError, status: u16, call: &Call<'_>) -> Failure {
    let what = if error.cut_off { "was cut off" } else { "is not the JSON that it says it is" };
    let (kind, message, hint) = if call.writes() {
        let message = format!("{} may have been carried out: its answer {what}", call.title());
        (Kind::InDoubt, message, "read it back before sending it again")
    } else {
        (Kind::Unavailable, format!("the answer to {} {what}", call.title()), "ask again, or for less at once")
    };
    call.failure(kind, message, status, Vec::new()).because(error).hint(hint)
}

#[cfg(test)]
mod tests;

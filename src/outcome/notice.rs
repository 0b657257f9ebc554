//! Answers that stand in place of data: "still loading", "queued", "not for this call".

use rhai::{Array, Dynamic};

use super::call::Call;
use super::lines::text;
use crate::catalogue::record::Placeholder;
use crate::failure::{Failure, Kind};
use crate::value::Row;

/// The id of the background job that the answer names.
pub(super) fn queue_id(body: &Row) -> Option<String> {
    let metadata = Row::of(body.get_ignoring_case("Metadata")?)?;
    metadata.get_ignoring_case("QueueId").and_then(text)
}

/// Refuses an answer that says that its data is still being gathered.
pub(super) fn refuse_pending(body: &Dynamic, status: u16, call: &Call<'_>) -> Result<(), Failure> {
    let notice = match Row::of(body) {
        Some(row) => pending_body(&row).or_else(|| row.get_ignoring_case("Results").and_then(first_row_pending)),
        None => first_row_pending(body),
    };
    match notice {
        Some((text, queue)) => Err(pending(&text, &queue, status, call)),
        None => Ok(()),
    }
}

/// Takes out rows that say that a tenant has none, and refuses the answer for any other placeholder row.
pub(super) fn drop_placeholders(rows: &mut Array, status: u16, call: &Call<'_>) -> Result<(), Failure> {
    let Some(placeholder) = call.endpoint.and_then(|endpoint| endpoint.placeholder) else { return Ok(()) };
    let mut notice = None;
    rows.retain(|row| match Row::of(row).and_then(|row| placeholder_text(&row, placeholder)) {
        Some(text) => {
            if !tells_of_nothing(&text) {
                notice.get_or_insert(text);
            }
            false
        }
        None => true,
    });
    match notice {
        None => Ok(()),
        Some(text) if placeholder.starts.is_empty() || asks_to_wait(&text) => Err(pending(&text, "", status, call)),
        Some(text) => Err(call.told(Kind::Api, status, vec![text])),
    }
}

type Notice = (String, String);

fn pending_body(body: &Row) -> Option<Notice> {
    let metadata = body.get_ignoring_case("Metadata").and_then(Row::of).unwrap_or_default();
    let empty = match body.get_ignoring_case("Results") {
        Some(results) => results.as_array_ref().map_or(!results.is::<Row>(), |rows| rows.is_empty()),
        None => true,
    };
    let message = metadata.get_ignoring_case("QueueMessage").and_then(text);
    let queue = queue_id(body);
    if is_true(&metadata, "Queued") || empty && (queue.is_some() || message.is_some()) || is_true(body, "Waiting") {
        return Some((message.unwrap_or_default(), queue.unwrap_or_default()));
    }
    None
}

fn first_row_pending(rows: &Dynamic) -> Option<Notice> {
    let first = rows.as_array_ref().ok().and_then(|rows| rows.first().and_then(Row::of))?;
    let field = |key| first.get_ignoring_case(key).and_then(text);
    let queue = field("QueueId");
    let message = field("QueueMessage");
    if is_true(&first, "Queued") && (queue.is_some() || message.is_some()) {
        return Some((message.unwrap_or_default(), queue.unwrap_or_default()));
    }
    None
}

fn placeholder_text(row: &Row, placeholder: Placeholder) -> Option<String> {
    let value = row.get(placeholder.field)?;
    let text = text(value).unwrap_or_default();
    let starts = text.get(..placeholder.starts.len())?;
    starts.eq_ignore_ascii_case(placeholder.starts).then_some(text)
}

fn tells_of_nothing(text: &str) -> bool {
    text.starts_with("No ") && text.ends_with(" found")
}

fn asks_to_wait(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("loading") || text.contains("check back") || text.contains("wait")
}

fn is_true(row: &Row, key: &str) -> bool {
    row.get_ignoring_case(key).is_some_and(|value| matches!(value.as_bool(), Ok(true)))
}

fn pending(text: &str, queue: &str, status: u16, call: &Call<'_>) -> Failure {
    let message = format!("{} is not ready yet: the server is still gathering the data", call.title());
    let texts = if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let failure = call.failure(Kind::Pending, message, status, texts.clone());
    let failure = texts.iter().fold(failure, |failure, text| failure.because(text));
    if queue.is_empty() {
        return failure.hint("ask again in a few minutes");
    }
    failure.hint(format!("ask again when ListCippQueue(#{{ QueueId: \"{queue}\" }}) says that it is completed"))
}

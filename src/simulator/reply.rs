//! An answer of the server, before it becomes bytes on a socket.

use std::borrow::Cow;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The type of the body.
    pub(crate) content_type: Cow<'static, str>,
    /// The body.
    pub(crate) body: Bytes,
    /// Headers beside those that every answer has.
    pub(crate) headers: Vec<(String, String)>,
    /// What it is made from.
    pub(crate) origin: Origin,
    /// What the log says of it, where that is not what it says itself: it holds a secret, or nothing.
    pub(crate) logged: Option<Vec<String>>,
}

/// What an answer is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The state of the simulator.
    State,
    /// The documented shape of an endpoint that has no state.
    Shape,
    /// A rule of the fault file.
    Fault,
}

/// The type of JSON bodies.
pub(crate) const JSON: &str = "application/json; charset=utf-8";
/// The type of text bodies.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// The type of pages.
pub(crate) const HTML: &str = "text/html";

impl Reply {
    /// A status with a body.
    pub(crate) fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        let (content_type, body) = (content_type.into(), body.into());
        Self { status, content_type, body, headers: Vec::new(), origin: Origin::State, logged: None }
    }

    /// A good answer in JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        Self::json_of(200, value)
    }

    /// A status with a JSON body.
    pub(crate) fn json_of(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self::new(status, JSON, body),
            Err(error) => Self::text(500, error.to_string()),
        }
    }

    /// A status with a text: errors mostly.
    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::new(status, TEXT, text.into())
    }

    /// `{"Results": …}`.
    pub(crate) fn results(status: u16, results: impl Into<Value>) -> Self {
        Self::json_of(status, &json!({"Results": results.into()}))
    }

    /// A list of rows, each written as soon as it is made, so that large lists are held only once.
    pub(crate) fn rows<R: Serialize>(rows: impl Iterator<Item = R>) -> Self {
        Self::new(200, JSON, rows_text(rows))
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Says what it is made from.
    pub(crate) fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Says what the log says of it.
    pub(crate) fn logged(self, text: impl Into<String>) -> Self {
        self.logged_as(vec![text.into()])
    }

    /// Says what the log says of it, an entry for each text.
    pub(crate) fn logged_as(self, texts: Vec<String>) -> Self {
        Self { logged: Some(texts), ..self }
    }

    /// The texts under `Results`, or of the whole where there is no such key, in order: each a text of its own or the
    /// `resultText` of an object.
    pub(crate) fn result_texts(&self) -> Vec<String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let results = body.get("Results").cloned().unwrap_or(body);
        let items = if let Value::Array(items) = results { items } else { vec![results] };
        let text = |item: Value| item.get("resultText").unwrap_or(&item).as_str().map(str::to_owned);
        items.into_iter().filter_map(text).collect()
    }
}

/// The text of a JSON array of rows.
pub(crate) fn rows_text<R: Serialize>(rows: impl Iterator<Item = R>) -> Vec<u8> {
    let mut text = vec![b'['];
    for row in rows {
        if text.len() > 1 {
            text.push(b',');
        }
        let start = text.len();
        if serde_json::to_writer(&mut text, &row).is_err() {
            text.truncate(start);
            text.extend_from_slice(b"null");
        }
    }
    text.push(b']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_an_array() {
        for (rows, text) in [(vec![], "[]"), (vec![1], "[1]"), (vec![1, 2, 3], "[1,2,3]")] {
            assert_eq!(rows_text(rows.into_iter()), text.as_bytes());
        }
    }

    #[test]
    fn result_texts_come_from_every_shape() {
        for (results, texts) in [
            (json!("one"), vec!["one"]),
            (json!(["one", "two"]), vec!["one", "two"]),
            (json!({"resultText": "one", "state": "success"}), vec!["one"]),
            (json!(["one", {"resultText": "two", "copyField": "x"}]), vec!["one", "two"]),
            (json!(null), vec![]),
        ] {
            assert_eq!(Reply::results(200, results).result_texts(), texts);
        }
    }
}

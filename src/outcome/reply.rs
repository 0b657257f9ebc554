//! The answer of a server as it comes from the wire, and how its body is read while it arrives.

use rhai::Dynamic;

use super::call::Call;
use crate::value::{Fields, ParseError, RowStream, parse};

/// The answer of a server.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Content-Type`, empty when there is none.
    pub content_type: String,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
pub enum Body {
    /// As it came.
    Bytes(Vec<u8>),
    /// JSON that was read while it arrived.
    Json(Dynamic),
    /// Should be JSON and is not.
    Broken(ParseError),
}

/// Reads a body while it arrives: JSON into values at once, everything else is kept.
pub struct BodyReader {
    json: bool,
    fields: Option<Fields>,
    stream: Option<RowStream>,
    bytes: Vec<u8>,
}

impl BodyReader {
    /// A reader for the answer to this call.
    pub fn new(content_type: &str, call: &Call<'_>) -> Self {
        Self { json: content_type.contains("json"), fields: call.read_fields(), stream: None, bytes: Vec::new() }
    }

    /// Takes the next piece.
    pub fn feed(&mut self, bytes: &[u8]) {
        if let Some(stream) = &mut self.stream {
            stream.feed(bytes);
            return;
        }
        self.bytes.extend_from_slice(bytes);
        if self.json && starts_like_json(&self.bytes) {
            let mut stream = RowStream::new(self.fields.as_ref());
            stream.feed(&std::mem::take(&mut self.bytes));
            self.stream = Some(stream);
        }
    }

    /// The body, now that all of it has come.
    pub fn finish(self) -> Body {
        match self.stream.map(RowStream::finish) {
            None => Body::Bytes(self.bytes),
            Some(Ok(value)) => Body::Json(value),
            Some(Err(error)) => Body::Broken(error),
        }
    }
}

/// What a body holds.
pub(super) enum Content {
    /// Nothing, or `null`.
    Empty,
    /// Plain text.
    Text(String),
    /// A web page, which no endpoint answers with.
    Page(String),
    /// Any JSON but `null`.
    Json(Dynamic),
    /// What is not text.
    File(Vec<u8>),
}

impl Content {
    /// # Errors
    /// Where the body says that it is JSON and is not.
    pub(super) fn of(body: Body, content_type: &str, call: &Call<'_>) -> Result<Self, ParseError> {
        let bytes = match body {
            Body::Json(value) => return Ok(Self::of_json(value)),
            Body::Broken(error) => return Err(error),
            Body::Bytes(bytes) => bytes,
        };
        let trimmed = bytes.trim_ascii();
        if trimmed.is_empty() {
            return Ok(Self::Empty);
        }
        if is_page(trimmed, content_type) {
            return Ok(Self::Page(String::from_utf8_lossy(trimmed).into_owned()));
        }
        if content_type.contains("json") || starts_like_json(trimmed) {
            match parse(trimmed, call.read_fields().as_ref()) {
                Ok(value) => return Ok(Self::of_json(value)),
                Err(error) if starts_like_json(trimmed) && content_type.contains("json") => return Err(error),
                Err(_) => {}
            }
        }
        Ok(match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.trim().to_owned()),
            Err(error) => Self::File(error.into_bytes()),
        })
    }

    fn of_json(value: Dynamic) -> Self {
        if value.is_unit() { Self::Empty } else { Self::Json(value) }
    }
}

fn starts_like_json(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first().is_some_and(|first| matches!(first, b'[' | b'{'))
}

fn is_page(bytes: &[u8], content_type: &str) -> bool {
    let starts = |tag: &[u8]| bytes.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    content_type.contains("html") || starts(b"<!doctype html") || starts(b"<html")
}

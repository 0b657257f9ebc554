//! JSON from files, in whatever encoding shells wrote it.

use rhai::{Array, Dynamic};

use super::encoding;
use crate::{
    failure::{Failure, Kind},
    value::parse,
};

/// The value of a JSON text; objects are rows.
///
/// # Errors
///
/// Where it is no JSON, by line.
pub fn json(bytes: &[u8]) -> Result<Dynamic, Failure> {
    let text = encoding::decode(bytes, None)?;
    parse(text.as_bytes(), None).map_err(|error| {
        let at = usize::try_from(error.at).unwrap_or(usize::MAX).min(text.len());
        let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        Failure::new(Kind::Usage, format!("it is no JSON in line {line}")).because(error.what)
    })
}

/// The values of a text with one JSON value a line.
///
/// # Errors
///
/// Every line that is none.
pub fn ndjson(bytes: &[u8]) -> Result<Array, Failure> {
    let text = encoding::decode(bytes, None)?;
    let (mut values, mut wrong) = (Array::new(), Vec::new());
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line.as_bytes(), None) {
            Ok(value) => values.push(value),
            Err(error) => wrong.push(format!("line {}: {}", at + 1, error.what)),
        }
    }
    match wrong.as_slice() {
        [] => Ok(values),
        wrong => {
            let lines = if wrong.len() == 1 { "line is" } else { "lines are" };
            Err(Failure::new(Kind::Usage, format!("{} {lines} no JSON\n  - {}", wrong.len(), wrong.join("\n  - "))))
        }
    }
}

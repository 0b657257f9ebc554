//! One value as a short text on one line.

use rhai::{Array, Dynamic};
use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::value::{Row, to_json};

/// How many columns of the terminal nested values get.
const NESTED: usize = 60;

/// The text of a cell for people: nested values as short JSON, nothing for `()`.
pub(super) fn for_people(value: &Dynamic) -> String {
    if is_nested(value) {
        return shortened(&one_line(&to_json(value).to_string()), NESTED);
    }
    one_line(&plain(value))
}

/// The text of a cell for programs: nested values as JSON, nothing for `()`.
pub(super) fn for_programs(value: &Dynamic) -> String {
    if is_nested(value) { to_json(value).to_string() } else { plain(value) }
}

/// Cut to so many columns of the terminal, with a mark where it was cut.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut short: String = text
        .chars()
        .take_while(|char| {
            let fits = char.width().unwrap_or(0) <= left;
            left = left.saturating_sub(char.width().unwrap_or(0));
            fits
        })
        .collect();
    short.push('…');
    short
}

fn is_nested(value: &Dynamic) -> bool {
    value.is_map() || value.is::<Row>() || value.is::<Array>()
}

/// The text of a value that holds no others.
pub(super) fn plain(value: &Dynamic) -> String {
    match to_json(value) {
        Value::Null if value.is_unit() => String::new(),
        Value::String(text) => text,
        _ => value.to_string(),
    }
}

/// A name can hold anything, even what would steer the terminal.
fn one_line(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    text.trim().chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

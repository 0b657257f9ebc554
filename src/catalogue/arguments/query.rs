//! A value as the text of a query parameter.

use serde_json::Value;

use super::builder::Builder;
use super::problem::Problem;
use crate::catalogue::path::{inner_value, plain_text};

impl Builder<'_> {
    /// The text of `value` in the query, or `None` when it has none there, which is a problem.
    ///
    /// A list goes out as its elements with commas between them, `{label, value}` as its value.
    pub(super) fn query_text(&mut self, value: &Value, at: &str) -> Option<String> {
        let text = match value {
            Value::Array(items) => joined(items),
            one => element_text(one),
        };
        if text.is_none() {
            let takes = if value.is_array() { "a list of plain values without commas" } else { "a plain value" };
            self.problem(Problem::new(at, format!("\"{at}\" goes into the query and takes {takes}")));
        }
        text
    }
}

/// A comma within an element would make two of it.
fn joined(items: &[Value]) -> Option<String> {
    let texts: Option<Vec<String>> = items.iter().map(element_text).collect();
    texts.filter(|texts| texts.len() == 1 || texts.iter().all(|text| !text.contains(','))).map(|texts| texts.join(","))
}

fn element_text(value: &Value) -> Option<String> {
    plain_text(inner_value(value).unwrap_or(value))
}

//! The secrets among the arguments of a call.

use serde_json::Value;

use crate::catalogue::Endpoint;
use crate::catalogue::path::{plain_text, values_at};

/// The texts of all arguments that the record marks as secret: whoever shows an answer keeps them out of it.
pub fn secrets(endpoint: &Endpoint, arguments: &Value) -> Vec<String> {
    let marked = endpoint.params.iter().filter(|param| param.secret);
    marked.flat_map(|param| values_at(arguments, param.path)).filter_map(plain_text).collect()
}

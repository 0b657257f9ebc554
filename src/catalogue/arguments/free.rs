//! Parts of a call that no record describes: sent as they are, once they can be read at the other end.

use serde_json::{Map, Value};

use super::builder::Builder;
use super::level::below;
use super::problem::Problem;
use super::tenants::FREE_NAME;
use crate::catalogue::path::same;

impl Builder<'_> {
    /// The value as it is, with the tenants that it names resolved.
    pub(super) fn free(&mut self, value: &Value, secret: bool, at: &str) -> Option<Value> {
        match value {
            Value::Object(map) => self.free_map(map, secret, at).map(Value::Object),
            Value::Array(items) => {
                let all: Vec<Option<Value>> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.free(item, secret, &format!("{at}[{index}]")))
                    .collect();
                all.into_iter().collect::<Option<Vec<Value>>>().map(Value::Array)
            }
            plain => Some(plain.clone()),
        }
    }

    /// The map as it is. Names that differ only in case, or an empty name, make the server lose the whole body.
    pub(super) fn free_map(&mut self, map: &Map<String, Value>, secret: bool, at: &str) -> Option<Map<String, Value>> {
        let mut free = Map::new();
        let mut lowered: Vec<String> = Vec::with_capacity(map.len());
        let mut whole = true;
        for (name, value) in map {
            let path = below(at, name);
            let lower = name.to_lowercase();
            if name.is_empty() || lowered.contains(&lower) {
                let message = match name.as_str() {
                    "" => format!("\"{at}\" has an empty name in it, which the server cannot read"),
                    _ => format!("\"{path}\" is given twice, in different case of letters"),
                };
                self.problem(Problem::new(&path, message));
                whole = false;
            }
            lowered.push(lower);
            match self.free_member(name, value, secret, &path) {
                Some(value) => drop(free.insert(name.clone(), value)),
                None => whole = false,
            }
        }
        whole.then_some(free)
    }

    /// A member of a free map. By the one name that the server uses throughout, it names a tenant.
    pub(super) fn free_member(&mut self, name: &str, value: &Value, secret: bool, at: &str) -> Option<Value> {
        if same(name, FREE_NAME) { self.free_tenant(value, secret, at) } else { self.free(value, secret, at) }
    }
}

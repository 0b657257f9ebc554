//! Arrays of maps, as tables have them.

use rhai::{Array, Dynamic, Engine, Map, NativeCallContext};

use super::super::thrown::{self, Result};
use crate::value::Row;

pub(in super::super) fn register(engine: &mut Engine) {
    engine.register_fn("select", select);
}

/// The rows with these columns only, in this order.
fn select(call: NativeCallContext, rows: &mut Array, columns: Array) -> Result<Array> {
    let names: Vec<String> = columns.iter().map(ToString::to_string).collect();
    let pick = |row: &Dynamic| {
        let field = |name: &str| {
            let of_row = row.read_lock::<Row>().map(|row| row.get_ignoring_case(name).cloned());
            let of_map = || row.read_lock::<Map>().map(|map| map.get(name).cloned());
            of_row.or_else(of_map).map(Option::unwrap_or_default)
        };
        let picked: Option<Row> = names.iter().map(|name| Some((name.as_str(), field(name)?))).collect();
        picked.map(Dynamic::from).ok_or_else(|| thrown::usage("select takes an array of maps", &call))
    };
    rows.iter().map(pick).collect()
}

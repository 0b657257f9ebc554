//! Other looks at the latest result.

use rhai::{Array, Dynamic};

use super::super::{
    complete::Shape,
    talk::{After, Talk},
};
use crate::{
    failure::{Failure, Kind},
    output::Format,
    value::from_json,
};

pub(super) fn json(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    talk.write(&talk.result()?, Format::Json)?;
    Ok(After::Next)
}

pub(super) fn table(talk: &mut Talk, columns: &str) -> Result<After, Failure> {
    let names: Vec<String> = columns.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let value = talk.result()?;
    talk.show_table(&value, (!names.is_empty()).then_some(&names))?;
    Ok(After::Next)
}

pub(super) fn more(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    if talk.rest.is_empty() {
        return Err(Failure::new(Kind::Usage, "all of the latest result was shown"));
    }
    let screen = talk.screen();
    let text = talk.rest.more(screen);
    talk.say(&text);
    Ok(After::Next)
}

pub(super) fn keys(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    let value = talk.result()?;
    let whole = Shape::of(&value);
    let one = whole.element.as_deref().unwrap_or(&whole);
    if one.keys.is_empty() {
        return Err(Failure::new(Kind::Usage, "the latest result has no keys"));
    }
    let is_list = value.is::<Array>();
    let rows = one.keys.iter().map(|(key, shape)| {
        let held = match &shape.element {
            Some(element) if !element.keys.is_empty() => format!("rows of {}", names(element)),
            Some(_) => "list".to_owned(),
            None if shape.keys.is_empty() => example(&value, key),
            None => format!("map of {}", names(shape)),
        };
        from_json(serde_json::json!({ "key": key, "holds": held }))
    });
    let rows: Array = rows.collect();
    if is_list {
        talk.say("Each row has:\n");
    }
    talk.show_table(&rows.into(), None)?;
    Ok(After::Next)
}

fn names(shape: &Shape) -> String {
    shape.keys.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The first value that a key has.
fn example(value: &Dynamic, key: &str) -> String {
    use crate::value::Row;
    let of = |value: &Dynamic| Row::of(value)?.get(key).filter(|value| !value.is_unit()).map(ToString::to_string);
    match value.read_lock::<Array>() {
        Some(rows) => rows.iter().find_map(of),
        None => of(value),
    }
    .unwrap_or_default()
}

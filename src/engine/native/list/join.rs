//! Rows of two tables side by side.

use std::collections::HashMap;

use rhai::{Array, Dynamic, ImmutableString};
use smallvec::SmallVec;

use super::Call;
use super::by::By;
use super::key::{Key, Kinds};
use crate::{engine::thrown::Result, output, value::Row};

/// What a row is found by: a value for each pair of fields, nearly always one.
type Keys = SmallVec<[Key; 1]>;

/// Each row with the rows of the other table that have the same key. A key that is absent is the same as no other.
pub(super) fn join(call: &Call, rows: &[Dynamic], rest: &[Dynamic]) -> Result<Dynamic> {
    let other = rest[0].as_array_ref().map_err(|_| call.takes("another array of maps first"))?;
    let pairs = pairs(call, &rest[1])?;
    let options = Options::read(call, rest.get(2))?;
    let (mut left_keys, mut right_keys) = (vec![Keys::new(); rows.len()], vec![Keys::new(); other.len()]);
    for (left, right) in &pairs {
        let mut kinds = Kinds::default();
        let push = |keys: &mut Vec<Keys>, column: Vec<Key>| keys.iter_mut().zip(column).for_each(|(k, c)| k.push(c));
        push(&mut left_keys, By::Field(left.clone()).keys_like(call, rows, &mut kinds)?);
        push(&mut right_keys, By::Field(right.clone()).keys_like(call, &other, &mut kinds)?);
    }
    let mut found: HashMap<Keys, SmallVec<[usize; 1]>> = HashMap::with_capacity(other.len());
    for (at, key) in right_keys.into_iter().enumerate().filter(|(_, key)| !key.iter().any(Key::is_absent)) {
        found.entry(key).or_default().push(at);
    }
    let other: Vec<Row> = other.iter().filter_map(Row::of).collect();
    let mut side = Side::new(call, rows, &other, &pairs, &options)?;
    let mut joined = Array::with_capacity(rows.len());
    for (row, key) in rows.iter().filter_map(Row::of).zip(left_keys) {
        match found.get(&key) {
            Some(places) => joined.extend(places.iter().filter_map(|&at| side.by_side(&row, Some(&other[at])))),
            None if options.left => joined.extend(side.by_side(&row, None)),
            None => {}
        }
    }
    Ok(joined.into())
}

/// The fields of both tables that are to be equal.
fn pairs(call: &Call, on: &Dynamic) -> Result<Vec<(String, String)>> {
    let wrong = || call.takes("the name of the field to join on, or a map of a field here and a field there");
    if let Ok(name) = on.as_immutable_string_ref() {
        return Ok(vec![(name.to_string(), name.to_string())]);
    }
    let map = Row::of(on).filter(|map| !map.is_empty()).ok_or_else(wrong)?;
    let pair = |(left, right): (&ImmutableString, &Dynamic)| {
        let right = right.as_immutable_string_ref().map_err(|_| wrong())?;
        Ok((left.to_string(), right.to_string()))
    };
    map.iter().map(pair).collect()
}

struct Options {
    /// Rows without a partner are kept.
    left: bool,
    /// Stands before the names of the other table's fields.
    prefix: String,
}

impl Options {
    fn read(call: &Call, options: Option<&Dynamic>) -> Result<Self> {
        let mut read = Self { left: false, prefix: String::new() };
        let Some(options) = options else { return Ok(read) };
        let wrong = || call.takes("the options #{ kind: \"inner\" or \"left\", prefix: text }");
        for (name, value) in Row::of(options).ok_or_else(wrong)?.iter() {
            let text = value.as_immutable_string_ref().map_err(|_| wrong())?;
            match (name.as_str(), text.as_str()) {
                ("kind", "inner") => read.left = false,
                ("kind", "left") => read.left = true,
                ("prefix", prefix) => read.prefix = prefix.to_string(),
                _ => return Err(wrong()),
            }
        }
        Ok(read)
    }
}

/// The fields that come beside a row, and the form of what becomes of both.
struct Side {
    /// Fields of the other table and their names here.
    fields: Vec<(ImmutableString, ImmutableString)>,
    /// A row as it came, and the form of the joined one.
    last: Option<(Row, Row)>,
}

impl Side {
    fn new(
        call: &Call,
        rows: &[Dynamic],
        other: &[Row],
        pairs: &[(String, String)],
        options: &Options,
    ) -> Result<Self> {
        let taken = output::columns_of(rows);
        let is_taken = |name: &str| taken.iter().any(|taken| taken.eq_ignore_ascii_case(name));
        let is_key = |name: &str| pairs.iter().any(|(_, right)| right.eq_ignore_ascii_case(name));
        let other: Vec<Dynamic> = other.iter().cloned().map(Dynamic::from).collect();
        let mut fields = Vec::new();
        for field in output::columns_of(&other).into_iter().filter(|name| !is_key(name)) {
            let name = format!("{}{field}", options.prefix);
            let name = if is_taken(&name) && options.prefix.is_empty() { format!("other_{field}") } else { name };
            let is_given = fields.iter().any(|(_, given): &(_, ImmutableString)| given.as_str() == name);
            if is_taken(&name) || is_given {
                return Err(call
                    .wrong(format!("both tables have \"{field}\", and \"{name}\" is taken too: give another prefix")));
            }
            fields.push((field, name.into()));
        }
        Ok(Self { fields, last: None })
    }

    /// The row and its partner as one row.
    fn by_side(&mut self, row: &Row, partner: Option<&Row>) -> Option<Dynamic> {
        if !self.last.as_ref().is_some_and(|(before, _)| before.shares_keys(row)) {
            let names = row.keys().chain(self.fields.iter().map(|(_, name)| name));
            self.last = Some((row.clone(), names.map(|name| (name.clone(), Dynamic::UNIT)).collect()));
        }
        let (_, form) = self.last.as_ref()?;
        let beside = |(field, _): &(ImmutableString, ImmutableString)| {
            partner.and_then(|partner| partner.get(field)).cloned().unwrap_or_default()
        };
        let values: Vec<Dynamic> = row.values().cloned().chain(self.fields.iter().map(beside)).collect();
        form.with_values(values).map(Dynamic::from)
    }
}

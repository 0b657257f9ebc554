//! How things are that a plan is about, by the same reads that show a write to be done.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    catalogue::verify::{Check, Claim, Seen},
    session::{
        Session,
        look::{self, key},
    },
    value::Planned,
};

/// How the things of one call are, and how they are to become.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Present {
    pub(super) now: Value,
    pub(super) wanted: Value,
    /// All is as it is to be already.
    pub(super) is_so: bool,
}

impl Present {
    /// Whether it tells of the same fields.
    pub(super) fn is_like(&self, before: &Value) -> bool {
        let names = |value: &Value| value.as_object().map(|fields| fields.keys().cloned().collect::<BTreeSet<_>>());
        names(&self.now) == names(before)
    }
}

impl Session {
    /// How the things of each call are; `None` where no read tells. What several calls are seen by is read once.
    pub(super) fn present(&self, claims: &[Vec<Claim>]) -> Vec<Option<Present>> {
        let all: Vec<&Claim> = claims.iter().flatten().collect();
        let mut ways = look::ways(&all).into_iter();
        let of_call = |claims: &Vec<Claim>| claims.iter().flat_map(|_| ways.next().unwrap_or_default()).collect();
        self.seen_by(&claims.iter().map(of_call).collect::<Vec<_>>())
    }

    /// How the things of one call are, by the reads that gave these fields before: another read may call them
    /// otherwise. Which one it was depends on how many calls were seen together.
    pub(super) fn present_as(&self, claims: &[Claim], before: &Value) -> Option<Present> {
        let one = claims.iter().flat_map(|claim| &claim.one).collect();
        let many = claims.iter().flat_map(|claim| &claim.many).collect();
        let seen = self.seen_by(&[one, many]).into_iter().flatten();
        seen.into_iter().find(|present| present.is_like(before))
    }

    /// How the things of each call are, by these reads.
    fn seen_by(&self, ways: &[Vec<&Check>]) -> Vec<Option<Present>> {
        let is_there = |check: &&&Check| !Planned::is_in(&format!("{} {}", check.arguments, check.row_key()));
        let answers = self.read_all(ways.iter().flatten().filter(is_there).copied());
        let since = self.server_time();
        let of_call = |checks: &Vec<&Check>| {
            let reads: Option<Vec<&Value>> =
                checks.iter().map(|check| answers.get(&key(check))?.as_ref().ok()).collect();
            let reads = reads.filter(|reads| !reads.is_empty())?;
            let name = |check: &Check, field: &str| match check.row_key() {
                row if checks.len() > 1 && !row.is_empty() => format!("{row}: {field}"),
                _ => field.to_owned(),
            };
            let (mut now, mut wanted) = (Map::new(), Map::new());
            for (check, read) in checks.iter().zip(&reads) {
                now.extend(check.now(read).into_iter().map(|(field, value)| (name(check, &field), value)));
                wanted.extend(check.wanted().into_iter().map(|(field, value)| (name(check, &field), value)));
            }
            Some(Present {
                now: now.into(),
                wanted: shown(wanted.into()),
                is_so: checks.iter().zip(&reads).all(|(check, read)| check.seen(read, since) == Seen::So),
            })
        };
        ways.iter().map(of_call).collect()
    }
}

/// What is to become, with words for what is not there yet.
fn shown(value: Value) -> Value {
    match value {
        Value::String(text) => Planned::of_marker(&text).map_or(text, |planned| planned.to_string()).into(),
        Value::Array(items) => items.into_iter().map(shown).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, shown(value))).collect(),
        other => other,
    }
}

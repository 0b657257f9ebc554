//! Reads what shows whether writes were carried out, several things by one read where that is possible.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;

use super::{CallOptions, Session};
use crate::{
    catalogue::verify::{Check, Claim},
    failure::{Failure, Kind},
    outcome::Outcome,
    value::to_json,
};

/// How many reads run at once.
const READS: usize = 4;

/// What tells one read from another: endpoint and arguments.
pub(super) type Key = (&'static str, String);

/// What was read.
pub(super) type Answers = BTreeMap<Key, Result<Value, Failure>>;

pub(super) fn key(check: &Check) -> Key {
    (check.read.name, check.arguments.to_string())
}

/// How each claim is looked at: two or more that one read shows together.
pub(super) fn ways<'c>(claims: &[&'c Claim]) -> Vec<&'c [Check]> {
    let together = |claim: &Claim| claim.many.iter().map(key).collect::<Vec<_>>();
    let mut sharing: BTreeMap<Vec<Key>, usize> = BTreeMap::new();
    for claim in claims {
        *sharing.entry(together(claim)).or_default() += 1;
    }
    let way = |claim: &&'c Claim| {
        let many = !claim.many.is_empty() && sharing.get(&together(claim)).is_some_and(|count| *count > 1);
        if many { claim.many.as_slice() } else { claim.one.as_slice() }
    };
    claims.iter().map(way).collect()
}

impl Session {
    /// Reads for all of these checks, each read once.
    pub(super) fn read_all<'c>(&self, checks: impl Iterator<Item = &'c Check>) -> Answers {
        let mut reads: BTreeMap<Key, &Check> = BTreeMap::new();
        for check in checks {
            reads.entry(key(check)).or_insert(check);
        }
        let reads: Vec<_> = reads.into_iter().collect();
        let next = AtomicUsize::new(0);
        let answers = Mutex::new(BTreeMap::new());
        let work = || {
            while let Some((key, check)) = reads.get(next.fetch_add(1, Ordering::Relaxed)) {
                let answer = self.read_back(check);
                answers.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), answer);
            }
        };
        if reads.len() == 1 {
            work();
        } else {
            thread::scope(|scope| (0..READS.min(reads.len())).for_each(|_| drop(scope.spawn(work))));
        }
        answers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What one check reads, as JSON.
    pub(super) fn read_back(&self, check: &Check) -> Result<Value, Failure> {
        match self.read_fresh(check.read.name, &check.arguments, &CallOptions::default()) {
            Ok(Outcome::Rows(rows)) => Ok(Value::Array(rows.iter().map(to_json).collect())),
            Ok(Outcome::Value(value)) => Ok(to_json(&value)),
            Ok(Outcome::Done(_)) => Err(Failure::new(Kind::Internal, "it is no read")),
            // What does not exist has no rows.
            Err(failure) if failure.tells_what_is_missing() => Ok(Value::Array(Vec::new())),
            Err(failure) => Err(failure),
        }
    }
}

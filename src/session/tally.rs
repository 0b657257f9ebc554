//! What became of the writes of a run, counted whether the script looks or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::Session;
use crate::{
    catalogue::Effect,
    failure::{Failure, Kind},
    outcome::Status,
};

/// The count of a run.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    tenants: BTreeSet<String>,
    targets: usize,
    writes: BTreeMap<Status, usize>,
    refused: usize,
}

impl Session {
    /// The count of what was written.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Counts a write that a script asked for and that was not sent. What a person or the guard stops ends the run, and
    /// is told by that.
    pub fn refused(&self, effect: Effect, failure: &Failure) {
        if effect >= Effect::Write && !matches!(failure.kind, Kind::Interrupted | Kind::Guard) {
            self.tally.0.lock().unwrap_or_else(PoisonError::into_inner).refused += 1;
        }
    }
}

impl Tally {
    /// Counts one write: the tenants that it named, what it acted on, what became of it.
    pub fn add<'a>(&self, tenants: impl Iterator<Item = &'a str>, targets: usize, status: Status) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if status == Status::Planned {
            // A plan has counts of its own.
            *counts.writes.entry(status).or_default() += 1;
            return;
        }
        for tenant in tenants {
            if !counts.tenants.contains(tenant) {
                counts.tenants.insert(tenant.to_string());
            }
        }
        counts.targets += targets;
        *counts.writes.entry(status).or_default() += 1;
    }

    /// Says what a write has become that was counted before, such as one whose task has ended.
    pub fn instead(&self, before: Status, now: Status) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.writes.get_mut(&before) {
            *count -= 1;
            if *count == 0 {
                counts.writes.remove(&before);
            }
            *counts.writes.entry(now).or_default() += 1;
        }
    }

    /// Whether something that was asked for was not done: `queued` and `planned` work is as it should be.
    pub fn all_done(&self) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.writes.keys().all(|status| status.done() || matches!(status, Status::Queued | Status::Planned))
    }

    /// Says how many writes were refused before they were sent; `None` when none was.
    pub fn refused(&self) -> Option<String> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner).refused;
        (refused > 0).then(|| format!("{} refused before sending, and not done", plural(refused, "write")))
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let was_sent = |status: &Status| !matches!(status, Status::Planned | Status::NotRun | Status::DoneBefore);
        !counts.writes.keys().any(was_sent)
    }

    /// The last line of a run; `None` when it wrote nothing.
    pub fn line(&self) -> Option<String> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |status| counts.writes.get(&status).copied().unwrap_or_default();
        // A plan has a line of its own.
        let total = counts.writes.values().sum::<usize>() - count(Status::Planned);
        if total == 0 {
            return None;
        }
        let apart = [Status::Verified, Status::DoneBefore, Status::Accepted, Status::Queued];
        let not_done = total - apart.into_iter().map(count).sum::<usize>();
        let before = match count(Status::DoneBefore) {
            0 => String::new(),
            before => format!(", {before} done before"),
        };
        Some(format!(
            "{}, {}, {}: {} verified, {} accepted, {} queued, {not_done} not done{before}",
            plural(counts.tenants.len(), "tenant"),
            plural(counts.targets, "target"),
            plural(total, "write"),
            count(Status::Verified),
            count(Status::Accepted),
            count(Status::Queued),
        ))
    }
}

fn plural(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line() {
        let tally = Tally::default();
        assert_eq!(tally.line(), None);
        tally.add(["z"].into_iter(), 9, Status::Planned);
        assert_eq!(tally.line(), None);
        tally.add(["a"].into_iter(), 1, Status::Accepted);
        assert_eq!(tally.line().unwrap(), "1 tenant, 1 target, 1 write: 0 verified, 1 accepted, 0 queued, 0 not done");
        assert!(tally.all_done());
        tally.add(["a", "b"].into_iter(), 3, Status::Partial);
        assert_eq!(
            tally.line().unwrap(),
            "2 tenants, 4 targets, 2 writes: 0 verified, 1 accepted, 0 queued, 1 not done"
        );
        assert!(!tally.all_done());
    }

    #[test]
    fn what_was_done_before_is_done() {
        let tally = Tally::default();
        tally.add(["a"].into_iter(), 1, Status::DoneBefore);
        tally.add(["a"].into_iter(), 1, Status::Verified);
        let line = "1 tenant, 2 targets, 2 writes: 1 verified, 0 accepted, 0 queued, 0 not done, 1 done before";
        assert_eq!(tally.line().unwrap(), line);
        assert!(tally.all_done());
    }
}

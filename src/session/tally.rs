//! What became of the writes of a run, counted whether the script looks or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use crate::outcome::{self, Written};

/// What became of one write, or of one item of a bulk; mildest first, so that the worst of several is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Nothing was written, and nothing went wrong.
    Ok,
    /// Read back and so.
    Verified,
    /// A resumed run found it done.
    DoneBefore,
    /// The server says so, and it was not read back.
    Accepted,
    /// Recorded in a plan.
    Planned,
    /// A task of the server will do it.
    Queued,
    /// Not visible yet.
    Unconfirmed,
    /// Some of its results failed.
    Partial,
    /// Read back and not so.
    Contradicted,
    /// It failed as a whole.
    Failed,
    /// It may have been done: the answer got lost.
    InDoubt,
    /// It was never started.
    NotRun,
}

impl Status {
    /// All of them, mildest first.
    pub const ALL: [Self; 12] = [
        Self::Ok,
        Self::Verified,
        Self::DoneBefore,
        Self::Accepted,
        Self::Planned,
        Self::Queued,
        Self::Unconfirmed,
        Self::Partial,
        Self::Contradicted,
        Self::Failed,
        Self::InDoubt,
        Self::NotRun,
    ];

    /// The name that scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Verified => "verified",
            Self::DoneBefore => "done_before",
            Self::Accepted => "accepted",
            Self::Planned => "planned",
            Self::Queued => "queued",
            Self::Unconfirmed => "unconfirmed",
            Self::Partial => "partial",
            Self::Contradicted => "contradicted",
            Self::Failed => "failed",
            Self::InDoubt => "in_doubt",
            Self::NotRun => "not_run",
        }
    }

    /// What the server's answer to a write comes to.
    pub fn of(written: &Written) -> Self {
        match written.status {
            outcome::Status::Accepted => Self::Accepted,
            outcome::Status::Partial => Self::Partial,
            outcome::Status::Queued => Self::Queued,
        }
    }

    /// Whether it counts as done.
    pub fn done(self) -> bool {
        matches!(self, Self::Ok | Self::Verified | Self::DoneBefore | Self::Accepted)
    }
}

/// The count of a run.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    tenants: BTreeSet<String>,
    targets: usize,
    writes: BTreeMap<Status, usize>,
}

impl Tally {
    /// Counts one write: the tenants that it named, what it acted on, what became of it.
    pub fn add<'a>(&self, tenants: impl Iterator<Item = &'a str>, targets: usize, status: Status) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for tenant in tenants {
            if !counts.tenants.contains(tenant) {
                counts.tenants.insert(tenant.to_string());
            }
        }
        counts.targets += targets;
        *counts.writes.entry(status).or_default() += 1;
    }

    /// Whether something that was asked for was not done: `queued` and `planned` work is as it should be.
    pub fn all_done(&self) -> bool {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.writes.keys().all(|status| status.done() || matches!(status, Status::Queued | Status::Planned))
    }

    /// The last line of a run; `None` when it wrote nothing.
    pub fn line(&self) -> Option<String> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |status| counts.writes.get(&status).copied().unwrap_or_default();
        let total: usize = counts.writes.values().sum();
        if total == 0 {
            return None;
        }
        let apart = [Status::Verified, Status::DoneBefore, Status::Accepted, Status::Queued];
        let not_done = total - apart.into_iter().map(count).sum::<usize>();
        Some(format!(
            "{}, {}, {}: {} verified, {} accepted, {} queued, {not_done} not done",
            plural(counts.tenants.len(), "tenant"),
            plural(counts.targets, "target"),
            plural(total, "write"),
            count(Status::Verified) + count(Status::DoneBefore),
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
}

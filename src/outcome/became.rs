//! What became of a write, as far as anybody can tell.

use serde::{Deserialize, Serialize};

/// What became of one write, or of one item of a bulk; mildest first, so that the worst of several is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// It was never started.
    NotRun,
    /// It may have been done: the answer got lost.
    InDoubt,
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
        Self::NotRun,
        Self::InDoubt,
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

    /// Whether it counts as done.
    pub fn done(self) -> bool {
        matches!(self, Self::Ok | Self::Verified | Self::DoneBefore | Self::Accepted)
    }
}

//! Reads writes back: what a good answer says is believed when a read shows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{CallOptions, Session};
use crate::{
    catalogue::{
        Lag,
        arguments::Request,
        verify::{self, Check, Claim, Seen, Sent},
    },
    failure::{Failure, Kind},
    journal::Kept,
    outcome::{Outcome, Status, Written},
    value::{Row, to_json},
};

/// How many reads run at once.
const READS: usize = 4;

/// How far apart the clocks of the servers may be that stamp what is read.
pub(super) const CLOCKS: SignedDuration = SignedDuration::from_secs(2);

/// A write whose answer was good, and what is to be read before it counts as done.
#[derive(Debug)]
pub struct Pending {
    pub(super) claims: Vec<Claim>,
    pub(super) since: Timestamp,
    /// Its answer says that a task will do it.
    pub(super) queued: bool,
    /// Its answer got lost.
    pub(super) lost: bool,
    /// Its place in the journal.
    pub(super) kept: Option<Kept>,
}

/// What became of a write by what was read, and what that was where it is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Verified, queued, unconfirmed or contradicted.
    pub status: Status,
    /// What was read instead, in words; empty when all is well.
    pub seen: String,
}

impl Pending {
    /// What is to be read of a write; `None` where there is nothing to tell it by.
    pub(super) fn of(
        session: &Session,
        request: &Request,
        outcome: &Result<Outcome, Failure>,
        since: Timestamp,
    ) -> Option<Self> {
        let (queued, reply) = match outcome {
            Ok(Outcome::Done(written)) => match written.status {
                Status::Accepted => (false, reply_of(written)),
                Status::Queued => (true, reply_of(written)),
                _ => return None,
            },
            Err(failure) if failure.kind == Kind::InDoubt => (false, Value::Null),
            _ => return None,
        };
        Self::with(session, request, reply, since, queued, outcome.is_err())
    }

    /// The same of what is known of a write; `lost` says that its answer is.
    pub(super) fn with(
        session: &Session,
        request: &Request,
        reply: Value,
        since: Timestamp,
        queued: bool,
        lost: bool,
    ) -> Option<Self> {
        let user = |name: &str| session.known_user(request, name);
        let mut claims = verify::claims(&Sent { request, reply, user: &user });
        // Of what a task will do, there is only the task to see.
        claims.retain(|claim| !queued || claim.task);
        (!claims.is_empty()).then_some(Self { claims, since, queued, lost, kept: None })
    }
}

impl Verdict {
    /// Puts what was read into what the call gives.
    pub fn apply(self, outcome: Result<Outcome, Failure>) -> Result<Outcome, Failure> {
        match outcome {
            Ok(Outcome::Done(written)) => Ok(Outcome::Done(self.apply_to(written))),
            Err(failure) if failure.kind == Kind::InDoubt => match self.status {
                Status::Verified | Status::Queued => Ok(Outcome::Done(Written {
                    status: self.status,
                    message: format!("read back, and it was done; before: {failure}"),
                    results: Vec::new(),
                    extra: Row::default(),
                })),
                _ => Err(failure.because(format!("read back: {}", self.seen))),
            },
            other => other,
        }
    }

    fn apply_to(self, mut written: Written) -> Written {
        written.status = self.status;
        if !self.seen.is_empty() {
            let said = if written.message.is_empty() { "nothing" } else { written.message.as_str() };
            written.message = format!("read back: {}; the server said: {said}", self.seen);
        }
        written
    }
}

/// What stands beside the results of an answer, and the last GUID in them.
pub(super) fn reply_of(written: &Written) -> Value {
    let mut reply: Map<String, Value> =
        written.extra.iter().map(|(name, value)| (name.to_string(), to_json(value))).collect();
    let is_guid = |word: &&str| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        parts == [8, 4, 4, 4, 12] && word.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
    };
    let words =
        |text: &'_ str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').rfind(is_guid).map(str::to_owned);
    if let Some(guid) = written.results.iter().rev().find_map(|line| words(&line.text)) {
        reply.insert("guid".into(), guid.into());
    }
    Value::Object(reply)
}

/// A claim on its way to a verdict.
struct Open<'p> {
    claim: &'p Claim,
    checks: &'p [Check],
    since: Timestamp,
    /// `None` before the first read.
    seen: Option<Seen>,
}

impl Session {
    /// Reads back what was written, patiently and all together: what becomes visible by one read is read once.
    ///
    /// An interrupt ends it; what was not seen until then is unconfirmed.
    pub fn settle(&self, pending: &[&Pending]) -> Vec<Verdict> {
        let verdicts = self.verdicts(pending);
        for (verdict, pending) in verdicts.iter().zip(pending) {
            self.tally.instead(Status::Unconfirmed, verdict.status);
            if let Some(kept) = &pending.kept {
                // What is not seen of a write without an answer may still have been done.
                let done = matches!(verdict.status, Status::Verified | Status::Queued);
                let status = if pending.lost && !done { Status::InDoubt } else { verdict.status };
                self.keep_verdict(kept, status, &verdict.seen);
            }
        }
        verdicts
    }

    pub(super) fn verdicts(&self, pending: &[&Pending]) -> Vec<Verdict> {
        let mut open: Vec<Vec<Open>> = opened(pending);
        let lags: BTreeSet<Lag> = open.iter().flatten().map(|open| open.claim.lag).collect();
        let times: BTreeSet<Duration> = lags.iter().flat_map(|lag| self.settings.patience.times(*lag)).collect();
        let mut last = Duration::ZERO;
        for time in times {
            let mut due: Vec<&mut Open> = open
                .iter_mut()
                .flatten()
                .filter(|open| open.seen != Some(Seen::So))
                .filter(|open| self.settings.patience.times(open.claim.lag).contains(&time))
                .collect();
            if due.is_empty() {
                continue;
            }
            if time > last && self.interrupt.wait_timeout(time - last) {
                break;
            }
            last = time;
            if !self.look(&mut due) {
                break;
            }
        }
        open.iter().zip(pending).map(|(claims, pending)| verdict(claims, pending.queued)).collect()
    }

    /// Reads once for all that are due; `false` when there is no point in going on.
    fn look(&self, due: &mut [&mut Open]) -> bool {
        let mut reads: BTreeMap<(&str, String), &Check> = BTreeMap::new();
        for open in due.iter() {
            for check in open.checks {
                reads.entry(key(check)).or_insert(check);
            }
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
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        for open in due.iter_mut() {
            open.seen = Some(worst(open.checks.iter().map(|check| match answers.get(&key(check)) {
                Some(Ok(read)) => check.seen(read, open.since),
                Some(Err(failure)) => Seen::Missing(format!("{} failed: {failure}", check.read.name)),
                None => Seen::Missing(String::new()),
            })));
        }
        !answers.values().any(|answer| answer.as_ref().is_err_and(|failure| failure.ends_run()))
    }

    pub(super) fn read_back(&self, check: &Check) -> Result<Value, Failure> {
        match self.read_fresh(check.read.name, &check.arguments, &CallOptions::default()) {
            Ok(Outcome::Rows(rows)) => Ok(Value::Array(rows.iter().map(to_json).collect())),
            Ok(Outcome::Value(value)) => Ok(to_json(&value)),
            Ok(Outcome::Done(_)) => Err(Failure::new(Kind::Internal, "it is no read")),
            // What does not exist has no rows.
            Err(failure) if failure.kind == Kind::NotFound => Ok(Value::Array(Vec::new())),
            Err(failure) => Err(failure),
        }
    }

    /// The present moment by the server's clock, as far as its answers have told, with room for others' clocks.
    pub(super) fn server_time(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.clock.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(ahead - CLOCKS).unwrap_or(Timestamp::MIN)
    }
}

/// Two or more claims that one read shows are looked at together.
fn opened<'p>(pending: &[&'p Pending]) -> Vec<Vec<Open<'p>>> {
    let together = |claim: &Claim| claim.many.iter().map(key).collect::<Vec<_>>();
    let mut sharing: BTreeMap<Vec<(&str, String)>, usize> = BTreeMap::new();
    for claim in pending.iter().flat_map(|pending| &pending.claims) {
        *sharing.entry(together(claim)).or_default() += 1;
    }
    let open = |claim: &'p Claim, since| {
        let many = !claim.many.is_empty() && sharing.get(&together(claim)).is_some_and(|count| *count > 1);
        Open { claim, checks: if many { &claim.many } else { &claim.one }, since, seen: None }
    };
    pending.iter().map(|pending| pending.claims.iter().map(|claim| open(claim, pending.since)).collect()).collect()
}

fn key(check: &Check) -> (&'static str, String) {
    (check.read.name, check.arguments.to_string())
}

/// What is not so outweighs what is not told, and that what is so.
fn worst(seen: impl Iterator<Item = Seen>) -> Seen {
    seen.max_by_key(|seen| match seen {
        Seen::So => 0,
        Seen::Missing(_) => 1,
        Seen::Other(_) => 2,
    })
    .unwrap_or(Seen::So)
}

fn verdict(claims: &[Open], queued: bool) -> Verdict {
    let unread = || Seen::Missing("it was interrupted".into());
    let slow = |open: &&Open| open.claim.lag == Lag::Hours;
    let seen = worst(claims.iter().map(|open| match open.seen.clone().unwrap_or_else(unread) {
        // It would not be visible yet anyway.
        Seen::Other(seen) if slow(&open) => Seen::Missing(seen),
        seen => seen,
    }));
    match seen {
        Seen::So if queued || claims.iter().any(|open| open.claim.task) => {
            Verdict { status: Status::Queued, seen: String::new() }
        }
        Seen::So => Verdict { status: Status::Verified, seen: String::new() },
        Seen::Missing(seen) => Verdict { status: Status::Unconfirmed, seen },
        Seen::Other(seen) => Verdict { status: Status::Contradicted, seen },
    }
}

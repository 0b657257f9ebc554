//! Reads writes back: what a good answer says is believed when a read shows it.

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{
    Session,
    look::{self, key},
};
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

/// How far apart the clocks of the servers may be that stamp what is read.
pub(super) const CLOCKS: SignedDuration = SignedDuration::from_secs(2);

/// A write whose answer was good, and what is to be read before it counts as done.
#[derive(Debug)]
pub struct Pending {
    pub(super) claims: Vec<Claim>,
    pub(super) since: Timestamp,
    /// How long ago it was sent, where that was not now.
    pub(super) waited: Duration,
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
        (!claims.is_empty()).then_some(Self { claims, since, waited: Duration::ZERO, queued, lost, kept: None })
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
    waited: Duration,
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
                .filter(|open| self.is_time_to_look(open, time))
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

    /// Whether a claim is to be looked at so long after the first look. What had its time before is looked at once.
    fn is_time_to_look(&self, open: &Open, time: Duration) -> bool {
        let times = self.settings.patience.times(open.claim.lag);
        let had_its_time = times.last().is_none_or(|last| open.waited >= *last);
        times.contains(&time) && (time.is_zero() || !had_its_time)
    }

    /// Reads once for all that are due; `false` when there is no point in going on.
    fn look(&self, due: &mut [&mut Open]) -> bool {
        let answers = self.read_all(due.iter().flat_map(|open| open.checks));
        for open in due.iter_mut() {
            open.seen = Some(worst(open.checks.iter().map(|check| match answers.get(&key(check)) {
                Some(Ok(read)) => check.seen(read, open.since),
                Some(Err(failure)) => Seen::Missing(format!("{} failed: {failure}", check.read.name)),
                None => Seen::Missing(String::new()),
            })));
        }
        !answers.values().any(|answer| answer.as_ref().is_err_and(|failure| failure.ends_run()))
    }

    /// The present moment by the server's clock, as far as its answers have told, with room for others' clocks.
    pub(super) fn server_time(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.clock.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(ahead - CLOCKS).unwrap_or(Timestamp::MIN)
    }
}

fn opened<'p>(pending: &[&'p Pending]) -> Vec<Vec<Open<'p>>> {
    let claims: Vec<&Claim> = pending.iter().flat_map(|pending| &pending.claims).collect();
    let mut ways = look::ways(&claims).into_iter();
    let mut open = |claim, pending: &Pending| {
        let checks = ways.next().unwrap_or_default();
        Open { claim, checks, since: pending.since, waited: pending.waited, seen: None }
    };
    pending.iter().map(|pending| pending.claims.iter().map(|claim| open(claim, pending)).collect()).collect()
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

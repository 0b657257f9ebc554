//! The gate itself: what is built is guarded, sent, read and counted here.

use std::{cell::Cell, sync::atomic::Ordering};

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Session,
    keep::Meeting,
    plan::{Draft, Planner},
    secrets_file,
};
use crate::{
    catalogue::{Effect, Endpoint, Target},
    client::{self, Keeping, Outgoing, Place, Sent},
    failure::{Failure, Kind},
    journal::Kept,
    outcome::{self, BodyReader, Outcome, Reply, Status, Written},
    value::{Fields, Row},
};

/// What is about to be sent, whoever built it.
pub(super) struct Ready {
    pub(super) outgoing: Outgoing,
    pub(super) endpoint: Option<&'static Endpoint>,
    pub(super) tenants: Vec<Target>,
    pub(super) effect: Effect,
    pub(super) targets: usize,
    /// Secrets among the arguments: the server likes to repeat them.
    pub(super) secrets: Vec<String>,
    /// A read that the session itself makes, about what was let pass before.
    pub(super) own: bool,
    /// What a plan keeps of it, in place of sending it.
    pub(super) draft: Option<Draft>,
    /// The answer only stood in for one: nothing was changed.
    pub(super) stand_in: Cell<bool>,
    /// An earlier try may have been carried out.
    pub(super) repeated: Cell<bool>,
}

/// What becomes of a request that nothing speaks against.
pub(super) enum Permit {
    /// It is sent; a write has its place in the journal, and waits until its intent is there.
    Send(Option<(Kept, Keeping)>),
    /// What it comes to is known, and nothing is sent.
    Answered(Outcome),
}

/// What came of a request, and what is still to be told of a write.
pub(super) struct Passed {
    pub(super) outcome: Result<Outcome, Failure>,
    /// Its place in the journal; reads have none.
    pub(super) kept: Option<Kept>,
    /// 0 when no answer came.
    pub(super) http_status: u16,
    /// A write has it until its result is kept.
    pub(super) place: Option<Place>,
}

impl Passed {
    /// What was not sent.
    fn unsent(outcome: Result<Outcome, Failure>) -> Self {
        Self { outcome, kept: None, http_status: 0, place: None }
    }
}

impl Session {
    /// Guards, sends, reads and counts one request. Of a write the intent is in the journal before it leaves; the
    /// caller keeps the result.
    pub(super) fn pass(
        &self,
        ready: &Ready,
        wanted: Option<&Fields>,
        read: impl FnOnce(Reply, &outcome::Call) -> Result<Outcome, Failure>,
    ) -> Passed {
        let tenant = ready.tenants.iter().map(Target::name).collect::<Vec<_>>().join(", ");
        let call = outcome::Call {
            name: &ready.outgoing.path,
            endpoint: ready.endpoint,
            effect: ready.effect,
            tenant: &tenant,
            wanted,
            secrets: &ready.secrets,
        };
        let (kept, keeping) = match self.permitted(ready, &tenant) {
            Ok(Permit::Send(intent)) => intent.unzip(),
            Ok(Permit::Answered(outcome)) => return self.answered(ready, Ok(outcome)),
            // What a run that goes on left in doubt, and does not repeat, is a write that is not done.
            Err(failure) if failure.kind == Kind::InDoubt => return self.answered(ready, Err(in_call(failure, &call))),
            Err(failure) => return Passed::unsent(Err(in_call(failure, &call))),
        };
        let http_status = Cell::new(0);
        let Sent { answer, place } = self.client.send(ready.outgoing.clone(), keeping);
        let outcome = answer.and_then(|answer| {
            self.heard(&answer);
            http_status.set(answer.status);
            ready.stand_in.set(answer.stand_in);
            ready.repeated.set(ready.repeated.get() || answer.repeated);
            read(reply(answer, &call)?, &call)
        });
        let outcome = outcome.or_else(|failure| gone_already(failure, ready));
        let outcome = outcome.map_err(|failure| still_in_doubt(failure, ready));
        let outcome = outcome.map_err(|failure| in_call(failure, &call));
        if ready.effect >= Effect::Write {
            self.writes.fetch_add(1, Ordering::Relaxed);
            self.count(ready, &outcome);
        }
        Passed { outcome, kept, http_status: http_status.get(), place }
    }

    /// Gives what is known of a write that is not sent. There is nothing to keep of it, and nothing to read back.
    fn answered(&self, ready: &Ready, outcome: Result<Outcome, Failure>) -> Passed {
        ready.stand_in.set(true);
        if self.planner().is_none_or(Planner::counts) {
            self.count(ready, &outcome);
        }
        Passed::unsent(outcome)
    }

    fn count(&self, ready: &Ready, outcome: &Result<Outcome, Failure>) {
        self.tally.add(ready.tenants.iter().map(Target::name), ready.targets, status(outcome));
    }

    /// Guards a request and gives a write its place in the journal. What is not sent needs no leave.
    fn permitted(&self, ready: &Ready, tenant: &str) -> Result<Permit, Failure> {
        let place = match self.meet(ready, tenant)? {
            Meeting::Answered(outcome) => return Ok(Permit::Answered(outcome)),
            Meeting::Sent(place) => place,
        };
        if !ready.own {
            self.judge(ready)?;
        }
        if ready.effect >= Effect::Write {
            self.before_write(ready.endpoint)?;
        }
        if let (Some(draft), Some(planner)) = (&ready.draft, self.planner()) {
            return Ok(Permit::Answered(self.record(planner, ready, tenant, draft)));
        }
        self.agree(ready, tenant)?;
        place.map_or(Ok(Permit::Send(None)), |place| self.intend(place).map(Permit::Send))
    }

    /// Whether the server has said that it is a simulator.
    pub fn is_simulated(&self) -> bool {
        self.announced.load(Ordering::Relaxed)
    }

    /// Notes the server's time, and says once when what answers is no real server.
    pub(super) fn heard(&self, answer: &client::Answer) {
        if let Some(time) = answer.time {
            self.clock.store(time.as_millisecond() - Timestamp::now().as_millisecond(), Ordering::Relaxed);
        }
        if answer.simulated && !self.announced.swap(true, Ordering::Relaxed) {
            self.notice(&format!("SIMULATOR: {} is a simulated server", self.client.api_url()));
            if let Some(journal) = &self.settings.journal {
                journal.simulated();
            }
        }
    }
}

impl Session {
    /// Keeps the secrets of an answer where they are to be kept, before anybody sees it.
    pub(super) fn keep_secrets(
        &self,
        ready: &Ready,
        arguments: &Value,
        outcome: &Result<Outcome, Failure>,
    ) -> Result<(), Failure> {
        let (Some(file), Ok(outcome)) = (&self.settings.secrets, outcome) else { return Ok(()) };
        let tenant = ready.tenants.iter().map(Target::name).collect::<Vec<_>>().join(", ");
        file.keep(&ready.outgoing.path, &tenant, &secrets_file::asked(arguments), outcome)
    }
}

/// What an earlier try has removed, whose answer got lost, does not exist any more: that was asked for.
fn gone_already(failure: Failure, ready: &Ready) -> Result<Outcome, Failure> {
    let removes = ready.endpoint.is_some_and(Endpoint::removes);
    if !(ready.repeated.get() && removes && failure.tells_what_is_missing()) {
        return Err(failure);
    }
    let message = format!("an earlier try has removed it, whose answer got lost; now the server said: {failure}");
    Ok(Outcome::Done(Written { status: Status::Accepted, message, results: Vec::new(), extra: Row::default() }))
}

/// What an earlier try may have done stays in doubt, whatever a later one comes to.
fn still_in_doubt(failure: Failure, ready: &Ready) -> Failure {
    let is_open = !matches!(failure.kind, Kind::InDoubt | Kind::Interrupted);
    if !(ready.repeated.get() && ready.effect >= Effect::Write && is_open) {
        return failure;
    }
    let message = format!("an earlier try may have been carried out; the last one: {}", failure.message);
    Failure { kind: Kind::InDoubt, message, ..failure }
}

/// What became of a write.
pub fn status(outcome: &Result<Outcome, Failure>) -> Status {
    match outcome {
        Ok(Outcome::Done(written)) => written.status,
        Ok(Outcome::Rows(_) | Outcome::Value(_)) => Status::Accepted,
        Err(failure) if failure.kind == Kind::InDoubt => Status::InDoubt,
        // A write that was interrupted without a doubt was not sent.
        Err(failure) if failure.kind == Kind::Interrupted => Status::NotRun,
        Err(_) => Status::Failed,
    }
}

/// The answer as the reading of outcomes takes it; a long one is parsed while it arrives.
pub(super) fn reply(answer: client::Answer, call: &outcome::Call) -> Result<Reply, Failure> {
    let body = match answer.body {
        client::Body::Whole(bytes) => outcome::Body::Bytes(bytes),
        client::Body::Arriving(pieces) => {
            let mut reader = BodyReader::new(&answer.content_type, call);
            for piece in pieces {
                reader.feed(&piece.map_err(|cause| {
                    let kind = if call.effect >= Effect::Write { Kind::InDoubt } else { Kind::Unavailable };
                    Failure::new(kind, "the answer was cut off").because(cause)
                })?);
            }
            reader.finish()
        }
    };
    Ok(Reply { status: answer.status, content_type: answer.content_type, body })
}

/// Adds which call it was, where the failure does not say so itself.
fn in_call(mut failure: Failure, call: &outcome::Call) -> Failure {
    let about = failure.call.get_or_insert_default();
    if about.endpoint.is_empty() {
        about.endpoint = call.name.into();
        about.tenant = call.tenant.into();
    }
    failure
}

//! Applies a plan: finds out what of it still holds, and sends exactly that.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use rhai::Dynamic;
use serde_json::Value;

use super::{
    Applied, Call, Earlier, Plan, Step,
    fill::Filling,
    schedule::{self, Line},
};
use crate::{
    failure::{Failure, Kind},
    outcome::{Status, Written},
    output::{Job, Progress},
    session::{Pending, Session, past, scope::Scope},
};

/// Makes a call of a plan, as the script made it.
pub trait Sender: Sync {
    /// Makes the call; where it is to be read back `later`, what is to be read is left.
    fn send(&self, call: &Call, arguments: Value, later: bool) -> Answered;

    /// What a script gets for an answer to the call.
    fn shaped(&self, call: &Call, written: Written) -> Dynamic;
}

/// What came of a call.
#[derive(Debug)]
pub struct Answered {
    /// What a script gets.
    pub value: Result<Dynamic, Failure>,
    /// What became of the write; `None` when none was sent.
    pub status: Option<Status>,
    /// What is to be read back.
    pub pending: Option<Pending>,
}

/// One application of a plan.
pub struct Applying<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its secrets, by their source.
    pub secrets: &'a BTreeMap<String, String>,
    /// What was sent by earlier applications that were cut off.
    pub earlier: &'a Earlier,
    /// Makes the calls.
    pub sender: &'a dyn Sender,
    /// How many calls go at once, at most.
    pub concurrency: usize,
    /// Where it is told how far it is.
    pub progress: &'a Progress,
}

impl Session {
    /// Sends what is to be sent, in the order of the plan; calls of one bulk for different items go at once.
    ///
    /// # Errors
    ///
    /// What ended it before its end. What became of each call is in `applied` all the same.
    pub fn apply(self: &Arc<Self>, applying: &Applying, applied: &mut Applied) -> Result<(), Failure> {
        self.open_run()?;
        for (call, step) in applying.plan.calls.iter().zip(&applied.steps) {
            if let Some(status) = step.status {
                let tenants = call.tenant.iter().map(|tenant| tenant.domain.as_str());
                self.tally.add(tenants, call.targets, status);
            }
        }
        let limit = Arc::clone(self);
        let job = applying.progress.start("apply", applied.open(), Box::new(move || limit.limit()));
        let course = Course::new((self, &job), applying, applied);
        for part in schedule::parts(&applying.plan.calls) {
            if course.is_over() {
                break;
            }
            course.part(&part);
        }
        course.end()
    }
}

/// The way through a plan.
struct Course<'a> {
    session: &'a Session,
    job: &'a Job,
    applying: &'a Applying<'a>,
    steps: Mutex<&'a mut Vec<Step>>,
    /// What scripts would get, by call.
    answers: Mutex<HashMap<usize, Dynamic>>,
    pending: Mutex<Vec<(usize, Pending)>>,
    ending: Mutex<Option<Failure>>,
    /// A call outside of a bulk has failed, which would have ended the script.
    failed: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Course<'a> {
    fn new((session, job): (&'a Session, &'a Job), applying: &'a Applying<'a>, applied: &'a mut Applied) -> Self {
        let of_entry = |call: &Call| {
            let entry = applying.earlier.0.get(&call.n)?;
            Some((call.n, applying.sender.shaped(call, past::written(entry, Status::DoneBefore))))
        };
        let answers = applying.plan.calls.iter().filter_map(of_entry).collect();
        Self {
            session,
            job,
            applying,
            steps: Mutex::new(&mut applied.steps),
            answers: Mutex::new(answers),
            pending: Mutex::default(),
            ending: Mutex::default(),
            failed: AtomicBool::new(false),
        }
    }

    fn is_over(&self) -> bool {
        self.failed.load(Ordering::Acquire) || lock(&self.ending).is_some() || self.session.interrupt.is_raised()
    }

    /// Works through lines that may go at once, and reads back together what they wrote.
    fn part(&self, lines: &[Line]) {
        let first = lines.first().and_then(|line| self.applying.plan.calls.get(*line.first()?));
        let in_bulk = first.is_some_and(|call| call.lane.is_some());
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(line) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.is_over() {
                    break;
                }
                if !self.line(line, in_bulk) && !in_bulk {
                    self.failed.store(true, Ordering::Release);
                }
            }
        };
        let threads = self.applying.concurrency.clamp(1, lines.len().max(1));
        if threads == 1 {
            work();
        } else {
            thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        }
        self.settle();
    }

    /// Works through one line; `false` when it ended early, as the closure of the item would have.
    fn line(&self, line: &Line, later: bool) -> bool {
        for place in line {
            let (call, status) = (&self.applying.plan.calls[*place], lock(&self.steps)[*place].status);
            if status.is_some() {
                continue;
            }
            if self.is_over() {
                return false;
            }
            let step = self.call(*place, call, later);
            let goes_on = !matches!(step.status, Some(Status::Failed | Status::InDoubt));
            self.job.count(step.status.unwrap_or(Status::NotRun));
            lock(&self.steps)[*place] = step;
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn call(&self, place: usize, call: &Call, later: bool) -> Step {
        let filled = {
            let answers = lock(&self.answers);
            Filling { secrets: self.applying.secrets, answers: Some(&answers) }.fill(&call.arguments)
        };
        let tenants = || call.tenant.iter().map(|tenant| tenant.domain.as_str());
        let arguments = match filled {
            Ok(arguments) => arguments,
            Err(why) => {
                self.session.tally.add(tenants(), call.targets, Status::NotRun);
                return Step::is(Status::NotRun, format!("skipped: {why}"));
            }
        };
        let _inside = Scope::again(call.identity(), 1);
        let answered = self.applying.sender.send(call, arguments, later);
        if let Some(pending) = answered.pending {
            lock(&self.pending).push((place, pending));
        }
        match answered.value {
            Ok(value) => {
                lock(&self.answers).insert(call.n, value);
                Step::is(answered.status.unwrap_or(Status::Queued), "")
            }
            Err(failure) => {
                let status = answered.status.unwrap_or(Status::Failed);
                if answered.status.is_none() {
                    self.session.tally.add(tenants(), call.targets, Status::Failed);
                }
                let message = failure.message.clone();
                if failure.ends_run() {
                    lock(&self.ending).get_or_insert(failure);
                }
                Step::is(status, message)
            }
        }
    }

    fn settle(&self) {
        let pending = std::mem::take(&mut *lock(&self.pending));
        let verdicts = self.session.settle(&pending.iter().map(|(_, pending)| pending).collect::<Vec<_>>());
        let mut steps = lock(&self.steps);
        for ((place, _), verdict) in pending.iter().zip(verdicts) {
            steps[*place] = Step::is(verdict.status, verdict.seen);
        }
    }

    fn end(self) -> Result<(), Failure> {
        let ending = self.ending.into_inner().unwrap_or_else(PoisonError::into_inner);
        let interrupted = self.session.interrupt.is_raised();
        let steps = self.steps.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut left = 0;
        for (step, call) in steps.iter_mut().zip(&self.applying.plan.calls) {
            if step.status.is_none() {
                left += 1;
                *step = Step::is(Status::NotRun, "not reached");
                self.session.tally.add(call.tenant.iter().map(|tenant| tenant.domain.as_str()), 0, Status::NotRun);
            }
        }
        match ending {
            Some(failure) => Err(failure),
            None if interrupted && left > 0 => Err(Failure::new(Kind::Interrupted, "interrupted")
                .because(format!("{left} calls were not sent"))
                .hint("apply the plan again: what was done is not repeated")),
            None => Ok(()),
        }
    }
}

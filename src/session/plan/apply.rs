//! Applies a plan: finds out what of it still holds, and sends exactly that.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use rhai::Dynamic;
use serde_json::Value;

use super::{
    Applied, Call, Earlier, Plan, Planner, Step, applied,
    fill::Filling,
    schedule::{self, Line},
};
use crate::{
    catalogue::{self, Effect, verify::Claim},
    failure::{Failure, Kind},
    journal,
    outcome::{Status, Written},
    session::{Pending, Sent, Session, scope::Scope},
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
}

impl Session {
    /// Finds out what of a plan is to be sent: what an earlier application has done, what is so already and what
    /// has changed since the plan was made is left out. All that is to be sent is judged together. Nothing is sent.
    ///
    /// # Errors
    ///
    /// The guard refuses it, or the server cannot tell.
    pub fn weigh(&self, applying: &Applying) -> Result<Applied, Failure> {
        let planner = self.recorder().ok_or_else(|| Failure::new(Kind::Internal, "the session has no planner"))?;
        let mut applied = Applied { steps: self.sent_before(applying)? };
        planner.try_out(true);
        let claims = self.tried_out(applying, planner, &mut applied);
        planner.try_out(false);
        self.compare(applying.plan, &claims?, &mut applied);
        let open = applying.plan.calls.iter().zip(&applied.steps).filter(|(_, step)| step.status.is_none());
        self.judge_plan(&open.map(|(call, _)| call).collect::<Vec<_>>())?;
        Ok(applied)
    }

    /// What earlier applications have done. What is in doubt is looked at, and not sent again.
    fn sent_before(&self, applying: &Applying) -> Result<Vec<Step>, Failure> {
        let mut steps = Vec::with_capacity(applying.plan.calls.len());
        for call in &applying.plan.calls {
            let Some(entry) = applying.earlier.0.get(&call.n) else {
                steps.push(Step::open());
                continue;
            };
            steps.push(match entry.status {
                status if status.done() || status == Status::Queued => Step::is(Status::DoneBefore, "done before"),
                Status::Failed | Status::NotRun | Status::Planned => Step::open(),
                status => match self.look_again(&[Sent::from(entry)])?.pop().flatten() {
                    Some(verdict) if verdict.status == Status::Verified => Step::is(Status::DoneBefore, "done before"),
                    _ => Step::is(status, "sent before, and not sent again"),
                },
            });
        }
        Ok(steps)
    }

    /// Makes every call that is to be sent without sending it; gives by what its things are seen.
    fn tried_out(
        &self,
        applying: &Applying,
        planner: &Planner,
        applied: &mut Applied,
    ) -> Result<Vec<Vec<Claim>>, Failure> {
        let filling = Filling { secrets: applying.secrets, answers: None };
        let mut all = Vec::with_capacity(applying.plan.calls.len());
        for (call, step) in applying.plan.calls.iter().zip(&mut applied.steps) {
            all.push(Vec::new());
            if step.status.is_some() {
                continue;
            }
            let arguments = filling.fill(&call.arguments).map_err(|why| Failure::new(Kind::Command, why))?;
            let _inside = Scope::again(call.identity(), 1);
            let answered = applying.sender.send(call, arguments, true);
            match (answered.value, planner.take_last()) {
                (Err(failure), _) if !matches!(failure.kind, Kind::Usage | Kind::NotFound) => return Err(failure),
                (Err(failure), _) => *step = Step::is(Status::NotRun, format!("skipped: {}", failure.message)),
                (Ok(_), None) => *step = Step::is(Status::Queued, "nothing is sent: a task does it already"),
                (Ok(_), Some((now, claims))) if now.request == call.request && now.effect == call.effect => {
                    all.pop();
                    all.push(claims);
                }
                (Ok(_), Some(_)) => {
                    *step = Step::is(Status::NotRun, "skipped: the request would be another one than planned");
                }
            }
        }
        Ok(all)
    }

    /// Leaves out what is so already, and what has changed.
    fn compare(&self, plan: &Plan, claims: &[Vec<Claim>], applied: &mut Applied) {
        let mut ours: HashSet<String> = HashSet::new();
        for ((call, step), present) in plan.calls.iter().zip(&mut applied.steps).zip(self.present(claims)) {
            let things = present.iter().flat_map(|present| &present.things);
            if step.status == Some(Status::DoneBefore) {
                ours.extend(things.cloned());
            }
            let (None, Some(before)) = (step.status, &call.before) else { continue };
            let Some(present) = &present else {
                *step = Step::is(Status::NotRun, "skipped: how it is now cannot be read");
                continue;
            };
            let now = journal::masked(&present.now, &[]);
            if now == *before || present.things.iter().any(|thing| ours.contains(thing)) {
                continue;
            }
            *step = if present.is_so {
                Step::is(Status::DoneBefore, "it is so already")
            } else {
                Step::is(Status::NotRun, format!("skipped, for it has changed meanwhile: {}", difference(before, &now)))
            };
        }
    }

    /// Sends what is to be sent, in the order of the plan; calls of one bulk for different items go at once.
    ///
    /// # Errors
    ///
    /// What ended it before its end. What became of each call is in `applied` all the same.
    pub fn apply(&self, applying: &Applying, applied: &mut Applied) -> Result<(), Failure> {
        self.open_run()?;
        for (call, step) in applying.plan.calls.iter().zip(&applied.steps) {
            if let Some(status) = step.status {
                let tenants = call.tenant.iter().map(|tenant| tenant.domain.as_str());
                self.tally.add(tenants, call.targets, status);
            }
        }
        let course = Course::new(self, applying, applied);
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
    fn new(session: &'a Session, applying: &'a Applying<'a>, applied: &'a mut Applied) -> Self {
        let of_entry = |call: &Call| {
            let entry = applying.earlier.0.get(&call.n)?;
            Some((call.n, applying.sender.shaped(call, applied::written(entry))))
        };
        let answers = applying.plan.calls.iter().filter_map(of_entry).collect();
        Self {
            session,
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

/// What is not as it was, in words.
fn difference(before: &Value, now: &Value) -> String {
    let (Some(before), Some(now)) = (before.as_object(), now.as_object()) else { return String::new() };
    let names = before.keys().chain(now.keys().filter(|name| !before.contains_key(*name)));
    let told = names.filter(|name| before.get(*name) != now.get(*name)).map(|name| {
        let value =
            |fields: &serde_json::Map<String, Value>| fields.get(name).map_or("not told".into(), Value::to_string);
        format!("{name} was {} and is {}", value(before), value(now))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// The effect of a call of a plan; the worst when its name is unknown.
pub(in crate::session) fn effect(call: &Call) -> Effect {
    Effect::WORDS.iter().find(|(word, _)| *word == call.effect).map_or(Effect::Destroy, |(_, effect)| *effect)
}

/// The endpoint of a call; `None` for one that the catalogue does not know.
pub(in crate::session) fn endpoint(call: &Call) -> Option<&'static catalogue::Endpoint> {
    catalogue::find(&call.endpoint)
}

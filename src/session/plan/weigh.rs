//! Finds out what of a plan still holds.

use std::collections::HashSet;

use serde_json::Value;

use super::{Applied, Applying, Call, Plan, Planner, Step, fill::Filling};
use crate::{
    catalogue::{
        self, Effect,
        verify::{Check, Claim},
    },
    failure::{Failure, Kind},
    journal,
    outcome::Status,
    session::{Sent, Session, look::key, scope::Scope},
};

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
                status if status.done() => Step::is(Status::DoneBefore, "done before"),
                Status::Failed | Status::NotRun | Status::Planned => Step::open(),
                status => match self.look_again(&[Sent::from(entry)])?.pop().flatten() {
                    Some(verdict) if verdict.status.done() => Step::is(Status::DoneBefore, "done before"),
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
            let arguments = filling.fill(&call.arguments).map_err(|why| Failure::new(Kind::Command, why))?;
            let _inside = Scope::again(call.identity(), 1);
            let answered = applying.sender.send(call, arguments, true);
            match (answered.value, planner.take_last()) {
                // It is not sent again, but others may be about the same things.
                (_, recorded) if step.status.is_some() => {
                    all.pop();
                    all.push(recorded.map(|(_, claims)| claims).unwrap_or_default());
                }
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

    /// Leaves out what is so already, and what has changed by others than earlier parts of this application.
    fn compare(&self, plan: &Plan, claims: &[Vec<Claim>], applied: &mut Applied) {
        let mut ours: HashSet<String> = HashSet::new();
        let present = self.present(claims);
        for (((call, step), claims), present) in plan.calls.iter().zip(&mut applied.steps).zip(claims).zip(present) {
            if step.status.is_some_and(|status| status != Status::NotRun) {
                ours.extend(things(claims));
            }
            let (None, Some(before)) = (step.status, &call.before) else { continue };
            let present = match present {
                Some(present) if !present.is_like(before) => self.present_as(claims, before).or(Some(present)),
                present => present,
            };
            let Some(present) = &present else {
                *step = Step::is(Status::NotRun, "skipped: how it is now cannot be read");
                continue;
            };
            let now = journal::masked(&present.now, &[]);
            if now == *before || things(claims).any(|thing| ours.contains(&thing)) {
                continue;
            }
            *step = if present.is_so {
                Step::is(Status::DoneBefore, "it is so already")
            } else {
                Step::is(Status::NotRun, format!("skipped, for it has changed meanwhile: {}", difference(before, &now)))
            };
        }
    }
}

/// What the claims are about, in a form that can be compared.
fn things(claims: &[Claim]) -> impl Iterator<Item = String> {
    let of_row = |check: &&Check| !check.row_key().is_empty();
    let checks = claims.iter().flat_map(move |claim| claim.one.iter().chain(claim.many.iter().filter(of_row)));
    checks.map(|check| format!("{:?} {}", key(check), check.row_key()))
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

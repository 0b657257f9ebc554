//! Records the writes of a run in place of sending them.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    Call, Counts, Named, Plan, Planner, VERSION, file,
    seal::{Secrets, sealed, without_ballast},
};
use crate::{
    catalogue::{
        Effect, Target,
        arguments::Request,
        verify::{self, Claim},
    },
    failure::{Failure, Kind},
    journal,
    outcome::{Outcome, Status, Written},
    session::{CallOptions, Session, gate::Ready, keep, scope::Scope},
    value::{Planned, Row},
};

/// Stands in the message of a planned write. A text that holds it was made from one.
const MESSAGE: &str = "is planned; nothing was sent";

/// How a call was asked for, where that is not what its endpoint gets.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The action.
    pub action: &'a str,
    /// Its arguments.
    pub arguments: &'a Map<String, Value>,
    /// How long the task that does it is followed.
    pub wait: Option<Duration>,
}

/// What is recorded of a write that is about to be planned.
#[derive(Debug)]
pub(in crate::session) struct Draft {
    action: Option<String>,
    arguments: Value,
    raw: bool,
    verify: Option<bool>,
    wait: Option<u64>,
    claims: Vec<Claim>,
}

impl Session {
    /// What records writes, while it does.
    pub fn planner(&self) -> Option<&Planner> {
        self.settings.planner.as_deref().filter(|planner| planner.is_on())
    }

    /// What can record writes, whether it does or not.
    pub fn recorder(&self) -> Option<&Planner> {
        self.settings.planner.as_deref()
    }

    /// The plan of all that was recorded, with the present values of what it changes.
    ///
    /// `incomplete` says why the script did not come to its end, where it did not.
    pub fn plan(&self, planner: &Planner, incomplete: Option<String>) -> Plan {
        let (mut calls, claims, notes, secrets) = {
            let state = planner.state();
            let (calls, claims): (Vec<Call>, Vec<Vec<Claim>>) = state.calls.iter().cloned().unzip();
            let secrets: Vec<String> = state.secrets.iter().cloned().collect();
            (calls, claims, state.notes.iter().map(ToString::to_string).collect(), secrets)
        };
        for (call, seen) in calls.iter_mut().zip(self.present(&claims)) {
            if let Some(seen) = seen {
                call.before = Some(journal::masked(&seen.now, &secrets));
                call.after = Some(journal::masked(&seen.wanted, &secrets));
            }
        }
        let mut plan = Plan {
            cippsh_plan: VERSION,
            hash: String::new(),
            connection: self.connection.name.clone(),
            server: self.server().to_owned(),
            simulated: self.is_simulated(),
            created: Timestamp::now().to_string(),
            script: planner.about.script.clone(),
            reason: planner.about.reason.clone(),
            incomplete,
            notes,
            counts: counts(&calls),
            calls,
        };
        plan.hash = file::hash(&plan);
        plan
    }

    /// What is recorded of a call, while writes are; of a read nothing, but it is refused what is not there yet.
    pub(in crate::session) fn draft(
        &self,
        request: &Request,
        arguments: &Value,
        options: &CallOptions,
    ) -> Result<Option<Draft>, Failure> {
        let Some(planner) = self.planner() else { return Ok(None) };
        self.known(planner, request.endpoint.name, request.effect, arguments)?;
        if request.effect < Effect::Write {
            return Ok(None);
        }
        let user = |name: &str| self.known_user(request, name);
        let mut claims = verify::claims(&verify::Sent { request, reply: Value::Null, user: &user });
        claims.retain(|claim| !claim.task);
        let asked = options.asked;
        Ok(Some(Draft {
            action: asked.map(|asked| asked.action.to_owned()),
            arguments: asked.map_or_else(|| arguments.clone(), |asked| Value::Object(asked.arguments.clone())),
            raw: false,
            verify: options.verify,
            wait: asked.and_then(|asked| asked.wait).map(|wait| wait.as_secs()),
            claims,
        }))
    }

    /// The same of a request that is sent as it is.
    pub(in crate::session) fn draft_raw(
        &self,
        name: &str,
        effect: Effect,
        arguments: Value,
    ) -> Result<Option<Draft>, Failure> {
        let Some(planner) = self.planner() else { return Ok(None) };
        self.known(planner, name, effect, &arguments)?;
        let draft = Draft { action: None, arguments, raw: true, verify: None, wait: None, claims: Vec::new() };
        Ok((effect >= Effect::Write).then_some(draft))
    }

    /// Stops the planning where a call needs what is not there yet.
    fn known(&self, planner: &Planner, name: &str, effect: Effect, arguments: &Value) -> Result<(), Failure> {
        let mut found = None;
        each_text(arguments, &mut |text| match Planned::of_marker(text) {
            Some(_) if effect >= Effect::Write => {}
            None if !Planned::is_in(text) && !text.contains(MESSAGE) => {}
            planned => found = Some(planned),
        });
        let Some(planned) = found else {
            if effect < Effect::Write && !planner.is_empty() {
                planner.state().notes.insert("what was read after a planned write shows how things were before it");
            }
            return Ok(());
        };
        let what = planned.map_or_else(|| "the message of a planned write".to_owned(), |planned| planned.to_string());
        let failure = Failure::new(Kind::Usage, format!("{name} needs {what}, which is not there yet")).finally();
        planner.stop(failure.clone());
        Err(failure)
    }

    /// Records a write; gives what the script gets for it.
    pub(in crate::session) fn record(&self, planner: &Planner, ready: &Ready, tenant: &str, draft: &Draft) -> Outcome {
        let scope = Scope::current(&self.scope);
        let identity = scope.identity(&ready.outgoing.path, tenant);
        let mut state = planner.state();
        let n = state.calls.len() + 1;
        let sent = keep::sent(&ready.outgoing);
        let arguments = without_ballast(&draft.arguments, &sent.to_string());
        let secrets = Secrets { texts: &ready.secrets, sources: &planner.about.sources, call: n };
        let call = Call {
            n,
            endpoint: ready.outgoing.path.clone(),
            action: draft.action.clone(),
            raw: draft.raw,
            tenant: ready.tenants.iter().map(named).collect(),
            arguments: sealed(&arguments, "", &secrets),
            verify: draft.verify,
            wait: draft.wait,
            effect: ready.effect.name().to_owned(),
            targets: ready.targets,
            bulk: identity.bulk,
            item: identity.item,
            nth: identity.nth,
            lane: scope.lane(),
            request: journal::hash(journal::masked(&sent, &ready.secrets).to_string()),
            before: None,
            after: None,
        };
        state.secrets.extend(ready.secrets.iter().cloned());
        state.calls.push((call, draft.claims.clone()));
        let extra = Row::from_iter([("planned", i64::try_from(n).unwrap_or(i64::MAX).into())]);
        Outcome::Done(Written {
            status: Status::Planned,
            message: format!("call {n} {MESSAGE}"),
            results: Vec::new(),
            extra,
        })
    }
}

fn named(target: &Target) -> Named {
    let id = match target {
        Target::Tenant(tenant) => tenant.id.clone(),
        other => other.name().to_owned(),
    };
    Named { id, domain: target.name().to_owned() }
}

fn counts(calls: &[Call]) -> Counts {
    let tenants: BTreeSet<&str> = calls.iter().flat_map(|call| &call.tenant).map(|named| named.id.as_str()).collect();
    Counts {
        tenants: tenants.len(),
        targets: calls.iter().map(|call| call.targets).sum(),
        writes: calls.len(),
        destroy: calls.iter().filter(|call| call.effect == Effect::Destroy.name()).count(),
    }
}

fn each_text(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| each_text(field, visit)),
        _ => {}
    }
}

//! Looks again at writes of an earlier run.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{CallOptions, Pending, Session, Status, Verdict, verify::CLOCKS};
use crate::{
    catalogue::{
        self, Endpoint, Target, TenantLookup as _,
        arguments::{self, Named, Request},
    },
    failure::Failure,
    journal::Entry,
    outcome::{self, Outcome, State},
    value::{Tenant, TenantHandle, to_json},
};

/// A write that was sent before.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The endpoint; `None` when the catalogue does not know it.
    pub endpoint: Option<&'static Endpoint>,
    /// Query and body, without secrets.
    pub arguments: Value,
    /// What it was when it was last looked at.
    pub status: Status,
    /// What stood beside the results of its answer.
    pub reply: Value,
    /// The background job that its answer named; empty without one.
    pub task: String,
    /// When it was sent, ISO text.
    pub sent: String,
}

impl From<&Entry> for Sent {
    fn from(entry: &Entry) -> Self {
        Self {
            endpoint: catalogue::find(&entry.identity.endpoint),
            arguments: entry.arguments.clone(),
            status: entry.status,
            reply: entry.reply.clone(),
            task: entry.task.clone(),
            sent: entry.sent.clone(),
        }
    }
}

impl Session {
    /// Where the endpoints are.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// A tenant of this server, as scripts hold it.
    pub fn handle(&self, tenant: Tenant) -> TenantHandle {
        TenantHandle::new(tenant, &self.server)
    }

    /// What people call the connection.
    pub fn connection_name(&self) -> &str {
        &self.connection.name
    }

    /// What became of each of these by now; `None` where there is no way to see it.
    ///
    /// # Errors
    ///
    /// Why nothing can be read at all.
    pub fn look_again(&self, sent: &[Sent]) -> Result<Vec<Option<Verdict>>, Failure> {
        let pending: Vec<Option<Pending>> = sent.iter().map(|sent| self.pending_again(sent)).collect();
        let mut verdicts = self.settle(&pending.iter().flatten().collect::<Vec<_>>()).into_iter();
        let mut jobs = BTreeMap::new();
        let mut all = Vec::with_capacity(sent.len());
        for (sent, pending) in sent.iter().zip(pending) {
            let by_recipe = pending.as_ref().and_then(|_| verdicts.next());
            let by_task = match (sent.status, pending) {
                (Status::Queued, pending) => self.task(sent, pending.as_ref(), &mut jobs)?,
                _ => None,
            };
            let in_doubt = |verdict: Verdict| match verdict.status {
                Status::Verified | Status::Queued => verdict,
                // It may still be on its way, or undone by somebody else.
                _ if sent.status == Status::InDoubt => Verdict { status: Status::InDoubt, ..verdict },
                _ => verdict,
            };
            all.push(by_task.or(by_recipe.map(in_doubt)));
        }
        Ok(all)
    }

    /// Reads back what the task of a queued write has done, now that it has ended; `None` where no read shows it.
    pub fn settle_task(&self, endpoint: &'static Endpoint, arguments: &Value) -> Option<Verdict> {
        // It was built before, when it was sent.
        let (request, _) = self.prepared(endpoint, arguments).ok()?;
        let user = |name: &str| self.known_user(&request, name);
        let mut claims =
            catalogue::verify::claims(&catalogue::verify::Sent { request: &request, reply: Value::Null, user: &user });
        claims.retain(|claim| !claim.task);
        if claims.is_empty() || !self.verifies() {
            return None;
        }
        // Whoever followed the task keeps what became of it.
        let pending = Pending {
            claims,
            since: self.server_time(),
            waited: Duration::ZERO,
            queued: false,
            lost: false,
            kept: None,
        };
        self.verdicts(&[&pending]).pop()
    }

    fn pending_again(&self, sent: &Sent) -> Option<Pending> {
        let endpoint = sent.endpoint?;
        let (query, body) = (&sent.arguments["query"], &sent.arguments["body"]);
        let names = arguments::named_tenants(Some(endpoint), &[query, body]);
        let tenants = self.tenants().ok()?;
        let resolved = |named: &Named| match named {
            Named::Tenant(name) => tenants.resolve(name).ok().map(Target::Tenant),
            Named::Group(_) => None,
        };
        let request = Request {
            endpoint,
            method: endpoint.method,
            query: query
                .as_object()?
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect(),
            body: (!body.is_null()).then(|| body.clone()),
            tenants: names.iter().filter_map(resolved).collect(),
            effect: endpoint.effect,
            retry_safe: false,
            targets: 1,
            warnings: Vec::new(),
        };
        Pending::again(self, &request, sent)
    }

    /// How the task that does a queued write is doing.
    fn task(
        &self,
        sent: &Sent,
        pending: Option<&Pending>,
        jobs: &mut BTreeMap<String, Option<String>>,
    ) -> Result<Option<Verdict>, Failure> {
        if sent.task.is_empty() {
            let told = pending.and_then(|pending| pending.task(self));
            return Ok(told.map(|(state, went)| Verdict {
                status: status_of(&state, &went),
                seen: format!("the task is {state}"),
            }));
        }
        let state = match jobs.get(&sent.task) {
            Some(state) => state.clone(),
            None => jobs.entry(sent.task.clone()).or_insert(self.job(&sent.task)?).clone(),
        };
        Ok(state.map(|state| Verdict { status: status_of(&state, &[]), seen: format!("the task is {state}") }))
    }

    /// The state of a background job; `None` when the server does not know it any more.
    fn job(&self, id: &str) -> Result<Option<String>, Failure> {
        let rows = match self.read_fresh("ListCippQueue", &json!({ "QueueId": id }), &CallOptions::default())? {
            Outcome::Rows(rows) => rows.iter().map(to_json).collect(),
            Outcome::Value(value) => vec![to_json(&value)],
            Outcome::Done(_) => Vec::new(),
        };
        Ok(rows.iter().find_map(|row: &Value| row["Status"].as_str().map(str::to_owned)))
    }
}

impl Pending {
    /// What is to be read of a write of an earlier run.
    fn again(session: &Session, request: &Request, sent: &Sent) -> Option<Self> {
        let at = sent.sent.parse::<Timestamp>().ok()?;
        let since = at.saturating_sub(CLOCKS).unwrap_or(Timestamp::MIN);
        let waited = Duration::try_from(Timestamp::now().duration_since(at)).unwrap_or_default();
        let (queued, lost) = (sent.status == Status::Queued, sent.status == Status::InDoubt);
        let pending = Self::with(session, request, sent.reply.clone(), since, queued, lost)?;
        Some(Self { waited, ..pending })
    }

    /// The word of the server for the state of the task that shows, and how what it says it did went.
    fn task(&self, session: &Session) -> Option<(String, Vec<State>)> {
        let checks = self.claims.iter().filter(|claim| claim.task).flat_map(|claim| &claim.one);
        checks.into_iter().find_map(|check| {
            let read = session.read_back(check).ok()?;
            check.rows(&read).into_iter().find_map(|row| {
                let texts = texts_of(&row["Results"]);
                Some((
                    row["TaskState"].as_str()?.to_owned(),
                    texts.iter().map(|text| outcome::state_of(text)).collect(),
                ))
            })
        })
    }
}

/// The texts of a task, which keeps them as text, as JSON in a text, or as a list of either.
fn texts_of(results: &Value) -> Vec<String> {
    match results {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => texts_of(&inner),
            _ if text.is_empty() => Vec::new(),
            _ => vec![text.clone()],
        },
        Value::Array(items) => items.iter().flat_map(texts_of).collect(),
        Value::Object(map) => {
            ["Results", "resultText"].iter().filter_map(|name| map.get(*name)).flat_map(texts_of).collect()
        }
        _ => Vec::new(),
    }
}

/// What the words of the server for the state of a task come to, and its texts: one that is marked as completed can
/// have failed.
fn status_of(state: &str, went: &[State]) -> Status {
    let state = state.to_lowercase();
    match () {
        () if state.contains("error") => Status::Partial,
        () if state.starts_with("fail") => Status::Failed,
        () if !state.starts_with("complete") => Status::Queued,
        () if went.is_empty() || went.iter().all(|state| *state < State::Warning) => Status::Accepted,
        () if went.iter().all(|state| *state == State::Error) => Status::Failed,
        () => Status::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_of_tasks() {
        let cases = [
            ("Completed", "", Status::Accepted),
            ("Completed", "[\"Successfully disabled ann\"]", Status::Accepted),
            ("Completed", "[\"Successfully disabled ann\",{\"Results\":\"Failed to convert\"}]", Status::Partial),
            ("Completed", "Failed to disable ann", Status::Failed),
            ("Completed (with errors)", "", Status::Partial),
            ("Failed", "", Status::Failed),
            ("Failed - Planned", "", Status::Failed),
            ("Planned", "", Status::Queued),
            ("Pending", "", Status::Queued),
            ("Running", "Failed to disable ann", Status::Queued),
            ("Queued", "", Status::Queued),
        ];
        for (state, results, status) in cases {
            let texts = texts_of(&results.into());
            let went: Vec<State> = texts.iter().map(|text| outcome::state_of(text)).collect();
            assert_eq!(status_of(state, &went), status, "{state} {results}");
        }
    }
}

//! What the journal keeps of a call.

use std::sync::Arc;

use rhai::Dynamic;
use serde_json::{Value, json};

use super::{
    Session,
    gate::Ready,
    past::Known,
    scope::{Items, Scope},
    verify::reply_of,
};
use crate::{
    catalogue::Effect,
    client::{Keeping, Outgoing, Step},
    failure::{Failure, Kind},
    journal::{self, Answer, Intent, Kept, Server},
    outcome::{Outcome, Status, Written},
    value::{Row, to_json},
};

/// What is known of a request before it is sent.
pub(super) enum Meeting {
    /// It is sent; a write with its intent, and its place where it has one already.
    Sent(Option<(Intent, Option<Kept>)>),
    /// What it comes to is known.
    Answered(Outcome),
}

impl Session {
    /// The items of a bulk that starts on this thread, by their keys.
    pub fn items(&self, label: &str, keys: impl Iterator<Item = String>) -> Items {
        Scope::current(&self.scope).items(label, keys)
    }

    /// Whether every write is on the disk before it leaves.
    pub fn keeps_writes(&self) -> bool {
        self.settings.journal.is_some()
    }

    /// The id of the run in the journal; `None` while it has written nothing.
    pub fn run(&self) -> Option<&str> {
        self.settings.journal.as_ref()?.run()
    }

    /// Ends the run in the journal: `how` in one word, and the exit code.
    ///
    /// # Errors
    ///
    /// Results that could not be kept, and why.
    pub fn end(&self, how: &'static str, code: u8) -> Result<(), Failure> {
        self.settings.journal.as_ref().map_or(Ok(()), |journal| journal.end(how, code))
    }

    /// Keeps the hash of a module that the script imports.
    pub fn module(&self, name: &str, text: &str) {
        if let Some(journal) = &self.settings.journal {
            journal.module(name, journal::hash(text));
        }
    }

    /// Keeps the hash of a file that the script reads; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The run is resumed, and the file is not what it was.
    pub fn input(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let Some(journal) = &self.settings.journal else { return Ok(()) };
        let hash = journal::hash(bytes);
        if self.past.get().and_then(|past| past.input(name)).is_some_and(|before| before != hash) {
            return Err(Failure::new(Kind::Guard, format!("{name} is not what it was when the run began"))
                .hint("--force goes on all the same"));
        }
        journal.input(name, hash);
        Ok(())
    }

    /// Begins the run in the journal before its first write.
    pub(super) fn open_run(&self) -> Result<(), Failure> {
        let Some(journal) = &self.settings.journal else { return Ok(()) };
        journal.begin(|| Server {
            connection: self.connection.name.clone(),
            url: self.client.api_url().to_owned(),
            simulated: self.is_simulated(),
            tenants: self.managed(),
        })
    }

    /// What is known of a request before it is sent, by the journal: a write that was done in the earlier part of the
    /// run is not sent again.
    pub(super) fn meet(&self, ready: &Ready, tenant: &str) -> Result<Meeting, Failure> {
        if self.settings.journal.is_none() || ready.effect < Effect::Write {
            return Ok(Meeting::Sent(None));
        }
        let scope = Scope::current(&self.scope);
        let intent = Intent {
            identity: scope.identity(&ready.outgoing.path, tenant),
            arguments: journal::masked(&sent(&ready.outgoing), &ready.secrets),
            effect: name(ready.effect),
        };
        let known = self.past.get().map(|past| past.meet(&intent, ready.outgoing.repeatable));
        Ok(match known.transpose()? {
            None | Some(Known::New) => Meeting::Sent(Some((intent, None))),
            Some(Known::Again { place, in_doubt }) => {
                ready.repeated.set(in_doubt);
                Meeting::Sent(Some((intent, Some(place))))
            }
            Some(Known::Answered(place, outcome)) => {
                scope.note(&place);
                Meeting::Answered(outcome)
            }
        })
    }

    /// A place for a write in the journal, and what is kept of it on its way.
    pub(super) fn intend(&self, (intent, place): (Intent, Option<Kept>)) -> Result<Option<(Kept, Keeping)>, Failure> {
        self.open_run()?;
        let intended = self.settings.journal.as_ref().and_then(|journal| journal.intend(intent, place.as_ref()));
        Ok(intended.map(|(kept, intent)| {
            let of = kept.clone();
            let step = move |step| match step {
                Step::Leaves => of.leaves(),
                Step::Refused => of.refused(),
            };
            (kept, Keeping { intent, step: Box::new(step) })
        }))
    }

    /// Keeps what became of a write.
    pub(super) fn keep(
        &self,
        kept: &Kept,
        outcome: &Result<Outcome, Failure>,
        status: Status,
        http_status: u16,
        secrets: &[String],
    ) {
        let Some(journal) = &self.settings.journal else { return };
        let mut answer = answer(outcome, status);
        answer.http_status = if answer.http_status == 0 { http_status } else { answer.http_status };
        let masked = |value: &Value| journal::masked(value, secrets);
        answer.message = masked(&Value::from(answer.message)).as_str().unwrap_or_default().to_owned();
        (answer.results, answer.reply) = (masked(&answer.results), masked(&answer.reply));
        journal.answer(kept, answer);
        Scope::current(&self.scope).note(kept);
    }

    /// Keeps what became of the task that the latest write of this thread's item had queued; `told` says
    /// how it ended.
    pub fn followed(&self, status: Status, told: &str) {
        if let Some(kept) = Scope::current(&self.scope).latest() {
            self.keep_verdict(&kept, status, told);
        }
    }

    /// Keeps what reading back shows.
    pub(super) fn keep_verdict(&self, kept: &Kept, status: Status, seen: &str) {
        if let Some(journal) = &self.settings.journal {
            journal.verdict(kept, status, seen);
        }
    }
}

/// What is sent: query and body.
pub(super) fn sent(outgoing: &Outgoing) -> Value {
    let query = outgoing.query.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    let body = outgoing.body.as_deref().and_then(|body| serde_json::from_slice(body).ok());
    json!({ "query": Value::Object(query.collect()), "body": body.unwrap_or(Value::Null) })
}

fn answer(outcome: &Result<Outcome, Failure>, status: Status) -> Answer {
    let mut answer = Answer {
        status,
        message: String::new(),
        http_status: 0,
        results: json!([]),
        task: String::new(),
        reply: json!({}),
    };
    match outcome {
        Ok(Outcome::Done(written)) => {
            answer.message.clone_from(&written.message);
            answer.results =
                written.results.iter().map(|line| result(&line.text, line.state.name(), &line.fields)).collect();
            answer.task = task(written);
            answer.reply = reply_of(written);
        }
        Ok(Outcome::Rows(_) | Outcome::Value(_)) => {}
        Err(failure) => {
            answer.message =
                std::iter::once(&failure.message).chain(&failure.causes).cloned().collect::<Vec<_>>().join(": ");
            if let Some(call) = &failure.call {
                answer.http_status = call.http_status;
                answer.results = call.results.iter().map(|text| result(text, "error", &Row::default())).collect();
            }
        }
    }
    answer
}

fn result(text: &str, state: &str, fields: &Row) -> Value {
    let beside = fields.iter().map(|(name, value)| (name.to_string(), to_json(value)));
    let told = [("text".to_owned(), text.into()), ("state".to_owned(), state.into())];
    Value::Object(beside.chain(told).collect())
}

/// The background job that an answer names.
fn task(written: &Written) -> String {
    let metadata = written.extra.get_ignoring_case("Metadata").and_then(Row::of);
    let id = metadata.and_then(|metadata| metadata.get_ignoring_case("QueueId").cloned());
    id.filter(Dynamic::is_string).map(|id| id.to_string()).unwrap_or_default()
}

fn name(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Sensitive => "sensitive",
        Effect::Write => "write",
        Effect::Destroy => "destroy",
    }
}

/// A journal that sessions share.
pub type Journal = Arc<journal::Recorder>;

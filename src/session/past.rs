//! What a resumed run has written before: done writes are answered from it and not sent again, doubts are settled
//! by looking, or told.

use std::{
    collections::{BTreeMap, HashMap},
    sync::atomic::{AtomicBool, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use rhai::Dynamic;
use serde_json::Value;

use super::{Items, Sent, Session, Status, Verdict};
use crate::{
    failure::{Failure, Kind},
    journal::{Entry, Identity, Intent, Kept, Run},
    outcome::{Line, Outcome, State, Written},
    value::{MASK, Row, Secret, differences, from_json},
};

/// After so long somebody may have undone what was done: it is read back.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// The earlier part of a run, and what may be done with it.
#[derive(Debug)]
pub struct Earlier {
    /// The run.
    pub run: Run,
    /// All that it has written.
    pub calls: Vec<Entry>,
    /// Send again what is in doubt.
    pub retry_in_doubt: bool,
    /// Send writes anew whose arguments are not what they were.
    pub force: bool,
}

/// The same while the run goes on.
#[derive(Debug)]
pub(super) struct Past {
    run: Run,
    places: HashMap<Identity, Place>,
    retry_in_doubt: bool,
    pub(super) force: bool,
}

/// A write of before.
#[derive(Debug)]
struct Place {
    entry: Entry,
    /// It was looked at again.
    looked: bool,
    /// The script has come to it.
    reached: AtomicBool,
}

/// What is known of a write that the script comes to.
pub(super) enum Known {
    /// Nothing: it is a new one.
    New,
    /// It was begun before, has its place, and is sent again; it may have been carried out where it was in doubt.
    Again { place: Kept, in_doubt: bool },
    /// It is not sent.
    Answered(Kept, Outcome),
}

impl Session {
    /// Goes on with a run: from now on its writes of before are known. Doubts, and what was done long ago, are looked
    /// at first.
    ///
    /// # Errors
    ///
    /// It wrote elsewhere, is at work, or nothing can be read.
    pub fn resume(&self, earlier: Earlier) -> Result<(), Failure> {
        let Earlier { run, calls, retry_in_doubt, force } = earlier;
        self.expect_server_of(&run, true)?;
        self.open_run()?;
        let looked = self.look_before(&calls)?;
        let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
        let mut places = HashMap::new();
        for (mut entry, looked) in calls.into_iter().zip(looked) {
            let is_looked = looked.is_some();
            if let Some(Verdict { status, seen }) = looked {
                if status != entry.status {
                    self.keep_verdict(&Kept::of(&entry), status, &seen);
                }
                entry.status = status;
                if !seen.is_empty() {
                    entry.message = format!("read back: {seen}");
                }
            }
            *counts.entry(entry.status).or_default() += 1;
            let place = Place { looked: is_looked, reached: AtomicBool::new(false), entry };
            places.insert(place.entry.identity.clone(), place);
        }
        let counts: Vec<String> = counts.iter().map(|(status, count)| format!("{count} {}", words(*status))).collect();
        self.notice(&format!("resuming run {}; its writes so far: {}", run.id, counts.join(", ")));
        let _ = self.past.set(Past { run, places, retry_in_doubt, force });
        Ok(())
    }

    /// Refuses a server that is not the one that a run wrote to; the connection may have to be the same too.
    ///
    /// # Errors
    ///
    /// Names both.
    pub fn expect_server_of(&self, run: &Run, and_connection: bool) -> Result<(), Failure> {
        let own = &self.connection.name;
        let other_server = self.server() != run.server.url;
        if !other_server && (!and_connection || *own == run.server.connection) {
            return Ok(());
        }
        let what = if other_server { "server" } else { "connection" };
        Err(Failure::new(Kind::Command, format!("run {} wrote to another {what}", run.id))
            .because(format!("it wrote to {} by connection \"{}\"", run.server.url, run.server.connection))
            .because(format!("this is connection \"{own}\", which leads to {}", self.server())))
    }

    /// What the script did not come to again and is not done, in words; all of it is counted from now on.
    pub fn left_over(&self) -> Vec<String> {
        let Some(past) = self.past.get() else { return Vec::new() };
        let mut open: Vec<&Place> = past.places.values().filter(|place| place.is_left_over()).collect();
        open.sort_by_key(|place| place.entry.number);
        let mut told = Vec::new();
        for Place { entry, .. } in open {
            self.tally.add(entry.identity.tenant.split(", ").filter(|name| !name.is_empty()), 1, entry.status);
            if entry.status != Status::Queued {
                let status = words(entry.status);
                told.push(format!("{} is {status}, and the script did not come to it again", name(&entry.identity)));
            }
        }
        told
    }

    /// Looks again at what is not known to be done, and at what was done long ago.
    fn look_before(&self, calls: &[Entry]) -> Result<Vec<Option<Verdict>>, Failure> {
        let now = Timestamp::now();
        let is_old = |entry: &Entry| entry.sent.parse::<Timestamp>().is_ok_and(|sent| now.duration_since(sent) > FRESH);
        let wanted = |entry: &Entry| match entry.status {
            Status::Queued | Status::InDoubt | Status::Unconfirmed | Status::Contradicted => true,
            Status::Verified | Status::Accepted | Status::DoneBefore => self.settings.verify && is_old(entry),
            _ => false,
        };
        let sent: Vec<Sent> = calls.iter().filter(|entry| wanted(entry)).map(Sent::from).collect();
        let mut looked = self.look_again(&sent)?.into_iter();
        Ok(calls.iter().map(|entry| if wanted(entry) { looked.next().flatten() } else { None }).collect())
    }
}

impl Past {
    /// What is known of a write that is about to be sent.
    ///
    /// # Errors
    ///
    /// It is in doubt, or its arguments are not what they were.
    pub(super) fn meet(&self, intent: &Intent, repeatable: bool) -> Result<Known, Failure> {
        let Some(place) = self.places.get(&intent.identity) else { return Ok(Known::New) };
        let differences = differences(&place.entry.arguments, &intent.arguments);
        if !differences.is_empty() && !self.force {
            return Err(self.refusal(&intent.identity, differences));
        }
        place.reached.store(true, Ordering::Relaxed);
        let (entry, kept) = (&place.entry, Kept::of(&place.entry));
        // A look that shows nothing does not say that it was not done; what may be done twice is then done again.
        let may_repeat = self.retry_in_doubt || repeatable;
        match entry.status {
            status if status.done() && !differences.is_empty() => Ok(Known::Again { place: kept, in_doubt: false }),
            status if status.done() => Ok(Known::Answered(kept, Outcome::Done(self.before(entry, Status::DoneBefore)))),
            Status::Queued => Ok(Known::Answered(kept, Outcome::Done(self.before(entry, Status::Queued)))),
            Status::InDoubt if !(self.retry_in_doubt || repeatable && place.looked) => Err(self.doubt(entry)),
            status @ (Status::Unconfirmed | Status::Contradicted | Status::Partial) if !may_repeat => {
                Ok(Known::Answered(kept, Outcome::Done(self.before(entry, status))))
            }
            status => Ok(Known::Again { place: kept, in_doubt: status == Status::InDoubt }),
        }
    }

    /// How many writes of a bulk are not sent again, of which each item makes so many.
    pub(super) fn done(&self, items: &Items, each: usize) -> usize {
        let mut by_item: HashMap<&str, usize> = HashMap::new();
        for Place { entry, .. } in self.places.values().filter(|_| !self.force) {
            let identity = &entry.identity;
            if identity.bulk == items.running().bulk && (entry.status.done() || entry.status == Status::Queued) {
                *by_item.entry(&identity.item).or_default() += 1;
            }
        }
        items.keys().map(|key| by_item.get(key).map_or(0, |done| *done.min(&each))).sum()
    }

    /// What the run has kept of a file that it read; `None` when it did not, or when it may be another one.
    pub(super) fn input(&self, name: &str) -> Option<&str> {
        if self.force { None } else { self.run.inputs.get(name)?.as_str() }
    }

    /// What a write gave, as far as it was kept.
    fn before(&self, entry: &Entry, status: Status) -> Written {
        let hidden = [&entry.results, &entry.reply].iter().any(|kept| kept.to_string().contains(MASK));
        let said = if entry.message.is_empty() { String::new() } else { format!(": {}", entry.message) };
        let lost = if hidden { "; its secrets are not known any more" } else { "" };
        let verb = if status == Status::DoneBefore { "done" } else { "sent" };
        let message = format!("{verb} before in run {}, and not sent again{said}{lost}", self.run.id);
        Written { message, ..written(entry, status) }
    }

    fn doubt(&self, entry: &Entry) -> Failure {
        let message = format!("{} may have been carried out before, and is not repeated", name(&entry.identity));
        let why = if entry.message.is_empty() {
            format!("run {} ended before the answer came", self.run.id)
        } else {
            entry.message.clone()
        };
        Failure::new(Kind::InDoubt, message)
            .because(why)
            .hint("look whether it was done; cippsh runs resume --retry-in-doubt sends it again")
    }

    fn refusal(&self, identity: &Identity, differences: Vec<String>) -> Failure {
        let message = format!("{} is not what it was in run {}", name(identity), self.run.id);
        let failure = Failure::new(Kind::Guard, message).hint("--force sends it as it is now");
        differences.into_iter().fold(failure, Failure::because)
    }
}

impl Place {
    fn is_left_over(&self) -> bool {
        !self.reached.load(Ordering::Relaxed)
            && !self.entry.status.done()
            && !matches!(self.entry.status, Status::Planned | Status::NotRun)
    }
}

/// The answer to a write as far as the journal has kept it. Its secrets are known to nobody any more.
pub(super) fn written(entry: &Entry, status: Status) -> Written {
    Written {
        status,
        message: entry.message.clone(),
        results: entry.results.as_array().into_iter().flatten().map(line).collect(),
        extra: Row::of(&unmasked(entry.reply.clone())).unwrap_or_default(),
    }
}

/// A write, for people.
fn name(identity: &Identity) -> String {
    let of = |what: &str, name: &str| if name.is_empty() { String::new() } else { format!(" {what} {name}") };
    format!("{}{}{}", identity.endpoint, of("in", &identity.tenant), of("for", &identity.item))
}

fn words(status: Status) -> String {
    status.name().replace('_', " ")
}

fn line(kept: &Value) -> Line {
    let text = kept["text"].as_str().unwrap_or_default().to_owned();
    let state = kept["state"].as_str().and_then(State::named).unwrap_or(State::Success);
    let mut fields = kept.clone();
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("text");
        fields.remove("state");
    }
    Line { text, state, fields: Row::of(&unmasked(fields)).unwrap_or_default() }
}

/// As scripts see it, with secrets that nobody knows any more where there were some.
fn unmasked(kept: Value) -> Dynamic {
    match kept {
        Value::String(text) if text == MASK => Dynamic::from(Secret::lost()),
        Value::Array(elements) => Dynamic::from_array(elements.into_iter().map(unmasked).collect()),
        Value::Object(fields) => {
            Dynamic::from(fields.into_iter().map(|(name, value)| (name, unmasked(value))).collect::<Row>())
        }
        plain => from_json(plain),
    }
}

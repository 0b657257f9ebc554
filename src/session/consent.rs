//! Every write is asked for, where a person types them one by one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::{Session, gate::Ready, keep};
use crate::{
    catalogue::Effect,
    failure::{Failure, Kind},
    journal,
};

/// Characters of one argument that are shown.
const LONGEST: usize = 200;

/// What the person has said of the writes of one command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    /// Yes to this one and all that follow.
    All,
    /// No: nothing more is sent.
    No,
}

/// What has been said.
#[derive(Debug, Default)]
pub(super) struct Consent(Mutex<Said>);

impl Consent {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Begins another command of the same person: what was agreed to or refused for the last one is forgotten.
    pub fn next_command(&self) {
        *self.consent.said() = Said::Nothing;
        self.forgive();
    }

    /// Agrees to all writes of the command, which the person has seen and agreed to together.
    pub fn agree_to_all(&self) {
        *self.consent.said() = Said::All;
    }

    /// Asks for a write, where every one is asked for.
    pub(super) fn agree(&self, ready: &Ready, tenant: &str) -> Result<(), Failure> {
        if ready.effect < Effect::Write || !self.settings.ask_each || self.terms().yes {
            return Ok(());
        }
        // Held while somebody is asked: the others wait for what is said.
        let mut said = self.consent.said();
        let name = &ready.outgoing.path;
        let refused = |message: &str| Failure::new(Kind::Guard, format!("{name} is not sent: {message}"));
        match *said {
            Said::All => return Ok(()),
            Said::No => return Err(refused("you said no")),
            Said::Nothing => {}
        }
        let person = &self.terms().person;
        if !person.is_there() {
            return Err(refused("nobody is there to be asked").hint("--yes agrees to every write"));
        }
        let mut question = question(ready, tenant);
        loop {
            let answer = person.ask(&question, false).inspect_err(|_| *said = Said::No)?;
            match answer.trim().to_lowercase().as_str() {
                "y" | "yes" => return Ok(()),
                "a" | "all" => {
                    *said = Said::All;
                    return Ok(());
                }
                "n" | "no" | "" => {
                    *said = Said::No;
                    return Err(refused("you said no"));
                }
                _ => question = "Please type y, n or a:".into(),
            }
        }
    }
}

/// What will be sent, without its secrets.
fn question(ready: &Ready, tenant: &str) -> String {
    let place = if tenant.is_empty() { String::new() } else { format!(" in {tenant}") };
    let mut text = format!("{}{place} ({})\n", ready.outgoing.path, ready.effect.name());
    let sent = journal::masked(&keep::sent(&ready.outgoing), &ready.secrets);
    let mut line = |told: String| {
        // Some endpoints read the same from the query and from the body.
        if !text.contains(&told) {
            text.push_str(&told);
        }
    };
    for part in [&sent["query"], &sent["body"]] {
        match part {
            Value::Object(map) => {
                map.iter().for_each(|(name, value)| line(format!("  {name}: {}\n", shortened(value))));
            }
            Value::Null => {}
            other => line(format!("  {}\n", shortened(other))),
        }
    }
    text + "Send it? (y)es, (n)o, (a)ll of this command:"
}

/// On one line, and nothing in it steers the terminal: JSON escapes what would.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests;

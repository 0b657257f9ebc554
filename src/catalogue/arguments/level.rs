//! One level of a call: each name that is given meets the names that the level takes.

use serde_json::{Map, Value};

use super::builder::Builder;
use super::names::{did_you_mean, in_words, nearest};
use super::problem::Problem;
use super::slot::{Slot, matching};
use crate::catalogue::path::{same, unwrapped};
use crate::catalogue::{Need, Place};

/// How many names are listed where none is near an unknown one.
const LISTED: usize = 12;

/// What is done with a name that the level does not take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It is a problem.
    Refuse,
    /// It is sent with a warning: the names of the level are only claimed.
    Warn,
    /// It is sent: the server passes it on.
    Pass,
}

/// One value on its way out.
pub(super) struct Entry {
    /// The name in the server's spelling.
    pub(super) name: String,
    pub(super) value: Value,
    /// Where it goes; `None` when no record tells.
    pub(super) place: Option<Place>,
    pub(super) presence: bool,
    pub(super) at: String,
}

/// The path of `name` below `at`.
pub(super) fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

/// What one level takes, and what it is given.
pub(super) struct Level<'l> {
    pub(super) slots: &'l [Slot],
    pub(super) given: &'l Map<String, Value>,
    /// The path of the level.
    pub(super) at: &'l str,
    pub(super) unknown: Unknown,
    /// Lies in a secret.
    pub(super) secret: bool,
}

/// A name that was given, and the slot that it fills.
struct Filled<'l> {
    slot: &'l Slot,
    name: &'l str,
    value: &'l Value,
}

impl Builder<'_> {
    /// Everything that is given and can be sent, in the order in which it is given.
    pub(super) fn level(&mut self, level: &Level<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut filled: Vec<Filled<'_>> = Vec::new();
        for (name, value) in level.given {
            let fitting = matching(level.slots, name);
            if fitting.is_empty() {
                entries.extend(self.unknown(level, name, value));
            } else if !value.is_null() && self.is_new(&filled, &fitting, name, value, level.at) {
                entries.extend(self.fill(&fitting, value, level.at));
                filled.extend(fitting.into_iter().map(|slot| Filled { slot, name, value }));
            }
        }
        self.left_out_of(level, &filled);
        entries
    }

    fn fill(&mut self, fitting: &[&Slot], value: &Value, at: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        for slot in fitting {
            let at = below(at, slot.name);
            if slot.need == Need::Required && slot.tenant.is_none() && is_empty(value) {
                self.problem(Problem::new(&at, format!("required parameter \"{at}\" is empty")));
                break;
            }
            // What is wrong with the value is told once, not once for each place that it goes to.
            let Some(value) = self.value(slot, value, &at) else { break };
            let (name, place) = (slot.name.to_owned(), Some(slot.param.place));
            entries.push(Entry { name, value, place, presence: slot.param.presence, at });
        }
        entries
    }

    /// Whether the name was not given before in another spelling.
    fn is_new(&mut self, filled: &[Filled<'_>], fitting: &[&Slot], name: &str, value: &Value, at: &str) -> bool {
        let is_same = |before: &&Filled<'_>| fitting.iter().any(|slot| slot.param.path == before.slot.param.path);
        let Some(before) = filled.iter().find(is_same) else { return true };
        if before.value != value {
            let path = below(at, before.slot.name);
            let message = format!("\"{path}\" is given twice, as \"{}\" and as \"{name}\"", before.name);
            self.problem(Problem::new(&path, message));
        }
        false
    }

    /// Two slots that differ in spelling only are one to the caller, who is told of one.
    fn left_out_of(&mut self, level: &Level<'_>, filled: &[Filled<'_>]) {
        for (index, slot) in level.slots.iter().enumerate() {
            let is_filled = filled.iter().any(|filled| same(filled.slot.name, slot.name));
            let is_told = level
                .slots
                .iter()
                .take(index)
                .any(|other| same(other.name, slot.name) && self.is_required(other) >= self.is_required(slot));
            if !is_filled && !is_told {
                self.left_out(slot, &below(level.at, slot.name));
            }
        }
    }

    fn unknown(&mut self, level: &Level<'_>, name: &str, value: &Value) -> Option<Entry> {
        let path = below(level.at, name);
        if level.unknown == Unknown::Refuse {
            self.problem(unknown_name(level.slots, name, &path));
            return None;
        }
        if level.given.keys().take_while(|other| *other != name).any(|other| other.eq_ignore_ascii_case(name)) {
            self.problem(Problem::new(&path, format!("\"{path}\" is given twice, in different case of letters")));
            return None;
        }
        if level.unknown == Unknown::Warn {
            self.warn(format!("\"{path}\" is not known, and is sent as it is"));
        }
        if value.is_null() {
            return None;
        }
        let value = self.free_member(name, value, level.secret, &path)?;
        Some(Entry { name: name.to_owned(), value, place: None, presence: false, at: path })
    }
}

/// The server takes what is empty for missing.
fn is_empty(value: &Value) -> bool {
    match unwrapped(value) {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn unknown_name(slots: &[Slot], name: &str, path: &str) -> Problem {
    let problem = Problem::new(path, format!("unknown parameter \"{path}\""));
    let mut names: Vec<&str> = slots.iter().map(|slot| slot.name).collect();
    names.dedup_by(|one, other| same(one, other));
    match did_you_mean(&nearest(name, names.iter().copied())) {
        Some(hint) => problem.hint(hint),
        None if names.is_empty() => problem.hint("it takes none"),
        None if names.len() <= LISTED => problem.hint(format!("it takes {}", in_words(&names, "and"))),
        None => problem,
    }
}

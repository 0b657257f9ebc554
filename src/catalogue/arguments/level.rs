//! One level of a call: each name that is given meets the names that the level takes.

use serde_json::{Map, Value};

use super::builder::Builder;
use super::names::{did_you_mean, in_words, nearest};
use super::problem::Problem;
use super::slot::{Slot, matching};
use crate::catalogue::Place;
use crate::catalogue::path::same;

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

/// A name that was given, and the slot that it fills.
struct Given<'v> {
    slot: Slot,
    name: &'v str,
    value: &'v Value,
}

impl Builder<'_> {
    /// Everything of `given` that can be sent, by the names that the level takes.
    pub(super) fn level(
        &mut self,
        slots: &[Slot],
        given: &Map<String, Value>,
        at: &str,
        unknown: Unknown,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut seen: Vec<Given<'_>> = Vec::new();
        for (name, value) in given {
            let fitting = matching(slots, name);
            if fitting.is_empty() {
                entries.extend(self.unknown(slots, given, name, value, at, unknown));
            } else if !value.is_null() && self.is_new(&seen, &fitting, name, value, at) {
                entries.extend(self.fill(&fitting, value, at));
                seen.extend(fitting.into_iter().map(|slot| Given { slot: slot.clone(), name, value }));
            }
        }
        self.absent(slots, &seen, at);
        entries
    }

    fn fill(&mut self, fitting: &[&Slot], value: &Value, at: &str) -> Vec<Entry> {
        let mut entries = Vec::new();
        for slot in fitting {
            let at = below(at, slot.name);
            // What is wrong with the value is told once, not once for each place that it goes to.
            let Some(value) = self.value(slot, value, &at) else { break };
            let (name, place) = (slot.name.to_owned(), Some(slot.place));
            entries.push(Entry { name, value, place, presence: slot.presence, at });
        }
        entries
    }

    /// Whether the name was not given before in another spelling.
    fn is_new(&mut self, seen: &[Given<'_>], fitting: &[&Slot], name: &str, value: &Value, at: &str) -> bool {
        let before = seen.iter().find(|given| fitting.iter().any(|slot| slot.path == given.slot.path));
        let Some(before) = before else { return true };
        if before.value != value {
            let path = below(at, before.slot.name);
            let message = format!("\"{path}\" is given twice, as \"{}\" and as \"{name}\"", before.name);
            self.problem(Problem::new(&path, message));
        }
        false
    }

    fn absent(&mut self, slots: &[Slot], seen: &[Given<'_>], at: &str) {
        for (index, slot) in slots.iter().enumerate() {
            let is_given = seen.iter().any(|given| same(given.slot.name, slot.name));
            let is_told = slots
                .iter()
                .take(index)
                .any(|other| same(other.name, slot.name) && self.is_required(other) >= self.is_required(slot));
            if !is_given && !is_told {
                self.left_out(slot, &below(at, slot.name));
            }
        }
    }

    fn unknown(
        &mut self,
        slots: &[Slot],
        given: &Map<String, Value>,
        name: &str,
        value: &Value,
        at: &str,
        unknown: Unknown,
    ) -> Option<Entry> {
        let path = below(at, name);
        if unknown == Unknown::Refuse {
            self.problem(unknown_name(slots, name, &path));
            return None;
        }
        if given.keys().take_while(|other| *other != name).any(|other| other.eq_ignore_ascii_case(name)) {
            self.problem(Problem::new(&path, format!("\"{path}\" is given twice, in different case of letters")));
            return None;
        }
        if unknown == Unknown::Warn {
            self.warn(format!("\"{path}\" is not known, and is sent as it is"));
        }
        if value.is_null() {
            return None;
        }
        let value = self.free_member(name, value, &path)?;
        Some(Entry { name: name.to_owned(), value, place: None, presence: false, at: path })
    }
}

fn unknown_name(slots: &[Slot], name: &str, path: &str) -> Problem {
    let problem = Problem::new(path, format!("unknown parameter \"{path}\""));
    let mut names: Vec<&str> = slots.iter().map(|slot| slot.name).collect();
    names.dedup_by(|one, other| same(one, other));
    match did_you_mean(&nearest(name, names.iter().copied())) {
        Some(hint) => problem.hint(hint),
        None if names.is_empty() => problem.hint("it takes none"),
        None if names.len() <= LISTED => {
            problem.hint(format!("it takes {}", in_words(&names).replace(" or ", " and ")))
        }
        None => problem,
    }
}

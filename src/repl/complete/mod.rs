//! What could be typed at the cursor: a function of the text, the cursor and what is known.

mod knowledge;
mod names;
mod parameters;
mod place;
mod receiver;
#[cfg(test)]
mod tests;

pub(super) use knowledge::{Elsewhere, Knowledge, Shape};
pub(super) use names::{catalogue_name, is_action_namespace, is_keyword};

use super::commands;
use crate::engine::stdlib_names;
use names::words;
use place::Place;
use receiver::{Receiver, Root, Step};

/// Something that could be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What stands there then.
    pub(super) text: String,
    /// How it is offered.
    pub(super) shown: String,
}

impl Candidate {
    fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { shown: text.clone(), text }
    }

    fn told(text: impl Into<String>, shown: impl Into<String>) -> Self {
        Self { text: text.into(), shown: shown.into() }
    }
}

/// What could be typed at `cursor`, and from where on it stands instead of what is there.
pub(super) fn complete(
    text: &str,
    cursor: usize,
    knowledge: &Knowledge,
    elsewhere: &dyn Elsewhere,
) -> (usize, Vec<Candidate>) {
    let typed = text.get(..cursor).unwrap_or(text);
    if let Some(command) = typed.trim_start().strip_prefix(':') {
        let (start, candidates) = of_command(command, knowledge, elsewhere);
        let start = cursor - command.len() + start;
        return (start, candidates);
    }
    let found = place::find(text, cursor);
    let partial = typed.get(found.start..).unwrap_or_default();
    let rest = text.get(cursor..).unwrap_or_default();
    let candidates = match found.place {
        Place::Nowhere => Vec::new(),
        Place::Module => {
            let embedded = stdlib_names().map(|name| format!("std/{name}"));
            let files = elsewhere.files(partial).into_iter().filter(|file| file.ends_with(['/', 'i']));
            embedded.chain(files.filter(|file| file.ends_with('/') || file.ends_with(".rhai"))).map(closed).collect()
        }
        Place::File => elsewhere.files(partial).into_iter().map(closed).collect(),
        Place::Name { call, path, given } => parameters::names(&call, &path, &given),
        Place::Value { call, path } => parameters::values(&call, &path, found.quoted, elsewhere)
            .unwrap_or_else(|| if found.quoted { Vec::new() } else { words(knowledge) }),
        Place::First { call } => first(&call, found.quoted, knowledge, elsewhere),
        Place::Member(receiver) => members(&receiver, knowledge),
        Place::Index(receiver) => properties(&receiver, knowledge).into_iter().map(closed).collect(),
        Place::InNamespace(namespace) => names::in_namespace(&namespace, knowledge),
        Place::Word => words(knowledge),
    };
    (found.start, matching(partial, candidates, rest, found.quoted))
}

/// A text, with its closing quote.
fn closed(text: String) -> Candidate {
    if text.ends_with('/') { Candidate::plain(text) } else { Candidate::told(format!("{text}\""), text) }
}

/// Those that start with what is typed, else those that contain it, whatever the case of letters.
fn matching(partial: &str, all: Vec<Candidate>, rest: &str, quoted: bool) -> Vec<Candidate> {
    let partial = partial.to_lowercase();
    let (mut starting, mut containing) = (Vec::new(), Vec::new());
    for mut candidate in all {
        let name = candidate.text.to_lowercase();
        // What stands behind the cursor already is not typed once more.
        let end = if quoted { '"' } else { '(' };
        if rest.starts_with(end) && candidate.text.ends_with(end) {
            candidate.text.pop();
        }
        if name.starts_with(&partial) {
            starting.push(candidate);
        } else if partial.chars().count() >= 3 && name.contains(&partial) {
            containing.push(candidate);
        }
    }
    if starting.is_empty() { containing } else { starting }
}

fn of_command(command: &str, knowledge: &Knowledge, elsewhere: &dyn Elsewhere) -> (usize, Vec<Candidate>) {
    let Some((name, argument)) = command.split_once(' ') else {
        let all = commands::ALL.iter().map(|one| {
            let space = if one.argument.is_empty() { "" } else { " " };
            Candidate::told(format!("{}{space}", one.name), format!(":{} {}", one.name, one.argument))
        });
        return (0, matching(command, all.collect(), "", false));
    };
    let partial = argument.rsplit([' ', ',']).next().unwrap_or_default();
    let all = match commands::find(name).map(|one| one.takes) {
        Some(commands::Takes::Name) => names::documented(),
        Some(commands::Takes::File) => elsewhere.files(partial).into_iter().map(Candidate::plain).collect(),
        Some(commands::Takes::Columns) => {
            let latest = Receiver { root: Root::Variable(crate::engine::LATEST.into()), steps: vec![Step::Element] };
            properties(&latest, knowledge).into_iter().map(Candidate::plain).collect()
        }
        Some(commands::Takes::OneOf(words)) => words.iter().map(|word| Candidate::plain(*word)).collect(),
        Some(commands::Takes::Nothing | commands::Takes::Text) | None => Vec::new(),
    };
    (command.len() - partial.len(), matching(partial, all, "", false))
}

/// What a call takes first: a tenant, or its map.
fn first(call: &str, quoted: bool, knowledge: &Knowledge, elsewhere: &dyn Elsewhere) -> Vec<Candidate> {
    let takes_tenant = is_for_tenant(call);
    if quoted {
        return if takes_tenant { elsewhere.tenants().into_iter().map(closed).collect() } else { Vec::new() };
    }
    let map = Candidate::told("#{ ", "#{ … }");
    let mut candidates = words(knowledge);
    if catalogue_name(call).is_some() && !takes_tenant {
        candidates.insert(0, map);
    }
    candidates
}

/// The shape of a value, as far as it is known.
fn shape(receiver: &Receiver, knowledge: &Knowledge) -> Option<Shape> {
    let mut shape = match &receiver.root {
        Root::Variable(name) => knowledge.variables.get(name).cloned()?,
        Root::Call(name) => parameters::answer(name)?,
    };
    for step in &receiver.steps {
        shape = match step {
            Step::Element => *shape.element?,
            Step::Property(name) => shape.property(name).cloned()?,
        };
    }
    Some(shape)
}

fn properties(receiver: &Receiver, knowledge: &Knowledge) -> Vec<String> {
    shape(receiver, knowledge).map(|shape| shape.keys.into_keys().collect()).unwrap_or_default()
}

/// Properties that can be written behind a dot, and methods.
fn members(receiver: &Receiver, knowledge: &Knowledge) -> Vec<Candidate> {
    let is_name = |key: &String| {
        key.starts_with(|c: char| c.is_alphabetic() || c == '_') && key.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let shape = shape(receiver, knowledge);
    let is_list = shape.as_ref().map(|shape| shape.element.is_some());
    let keys = shape.map(|shape| shape.keys.into_keys().collect::<Vec<_>>()).unwrap_or_default();
    keys.into_iter().filter(is_name).map(Candidate::plain).chain(names::methods(is_list)).collect()
}

/// How the call around the cursor, or the function just typed, is called; shown while it is typed.
pub(super) fn hint(text: &str, cursor: usize, knowledge: &Knowledge) -> Option<String> {
    if cursor < text.len() || text.trim().is_empty() {
        return None;
    }
    if let Some(command) = text.trim_start().strip_prefix(':') {
        let command = commands::find(command)?;
        return Some(format!("{}  {}", command.argument, command.help).trim_start().to_owned());
    }
    let found = place::find(text, cursor);
    if let Place::Value { call, path } = &found.place
        && found.start == cursor
        && let Some(values) = parameters::told(call, path)
    {
        return Some(values);
    }
    let typed = text.get(found.start..).unwrap_or_default();
    let whole = match &found.place {
        Place::InNamespace(namespace) if !typed.is_empty() => Some(format!("{namespace}::{typed}")),
        Place::Word | Place::First { .. } if !typed.is_empty() => Some(typed.to_owned()),
        _ => None,
    };
    let of_word = whole.and_then(|name| names::signature(&name, knowledge));
    of_word.or_else(|| {
        // Its name stands there already.
        let signature = names::signature(&found.call?, knowledge)?;
        let longest = signature.split("  ").last().unwrap_or_default();
        longest.find('(').and_then(|at| longest.get(at..)).map(str::to_owned)
    })
}

/// Whether a tenant is being typed.
pub(super) fn wants_tenants(text: &str, cursor: usize) -> bool {
    let found = place::find(text, cursor);
    found.quoted
        && match &found.place {
            Place::First { call } => is_for_tenant(call),
            Place::Value { call, path } => parameters::is_tenant(call, path),
            _ => false,
        }
}

fn is_for_tenant(call: &str) -> bool {
    call == "tenant" || catalogue_name(call).is_some_and(parameters::takes_tenant)
}

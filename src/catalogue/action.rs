//! The curated actions: endpoints under friendly names, with parameters of their own.
//!
//! An action is a record like an endpoint. It names the endpoint that it calls and where each of its parameters goes;
//! what is known of a parameter on the wire is taken from the endpoint's record, so that it is said once. How its
//! arguments become those of the endpoint is told in [`arguments`].

pub mod arguments;
mod lookup;
mod problems;
mod shape;

#[cfg(test)]
mod lint;
#[cfg(test)]
mod tests;

pub use lookup::{actions, find_action, namespaces, nearest_actions};
pub use shape::Shape;

use super::record::{Effect, Endpoint, Kind, Param, Place};

/// One curated action, `namespace::name` in scripts.
#[derive(Debug)]
pub struct Action {
    /// The namespace, for example `user`.
    pub namespace: &'static str,
    /// The name in it, for example `set_per_user_mfa`.
    pub name: &'static str,
    /// What it does and what to beware of, in one to four sentences.
    pub about: &'static str,
    /// What it calls. Where the action reads by GET what the endpoint's record sends by POST, a twin of that record.
    pub endpoint: &'static Endpoint,
    /// The worst that a call can do.
    pub effect: Effect,
    /// The parameter that a call gives before the map: the tenant that it acts on; `None` when it takes the map only.
    pub tenant: Option<&'static str>,
    /// The parameters, the required ones first.
    pub params: &'static [ActionParam],
    /// What it gives back beside what every read or write does; may be empty.
    pub gives: &'static str,
    /// Useful parts of the reply that are lifted out.
    pub lifts: &'static [Lift],
    /// What is looked for before a call, so that a repeat plans nothing twice; `None` when nothing is.
    pub once: Option<Once>,
    /// A call that can be run against the simulator, in Rhai.
    pub example: &'static str,
}

/// One parameter of an action.
#[derive(Debug)]
pub struct ActionParam {
    /// The name in scripts.
    pub name: &'static str,
    /// The path on the wire, in the server's spelling; [`ROOT`] when the value is the body itself or a part of it.
    pub wire: &'static str,
    /// What the endpoint's record knows of that path; `None` for [`ROOT`].
    pub param: Option<&'static Param>,
    /// The type that it takes; for a list that of the whole.
    pub kind: Kind,
    /// The type of each element where `kind` is a list; `Any` otherwise.
    pub item: Kind,
    /// Whether it must be given.
    pub needed: Needed,
    /// The values that it takes; empty when any will do. Compared without regard to case.
    pub values: &'static [&'static str],
    /// Words that it takes in place of what is sent, with that as JSON.
    pub words: &'static [(&'static str, &'static str)],
    /// A word that stands for leaving it out, where that is too dangerous to happen by itself; empty when there is none.
    pub none: &'static str,
    /// What is sent when it is left out, as JSON; empty when nothing is.
    pub default: &'static str,
    /// It is always sent as `default`, and takes nothing else.
    pub fixed: bool,
    /// How its value is brought into the form that the endpoint takes.
    pub shape: Shape,
    /// What it means, when there is something to say; may be empty.
    pub about: &'static str,
}

/// The wire path of a parameter whose value is the body itself: a list of rows, or a map of members of the body.
pub const ROOT: &str = "*";

/// Whether a parameter of an action must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// It may be left out.
    No,
    /// A call without it is refused.
    Always,
    /// A call without it is refused when this other parameter has this value.
    When(&'static str, &'static str),
}

/// A part of a reply under a name of its own.
#[derive(Debug, Clone, Copy)]
pub struct Lift {
    /// The name in the result.
    pub name: &'static str,
    /// Where it is in the reply: `User.id`, `Results[].copyField`. The first one that is there counts.
    pub path: &'static str,
    /// Whether it is a secret: of several values at the path only secrets count, or only what is none.
    pub secret: bool,
}

/// Tasks of the server that do the work of an action, one for each value of a parameter that names users.
#[derive(Debug, Clone, Copy)]
pub struct Once {
    /// How the task's name starts; the user principal name follows.
    pub starts: &'static str,
    /// The parameter.
    pub param: &'static str,
}

impl Action {
    /// The name with its namespace, as scripts write it.
    pub fn full_name(&self) -> String {
        format!("{}::{}", self.namespace, self.name)
    }

    /// The parameter of this name, whatever its case and underscores.
    pub fn param(&self, name: &str) -> Option<&'static ActionParam> {
        self.params.iter().find(|param| super::path::same(param.name, name))
    }

    /// Whether a call without any map makes sense, the tenant aside.
    pub fn needs_nothing(&self) -> bool {
        self.params.iter().all(|param| param.needed != Needed::Always || self.tenant == Some(param.name))
    }
}

impl ActionParam {
    /// Every value that it is known to take: the server's, and our words for some.
    pub fn choices(&self) -> Vec<&'static str> {
        let words = self.words.iter().map(|(word, _)| *word);
        words.chain(self.values.iter().copied()).filter(|word| !word.is_empty()).collect()
    }

    /// The type in words: `text`, `list of text`.
    pub fn type_name(&self) -> String {
        match (self.kind, self.item) {
            (Kind::List, Kind::Any) => "list".to_owned(),
            (Kind::List, item) => format!("list of {}", item.name()),
            (kind, _) => kind.name().to_owned(),
        }
    }

    /// Where the server reads it.
    pub fn place(&self) -> Place {
        self.param.map_or(Place::Body, |param| param.place)
    }

    /// The list that it is a member of the one element of, where its wire path says so.
    pub fn list(&self) -> Option<&'static str> {
        self.wire.split_once("[].").map(|(list, _)| list)
    }
}

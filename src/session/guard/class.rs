//! What a guard allows or not: the effects, and reaching many tenants at once.

use crate::catalogue::{Effect, Target};

/// A class of calls that `effects` of a guard names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// By what it does.
    Effect(Effect),
    /// By reaching many tenants in one call, whatever it does there.
    Many,
}

const ALL: [Class; 5] = [
    Class::Effect(Effect::Read),
    Class::Effect(Effect::Sensitive),
    Class::Effect(Effect::Write),
    Class::Effect(Effect::Destroy),
    Class::Many,
];

impl Class {
    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Effect(effect) => effect.name(),
            Self::Many => "many",
        }
    }

    /// The class of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|class| class.name().eq_ignore_ascii_case(name.trim()))
    }

    /// All names, for people.
    pub(super) fn all() -> String {
        format!("there are {}", ALL.map(Self::name).join(", "))
    }
}

/// Whether a call reaches many tenants at once: all of them, a group, or several by their names.
pub(super) fn is_many(tenants: &[Target]) -> bool {
    match tenants {
        [] | [Target::Tenant(_)] => false,
        [Target::AllTenants | Target::Group(_)] | [_, _, ..] => true,
    }
}

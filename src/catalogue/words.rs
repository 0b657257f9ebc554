//! The word for each value of a record: one list that the data files, scripts and people's output share.

use super::record::{Effect, Kind, Lag, Method, Place, Presence, Reply, Root, Scope, TenantForm, UserForm, Wrap};

/// The values of one type with their words.
pub(crate) type Words<T> = &'static [(&'static str, T)];

fn word<T: PartialEq>(words: Words<T>, value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

impl Method {
    /// Every verb with its word.
    pub const WORDS: Words<Self> = &[("GET", Self::Get), ("POST", Self::Post)];

    /// The verb as HTTP spells it.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Effect {
    /// Every effect with its word, mildest first.
    pub const WORDS: Words<Self> =
        &[("read", Self::Read), ("sensitive", Self::Sensitive), ("write", Self::Write), ("destroy", Self::Destroy)];

    /// The word for people, JSON and the command line.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Root {
    /// Every form of a body with its word.
    pub const WORDS: Words<Self> = &[("object", Self::Object), ("array", Self::Array), ("object or array", Self::Both)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Place {
    /// Every place with its word.
    pub const WORDS: Words<Self> = &[("query", Self::Query), ("body", Self::Body), ("both", Self::Both)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Lag {
    /// Every lag with its word.
    pub const WORDS: Words<Self> =
        &[("none", Self::None), ("seconds", Self::Seconds), ("minutes", Self::Minutes), ("hours", Self::Hours)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Presence {
    /// Every presence with its words.
    pub const WORDS: Words<Self> =
        &[("present", Self::Present), ("absent", Self::Absent), ("absent beside others", Self::AbsentBesideOthers)];
}

impl Kind {
    /// Every type with its word.
    pub const WORDS: Words<Self> = &[
        ("any", Self::Any),
        ("text", Self::Text),
        ("int", Self::Int),
        ("number", Self::Number),
        ("bool", Self::Bool),
        ("unix_time", Self::UnixTime),
        ("map", Self::Map),
        ("list", Self::List),
    ];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Wrap {
    /// Every way of wrapping with its word.
    pub const WORDS: Words<Self> = &[("no", Self::No), ("always", Self::Always), ("either", Self::Either)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl TenantForm {
    /// Every form with its word.
    pub const WORDS: Words<Self> = &[("domain", Self::Domain), ("id", Self::Id), ("object", Self::Object)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl UserForm {
    /// Every form with its word.
    pub const WORDS: Words<Self> = &[("either", Self::Either), ("upn", Self::Upn), ("id", Self::Id)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Scope {
    /// Every scope with its word.
    pub const WORDS: Words<Self> = &[("none", Self::None), ("one", Self::One), ("many", Self::Many)];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

impl Reply {
    /// Every form of an answer with its word.
    pub const WORDS: Words<Self> = &[
        ("rows", Self::Rows),
        ("object", Self::Object),
        ("results", Self::Results),
        ("text", Self::Text),
        ("empty", Self::Empty),
        ("file", Self::File),
    ];

    /// The word for people and JSON.
    pub fn name(self) -> &'static str {
        word(Self::WORDS, self)
    }
}

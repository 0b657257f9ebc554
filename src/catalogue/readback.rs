//! How a write is read back: recipes, as the build script writes them.

use super::record::When;

/// How a read shows that a write was carried out.
///
/// Texts that are *templates* hold the write's own arguments in angle brackets: `<tenantFilter>`,
/// `<Domain|PrimDomain>` for the first that is there, `<Role|=Members>` with a text for none, `<ID:upn>`, `<ID:id>`
/// and `<ID:name>` for another name of the user who is meant, `<reply.Metadata.id>` for what stands beside the results
/// of the answer, and `<reply.guid>` for the last GUID in the results themselves.
#[derive(Debug)]
pub struct Recipe {
    /// When it is for a call: all of these hold. Empty for every call.
    pub when: &'static [Condition],
    /// The path of a list of which each element is looked for by itself; empty when there is none.
    pub each: &'static str,
    /// How long the server takes to show it.
    pub lag: Lag,
    /// What it shows is the task that will do it.
    pub task: bool,
    /// How one write is seen.
    pub one: Look,
    /// How many writes in one tenant are seen by one read.
    pub many: Option<Look>,
}

/// Something that holds of a call, or does not.
#[derive(Debug)]
pub struct Condition {
    /// What.
    pub when: When,
    /// Whether it must hold or must not.
    pub holds: bool,
}

/// One read, and what it must show.
#[derive(Debug)]
pub struct Look {
    /// The endpoint that is read.
    pub read: &'static str,
    /// Its arguments: name and template.
    pub arguments: &'static [(&'static str, &'static str)],
    /// Where the rows are in what it returns; empty at the root.
    pub rows: &'static str,
    /// What tells the row that is meant: fields, any of several by `|`, and the template that they equal; after `! ` the
    /// one that they do not.
    pub row: &'static [(&'static str, &'static str)],
    /// Whether there must be such a row.
    pub presence: Presence,
    /// What the row must hold: field and expectation.
    pub expect: &'static [(&'static str, Expect)],
}

/// Whether a row is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It must be.
    Present,
    /// It must not be.
    Absent,
    /// It must not be, and others must: the read shows an outage as an empty list.
    AbsentBesideOthers,
}

/// What a field must hold. Values are compared as the server takes them: case of letters aside, `{label, value}` as
/// its value, `"true"` as true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Exactly the values of this template.
    Is(&'static str),
    /// The same, with the case of letters.
    Exactly(&'static str),
    /// Anything but the value of this template.
    Not(&'static str),
    /// All values of this template, perhaps among others.
    Contains(&'static str),
    /// None of the values of this template.
    Lacks(&'static str),
    /// A text with this text in it, marks of HTML aside.
    Includes(&'static str),
    /// A time that is not before the call.
    After,
    /// Nothing.
    Empty,
    /// Something.
    Set,
}

/// How long the server takes until a read shows a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lag {
    /// At once.
    None,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Longer than anybody waits.
    Hours,
}

//! What can go wrong, told for people, and the exit code that goes with it.
//!
//! Every module has its own errors where it needs them; all of them become a [`Failure`] on their way up, and
//! [`Failure::report`] is the one place that prints an error.

use std::fmt;

use crate::redact;

/// The exit codes, one for each way a command can end.
pub mod exit {
    /// All done.
    pub const DONE: u8 = 0;
    /// An error in the script or in the arguments of a call.
    pub const SCRIPT: u8 = 1;
    /// The command line or the settings are wrong.
    pub const USAGE: u8 = 2;
    /// Not all was done.
    pub const NOT_ALL_DONE: u8 = 3;
    /// Authentication or permission.
    pub const AUTH: u8 = 4;
    /// Refused by the guard or by the person, and nothing was sent.
    pub const REFUSED: u8 = 5;
    /// The server or the network is unavailable, throttles, or is not ready yet.
    pub const UNAVAILABLE: u8 = 6;
    /// Interrupted.
    pub const INTERRUPTED: u8 = 130;
}

/// What kind of failure it is; scripts see it as `error.kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The command line or the settings are wrong.
    Command,
    /// A call or a script is wrong: names, types, values. Nothing was sent.
    Usage,
    /// The guard, or the person, refused.
    Guard,
    /// No token: wrong secret, wrong audience, no connection.
    Auth,
    /// The server refused the caller.
    Permission,
    /// The thing that was named does not exist.
    NotFound,
    /// The server asks to slow down.
    Throttled,
    /// The server or the network is not there, or it is not a CIPP server.
    Unavailable,
    /// The server carried the call out badly, and says so.
    Api,
    /// The data is not ready yet.
    Pending,
    /// The request left but no answer came: it may have been carried out.
    InDoubt,
    /// The person, a signal or a deadline stopped it.
    Interrupted,
    /// A fault in cippsh itself.
    Internal,
}

impl Kind {
    /// The name that scripts and JSON see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command | Self::Usage => "usage",
            Self::Guard => "guard",
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Api => "api",
            Self::Pending => "pending",
            Self::InDoubt => "in_doubt",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
        }
    }

    /// The kind with this name. `usage` is [`Kind::Usage`]: a script never sees the other one.
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [Kind; 12] = [
            Kind::Usage,
            Kind::Guard,
            Kind::Auth,
            Kind::Permission,
            Kind::NotFound,
            Kind::Throttled,
            Kind::Unavailable,
            Kind::Api,
            Kind::Pending,
            Kind::InDoubt,
            Kind::Interrupted,
            Kind::Internal,
        ];
        ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The exit code of a command that ends by this kind.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Command => exit::USAGE,
            Self::Usage | Self::Api | Self::NotFound | Self::Internal => exit::SCRIPT,
            Self::InDoubt => exit::NOT_ALL_DONE,
            Self::Auth | Self::Permission => exit::AUTH,
            Self::Guard => exit::REFUSED,
            Self::Throttled | Self::Unavailable | Self::Pending => exit::UNAVAILABLE,
            Self::Interrupted => exit::INTERRUPTED,
        }
    }

    /// The exit code of a run that ends by this kind when something has been `sent` before: then a refusal does not
    /// mean that nothing was.
    pub fn exit_code_after(self, sent: bool) -> u8 {
        if self == Self::Guard && sent { exit::NOT_ALL_DONE } else { self.exit_code() }
    }

    /// Whether the same call may succeed when it is simply tried again later.
    pub fn retryable(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable | Self::Pending)
    }

    /// Whether it ends the run, so that a script cannot catch it.
    fn ends_run(self) -> bool {
        matches!(self, Self::Guard | Self::Auth | Self::Interrupted)
    }
}

/// One failure: what went wrong, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind it is.
    pub kind: Kind,
    /// What went wrong, one line or a short list; no full stop at its end.
    pub message: String,
    /// Why, innermost last; one line each.
    pub causes: Vec<String>,
    /// What to do next, one line each.
    pub hints: Vec<String>,
    /// Facts about the call that failed, where there was one. Boxed: most failures have none.
    pub call: Option<Box<FailedCall>>,
    /// Where in a script it happened.
    pub place: Option<Box<Place>>,
    /// Ends the run, whatever its kind.
    pub is_final: bool,
}

/// A place in a script and the way there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file as people named it, or `code` for what was given on the command line.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The line itself; empty when it is not known.
    pub excerpt: String,
    /// How many characters of it are meant.
    pub width: usize,
    /// The calls that led there, innermost first: `in audit, called at check.rhai:7:3`.
    pub trace: Vec<String>,
}

/// Characters of a line that are shown.
const LONGEST_EXCERPT: usize = 140;

/// The part of a long line around a column, and where the column is in it.
fn around(line: &str, column: usize) -> (String, usize) {
    if line.chars().count() <= LONGEST_EXCERPT {
        return (line.to_string(), column);
    }
    let start = column.saturating_sub(LONGEST_EXCERPT / 2);
    let part: String = line.chars().skip(start).take(LONGEST_EXCERPT).collect();
    let before = if start > 0 { "…" } else { "" };
    (format!("{before}{part}…"), column - start + before.chars().count())
}

impl fmt::Display for Place {
    /// The place, the line with a caret under it, and the calls that led there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, excerpt, width, trace } = self;
        writeln!(f, "  --> {file}:{line}:{column}")?;
        let (excerpt, column) = &around(excerpt, *column);
        if !excerpt.is_empty() {
            let gutter = " ".repeat(line.to_string().len());
            // Tabs stay tabs, so that the caret stands where the terminal shows the text.
            let indent: String =
                excerpt.chars().take(column.saturating_sub(1)).map(|c| if c == '\t' { c } else { ' ' }).collect();
            writeln!(f, " {gutter} |\n {line} | {excerpt}\n {gutter} | {indent}{}", "^".repeat((*width).max(1)))?;
        }
        trace.iter().try_for_each(|call| writeln!(f, "  {call}"))
    }
}

/// The call that a [`Failure`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FailedCall {
    /// The endpoint's name.
    pub endpoint: String,
    /// The tenant as it was sent, empty when the call named none.
    pub tenant: String,
    /// The HTTP status; 0 when no answer came.
    pub http_status: u16,
    /// The texts of the answer that tell what happened.
    pub results: Vec<String>,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            call: None,
            place: None,
            is_final: false,
        }
    }

    /// Adds a reason.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Whether the server says that a thing is not there; where it says nothing, it may not know the endpoint.
    pub fn tells_what_is_missing(&self) -> bool {
        let texts = self.call.as_deref().map(|call| call.results.as_slice()).unwrap_or_default();
        let knows_it = !texts.is_empty() && !texts.iter().any(|text| text.contains("Endpoint not found"));
        self.kind == Kind::NotFound && knows_it
    }

    /// Ends the run, so that a script cannot catch it.
    #[must_use]
    pub fn finally(mut self) -> Self {
        self.is_final = true;
        self
    }

    /// Whether it ends the run, by itself or by its kind.
    pub fn ends_run(&self) -> bool {
        self.is_final || self.kind.ends_run()
    }

    /// Adds the call that it is about.
    #[must_use]
    pub fn of_call(mut self, call: FailedCall) -> Self {
        self.call = Some(Box::new(call));
        self
    }

    /// The text that people read: `error: …`, reasons and hints below, each on lines of its own.
    pub fn report(&self) -> String {
        let mut text = format!("error: {}\n", self.message);
        if let Some(place) = &self.place {
            text.push_str(&place.to_string());
        }
        for cause in &self.causes {
            text.push_str(&format!("  because: {cause}\n"));
        }
        for hint in &self.hints {
            text.push_str(&format!("  hint: {hint}\n"));
        }
        redact::text(&text).into_owned()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

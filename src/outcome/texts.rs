//! What a text of the server means: done, queued, failed, and why.
//!
//! Only the start of a text counts, because names of users and groups stand in it: a user called "Failed" is
//! no failure. The phrases are those that the server's endpoints are known to use.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::failure::Kind;

/// How one step of a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It was done; also where the server says nothing against it.
    Success,
    /// A task will do it.
    Queued,
    /// Done in part, or the text does not tell: it does not start like a failure but speaks of one.
    Warning,
    /// It was not done.
    Error,
}

impl State {
    /// The name that scripts see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Queued => "queued",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The state with this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Success, Self::Queued, Self::Warning, Self::Error].into_iter().find(|state| state.name() == name)
    }

    /// What a `state` or `severity` of the server means; `None` for words that it is not known to use.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "success" | "info" => Some(Self::Success),
            "warning" => Some(Self::Warning),
            "error" | "failed" => Some(Self::Error),
            _ => None,
        }
    }
}

/// How the step went that this text tells of.
pub fn state(text: &str) -> State {
    // Some endpoints join the texts of their steps.
    text.split(" | ").map(|step| step_state(step.trim())).max().unwrap_or(State::Success)
}

/// What kind of failure these texts tell of.
pub(super) fn kind(texts: &[String]) -> Kind {
    let any = |pattern: &Regex| texts.iter().any(|text| pattern.is_match(text));
    if any(&THROTTLED) {
        Kind::Throttled
    } else if any(&NOT_FOUND) {
        Kind::NotFound
    } else {
        Kind::Api
    }
}

fn step_state(text: &str) -> State {
    if QUEUED.is_match(text) {
        State::Queued
    } else if DONE.is_match(text) {
        if MIXED.is_match(text) { State::Warning } else { State::Success }
    } else if FAILED.is_match(text) {
        State::Error
    } else if WARNED.is_match(text) || SUSPECT.is_match(&QUOTED.replace_all(text, "")) {
        State::Warning
    } else {
        State::Success
    }
}

/// A pattern that ignores case.
#[allow(clippy::expect_used, reason = "the patterns are constants, and the tests use each of them")]
fn pattern(text: &str) -> Regex {
    RegexBuilder::new(text).case_insensitive(true).build().expect("the pattern is well formed")
}

static QUEUED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^(queued |task .* scheduled to run|successfully added task\\b|\
         successfully (created |started )?(a )?scheduled task\\b)",
    )
});
static DONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^(success|successfully|added|changed|created|deleted|disabled|enabled|executed|granted|imported|invited|\
         removed|restored|scheduled|set|started|updated)( |\\.|:|$)",
    )
});
/// In a text that starts well: a step that failed all the same.
static MIXED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(however|but),? (failed|could not|error)|[.;] +(failed|could not|error|unable|warning)\b|\bissues:")
});
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^(failed|failure|errors?|could not|couldn't|unable|we've failed|we're unable|we were unable|cannot|can't|\
         skipped|invalid|graph error|authentication failed|access denied|missing|required|exception|\
         backup restore failed|default response|no valid)\\b\
         |^no .*\\b(found|specified)\\b|^[^.:]*\\bnot found\\b|^task with name .* already exists",
    )
});
static WARNED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^warning\b"));
/// What the server's own pages take for an error wherever it stands.
static SUSPECT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(error|failed|exception|not found|invalid_grant|could not|unable to)\b"));
/// Names in quotes say nothing about how it went.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"'[^']*'|"[^"]*""#));
static THROTTLED: LazyLock<Regex> =
    LazyLock::new(|| pattern("too many requests|resource temporarily unavailable|throttled"));
static NOT_FOUND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(does not exist|not found|could(n't| not) (be found|find))\b"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_by_their_start() {
        use State::{Error, Queued, Success, Warning};
        for (text, expected) in [
            ("Successfully set Per user MFA State for Failed", Success),
            ("Successfully created group Error for contoso.com", Success),
            ("Success. The user has been edited.", Success),
            ("Success - Added member ann to Not Found group", Success),
            ("Changed primary user on device 1 to Failed", Success),
            ("Set Out-of-office for ann to Enabled.", Success),
            ("Scheduled Out-of-office for ann between 1 and 2", Success),
            ("Created New User.", Success),
            ("Password: Failed1234", Success),
            ("No license changes needed for user ann", Success),
            ("Executing role assignment", Success),
            ("Group 'Error team' is ready", Success),
            ("", Success),
            ("Queued syncDevice on 1", Queued),
            ("Task Offboarding: ann scheduled to run now", Queued),
            ("Successfully added task: N. It will run in about 7 minutes.", Queued),
            ("Successfully created scheduled task to create user ann", Queued),
            ("Task with name N already exists", Error),
            ("Failed to create user. Error:Another object", Error),
            ("failed", Error),
            ("Error - The command 'x' does not exist and cannot be scheduled.", Error),
            ("Could not retrieve LAPS password for 1. Error: x", Error),
            ("We've failed to add x", Error),
            ("We're unable to do x", Error),
            ("Graph Error: denied - Endpoint: users", Error),
            ("No LAPS password found for 1", Error),
            ("No valid permission changes to process", Error),
            ("Skipped ann", Error),
            ("User x not found in tenant t", Error),
            ("Backup not found.", Error),
            ("Authentication Failed! ErrorCode: 1", Error),
            ("Invalid action", Error),
            ("Default response, you should never see this.", Error),
            ("Successfully removed policy | Failed to remove rule", Error),
            ("Successfully removed methods (a). However, failed to remove (b)", Warning),
            ("Successfully converted ann to a Shared mailbox. Warning: too large", Warning),
            ("WARNING: only half of it", Warning),
            ("Domain Analyser error: check logs", Warning),
            ("Failedville office was added", Success),
            ("Errata list saved", Success),
        ] {
            assert_eq!(state(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_tell_the_kind_of_failure() {
        for (text, expected) in [
            ("Failed to set it. Error: Too many requests", Kind::Throttled),
            ("Resource temporarily unavailable", Kind::Throttled),
            (
                "Resource 'x' does not exist or one of its queried reference-property objects are not present.",
                Kind::NotFound,
            ),
            ("User x not found in tenant t", Kind::NotFound),
            ("Could not delete contact x. Couldn't find object 'y'.", Kind::NotFound),
            ("The object 'x' couldn't be found on 'y'", Kind::NotFound),
            ("Failed to create user", Kind::Api),
        ] {
            assert_eq!(kind(&["ok".into(), text.into()]), expected, "{text}");
        }
    }
}

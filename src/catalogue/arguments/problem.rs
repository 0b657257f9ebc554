//! What is wrong with the arguments of a call, told for people.

use crate::catalogue::Endpoint;
use crate::failure::{Failure, Kind};

/// One thing that is wrong with the arguments of a call. It never holds the value of a secret parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, with the places in lists: `permissions[0].UserID`, `[2].userIds`; empty for the call as a whole.
    pub path: String,
    /// What is wrong; names the path.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(path: &str, message: String) -> Self {
        Self { path: path.to_owned(), message, hint: None }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// All that is wrong with a call as one failure; nothing was sent.
///
/// One problem is one line, with its hint as the failure's; several are a list, each with its hint behind it.
pub fn refusal(endpoint: &Endpoint, problems: &[Problem]) -> Failure {
    refusal_of(endpoint.name, problems)
}

/// The same for whatever is called by this name.
pub(crate) fn refusal_of(name: &str, problems: &[Problem]) -> Failure {
    let failure = match problems {
        [one] => {
            let failure = Failure::new(Kind::Usage, format!("{name}: {}", one.message));
            match &one.hint {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
        }
        many => Failure::new(Kind::Usage, format!("{name}: {} problems{}", many.len(), list(many))),
    };
    failure.hint(format!("`cippsh doc {name}` shows what it takes"))
}

fn list(problems: &[Problem]) -> String {
    let line = |problem: &Problem| match &problem.hint {
        Some(hint) => format!("\n  - {}; {hint}", problem.message),
        None => format!("\n  - {}", problem.message),
    };
    problems.iter().map(line).collect()
}

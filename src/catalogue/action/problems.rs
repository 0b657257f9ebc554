//! What is wrong with the arguments of an action, told in its names.

use serde_json::Value;

use super::{Action, ActionParam, ROOT};
use crate::catalogue::Kind;
use crate::catalogue::arguments::{Problem, did_you_mean, in_words, nearest, refusal_of};
use crate::catalogue::path::same;
use crate::failure::Failure;

/// How many names are listed where none is near an unknown one.
const LISTED: usize = 12;

/// All that is wrong with a call as one failure; nothing was sent.
pub fn refusal(action: &Action, problems: &[Problem]) -> Failure {
    refusal_of(&action.full_name(), problems)
}

/// A problem with this parameter. What its help says is the hint: it tells what the value does.
pub(super) fn of(param: &ActionParam, message: String) -> Problem {
    Problem { path: param.name.to_owned(), message, hint: None }
}

/// A required parameter that is missing, and why it is required.
pub(super) fn missing(param: &ActionParam) -> Problem {
    let about = Some(param.about.trim_end_matches('.')).filter(|about| !about.is_empty());
    let hint = about.map(|about| format!("{}: {about}", param.name));
    Problem { hint, ..of(param, format!("missing required parameter \"{}\"", param.name)) }
}

impl Problem {
    pub(super) fn hint_or(mut self, hint: String) -> Self {
        self.hint.get_or_insert(hint);
        self
    }
}

/// Whether nothing but the words is taken: the server's own values say something else than they seem to.
pub(super) fn takes_words_only(param: &ActionParam) -> bool {
    !param.words.is_empty() && param.param.is_some_and(|param| param.kind == Kind::Bool)
}

pub(super) fn not_among(param: &ActionParam, value: &Value) -> String {
    let words = param.words.iter().map(|(word, _)| *word);
    let all: Vec<&str> = words.chain(param.values.iter().copied()).collect();
    format!("\"{}\" takes {}, not {value}", param.name, in_words(&all, "or"))
}

/// A name that the action does not take. The server's own name for something is told in the action's.
pub(super) fn unknown(action: &Action, name: &str) -> Problem {
    let problem = Problem { path: name.to_owned(), message: format!("unknown parameter \"{name}\""), hint: None };
    let on_wire = action.params.iter().find(|param| {
        let last = param.wire.rsplit(['.', ']']).next().unwrap_or_default();
        same(param.wire, name) || same(last, name)
    });
    if let Some(param) = on_wire {
        return problem.hint_or(format!("here it is called {}", param.name));
    }
    let names: Vec<&str> = action.params.iter().map(|param| param.name).collect();
    match did_you_mean(&nearest(name, names.iter().copied())) {
        Some(hint) => problem.hint_or(hint),
        None if names.is_empty() => problem.hint_or("it takes none".to_owned()),
        None if names.len() <= LISTED => problem.hint_or(format!("it takes {}", in_words(&names, "and"))),
        None => problem,
    }
}

/// A problem of the endpoint in the names of the action; with the parameter that it is about, where there is one.
///
/// `given` are the parameters of the call: a place in a list is told by the flat field only where that was given.
pub(super) fn in_action_names(action: &Action, given: &[&str], problem: Problem) -> (Option<&'static str>, Problem) {
    let mut bare = String::new();
    let mut index = false;
    for letter in problem.path.chars() {
        index = letter == '[' || index && letter != ']';
        if !index || letter == '[' {
            bare.push(letter);
        }
    }
    let is_given = |param: &ActionParam| given.contains(&param.name);
    let fits = |param: &&ActionParam| {
        let below = bare.strip_prefix(param.wire);
        param.wire != ROOT
            && below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            && (param.list().is_none() || is_given(param))
    };
    let Some(param) = action.params.iter().filter(fits).max_by_key(|param| param.wire.len()) else {
        return (None, problem);
    };
    // The path with its indices, from where the parameter's own ends.
    let steps = param.wire.matches(['.', '[']).count();
    let rest = match problem.path.match_indices(['.', '[']).nth(steps) {
        Some((at, _)) => problem.path.get(at..).unwrap_or_default(),
        None => "",
    };
    let path = format!("{}{rest}", param.name);
    let message = problem.message.replace(&format!("\"{}\"", problem.path), &format!("\"{path}\""));
    let message = match message.strip_prefix(&format!("{}: ", problem.path)) {
        Some(why) => format!("{path}: {why}"),
        None => message,
    };
    (Some(param.name), Problem { path, message, hint: problem.hint })
}

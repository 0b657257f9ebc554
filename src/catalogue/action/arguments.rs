//! The arguments of an action to those of its endpoint, or all that is wrong with them.
//!
//! Only the action's own names are taken, without regard to case and underscores. What the record of the action says
//! is checked here; what remains is checked as any call of the endpoint is, and told in the action's names.

use serde_json::{Map, Value};

use super::problems::{self, in_action_names};
use super::{Action, ActionParam, Needed, ROOT};
use crate::catalogue::arguments::{self, Problem};
use crate::catalogue::path::unwrapped;
use crate::catalogue::{Tenant, TenantLookup};

/// Turns the arguments of a call into those of the action's endpoint, as [`arguments::build`] takes them.
///
/// # Errors
///
/// All that is wrong, in the action's names, whatever the tenants and users that are named turn out to be.
/// [`super::arguments::refusal`] tells it to people.
pub fn endpoint_arguments(action: &'static Action, given: &Map<String, Value>) -> Result<Value, Vec<Problem>> {
    let mut call = Call { action, given: Vec::new(), problems: Vec::new() };
    call.take(given);
    call.needs();
    let sent = call.sent();
    if let Err(more) = arguments::build(action.endpoint, &sent, &Anybody) {
        let names: Vec<&str> = call.given.iter().map(|(param, _)| param.name).collect();
        for problem in more {
            let (name, problem) = in_action_names(action, &names, problem);
            if name.is_none_or(|name| !call.is_told(name)) {
                call.problems.push(problem);
            }
        }
    }
    if call.problems.is_empty() { Ok(sent) } else { Err(call.problems) }
}

pub use problems::refusal;

/// The value that is sent for a parameter, or the reason why there is none.
enum Sent {
    As(Value),
    LeftOut,
}

/// One call on its way.
struct Call {
    action: &'static Action,
    /// What was given, in its order.
    given: Vec<(&'static ActionParam, Value)>,
    problems: Vec<Problem>,
}

impl Call {
    fn take(&mut self, given: &Map<String, Value>) {
        for (name, value) in given {
            match self.action.param(name) {
                None => self.problems.push(problems::unknown(self.action, name)),
                Some(_) if value.is_null() => {}
                Some(param) => match self.value_of(param.name) {
                    Some(before) if before == value => {}
                    Some(_) => self.problem(param, format!("\"{}\" is given twice", param.name)),
                    None => self.given.push((param, value.clone())),
                },
            }
        }
    }

    fn value_of(&self, name: &str) -> Option<&Value> {
        self.given.iter().find(|(param, _)| param.name == name).map(|(_, value)| value)
    }

    fn problem(&mut self, param: &ActionParam, message: String) {
        self.problems.push(problems::of(param, message));
    }

    /// Tells what is missing. Of a list and the flat fields of its one element, either is given.
    fn needs(&mut self) {
        let mut wrong: Vec<Problem> = self.action.params.iter().filter_map(|param| self.lack(param)).collect();
        self.problems.append(&mut wrong);
    }

    /// What is wrong with a parameter that is, or is not, given.
    fn lack(&self, param: &ActionParam) -> Option<Problem> {
        let is_given = |param: &ActionParam| self.value_of(param.name).is_some();
        let list = param.list().and_then(|list| self.action.params.iter().find(|other| other.wire == list));
        if let Some(list) = list.filter(|list| is_given(list)) {
            let message = format!("\"{}\" is a part of \"{}\": give one of them", param.name, list.name);
            return is_given(param).then(|| problems::of(param, message));
        }
        if is_given(param) || !param.default.is_empty() {
            return None;
        }
        match param.needed {
            // Told of the list instead, when nothing of it is given; and of its fields, when some are.
            Needed::Always if list.is_some_and(|list| !self.is_begun(list)) || self.is_begun(param) => None,
            Needed::Always => Some(self.missing(param)),
            Needed::When(other, value) if self.is(other, value) => {
                let message = format!("missing parameter \"{}\", which {other} \"{value}\" needs", param.name);
                Some(problems::of(param, message))
            }
            Needed::When(..) | Needed::No => None,
        }
    }

    fn missing(&self, param: &ActionParam) -> Problem {
        let flat = self.action.params.iter().filter(|other| other.list() == Some(param.wire));
        let names: Vec<&str> = flat.map(|flat| flat.name).collect();
        let problem = problems::missing(param);
        match names.is_empty() {
            true => problem,
            false => Problem { hint: Some(format!("or its one element by {}", names.join(", "))), ..problem },
        }
    }

    /// Whether something that is wrong with this parameter, or with the flat fields of its element, is told already.
    fn is_told(&self, name: &str) -> bool {
        let list = self.action.param(name).map(|param| param.wire);
        let is_part =
            |part: &str| self.action.param(part).is_some_and(|part| part.list().is_some() && part.list() == list);
        self.problems.iter().any(|told| told.path == name || is_part(&told.path))
    }

    /// Whether a flat field of the list is given.
    fn is_begun(&self, list: &ActionParam) -> bool {
        self.given.iter().any(|(param, _)| param.list() == Some(list.wire))
    }

    fn is(&self, name: &str, wanted: &str) -> bool {
        self.value_of(name).is_some_and(|value| match unwrapped(value) {
            Value::String(text) => text.eq_ignore_ascii_case(wanted),
            Value::Bool(truth) => truth.to_string() == wanted,
            _ => false,
        })
    }

    /// The arguments of the endpoint, as far as there are good ones.
    fn sent(&mut self) -> Value {
        let mut body = Map::new();
        let mut rows = None;
        for (param, value) in self.given.clone() {
            match self.one(param, &value) {
                Some(Sent::As(value)) => place(param, param.shape.apply(&value), &mut body, &mut rows),
                Some(Sent::LeftOut) | None => {}
            }
        }
        for param in self.action.params {
            if self.value_of(param.name).is_none()
                && let Ok(value) = serde_json::from_str::<Value>(param.default)
            {
                place(param, value, &mut body, &mut rows);
            }
        }
        match rows {
            Some(rows) if body.is_empty() => rows,
            Some(rows) => {
                body.insert("body".to_owned(), rows);
                Value::Object(body)
            }
            None => Value::Object(body),
        }
    }

    /// What one value comes to by the words and values of its parameter.
    fn one(&mut self, param: &ActionParam, value: &Value) -> Option<Sent> {
        let text = unwrapped(value).as_str();
        let is = |word: &str| text.is_some_and(|text| text.eq_ignore_ascii_case(word));
        if let Some((_, sent)) = param.words.iter().find(|(word, _)| is(word)) {
            return serde_json::from_str(sent).ok().map(Sent::As);
        }
        if !param.none.is_empty() && is(param.none) {
            return Some(Sent::LeftOut);
        }
        let wrong = if param.fixed && serde_json::from_str::<Value>(param.default).ok().as_ref() != Some(value) {
            Some(format!("\"{}\" is always {}", param.name, param.default))
        } else if param.needed == Needed::Always && is_empty(value) {
            Some(format!("required parameter \"{}\" is empty", param.name))
        } else if problems::takes_words_only(param) || !all_among(param.values, value) {
            Some(problems::not_among(param, value))
        } else {
            None
        };
        match wrong {
            Some(message) => {
                self.problem(param, message);
                None
            }
            None => Some(Sent::As(spelled(param.values, value))),
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match unwrapped(value) {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The value as the record spells it.
fn spelled(values: &[&str], value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| spelled(values, item)).collect(),
        Value::String(text) => values
            .iter()
            .find(|allowed| allowed.eq_ignore_ascii_case(text))
            .map_or(value.clone(), |known| (*known).into()),
        other => other.clone(),
    }
}

/// What is no text is left to the endpoint's record.
fn all_among(values: &[&str], value: &Value) -> bool {
    match unwrapped(value) {
        _ if values.is_empty() => true,
        Value::Array(items) => items.iter().all(|item| all_among(values, item)),
        Value::String(text) => values.iter().any(|allowed| allowed.eq_ignore_ascii_case(text)),
        _ => true,
    }
}

/// Puts a value where its wire path says.
fn place(param: &ActionParam, value: Value, body: &mut Map<String, Value>, rows: &mut Option<Value>) {
    if param.wire == ROOT {
        match value {
            Value::Object(members) => body.extend(members),
            list => *rows = Some(list),
        }
        return;
    }
    if let Some((list, member)) = param.wire.split_once("[].") {
        let list = body.entry(list).or_insert_with(|| Value::Array(vec![Value::Object(Map::new())]));
        if let Some(Value::Object(element)) = list.as_array_mut().and_then(|list| list.first_mut()) {
            element.insert(member.to_owned(), value);
        }
        return;
    }
    match param.wire.split_once('.') {
        None => drop(body.insert(param.wire.to_owned(), value)),
        Some((map, member)) => {
            let map = body.entry(map).or_insert_with(|| Value::Object(Map::new()));
            if let Some(map) = map.as_object_mut() {
                map.insert(member.to_owned(), value);
            }
        }
    }
}

/// Takes every tenant for what it says it is: who is meant is found out when the call is made.
struct Anybody;

impl TenantLookup for Anybody {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        Ok(Tenant { domain: name.to_owned(), id: name.to_owned(), name: name.to_owned() })
    }
}

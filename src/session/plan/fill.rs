//! Puts into arguments what a plan only refers to.

use std::collections::{BTreeMap, HashMap};

use rhai::Dynamic;
use serde_json::Value;

use super::{
    Plan,
    seal::{PLANNED, SECRET},
};
use crate::value::{Planned, to_json_to_send};

/// A secret that a plan needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where the script had it from.
    pub source: String,
    /// The name by which it is given.
    pub key: String,
    /// The call and the argument that need it first.
    pub first: String,
}

/// The secrets that a plan needs, each once.
pub fn wanted_secrets(plan: &Plan) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for call in &plan.calls {
        each_reference(&call.arguments, &mut |name, reference| {
            let text = |field: &str| reference[field].as_str().unwrap_or_default().to_owned();
            let source = text("source");
            if name == SECRET && !wanted.iter().any(|wanted| wanted.source == source) {
                let key = source.strip_prefix("args.").unwrap_or(&source).to_owned();
                wanted.push(Wanted { source, key, first: format!("{} of call {}", text("argument"), call.n) });
            }
        });
    }
    wanted
}

fn each_reference(value: &Value, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_reference(item, visit)),
        Value::Object(fields) => match of_reference(value) {
            Some((name, reference)) => visit(name, reference),
            None => fields.values().for_each(|field| each_reference(field, visit)),
        },
        _ => {}
    }
}

fn of_reference(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    let (name, reference) = fields.iter().next()?;
    [SECRET, PLANNED].contains(&name.as_str()).then_some((name.as_str(), reference))
}

/// What stands in for references.
pub(super) struct Filling<'f> {
    /// Secrets by their source.
    pub(super) secrets: &'f BTreeMap<String, String>,
    /// The answers by call; `None` leaves what calls make open.
    pub(super) answers: Option<&'f HashMap<usize, Dynamic>>,
}

impl Filling<'_> {
    /// The arguments as they are sent, or what is missing.
    pub(super) fn fill(&self, value: &Value) -> Result<Value, String> {
        match of_reference(value) {
            Some((SECRET, reference)) => {
                let source = reference["source"].as_str().unwrap_or_default();
                let secret = self.secrets.get(source);
                secret.map(|secret| secret.clone().into()).ok_or_else(|| format!("the secret from {source} is missing"))
            }
            Some((_, reference)) => self.planned(reference),
            None => match value {
                Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
                Value::Object(fields) => {
                    fields.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?))).collect()
                }
                other => Ok(other.clone()),
            },
        }
    }

    fn planned(&self, reference: &Value) -> Result<Value, String> {
        let call = reference["call"].as_u64().and_then(|call| usize::try_from(call).ok()).unwrap_or_default();
        let path = reference["path"].as_str().unwrap_or_default().to_owned();
        let planned = Planned { call, path, revealed: reference["reveal"].as_bool().unwrap_or_default() };
        let Some(answers) = self.answers else { return Ok(planned.marker().into()) };
        let answer = answers.get(&call).ok_or_else(|| format!("it needs what call {call} makes, which is not done"))?;
        let part = planned.of_answer(answer);
        let part = part.ok_or_else(|| format!("the answer to call {call} has no {}", planned.path))?;
        to_json_to_send(&part, None).map_err(|failure| failure.message)
    }
}

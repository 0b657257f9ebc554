//! The value of one parameter, as the server reads it.

use serde_json::{Map, Value};

use super::builder::Builder;
use super::kind::{Fit, fit, in_words};
use super::level::{Entry, Level, Unknown, below};
use super::names::{did_you_mean, in_words as names_in_words, nearest};
use super::problem::Problem;
use super::slot::{Slot, slots_below};
use super::users::of_row;
use crate::catalogue::path::{plain_text, value_member};
use crate::catalogue::{Kind, Param, Wrap};
use crate::value::Planned;

/// How much of a text is shown in a problem.
const SHOWN: usize = 60;

impl Builder<'_> {
    /// The value to send for `slot`, or `None` when there is a problem with it.
    pub(super) fn value(&mut self, slot: &Slot, value: &Value, at: &str) -> Option<Value> {
        if let Some(form) = slot.tenant {
            return self.tenants(slot, form, value, at);
        }
        if is_planned(value) {
            return Some(value.clone());
        }
        let Param { kind, item, wrap, .. } = *slot.param;
        match value {
            Value::Array(items) if kind == Kind::List => self.elements(slot, item, items, at),
            Value::Array(items) => self.list_for_one(slot, items, value, at),
            one if kind != Kind::List => self.element(slot, kind, one, at),
            one if item == Kind::Map && wrap == Wrap::No && !one.is_object() => {
                self.mismatch(slot, kind, one, at);
                None
            }
            one => self.element(slot, item, one, at).map(|one| Value::Array(vec![one])),
        }
    }

    /// A list where the record has none. The claims know text and maps only, where a list may be read in truth.
    fn list_for_one(&mut self, slot: &Slot, items: &[Value], value: &Value, at: &str) -> Option<Value> {
        let kind = slot.param.kind;
        match kind {
            Kind::Any => self.elements(slot, Kind::Any, items, at),
            Kind::Map if self.tolerates(slot, kind, value, at) => self.elements(slot, Kind::Map, items, at),
            Kind::Text if self.tolerates(slot, kind, value, at) => self.elements(slot, Kind::Any, items, at),
            Kind::Map | Kind::Text => None,
            _ => self.element(slot, kind, value, at),
        }
    }

    fn elements(&mut self, slot: &Slot, kind: Kind, items: &[Value], at: &str) -> Option<Value> {
        let mut all = Vec::with_capacity(items.len());
        let mut whole = true;
        for (index, item) in items.iter().enumerate() {
            match self.element(slot, kind, item, &format!("{at}[{index}]")) {
                Some(item) => all.push(item),
                None => whole = false,
            }
        }
        whole.then_some(Value::Array(all))
    }

    fn element(&mut self, slot: &Slot, kind: Kind, value: &Value, at: &str) -> Option<Value> {
        match value {
            planned if is_planned(planned) => Some(planned.clone()),
            Value::Object(map) if let Some((name, label)) = slot.param.user.and_then(|form| of_row(map, form)) => {
                Some(match slot.param.wrap {
                    Wrap::Always => serde_json::json!({ "label": label, "value": name }),
                    Wrap::Either | Wrap::No => name.into(),
                })
            }
            Value::Object(map) if slot.param.wrap != Wrap::No => self.label_value(slot, kind, map, at),
            Value::Object(map) if kind == Kind::Text => match value_member(map) {
                Some((_, plain)) => self.plain(slot, kind, plain, at),
                None => self.plain(slot, kind, value, at),
            },
            Value::Object(map) if matches!(kind, Kind::Map | Kind::Any) => self.map(slot, map, at),
            plain if slot.param.wrap == Wrap::Always => {
                let plain = self.plain(slot, kind, plain, at)?;
                Some(serde_json::json!({ "label": plain, "value": plain }))
            }
            plain => self.plain(slot, kind, plain, at),
        }
    }

    /// An object that the caller has wrapped: left as it is but for its value.
    fn label_value(&mut self, slot: &Slot, kind: Kind, map: &Map<String, Value>, at: &str) -> Option<Value> {
        let Some((key, plain)) = value_member(map).filter(|(_, plain)| !plain.is_null()) else {
            if slot.param.wrap == Wrap::Either && matches!(kind, Kind::Map | Kind::Any) {
                return self.map(slot, map, at);
            }
            let message = format!("\"{at}\" takes a plain value or {{label, value}}: this map has no value");
            self.problem(Problem::new(at, message));
            return None;
        };
        let value = self.plain(slot, kind, plain, &below(at, key))?;
        let mut wrapped = self.free_map(map, slot.secret, at)?;
        wrapped.insert(key.to_owned(), value);
        Some(Value::Object(wrapped))
    }

    /// A value that is not taken apart any further.
    fn plain(&mut self, slot: &Slot, kind: Kind, value: &Value, at: &str) -> Option<Value> {
        // A map that is read as {label, value} can hold any plain value.
        let kind = if slot.param.wrap != Wrap::No && kind == Kind::Map { Kind::Any } else { kind };
        if kind == Kind::Any {
            return self.free(value, slot.secret, at).and_then(|value| self.allowed(slot, value, at));
        }
        match fit(kind, slot.param.kind_known, value) {
            Fit::As(value) => self.allowed(slot, value, at),
            Fit::Unlike if self.tolerates(slot, kind, value, at) => self.free(value, slot.secret, at),
            Fit::Unlike => None,
            Fit::Never => {
                self.mismatch(slot, kind, value, at);
                None
            }
            Fit::Because(why) if slot.param.kind_known => {
                self.problem(Problem::new(at, format!("\"{at}\" {why}")));
                None
            }
            Fit::Because(why) => {
                self.warn(format!("\"{at}\" {why}; it is sent as it is"));
                Some(value.clone())
            }
        }
    }

    /// The value in the record's spelling when only some are allowed.
    fn allowed(&mut self, slot: &Slot, value: Value, at: &str) -> Option<Value> {
        let Some(text) = plain_text(&value).filter(|_| !slot.param.values.is_empty()) else { return Some(value) };
        if let Some(spelled) = slot.param.values.iter().find(|allowed| allowed.eq_ignore_ascii_case(&text)) {
            return Some(if value.is_string() { (*spelled).into() } else { value });
        }
        let told = given_in_words(&value, slot.secret);
        if !slot.param.values_known {
            self.warn(format!("\"{at}\" may not take {told}, which is sent as it is"));
            return Some(value);
        }
        let message = format!("\"{at}\" takes {}, not {told}", names_in_words(slot.param.values, "or"));
        let near = if slot.secret { Vec::new() } else { nearest(&text, slot.param.values.iter().copied()) };
        let problem = Problem::new(at, message);
        self.problem(match did_you_mean(&near) {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
        None
    }

    /// An object: checked against the parameters below it where there are any.
    fn map(&mut self, slot: &Slot, map: &Map<String, Value>, at: &str) -> Option<Value> {
        let mut slots = slots_below(self.endpoint, slot.param.path);
        if slots.is_empty() {
            return self.free_map(map, slot.secret, at).map(Value::Object);
        }
        slots.iter_mut().for_each(|below| below.secret |= slot.secret);
        let unknown = match self.endpoint.open {
            true => Unknown::Pass,
            false if slots.iter().any(|slot| slot.param.kind_known) => Unknown::Refuse,
            false => Unknown::Warn,
        };
        let entries = self.level(&Level { slots: &slots, given: map, at, unknown, secret: slot.secret });
        Some(Value::Object(entries.into_iter().map(|Entry { name, value, .. }| (name, value)).collect()))
    }

    /// Whether a value of another kind can be sent all the same: when the kind is only claimed.
    pub(super) fn tolerates(&mut self, slot: &Slot, kind: Kind, value: &Value, at: &str) -> bool {
        if slot.param.kind_known {
            self.mismatch(slot, kind, value, at);
            return false;
        }
        let (kind, given) = (in_words(kind, slot.param.item), given_in_words(value, slot.secret));
        self.warn(format!("\"{at}\" may take {kind} only; {given} is sent as it is"));
        true
    }

    fn mismatch(&mut self, slot: &Slot, kind: Kind, value: &Value, at: &str) {
        let (kind, given) = (in_words(kind, slot.param.item), given_in_words(value, slot.secret));
        self.problem(Problem::new(at, format!("\"{at}\" takes {kind}, not {given}")));
    }
}

/// Whether only a planned write makes it: it fits when it is there, or the call is refused then.
fn is_planned(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Planned::of_marker(text).is_some())
}

/// A value as it is told in a problem; of a secret only the kind.
fn given_in_words(value: &Value, secret: bool) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::String(_) if secret => "this text".to_owned(),
        Value::Number(_) if secret => "this number".to_owned(),
        Value::Bool(_) if secret => "this boolean".to_owned(),
        Value::String(text) if text.chars().count() > SHOWN => {
            format!("the text \"{}...\"", text.chars().take(SHOWN).collect::<String>())
        }
        Value::String(text) => format!("the text \"{text}\""),
        Value::Number(number) => format!("the number {number}"),
        Value::Bool(truth) => truth.to_string(),
    }
}

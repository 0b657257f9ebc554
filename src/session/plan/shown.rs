//! A plan, and what became of it, as rows for people and programs.

use rhai::{Array, Dynamic};
use serde_json::{Map, Value};

use super::{Applied, Call, Plan, file, seal::PLANNED};
use crate::{
    catalogue::{Effect, same_name, verify::THERE},
    value::Row,
};

/// Arguments that tell what a call is about, surest first.
const NAMES: [&str; 8] = ["userPrincipalName", "userId", "username", "displayName", "name", "groupId", "id", "GUID"];

/// How much of a value is shown.
const SHOWN: usize = 40;

impl Plan {
    /// The calls as rows, grouped by tenant and effect, what destroys first.
    pub fn rows(&self) -> Array {
        let mut calls: Vec<&Call> = self.calls.iter().collect();
        let mildness = |call: &Call| call.effect != Effect::Destroy.name();
        calls.sort_by_key(|call| (call.tenants(), mildness(call), call.lane, call.n));
        let row = |call: &Call| {
            let (before, after) = changes(call);
            let fields: [(&str, Dynamic); 7] = [
                ("tenant", call.tenants().into()),
                ("effect", call.effect.clone().into()),
                ("n", i64::try_from(call.n).unwrap_or(i64::MAX).into()),
                ("call", call.name().to_owned().into()),
                ("of", call.about().into()),
                ("before", before.into()),
                ("after", after.into()),
            ];
            Dynamic::from(fields.into_iter().collect::<Row>())
        };
        calls.into_iter().map(row).collect()
    }

    /// Adds what whoever applies it should know.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
        self.hash = file::hash(self);
    }

    /// How much it is, in one line.
    pub fn line(&self) -> String {
        let plural = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
        let counts = &self.counts;
        let destroy = if counts.destroy > 0 { format!(", {} of them destroy", counts.destroy) } else { String::new() };
        format!(
            "planned: {}, {}, {}{destroy}; nothing was sent",
            plural(counts.tenants, "tenant"),
            plural(counts.targets, "target"),
            plural(counts.writes, "write"),
        )
    }

    /// What became of the calls, as rows in the order of the plan.
    pub fn results(&self, applied: &Applied) -> Array {
        let rows = self.calls.iter().zip(&applied.steps).map(|(call, step)| {
            let status = step.status.map(|status| (status.name(), status.done()));
            let fields: [(&str, Dynamic); 7] = [
                ("n", i64::try_from(call.n).unwrap_or(i64::MAX).into()),
                ("tenant", call.tenants().into()),
                ("call", call.name().to_owned().into()),
                ("of", call.about().into()),
                ("status", status.map_or("open", |(name, _)| name).into()),
                ("done", status.is_some_and(|(_, done)| done).into()),
                ("message", step.message.clone().into()),
            ];
            Dynamic::from(fields.into_iter().collect::<Row>())
        });
        rows.collect()
    }
}

impl Call {
    /// The action, or the endpoint.
    pub fn name(&self) -> &str {
        self.action.as_deref().unwrap_or(&self.endpoint)
    }

    /// The tenants, by their names.
    pub fn tenants(&self) -> String {
        self.tenant.iter().map(|tenant| tenant.domain.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// What it is about: the item of its bulk, or the first argument that is no tenant.
    pub fn about(&self) -> String {
        if !self.item.is_empty() {
            return self.item.clone();
        }
        let is_tenant = |text: &str| {
            self.tenant.iter().any(|tenant| text.eq_ignore_ascii_case(&tenant.domain) || text == tenant.id)
        };
        let arguments = if self.raw { &self.arguments["body"] } else { &self.arguments };
        let Some(fields) = arguments.as_object() else { return String::new() };
        let one = |value: &'_ Value| {
            if let Some(call) = value.get(PLANNED).and_then(|part| part["call"].as_u64()) {
                return Some(format!("what call {call} makes"));
            }
            let text = value.as_str().or_else(|| value.get("value")?.as_str())?;
            (!is_tenant(text) && !text.is_empty()).then(|| text.to_owned())
        };
        let text = |value: &'_ Value| match value.as_array() {
            Some(items) if items.len() > 1 => Some(format!("{} and {} more", one(items.first()?)?, items.len() - 1)),
            Some(items) => one(items.first()?),
            None => one(value),
        };
        let named =
            |name: &&str| fields.iter().find(|(key, _)| same_name(key, name)).and_then(|(_, value)| text(value));
        NAMES.iter().find_map(named).or_else(|| fields.values().find_map(text)).unwrap_or_default()
    }
}

/// What changes, before and after, each in a short text.
fn changes(call: &Call) -> (String, String) {
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (&call.before, &call.after) else {
        return (String::new(), String::new());
    };
    let many = after.len() > 1;
    let told = |fields: &Map<String, Value>| {
        let one = |name: &String| {
            let value = fields.get(name).map(|value| short(name, value)).unwrap_or_default();
            if many { format!("{name}: {value}") } else { value }
        };
        let changes = |name: &&String| before == after || before.get(*name) != after.get(*name);
        after.keys().filter(changes).map(one).collect::<Vec<_>>().join(", ")
    };
    let absent = before.get(THERE) == Some(&Value::Bool(false));
    (if absent { "not there".to_owned() } else { told(before) }, told(after))
}

fn short(name: &str, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".into(),
        Value::Bool(true) if name == THERE => "there".into(),
        Value::Bool(false) if name == THERE => "not there".into(),
        other => other.to_string(),
    };
    if text.chars().count() > SHOWN { format!("{}…", text.chars().take(SHOWN).collect::<String>()) } else { text }
}

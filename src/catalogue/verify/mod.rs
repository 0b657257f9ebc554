//! How a write is seen to be carried out: its recipes, filled with its arguments, and what a read shows.
//!
//! Everything here is pure. [`claims`] says what to look for, [`Claim::one`] by which reads; the caller reads,
//! and [`Check::seen`] compares.

mod compare;
mod fill;
mod now;
mod seen;

use serde_json::{Map, Value};

use super::arguments::Request;
use super::path::values_at;
use super::{Condition, Endpoint, Expect, Lag, Look, Presence, Recipe, Root, Target, User, When, find};
pub use now::THERE;
pub use seen::Seen;

/// A write that was sent.
pub struct Sent<'a> {
    /// What was sent.
    pub request: &'a Request,
    /// What stands beside the results of its answer; null when there is no answer.
    pub reply: Value,
    /// The user that a text names.
    pub user: &'a dyn Fn(&str) -> Option<User>,
}

/// One thing that a write is to have brought about.
#[derive(Debug, Clone)]
pub struct Claim {
    /// How long the server takes to show it.
    pub lag: Lag,
    /// What shows is the task that will do it.
    pub task: bool,
    /// How it is seen by itself; all of these.
    pub one: Vec<Check>,
    /// How it is seen together with others; empty when there is no such way.
    pub many: Vec<Check>,
}

/// One read, and what it must show.
#[derive(Debug, Clone)]
pub struct Check {
    /// The endpoint that is read.
    pub read: &'static Endpoint,
    /// Its arguments.
    pub arguments: Value,
    rows: &'static str,
    row: Filled,
    presence: Presence,
    expect: Vec<(&'static str, Expect, Vec<Value>)>,
}

/// What a template is filled from.
struct Source<'a> {
    /// Query and body, or one row of it.
    parts: Vec<&'a Value>,
    /// The element of the list that is looked for by itself, and the path of the list.
    element: Option<(&'static str, &'a Value)>,
    sent: &'a Sent<'a>,
}

/// What a write is to have brought about, as far as a read can show it; nothing when none can.
pub fn claims(sent: &Sent<'_>) -> Vec<Claim> {
    let endpoint = sent.request.endpoint;
    let query: Map<String, Value> =
        sent.request.query.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let query = Value::Object(query);
    let rows: Vec<&Value> = match &sent.request.body {
        Some(Value::Array(rows)) if endpoint.body != Root::Object => rows.iter().collect(),
        Some(body) => vec![body],
        None => vec![&Value::Null],
    };
    rows.into_iter().flat_map(|row| of_one(endpoint, vec![&query, row], sent)).collect()
}

fn of_one<'a>(endpoint: &'static Endpoint, parts: Vec<&'a Value>, sent: &'a Sent<'a>) -> Vec<Claim> {
    let is_default = |recipe: &&Recipe| recipe.when.iter().any(|condition| matches!(condition.when, When::Otherwise));
    let (defaults, named): (Vec<_>, Vec<_>) = endpoint.verify.iter().partition(is_default);
    let mut is_named = false;
    let mut claims = Vec::new();
    for recipe in named {
        let found = of_recipe(recipe, &parts, sent);
        is_named |= !recipe.when.is_empty() && !found.is_empty();
        claims.extend(found);
    }
    if !is_named {
        claims.extend(defaults.into_iter().flat_map(|recipe| of_recipe(recipe, &parts, sent)));
    }
    claims
}

fn of_recipe<'a>(recipe: &'static Recipe, parts: &[&'a Value], sent: &'a Sent<'a>) -> Vec<Claim> {
    let elements: Vec<Option<(&'static str, &Value)>> = if recipe.each.is_empty() {
        vec![None]
    } else {
        let all = parts.iter().flat_map(|part| values_at(part, recipe.each));
        all.map(|element| Some((recipe.each, element))).collect()
    };
    let claim = |element| {
        let source = Source { parts: parts.to_vec(), element, sent };
        if !recipe.when.iter().all(|condition| source.holds(condition)) {
            return None;
        }
        let one = checks(&recipe.one, &source);
        let many = recipe.many.as_ref().map(|many| checks(many, &source)).unwrap_or_default();
        (!one.is_empty()).then_some(Claim { lag: recipe.lag, task: recipe.task, one, many })
    };
    elements.into_iter().filter_map(claim).collect()
}

/// The reads of a look, one for each combination of the values that its holes take; none when a hole stays empty
/// or nothing is left to expect.
fn checks(look: &'static Look, source: &Source<'_>) -> Vec<Check> {
    let Some(read) = find(look.read) else { return Vec::new() };
    let mut expect = Vec::new();
    for (field, expected) in look.expect {
        let values = match expected {
            Expect::Is(template)
            | Expect::Exactly(template)
            | Expect::Not(template)
            | Expect::Contains(template)
            | Expect::Lacks(template)
            | Expect::Includes(template) => source.fill(template),
            Expect::After | Expect::Empty | Expect::Set => vec![Value::Null],
        };
        if !values.is_empty() {
            expect.push((*field, *expected, values));
        }
    }
    if expect.is_empty() && !look.expect.is_empty() {
        return Vec::new();
    }
    let mut arguments = combinations(look.arguments, source);
    arguments.retain(|arguments| names_one_tenant(read, arguments, source));
    let rows = combinations(look.row, source);
    let pairs = arguments.iter().flat_map(|arguments| rows.iter().map(move |row| (arguments, row)));
    pairs
        .map(|(arguments, row)| Check {
            read,
            arguments: arguments.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            rows: look.rows,
            row: row.clone(),
            presence: look.presence,
            expect: expect.clone(),
        })
        .collect()
}

/// Whether the tenants that a read names are ones that the write named one by one: of all tenants, or a group of them,
/// there is no telling which were reached.
fn names_one_tenant(read: &Endpoint, arguments: &Filled, source: &Source<'_>) -> bool {
    arguments.iter().all(|(name, value)| {
        let names_tenant = read.param(name).is_some_and(|param| param.tenant.is_some());
        let named = |target: &Target| match target {
            Target::Tenant(tenant) => value.as_str().is_some_and(|text| text == tenant.domain || text == tenant.id),
            Target::AllTenants | Target::Group(_) => false,
        };
        !names_tenant || source.sent.request.tenants.iter().any(named)
    })
}

type Filled = Vec<(&'static str, Value)>;

fn combinations(templates: &'static [(&'static str, &'static str)], source: &Source<'_>) -> Vec<Filled> {
    let mut all: Vec<Filled> = vec![Vec::new()];
    for (name, template) in templates {
        let values = source.fill(template);
        let longer = |filled: &Filled| {
            let with = |value: &Value| filled.iter().cloned().chain([(*name, value.clone())]).collect();
            values.iter().map(with).collect::<Vec<Filled>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

#[cfg(test)]
mod tests;

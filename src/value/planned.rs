//! What only a planned write makes: a value that stands for a part of its answer until there is one.

use std::{fmt, sync::Arc};

use rhai::{Array, Dynamic, INT, Map};

use super::{Row, Secret};

/// Stands at both ends of a reference inside of JSON that is not sent. No text of a server holds it.
const MARK: char = '\u{F8FF}';

/// A part of the answer to a planned write.
#[derive(Clone, PartialEq, Eq)]
pub struct Planned {
    /// The number of the write in the plan.
    pub call: usize,
    /// Where in its answer; empty for all of it.
    pub path: String,
    /// The text of a secret.
    pub revealed: bool,
}

/// What a planned write gives: what is known of it, and the rest as [`Planned`].
#[derive(Clone)]
pub struct Report {
    /// The number of the write in the plan.
    pub call: usize,
    /// What is known already.
    pub known: Arc<Map>,
}

impl Report {
    /// What the answer holds under this name.
    pub fn get(&self, name: &str) -> Dynamic {
        let known = self.known.iter().find(|(key, _)| key.as_str() == name);
        known.map_or_else(|| Dynamic::from(self.whole().member(name)), |(_, value)| value.clone())
    }

    /// All of the answer.
    pub fn whole(&self) -> Planned {
        Planned { call: self.call, path: String::new(), revealed: false }
    }
}

impl Planned {
    /// The first one in a value, at any depth.
    pub fn within(value: &Dynamic) -> Option<Self> {
        if let Some(planned) = value.read_lock::<Self>() {
            return Some(planned.clone());
        }
        if let Some(report) = value.read_lock::<Report>() {
            return Some(report.whole());
        }
        if let Some(list) = value.read_lock::<Array>() {
            return list.iter().find_map(Self::within);
        }
        Row::of(value)?.values().find_map(Self::within)
    }

    /// A member of it.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let dot = if self.path.is_empty() { "" } else { "." };
        let step = if plain { format!("{dot}{name}") } else { format!("[{}]", serde_json::Value::from(name)) };
        Self { path: format!("{}{step}", self.path), ..self.clone() }
    }

    /// An element of it; from its end when the number is negative.
    #[must_use]
    pub fn element(&self, at: INT) -> Self {
        Self { path: format!("{}[{at}]", self.path), ..self.clone() }
    }

    /// The text that stands for it in JSON.
    pub fn marker(&self) -> String {
        format!("{MARK}{} {} {}{MARK}", self.call, if self.revealed { "text" } else { "value" }, self.path)
    }

    /// What such a text stands for.
    pub fn of_marker(text: &str) -> Option<Self> {
        let inner = text.strip_prefix(MARK)?.strip_suffix(MARK)?;
        let (call, rest) = inner.split_once(' ')?;
        let (form, path) = rest.split_once(' ')?;
        Some(Self { call: call.parse().ok()?, path: path.to_owned(), revealed: form == "text" })
    }

    /// Whether a text stands for one, or has one in it.
    pub fn is_in(text: &str) -> bool {
        text.contains(MARK)
    }

    /// The part of an answer that it stands for; `None` where that has no such part.
    pub fn of_answer(&self, answer: &Dynamic) -> Option<Dynamic> {
        let found = steps(&self.path)?.into_iter().try_fold(answer.clone(), |value, step| match step {
            Step::Member(name) => Row::of(&value)?.get_ignoring_case(&name).cloned(),
            Step::Element(at) => {
                let list = value.read_lock::<Array>()?;
                let place =
                    if at < 0 { list.len().checked_sub(usize::try_from(-at).ok()?)? } else { at.try_into().ok()? };
                list.get(place).cloned()
            }
        })?;
        let known = found.read_lock::<Secret>().filter(|secret| !secret.is_lost()).map(|secret| secret.reveal());
        match known {
            Some(text) if self.revealed => Some(text.into()),
            _ => (!found.is_unit()).then_some(found),
        }
    }
}

enum Step {
    Member(String),
    Element(INT),
}

/// The steps of a path; `None` when it is not well formed.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let end = quoted.find("\"]")?;
            steps.push(Step::Member(serde_json::from_str(&rest[1..end + 3]).ok()?));
            rest = &quoted[end + 2..];
        } else if let Some(number) = rest.strip_prefix('[') {
            let (number, after) = number.split_once(']')?;
            steps.push(Step::Element(number.parse().ok()?));
            rest = after;
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Member(name.get(..end).filter(|name| !name.is_empty())?.to_owned()));
            rest = &name[end..];
        }
    }
    Some(steps)
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the answer" } else { &self.path };
        write!(f, "({path} of call {} of the plan)", self.call)
    }
}

impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.whole())
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::value::{from_json, to_json, to_json_to_send};

    #[test]
    fn a_reference_goes_through_json_and_finds_its_part() {
        let report = Report { call: 3, known: Arc::new(Map::from([("status".into(), "planned".into())])) };
        assert_eq!(report.get("status").to_string(), "planned");
        let answer = from_json(json!({ "results": [{ "id": "a" }, { "@odata.id": "b", "x.y": [1, 2] }] }));
        let results = report.whole().member("results");
        let cases = [
            (results.element(0).member("id"), "results[0].id", Some(json!("a"))),
            (results.element(-1).member("@odata.id"), "results[-1][\"@odata.id\"]", Some(json!("b"))),
            (results.element(1).member("x.y").element(1), "results[1][\"x.y\"][1]", Some(json!(2))),
            (results.element(2).member("id"), "results[2].id", None),
            (results.member("id"), "results.id", None),
            (report.whole().member("other"), "other", None),
        ];
        for (planned, path, expected) in cases {
            assert_eq!(planned.path, path);
            assert_eq!(Planned::of_marker(&planned.marker()), Some(planned.clone()), "{path}");
            assert_eq!(planned.of_answer(&answer).map(|value| to_json(&value)), expected, "{path}");
        }
        assert_eq!(Planned::of_marker("3 value id"), None);
    }

    #[test]
    fn the_text_of_a_secret_is_asked_for() {
        let answer: Row = [("password", Dynamic::from(Secret::new("hush")))].into_iter().collect();
        let planned = Planned { call: 1, path: "password".into(), revealed: true };
        assert_eq!(planned.of_answer(&Dynamic::from(answer)).unwrap().to_string(), "hush");
        let answer: Row = [("password", Dynamic::from(Secret::lost()))].into_iter().collect();
        let lost = planned.of_answer(&Dynamic::from(answer)).unwrap();
        assert!(
            to_json_to_send(&lost, None).unwrap_err().message.contains("not known any more"),
            "the mask is no password"
        );
    }

    #[test]
    fn paths_that_are_none() {
        for path in ["a..b", "a[", "a[x]", "[\"a"] {
            assert!(steps(path).is_none(), "{path}");
        }
    }
}

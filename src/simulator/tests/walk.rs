//! Walks through calls, each with what its answer must show: a write, then the reads that show it.

use std::collections::HashMap;

use serde_json::Value;

use super::{Client, Settings};

/// A call: what is asked, `Name?query`; the body, and without one the call is a GET; and what must be found where.
///
/// A place is a path such as `Results[id=$app].name`, where `[]` is the first item, `[name=value]` the first that has
/// it, and `status` the status of the answer. What must be there is `~` and a part of the text, `=> name` for anything,
/// which later `$name` stands for, or JSON; `null` is also what is not there.
pub(super) type Step = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Makes the calls one after the other.
#[track_caller]
pub(super) fn walk(steps: &[Step]) {
    let client = Client::new(Settings { errors: 1, ..Settings::default() });
    let mut known: HashMap<&str, String> = HashMap::new();
    for (what, body, shows) in steps {
        let (what, body) = (filled(what, &known), filled(body, &known));
        let answer = match body.as_str() {
            "" => client.get(&what),
            body => client.post(&what, &serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"))),
        };
        assert_eq!(answer.header("x-cippsh-sim"), Some("stateful"), "{what}");
        let reply = serde_json::from_slice(&answer.body).unwrap_or_else(|_| Value::from(answer.text()));
        for (place, expected) in *shows {
            let place = filled(place, &known);
            let found = if place == "status" { answer.status.into() } else { at(&reply, &place) };
            let told = || format!("{what} {body}\n{place} is {found}\nin {reply:.2000}");
            match expected.strip_prefix("=> ") {
                Some(name) => {
                    assert!(!found.is_null(), "{}", told());
                    known.insert(name, found.as_str().map_or_else(|| found.to_string(), str::to_owned));
                }
                None => assert!(fits(&found, &filled(expected, &known)), "not {expected}: {}", told()),
            }
        }
    }
}

fn filled(text: &str, known: &HashMap<&str, String>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
}

fn fits(found: &Value, expected: &str) -> bool {
    match expected.strip_prefix('~') {
        Some(part) => found.as_str().map_or_else(|| found.to_string(), str::to_owned).contains(part),
        None => found == expected || serde_json::from_str(expected).is_ok_and(|wanted: Value| *found == wanted),
    }
}

fn at(reply: &Value, place: &str) -> Value {
    let (mut value, mut rest) = (reply.clone(), place);
    while !rest.is_empty() {
        value = if let Some(test) = rest.strip_prefix('[') {
            let (test, after) = test.split_once(']').expect("a closing bracket");
            rest = after;
            first(&value, test)
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            rest = after;
            value.get(name).cloned().unwrap_or_default()
        };
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    value
}

fn first(rows: &Value, test: &str) -> Value {
    let Some((key, wanted)) = test.split_once('=') else { return rows.get(0).cloned().unwrap_or_default() };
    let is = |row: &&Value| row.get(key).is_some_and(|value| fits(value, wanted));
    rows.as_array().and_then(|rows| rows.iter().find(is).cloned()).unwrap_or_default()
}

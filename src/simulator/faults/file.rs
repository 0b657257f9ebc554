//! Reading a fault file.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::json;
use toml::Spanned;

use super::{Faults, Harm, Rule, Target, preset};
use crate::catalogue;
use crate::failure::{Failure, Kind};
use crate::simulator::handlers;
use crate::simulator::reply::{HTML, JSON, TEXT};

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    broken: Option<Spanned<String>>,
    #[serde(default)]
    fault: Vec<Spanned<Written>>,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    endpoint: String,
    containing: Option<String>,
    #[serde(default)]
    after: u64,
    every: Option<u64>,
    times: Option<u64>,
    status: Option<u16>,
    body: Option<String>,
    content_type: Option<String>,
    results: Option<String>,
    #[serde(default)]
    stall: bool,
    reset: Option<Reset>,
    #[serde(default)]
    truncate: bool,
    #[serde(default)]
    expire_token: bool,
    capacity: Option<usize>,
    apply: Option<bool>,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reset {
    Before,
    InBody,
}

impl Faults {
    /// Reads the text of a fault file; the form is told in the documentation of the module.
    ///
    /// # Errors
    /// Names the file, the line and what is wrong there.
    pub fn parse(text: &str, file: &str) -> Result<Self, Failure> {
        let failure = |start: usize, what: String| {
            let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
            Failure::new(Kind::Command, format!("{file}, line {line}: {what}"))
        };
        let written: File = toml::from_str(text).map_err(|error| {
            failure(error.span().map_or(0, |span| span.start), error.message().trim().replace('\n', ", "))
        })?;
        let rule = |spanned: Spanned<Written>| {
            let start = spanned.span().start;
            spanned.into_inner().rule().map_err(|what| failure(start, what))
        };
        let mut faults = Self::default();
        if let Some(broken) = &written.broken {
            let (rules, audience) = preset::named(broken.get_ref()).ok_or_else(|| {
                let known = preset::presets().collect::<Vec<_>>().join(", ");
                failure(broken.span().start, format!("nothing is broken as '{}'; known are {known}", broken.get_ref()))
            })?;
            faults = Self::parse(&rules, broken.get_ref())?;
            faults.audience = audience.map(String::from);
        }
        for written in written.fault {
            faults.rules.push(rule(written)?);
        }
        Ok(faults)
    }
}

impl Written {
    fn rule(self) -> Result<Rule, String> {
        let target = target(&self.endpoint)?;
        let harm = self.harm()?;
        if target == Target::Token && harm == Harm::ExpireToken {
            return Err("expire_token is about a call that carries a token, which 'token' does not".to_owned());
        }
        if self.every == Some(0) {
            return Err("every = 0 never strikes; leave it out to strike each time".to_owned());
        }
        let apply = match (self.clear(&harm), self.apply) {
            (Some(_), Some(_)) => return Err("apply cannot be given here, it follows from the rest".to_owned()),
            (Some(apply), None) => apply,
            (None, apply) => apply.unwrap_or(false),
        };
        for (name, value) in &self.headers {
            if HeaderName::try_from(name.as_str()).is_err() || HeaderValue::try_from(value.as_str()).is_err() {
                return Err(format!("'{name}: {value}' is not a header"));
            }
        }
        Ok(Rule {
            target,
            containing: self.containing.map(|part| part.to_lowercase()),
            after: self.after,
            every: self.every.unwrap_or(1),
            times: self.times.unwrap_or(u64::MAX),
            harm,
            capacity: self.capacity,
            apply,
            delay_ms: self.delay_ms,
            headers: self.headers.into_iter().collect(),
        })
    }

    fn harm(&self) -> Result<Harm, String> {
        let answers = self.status.is_some() || self.body.is_some() || self.results.is_some();
        let kinds = [
            ("status, body or results", answers && self.capacity.is_none()),
            ("stall", self.stall),
            ("reset", self.reset.is_some()),
            ("truncate", self.truncate),
            ("expire_token", self.expire_token),
            ("capacity", self.capacity.is_some()),
        ];
        let given: Vec<_> = kinds.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        match given.as_slice() {
            [] if self.delay_ms == 0 && self.headers.is_empty() => Err("the rule does not say what happens".to_owned()),
            [] => Ok(Harm::None),
            ["stall"] => Ok(Harm::Stall),
            ["truncate"] => Ok(Harm::Truncate),
            ["expire_token"] => Ok(Harm::ExpireToken),
            ["reset"] => Ok(if matches!(self.reset, Some(Reset::Before)) { Harm::Reset } else { Harm::ResetInBody }),
            [_] => self.answer(),
            _ => Err(format!("a rule does one thing, and this one has {}", given.join(" and "))),
        }
    }

    fn answer(&self) -> Result<Harm, String> {
        let default = if self.capacity.is_some() { 503 } else { 200 };
        let status = self.status.unwrap_or(default);
        if !(200..600).contains(&status) {
            return Err(format!("status = {status} is not a status of an answer, which are 200 to 599"));
        }
        let (body, guessed) = match (&self.body, &self.results) {
            (Some(_), Some(_)) => return Err("body and results exclude each other".to_owned()),
            (None, Some(results)) => (json!({"Results": results}).to_string(), JSON),
            (Some(body), None) => (body.clone(), guess(body)),
            (None, None) => (String::new(), TEXT),
        };
        let content_type = self.content_type.clone().unwrap_or_else(|| guessed.to_owned());
        if HeaderValue::try_from(content_type.as_str()).is_err() {
            return Err(format!("content_type = '{content_type}' is not a type"));
        }
        Ok(Harm::Answer { status, content_type, body })
    }

    /// Whether the call is carried out, where that follows from what happens to it.
    fn clear(&self, harm: &Harm) -> Option<bool> {
        match harm {
            Harm::None | Harm::ResetInBody | Harm::Truncate => Some(true),
            Harm::ExpireToken => Some(false),
            Harm::Answer { .. } if self.capacity.is_some() => Some(false),
            Harm::Answer { .. } | Harm::Stall | Harm::Reset => None,
        }
    }
}

fn target(name: &str) -> Result<Target, String> {
    match name {
        "*" => Ok(Target::All),
        "private" => Ok(Target::Private),
        "token" => Ok(Target::Token),
        name if handlers::exists(name) => Ok(Target::Endpoint(name.to_owned())),
        name => {
            let near =
                catalogue::nearest(name).first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Err(format!(
                "no endpoint is called '{name}'{near} ('*' is all of them, 'private' all but Public…, 'token' the token endpoint)"
            ))
        }
    }
}

fn guess(body: &str) -> &'static str {
    match body.trim_start().chars().next() {
        Some('{' | '[') => JSON,
        Some('<') => HTML,
        _ => TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_is_told_with_its_line() {
        for (rule, expected) in [
            ("stauts = 500", "line 4: unknown field `stauts`"),
            ("status = \"500\"", "line 4: invalid type: string"),
            ("status = 99", "line 2: status = 99 is not a status"),
            ("", "line 2: the rule does not say what happens"),
            ("stall = true\ntruncate = true", "line 2: a rule does one thing, and this one has stall and truncate"),
            ("status = 500\nreset = \"before\"", "line 2: a rule does one thing"),
            ("reset = \"after\"", "line 4: unknown variant `after`"),
            ("body = \"x\"\nresults = \"y\"", "line 2: body and results exclude each other"),
            ("truncate = true\napply = false", "line 2: apply cannot be given here"),
            ("capacity = 4\napply = true", "line 2: apply cannot be given here"),
            ("expire_token = true\napply = true", "line 2: apply cannot be given here"),
            ("delay_ms = 5\napply = true", "line 2: apply cannot be given here"),
            ("status = 500\nevery = 0", "line 2: every = 0 never strikes"),
            ("status = 500\nheaders = { \"a b\" = \"c\" }", "line 2: 'a b: c' is not a header"),
            ("status = 500\ncontent_type = \"a\\nb\"", "is not a type"),
            ("status = 500\n[fault]", "line 5: "),
        ] {
            let text = format!("# faults\n[[fault]]\nendpoint = \"ListUsers\"\n{rule}\n");
            let failure = Faults::parse(&text, "faults.toml").expect_err(rule);
            assert!(failure.message.starts_with("faults.toml, line "), "{failure}");
            assert!(failure.message.contains(expected), "{rule}: {failure}");
        }
    }

    #[test]
    fn every_preset_is_well_formed() {
        for name in preset::presets() {
            let faults = Faults::parse(&format!("broken = \"{name}\""), "f").unwrap();
            assert!(!faults.rules.is_empty(), "{name}");
        }
        let failure = Faults::parse("\nbroken = \"x\"", "f").unwrap_err();
        assert!(
            failure.message.starts_with("f, line 2: nothing is broken as 'x'; known are wrong-secret,"),
            "{failure}"
        );
    }

    #[test]
    fn endpoints_are_known() {
        let parse = |name: &str| Faults::parse(&format!("[[fault]]\nendpoint = \"{name}\"\nstall = true"), "f");
        for name in ["*", "token", "ListUsers", "listusers", "me"] {
            assert!(parse(name).is_ok(), "{name}");
        }
        let failure = parse("ListUser").unwrap_err();
        assert!(failure.message.contains("did you mean ListUsers?"), "{failure}");
        assert!(Faults::parse("[[fault]]\nendpoint = \"token\"\nexpire_token = true", "f").is_err());
    }

    #[test]
    fn the_type_of_a_body_is_guessed() {
        for (rule, expected) in [
            ("body = \"<html>\"", (200, HTML, "<html>")),
            ("body = \"{}\"", (200, JSON, "{}")),
            ("status = 500\nbody = \"no\"", (500, TEXT, "no")),
            ("status = 502", (502, TEXT, "")),
            ("results = \"Failed\"", (200, JSON, r#"{"Results":"Failed"}"#)),
            ("status = 500\nresults = \"Failed\"", (500, JSON, r#"{"Results":"Failed"}"#)),
            ("capacity = 1", (503, TEXT, "")),
            ("capacity = 1\nstatus = 429", (429, TEXT, "")),
            ("body = \"x\"\ncontent_type = \"text/csv\"", (200, "text/csv", "x")),
        ] {
            let faults = Faults::parse(&format!("[[fault]]\nendpoint = \"*\"\n{rule}"), "f").unwrap();
            let (status, content_type, body) = expected;
            let harm = Harm::Answer { status, content_type: content_type.to_owned(), body: body.to_owned() };
            assert_eq!(faults.rules[0].harm, harm, "{rule}");
        }
    }

    #[test]
    fn whether_a_call_takes_effect_follows_from_what_happens() {
        for (rule, apply) in [
            ("status = 500", false),
            ("status = 500\napply = true", true),
            ("reset = \"before\"", false),
            ("reset = \"before\"\napply = true", true),
            ("reset = \"in_body\"", true),
            ("truncate = true", true),
            ("stall = true", false),
            ("expire_token = true", false),
            ("delay_ms = 5", true),
            ("capacity = 5", false),
        ] {
            let faults = Faults::parse(&format!("[[fault]]\nendpoint = \"*\"\n{rule}"), "f").unwrap();
            assert_eq!(faults.rules[0].apply, apply, "{rule}");
        }
    }

    #[test]
    fn an_empty_file_has_no_faults() {
        assert_eq!(Faults::parse("# nothing\n", "f").unwrap(), Faults::default());
    }
}

//! Commands that tell of something or switch it.

use rhai::{Array, Dynamic};
use serde_json::json;

use super::super::{
    talk::{After, Talk},
    tour,
};
use crate::{
    catalogue::{self, Found},
    failure::{Failure, Kind},
    value::from_json,
};

/// What stands beside name and description of what is found: the longest effect, and two gaps.
const BESIDE: usize = "sensitive".len() + 4;

/// So much of a description is shown however narrow the screen is.
const LEAST: usize = 20;

pub(super) fn help(talk: &mut Talk, name: &str) -> Result<After, Failure> {
    let text = if name.is_empty() { commands() } else { (talk.doc)(name)? };
    talk.explain(&text);
    Ok(After::Next)
}

fn commands() -> String {
    let form = |command: &super::Command| format!(":{} {}", command.name, command.argument);
    let width = super::ALL.iter().map(|command| form(command).len()).max().unwrap_or_default();
    let rows = super::ALL.iter().map(|command| format!("{:width$}  {}\n", form(command), command.help));
    let rest = "\nAnything else is Rhai code. `it` is the latest result.\n";
    rows.collect::<String>() + rest
}

pub(super) fn find(talk: &mut Talk, words: &str) -> Result<After, Failure> {
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let found = catalogue::search(&words);
    if found.is_empty() {
        return Err(Failure::new(Kind::NotFound, "nothing is found").hint("fewer words find more"));
    }
    let found: Vec<_> = found.into_iter().map(named).collect();
    // What it is about is what tells them apart: it is rather cut than left out.
    let names = found.iter().map(|(name, ..)| name.len()).max().unwrap_or_default();
    let room = talk.screen().width.map_or(usize::MAX, |width| usize::from(width).saturating_sub(names + BESIDE));
    let rows = found.into_iter().map(|(name, effect, about)| {
        let first = about.split_inclusive(". ").next().unwrap_or_default().trim_end();
        from_json(json!({ "name": name, "about": shortened(first, room.max(LEAST)), "effect": effect }))
    });
    let rows: Array = rows.collect();
    talk.show(&rows.into())?;
    Ok(After::Next)
}

fn named(found: Found) -> (String, &'static str, &'static str) {
    match found {
        Found::Action(action) => (action.full_name(), found.effect().name(), action.about),
        Found::Endpoint(endpoint) => (endpoint.name.to_owned(), found.effect().name(), endpoint.about),
    }
}

fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - 1).chain(['…']).collect()
}

pub(super) fn tour(talk: &mut Talk, step: &str) -> Result<After, Failure> {
    let from = if step.is_empty() { Some(1) } else { step.parse::<usize>().ok() };
    match from.and_then(|from| from.checked_sub(1)) {
        Some(from) => tour::start(talk, from),
        None => Err(Failure::new(Kind::Usage, ":tour takes the number of a step")),
    }
}

pub(super) fn vars(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    let variables = talk.console.variables();
    let variables = variables.iter().map(|(name, constant, value)| {
        let kind = if *constant { "const" } else { "let" };
        (kind, name.clone(), brief(value))
    });
    let functions = talk.console.functions().into_iter();
    let functions = functions.map(|f| ("fn", f.name.clone(), format!("{}({})", f.name, f.parameters.join(", "))));
    let modules = talk.console.modules().iter().map(|module| {
        let names: Vec<&str> = module.functions.iter().map(|function| function.name.as_str()).collect();
        ("import", module.name.clone(), names.join(", "))
    });
    let all = variables.chain(functions).chain(modules);
    let rows: Array =
        all.map(|(kind, name, holds)| from_json(json!({ "kind": kind, "name": name, "holds": holds }))).collect();
    if rows.is_empty() {
        talk.explain("There is nothing yet.\n");
    } else {
        talk.show_table(&rows.into(), None)?;
    }
    Ok(After::Next)
}

fn brief(value: &Dynamic) -> String {
    match value.read_lock::<Array>() {
        Some(list) if list.iter().any(|one| crate::value::Row::of(one).is_some()) => format!("{} rows", list.len()),
        Some(list) => format!("a list of {}", list.len()),
        None => match crate::value::Row::of(value) {
            Some(row) => format!("a map of {}", row.keys().map(|key| key.as_str()).collect::<Vec<_>>().join(", ")),
            None => value.to_string(),
        },
    }
}

pub(super) fn verify(talk: &mut Talk, word: &str) -> Result<After, Failure> {
    if !word.is_empty() {
        talk.session.set_verifies(word == "on");
    }
    let told =
        if talk.session.verifies() { "what is written is read back" } else { "what is written is not read back" };
    talk.explain(&format!("{told}\n"));
    Ok(After::Next)
}

pub(super) fn time(talk: &mut Talk, word: &str) -> Result<After, Failure> {
    match word {
        "on" => talk.times = true,
        "off" => talk.times = false,
        _ => talk.explain(&format!("the latest code took {:.1?}\n", talk.took)),
    }
    Ok(After::Next)
}

pub(super) fn connection(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    let connection = talk.session.connection();
    let target = &connection.target;
    let kind = match (talk.is_demo, talk.session.is_simulated()) {
        (true, _) => "the demo in this process",
        (false, true) => "a simulator",
        (false, false) => "a server; whether it is a simulator is known after the first call",
    };
    let told = json!({
        "connection": connection.name,
        "url": target.api_url,
        "what": kind,
        "client": target.credentials.client_id,
        "tenant": connection.tenant_id,
        "writes": if connection.read_only { "refused: read_only = true" } else { "asked for, one by one" },
        "verify": talk.session.verifies(),
    });
    talk.show_table(&from_json(told), None)?;
    Ok(After::Next)
}

pub(super) fn reset(talk: &mut Talk, _: &str) -> Result<After, Failure> {
    talk.console.reset();
    talk.kept.clear();
    talk.planner.clear();
    talk.learn();
    talk.explain("forgotten: variables, functions, imports, what is planned, and the lines for :save\n");
    Ok(After::Next)
}

pub(super) fn quit(_: &mut Talk, _: &str) -> Result<After, Failure> {
    Ok(After::Quit)
}

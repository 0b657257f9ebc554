//! `cippsh doc`: what is known of an action, an endpoint or a native function.

use super::{call, doc_action, show};
use crate::{
    catalogue::{Effect, Endpoint, Found, Kind, Need, Param, Retry, Scope, When, Wrap},
    cli::Doc,
    engine::natives,
    failure::{Failure, exit},
};

pub(super) fn run(arguments: &Doc) -> Result<u8, Failure> {
    show::to_stdout(&text(&arguments.name)?)?;
    Ok(exit::DONE)
}

/// The page of whatever has this name.
pub(super) fn text(name: &str) -> Result<String, Failure> {
    Ok(match natives::find(name) {
        Some(native) => format!("{}\n\n  {}\n\n{}\n", native.name, native.signature, native.about),
        None => match call::find(name)? {
            Found::Action(action) => doc_action::page(action),
            Found::Endpoint(endpoint) => page(endpoint),
        },
    })
}

/// The page of an endpoint.
fn page(endpoint: &Endpoint) -> String {
    let mut text = format!("{}\n\n{}\n\n", endpoint.name, endpoint.about);
    let mut fact = |name: &str, value: String| text.push_str(&format!("  {name:8} {value}\n"));
    fact("effect", effect(endpoint));
    fact("role", endpoint.role.to_string());
    fact("sends", format!("{} /api/{}", endpoint.method.name(), endpoint.name));
    fact("tenants", scope(endpoint).to_string());
    fact("repeat", repeat(endpoint.retry));
    fact("gives", endpoint.reply.name().to_string());
    if !endpoint.deferred.is_empty() {
        fact("later", endpoint.deferred.to_string());
    }
    if !endpoint.secrets.is_empty() {
        fact("secret", endpoint.secrets.join(", "));
    }
    let named: Vec<&Param> = endpoint.params.iter().collect();
    if !named.is_empty() {
        text.push_str("\nParameters\n");
        let width = named.iter().map(|param| param.path.len()).max().unwrap_or_default().min(32);
        for param in named {
            text.push_str(&format!("  {:width$}  {}\n", param.path, about(param)));
        }
    }
    text.push_str(&format!("\nExample\n  {}\n", example(endpoint)));
    text
}

fn effect(endpoint: &Endpoint) -> String {
    let worst = endpoint.effect.name();
    if endpoint.effect_rules.is_empty() {
        return worst.to_string();
    }
    let rules = endpoint.effect_rules.iter().map(|rule| match rule.when {
        When::Present(path) => format!("{} with {path}", rule.effect.name()),
        When::Is(path, value) => format!("{} for {path} {value}", rule.effect.name()),
        When::Otherwise => format!("else {}", rule.effect.name()),
    });
    format!("{worst} at worst: {}", rules.collect::<Vec<_>>().join(", "))
}

fn scope(endpoint: &Endpoint) -> &'static str {
    match (endpoint.scope, endpoint.all_tenants) {
        (Scope::None, _) => "none: it acts on CIPP itself",
        (Scope::One, false) => "one",
        (Scope::One, true) => "one, or AllTenants",
        (Scope::Many, false) => "those that are named",
        (Scope::Many, true) => "those that are named, or AllTenants",
    }
}

pub(super) fn repeat(retry: Retry) -> String {
    match retry {
        Retry::Safe => "twice is the same as once".into(),
        Retry::Unsafe => "twice does it twice".into(),
        Retry::SafeWith(path) => format!("twice is the same as once when {path} is sent"),
        Retry::UnsafeWith(path) => format!("twice is the same as once, unless {path} is sent"),
    }
}

fn about(param: &Param) -> String {
    let kind = match (param.kind, param.item) {
        (Kind::List, Kind::Any) => "list".to_string(),
        (Kind::List, item) => format!("list of {}", item.name()),
        (kind, _) => kind.name().to_string(),
    };
    let mut parts = vec![if param.wrap == Wrap::Always { format!("{kind} (sent as label and value)") } else { kind }];
    match param.need {
        Need::Required => parts.push("required".into()),
        Need::Claimed => parts.push("said to be required".into()),
        Need::Optional => {}
    }
    if !param.values.is_empty() {
        parts.push(format!("one of {}", param.values.join(", ")));
    }
    if param.secret {
        parts.push("secret".into());
    }
    let facts = parts.join(", ");
    if param.about.is_empty() { facts } else { format!("{facts}. {}", param.about) }
}

/// A call with what is required; a person fills in the rest.
fn example(endpoint: &Endpoint) -> String {
    let is_top = |param: &&Param| !param.path.contains(['.', '[']);
    let needed = endpoint
        .params
        .iter()
        .filter(is_top)
        .filter(|param| param.need != Need::Optional || param.tenant.is_some() && endpoint.scope == Scope::One);
    let mut seen: Vec<String> = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    for param in needed {
        if !seen.contains(&param.path.to_lowercase()) {
            seen.push(param.path.to_lowercase());
            shown.push(format!("{}: {}", property(param.path), sample(param)));
        }
    }
    let call = if shown.is_empty() {
        format!("{}()", endpoint.name)
    } else {
        format!("{}(#{{ {} }})", endpoint.name, shown.join(", "))
    };
    if endpoint.effect >= Effect::Write { format!("let result = {call};") } else { call }
}

/// A name as it may stand in a map.
fn property(path: &str) -> String {
    let plain =
        path.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !path.starts_with(|c: char| c.is_ascii_digit());
    if plain { path.to_string() } else { format!("\"{path}\"") }
}

fn sample(param: &Param) -> String {
    if let Some(value) = param.values.first() {
        return format!("\"{value}\"");
    }
    match param.kind {
        _ if param.tenant.is_some() && param.kind == Kind::List => "[\"contoso.com\"]".into(),
        _ if param.tenant.is_some() => "\"contoso.com\"".into(),
        _ if param.user.is_some() => "\"ann@contoso.com\"".into(),
        Kind::Bool => "true".into(),
        Kind::Int | Kind::Number => "1".into(),
        Kind::UnixTime => "now()".into(),
        Kind::Map => "#{ }".into(),
        Kind::List => "[ ]".into(),
        Kind::Any | Kind::Text => "\"…\"".into(),
    }
}

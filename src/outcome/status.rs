//! What the HTTP status of an answer says, before its body is looked at as data.

use super::call::Call;
use super::reply::Content;
use super::texts;
use crate::failure::{Failure, Kind};

const SETTINGS: &str = "Integrations > CIPP-API";

/// The failure that the status tells of, with the texts of the body; `None` when it tells of none.
pub(super) fn failure(status: u16, content: &Content, texts: Vec<String>, call: &Call<'_>) -> Option<Failure> {
    Some(match status {
        300..=399 => page(status, &texts, call),
        0..=399 | 402..=499 if is_front_end(content) => page(status, &texts, call),
        0..=299 => return None,
        401 => auth(call),
        403 => forbidden(content, texts, call),
        404 => not_found(texts, call),
        429 => call.failure(Kind::Throttled, "the server asks to slow down (HTTP 429)".into(), 429, texts),
        500 if !tells(content) || broke_off(&texts) => lost(status, texts, call),
        502 | 504 => lost(status, texts, call),
        503 => unavailable(texts, call),
        // Said by something between, such as a proxy that has waited for long enough.
        501..=599 if !tells(content) => lost(status, texts, call),
        _ => told(status, texts, call),
    })
}

/// Not an API: a page for people, or the way to one.
fn page(status: u16, texts: &[String], call: &Call<'_>) -> Failure {
    let message = "this is the front end's address, not the API's: it answers with a web page or a redirect";
    call.failure(Kind::Unavailable, message.into(), status, texts.to_vec())
        .because(format!("{} was answered with HTTP {status}", call.title()))
        .hint(format!("use the function app URL that CIPP shows under {SETTINGS}"))
}

fn auth(call: &Call<'_>) -> Failure {
    call.failure(Kind::Auth, "the server does not accept the token (HTTP 401)".into(), 401, Vec::new())
        .hint(format!("check that the API client is enabled and saved to Azure under {SETTINGS}"))
        .hint("check that client id and tenant id are those of this server; cippsh doctor looks for the cause")
}

fn forbidden(content: &Content, texts: Vec<String>, call: &Call<'_>) -> Failure {
    let first = texts.first().cloned().unwrap_or_default();
    let starts = |start: &str| first.starts_with(start);
    match content {
        Content::Text(_) if starts("Access to this") || starts("Access denied") => {
            let message = format!("not allowed to call {}: {first}", call.title());
            let failure = call.failure(Kind::Permission, message, 403, texts);
            match call.endpoint.map(|endpoint| endpoint.role).filter(|role| !role.is_empty()) {
                Some(role) => failure.hint(format!("the API client needs a role with the permission {role}")),
                None => failure,
            }
        }
        Content::Text(_) if starts("API calls are not accepted") => call
            .failure(Kind::Unavailable, format!("this is not the server's main address: {first}"), 403, texts)
            .hint(format!("use the function app URL that CIPP shows under {SETTINGS}")),
        Content::Empty | Content::Page(_) => call
            .failure(Kind::Permission, "the platform refuses this API client (HTTP 403)".into(), 403, texts)
            .hint(format!("check that the API client is saved to Azure under {SETTINGS}")),
        _ => told(403, texts, call),
    }
}

fn not_found(texts: Vec<String>, call: &Call<'_>) -> Failure {
    let unknown = texts.is_empty() || texts.iter().any(|text| text.contains("Endpoint not found"));
    if !unknown {
        return call.told(Kind::NotFound, 404, texts);
    }
    call.failure(Kind::NotFound, format!("the server does not know {}", call.name), 404, texts)
        .hint("check the name and the address; an older server lacks newer endpoints (GetVersion tells its version)")
}

fn unavailable(texts: Vec<String>, call: &Call<'_>) -> Failure {
    if texts.iter().any(|text| text.starts_with("This feature has been disabled")) {
        return call.told(Kind::Api, 503, texts).hint("switch the feature on in CIPP's settings");
    }
    call.failure(Kind::Unavailable, "the server is not available (HTTP 503)".into(), 503, texts)
}

/// The server, or the platform before it, broke off: what was asked may have been done.
fn lost(status: u16, texts: Vec<String>, call: &Call<'_>) -> Failure {
    if !call.writes() {
        let message = format!("the server broke off {} (HTTP {status})", call.title());
        return call
            .failure(Kind::Unavailable, message, status, texts)
            .hint("the platform ends an answer after 230 seconds: ask for less at once");
    }
    let message = format!("{} may have been carried out: the server broke off (HTTP {status})", call.title());
    call.failure(Kind::InDoubt, message, status, texts).hint("read it back before sending it again")
}

fn told(status: u16, texts: Vec<String>, call: &Call<'_>) -> Failure {
    let stale = texts.iter().any(|text| text.contains("reporting database"));
    let failure = call.told(texts::kind(&texts), status, texts);
    let failure = if stale { failure.hint("ExecCIPPDBCache fills the reporting database") } else { failure };
    failure.because(format!("the server answered with HTTP {status}"))
}

/// A page that is not the one with which the platform refuses a client.
fn is_front_end(content: &Content) -> bool {
    matches!(content, Content::Page(page) if !page.contains("You do not have permission to view this directory"))
}

/// Whether the endpoint itself answered, not the platform for it.
fn tells(content: &Content) -> bool {
    matches!(content, Content::Text(_) | Content::Json(_))
}

fn broke_off(texts: &[String]) -> bool {
    texts.iter().any(|text| text.contains("taken too long to respond"))
}

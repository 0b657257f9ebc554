//! Requests that a script gives as they are, for endpoints that the catalogue does not know or knows wrongly.

use std::cell::Cell;

use rhai::{Array, Dynamic};
use serde_json::{Map, Value};

use super::{
    Session,
    gate::{Passed, Ready, status},
    outgoing::share,
};
use crate::{
    catalogue::{self, Effect, Endpoint, Target, arguments, effect},
    client::{Outgoing, Verb},
    failure::{Failure, Kind},
    outcome::{self, BodyReader, Outcome, Reply},
    value::Planned,
};

/// A request as it is given.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The endpoint's name: letters, digits and underscores.
    pub name: String,
    /// The verb; `None` for that of the catalogue, else POST with a body and GET without.
    pub verb: Option<Verb>,
    /// The query.
    pub query: Map<String, Value>,
    /// The body.
    pub body: Option<Value>,
}

impl Session {
    /// Sends a request as it is given and returns the body as it came.
    ///
    /// Tenants that it names are looked up all the same, wherever they stand; it is sent as it is when all exist.
    /// An endpoint that the catalogue does not know counts as [`Effect::Destroy`].
    ///
    /// # Errors
    ///
    /// An unknown tenant, or whatever makes the answer a failure.
    pub fn raw(&self, raw: &Raw) -> Result<Dynamic, Failure> {
        let plain = !raw.name.is_empty() && raw.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !plain {
            let message = format!("\"{}\" is no name of an endpoint", raw.name);
            return Err(Failure::new(Kind::Usage, message).because("it has letters, digits and underscores only"));
        }
        let endpoint = catalogue::find(&raw.name);
        let effect =
            endpoint.map_or(Effect::Destroy, |endpoint| effect::of_request(endpoint, &raw.query, raw.body.as_ref()));
        self.by_effect(endpoint.map_or(&raw.name, |endpoint| endpoint.name), endpoint, effect)?;
        let refused = |failure: &Failure| self.refused(effect, failure);
        let tenants = self.reached(raw, endpoint, effect).inspect_err(refused)?;
        let rows = raw.body.as_ref().and_then(Value::as_array).map_or(1, |rows| rows.len().max(1));
        let targets = rows * tenants.len().max(1);
        let ready = Ready {
            outgoing: outgoing(raw, endpoint, &tenants, effect).inspect_err(refused)?,
            endpoint,
            tenants,
            effect,
            targets,
            secrets: endpoint.map(|endpoint| arguments::secrets(endpoint, &joined(raw))).unwrap_or_default(),
            own: false,
            draft: self.draft_raw(&raw.name, effect, asked(raw))?,
            stand_in: Cell::default(),
            repeated: Cell::default(),
        };
        let mut body = None;
        let Passed { outcome, kept, http_status, place } = self.pass(&ready, None, |reply, call| {
            let (reply, copy) = twice(reply, call);
            body = Some(outcome::read_raw(copy, call)?);
            outcome::read(reply, call)
        });
        if let Some(kept) = kept {
            self.keep(&kept, &outcome, status(&outcome), http_status, &ready.secrets);
        }
        drop(place);
        self.keep_secrets(&ready, &joined(raw), &outcome)?;
        if let (true, Ok(Outcome::Done(written))) = (ready.draft.is_some(), &outcome) {
            let call = written.extra.get("planned").and_then(|number| number.as_int().ok()).unwrap_or_default();
            let call = usize::try_from(call).unwrap_or_default();
            return Ok(Dynamic::from(Planned { call, path: String::new(), revealed: false }));
        }
        // What a good answer says is for the script to read; that it tells of a failure has been counted.
        body.map_or_else(|| outcome.map(|outcome| of_before(&outcome)), Ok)
    }
}

/// The body of an answer of before, as far as it was kept.
fn of_before(outcome: &Outcome) -> Dynamic {
    let Outcome::Done(written) = outcome else { return Dynamic::UNIT };
    let texts: Array = written.results.iter().map(|line| line.text.clone().into()).collect();
    let mut body = written.extra.clone();
    body.set("Results", Dynamic::from_array(texts));
    Dynamic::from(body)
}

/// The request in the form in which a script gives it.
fn asked(raw: &Raw) -> Value {
    let mut asked = Map::from_iter([("query".to_owned(), Value::Object(raw.query.clone()))]);
    asked.extend(raw.body.clone().map(|body| ("body".to_owned(), body)));
    asked.extend(raw.verb.map(|verb| ("method".to_owned(), verb.name().into())));
    Value::Object(asked)
}

/// Query and body as one map.
fn joined(raw: &Raw) -> Value {
    let mut all = raw.query.clone();
    match &raw.body {
        Some(Value::Object(body)) => all.extend(body.clone()),
        Some(Value::Array(rows)) if all.is_empty() => return Value::Array(rows.clone()),
        Some(other) => drop(all.insert("body".into(), other.clone())),
        None => {}
    }
    Value::Object(all)
}

fn outgoing(raw: &Raw, endpoint: Option<&Endpoint>, tenants: &[Target], effect: Effect) -> Result<Outgoing, Failure> {
    let by_catalogue = endpoint.map(|endpoint| match endpoint.method {
        catalogue::Method::Get => Verb::Get,
        catalogue::Method::Post => Verb::Post,
    });
    let by_body = if raw.body.is_some() { Verb::Post } else { by_catalogue.unwrap_or(Verb::Get) };
    let query = raw.query.iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Number(_) | Value::Bool(_) => Ok((name.clone(), value.to_string())),
        _ => Err(Failure::new(
            Kind::Usage,
            format!("{}: the query's \"{name}\" is neither text, number nor boolean", raw.name),
        )),
    });
    let body = raw.body.as_ref().map(serde_json::to_vec).transpose();
    Ok(Outgoing {
        verb: raw.verb.unwrap_or(by_body),
        path: endpoint.map_or_else(|| raw.name.clone(), |endpoint| endpoint.name.to_string()),
        query: query.collect::<Result<_, _>>()?,
        body: body.map_err(|cause| Failure::new(Kind::Internal, "the body cannot be written").because(cause))?,
        tenant: share(tenants),
        changes: effect >= Effect::Write,
        // Whoever sends it as it is knows better than the record; it is not sent twice on a guess.
        repeatable: effect < Effect::Write,
    })
}

/// The reply and a copy of it, parsed once.
fn twice(reply: Reply, call: &outcome::Call) -> (Reply, Reply) {
    let Reply { status, content_type, body } = reply;
    let (body, copy) = match body {
        outcome::Body::Bytes(bytes) => {
            let mut reader = BodyReader::new(&content_type, call);
            reader.feed(&bytes);
            match reader.finish() {
                outcome::Body::Json(value) => (outcome::Body::Json(value.clone()), outcome::Body::Json(value)),
                _ => (outcome::Body::Bytes(bytes.clone()), outcome::Body::Bytes(bytes)),
            }
        }
        outcome::Body::Json(value) => (outcome::Body::Json(value.clone()), outcome::Body::Json(value)),
        outcome::Body::Broken(error) => (outcome::Body::Broken(error.clone()), outcome::Body::Broken(error)),
    };
    (Reply { status, content_type: content_type.clone(), body }, Reply { status, content_type, body: copy })
}

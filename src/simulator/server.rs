//! The HTTP server: from a socket to an answer and back.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::serve::ListenerExt;
use percent_encoding::percent_decode_str;
use tokio::sync::oneshot::Receiver;

use super::faults::{Broken, Harm, Injector, Strike, is_public};
use super::handlers;
use super::reply::{HTML, Origin, Reply};
use super::request::Request;
use super::state::World;
use super::token::Tokens;

/// The largest body that is read; the platform's own limit.
const BODY_LIMIT: usize = 100 * 1024 * 1024;
/// How many requests are remembered.
const REMEMBERED: usize = 100_000;

/// All that requests share.
#[derive(Debug)]
pub(crate) struct Server {
    /// What the simulated server knows.
    pub(crate) world: World,
    /// Who may call.
    pub(crate) tokens: Tokens,
    /// How long every call to the API takes at least.
    pub(crate) latency: Duration,
    /// What goes wrong.
    pub(crate) faults: Injector,
    seen: Mutex<Memory>,
}

/// The requests that are remembered, and how many came before them.
#[derive(Debug, Default)]
struct Memory {
    before: usize,
    seen: VecDeque<Seen>,
}

/// One request that arrived, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The verb.
    pub method: String,
    /// The path, for example `/api/ListUsers`.
    pub path: String,
    /// The query without `?`; empty when there is none.
    pub query: String,
    /// The body as text.
    pub body: String,
    /// Whether it was carried out; one that was refused at the door, or met a fault before, was not.
    pub carried_out: bool,
}

/// A request in parts.
struct Arrived {
    method: axum::http::Method,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Bytes,
    /// The how manyth it is.
    number: usize,
}

impl Arrived {
    /// What the rules of a fault file search: query and body in lower case.
    fn text(&self) -> String {
        let query = percent_decode_str(&self.query).decode_utf8_lossy();
        format!("{query} {}", String::from_utf8_lossy(&self.body)).to_lowercase()
    }
}

impl Server {
    /// A server that nobody has asked anything yet.
    pub(crate) fn new(world: World, tokens: Tokens, faults: Injector, latency: Duration) -> Self {
        Self { world, tokens, latency, faults, seen: Mutex::default() }
    }

    /// The requests that arrived, oldest first; only the last hundred thousand are kept.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.memory().seen.iter().cloned().collect()
    }

    /// How many requests arrived.
    pub(crate) fn arrived(&self) -> usize {
        let memory = self.memory();
        memory.before + memory.seen.len()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request, and says the how manyth it is.
    fn remember(&self, arrived: &Arrived) -> usize {
        let mut memory = self.memory();
        if memory.seen.len() == REMEMBERED {
            memory.seen.pop_front();
            memory.before += 1;
        }
        memory.seen.push_back(Seen {
            method: arrived.method.to_string(),
            path: arrived.path.clone(),
            query: arrived.query.clone(),
            body: String::from_utf8_lossy(&arrived.body).into_owned(),
            carried_out: false,
        });
        memory.before + memory.seen.len() - 1
    }

    /// Remembers that a request was carried out.
    fn carried_out(&self, number: usize) {
        let mut memory = self.memory();
        let place = number.checked_sub(memory.before);
        if let Some(seen) = place.and_then(|place| memory.seen.get_mut(place)) {
            seen.carried_out = true;
        }
    }
}

/// Serves until `stop` is sent or its sender is gone. Connections that are open then are closed.
pub(crate) async fn serve(listener: TcpListener, server: Arc<Server>, stop: Receiver<()>) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
        // Without it small answers wait for the peer's acknowledgement; failing to set it only costs time.
        let _ = stream.set_nodelay(true);
    });
    let app = Router::new().fallback(answer).with_state(server);
    tokio::select! {
        result = axum::serve(listener, app) => result,
        _ = stop => Ok(()),
    }
}

async fn answer(State(server): State<Arc<Server>>, request: axum::extract::Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return Delivery::Whole(Reply::text(413, "The body is too large")).response();
    };
    let mut arrived = Arrived {
        number: 0,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        method: parts.method,
        headers: parts.headers,
        body,
    };
    arrived.number = server.remember(&arrived);
    route(&server, arrived).await.response()
}

async fn route(server: &Server, arrived: Arrived) -> Delivery {
    if let Some(tenant) = arrived.path.strip_suffix("/oauth2/v2.0/token") {
        let kind = header(&arrived.headers, CONTENT_TYPE);
        let strike = server.faults.strike(None, || arrived.text());
        let grant = || server.tokens.grant(&arrived.method, tenant.trim_start_matches('/'), kind, &arrived.body);
        return deliver(server, &arrived, strike, Duration::ZERO, grant).await;
    }
    match arrived.path.strip_prefix("/api") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => api(server, rest.trim_matches('/'), &arrived).await,
        _ => Delivery::Whole(Reply::new(200, HTML, FRONT_END)),
    }
}

async fn api(server: &Server, endpoint: &str, arrived: &Arrived) -> Delivery {
    if !is_public(endpoint) && !server.tokens.accepts(header(&arrived.headers, AUTHORIZATION)) {
        return Delivery::Whole(unauthorized(&server.tokens.client.tenant_id));
    }
    let strike = server.faults.strike(Some(endpoint), || arrived.text());
    let run = || {
        let kind = header(&arrived.headers, CONTENT_TYPE);
        let request = Request::new(endpoint, arrived.method.clone(), &arrived.query, kind, &arrived.body);
        handlers::answer(&server.world, &request.with_headers(arrived.headers.clone()))
    };
    deliver(server, arrived, strike, server.latency, run).await
}

/// Carries a call out and answers it, or does to it what the fault file says. The time it takes comes after it was
/// carried out: a caller that gives up meanwhile cannot know that it was.
async fn deliver(
    server: &Server,
    arrived: &Arrived,
    strike: Strike<'_>,
    latency: Duration,
    run: impl FnOnce() -> Reply,
) -> Delivery {
    let real = if strike.apply() {
        server.carried_out(arrived.number);
        run()
    } else {
        Reply::text(200, "")
    };
    let time = latency + Duration::from_millis(strike.delay_ms());
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
    let decorate = |mut reply: Reply| {
        reply.headers.extend_from_slice(strike.headers());
        reply
    };
    match strike.harm() {
        Harm::None => Delivery::Whole(decorate(real)),
        Harm::Answer { status, content_type, body } => {
            Delivery::Whole(decorate(Reply::new(*status, content_type.clone(), body.clone()).from(Origin::Fault)))
        }
        Harm::Stall => std::future::pending().await,
        Harm::Reset => Delivery::Nothing,
        Harm::ResetInBody => Delivery::Half(decorate(real)),
        Harm::Truncate => {
            let body = real.body.slice(..real.body.len() / 2);
            Delivery::Whole(decorate(Reply { body, ..real }.from(Origin::Fault)))
        }
        Harm::ExpireToken => {
            server.tokens.expire(header(&arrived.headers, AUTHORIZATION));
            Delivery::Whole(decorate(unauthorized(&server.tokens.client.tenant_id)))
        }
    }
}

/// What reaches the caller.
enum Delivery {
    /// The answer.
    Whole(Reply),
    /// Half of its body, then the end of the connection.
    Half(Reply),
    /// The end of the connection.
    Nothing,
}

impl Delivery {
    fn response(self) -> Response<Body> {
        match self {
            Self::Whole(reply) => {
                let body = Body::from(reply.body.clone());
                head(reply, body)
            }
            Self::Half(reply) => {
                let length = reply.body.len();
                let body = Broken::new(reply.body.slice(..length / 2), length);
                head(reply.from(Origin::Fault), Body::new(body))
            }
            Self::Nothing => Response::new(Body::new(Broken::new(Bytes::new(), 1))),
        }
    }
}

fn unauthorized(tenant: &str) -> Reply {
    let login = format!("https://login.windows.net/{tenant}/oauth2/authorize");
    Reply::text(401, "").with("www-authenticate", format!("Bearer realm=\"127.0.0.1\" authorization_uri=\"{login}\""))
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn head(reply: Reply, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mark = match reply.origin {
        Origin::State => "stateful",
        Origin::Shape => "generic",
        Origin::Fault => "fault",
    };
    let own = [("content-type", reply.content_type.as_ref()), ("x-cippsh-sim", mark)];
    let more = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in own.into_iter().chain(more) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// What a front end answers to every path that it does not know.
const FRONT_END: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><title>CIPP</title></head>\
    <body><div id=\"__next\">This is the front end of a simulated CIPP server. Its API is under /api.</div></body></html>\n";

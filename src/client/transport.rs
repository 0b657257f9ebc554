//! Bytes to and from the server; the only file that knows the HTTP library.

use std::{path::PathBuf, time::Duration};

use jiff::{Timestamp, fmt::rfc2822};
use tokio::{pin, sync::mpsc};

use crate::failure::{Failure, Kind};

/// Answers up to this many bytes come whole; longer ones arrive in pieces while they are parsed.
const WHOLE: usize = 256 * 1024;

/// Pieces of a long answer that may wait to be parsed before the network waits.
const PIECES_AHEAD: usize = 16;

/// Time limits and trust of a connection.
#[derive(Debug, Clone)]
pub struct Limits {
    /// To open a connection.
    pub connect: Duration,
    /// For a whole request, its answer included. The platform in front of the server cuts at 230 s.
    pub request: Duration,
    /// A file with certificates (PEM) that are trusted beside the system's own.
    pub ca_file: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), request: Duration::from_secs(240), ca_file: None }
    }
}

/// The HTTP verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PATCH.
    Patch,
    /// PUT.
    Put,
    /// DELETE.
    Delete,
}

impl Verb {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to an endpoint.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The verb.
    pub verb: Verb,
    /// The endpoint's name.
    pub path: String,
    /// Pairs of the query, not yet escaped.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Vec<u8>>,
    /// The tenant whose share of the load it is; empty for none.
    pub tenant: String,
    /// Whether it may change something: then an answer that got lost leaves it in doubt.
    pub changes: bool,
    /// Whether it may be carried out twice.
    pub repeatable: bool,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media type, in lower case and without parameters; empty when there is none.
    pub content_type: String,
    /// Whether a simulator says that it answered.
    pub simulated: bool,
    /// Whether it says that its answer only stands in for one: nothing was read or changed.
    pub stand_in: bool,
    /// Whether an earlier try of the same request may have been carried out.
    pub repeated: bool,
    /// The time by the server's clock, to the second.
    pub time: Option<Timestamp>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Body,
}

/// A body, whole or still arriving.
#[derive(Debug)]
pub enum Body {
    /// All of it.
    Whole(Vec<u8>),
    /// Piece after piece.
    Arriving(Pieces),
}

/// The pieces of a body that is still arriving.
#[derive(Debug)]
pub struct Pieces(mpsc::Receiver<Result<Vec<u8>, String>>);

impl Iterator for Pieces {
    type Item = Result<Vec<u8>, String>;

    /// Waits for the next piece; the last one may be the reason why there are no more.
    fn next(&mut self) -> Option<Self::Item> {
        self.0.blocking_recv()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The request never left.
    NotSent(String),
    /// The request left, or may have left, and its answer did not come.
    Lost(String),
    /// It left, and its answer did not come in time.
    TimedOut,
    /// The person stopped it.
    Interrupted,
    /// Already told for what it is.
    Explained(Failure),
}

impl Trouble {
    /// Whether the request of this try did not leave.
    pub(super) fn is_before_sending(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::Interrupted | Self::Explained(_))
    }
}

/// An open way to the network.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    client: reqwest::Client,
    /// Where the endpoints are, ending in a slash.
    base: reqwest::Url,
}

impl Wire {
    /// Reads the system's certificates and proxy settings; connects nowhere yet.
    pub(super) fn open(api_url: &str, limits: &Limits) -> Result<Self, Failure> {
        let base = reqwest::Url::parse(&format!("{api_url}/"))
            .map_err(|cause| Failure::new(Kind::Command, format!("{api_url} is no address")).because(cause))?;
        // An error means that a provider was installed before, which is just as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("cippsh/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(limits.connect)
            .timeout(limits.request)
            .redirect(reqwest::redirect::Policy::none());
        if let Some(file) = &limits.ca_file {
            let failed = |cause: String| {
                Failure::new(Kind::Command, format!("cannot use the certificates in {}", file.display())).because(cause)
            };
            let pem = std::fs::read(file).map_err(|cause| failed(cause.to_string()))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem).map_err(|cause| failed(root_cause(&cause)))?;
            builder = builder.tls_certs_merge(roots);
        }
        let client = builder.build().map_err(|cause| {
            Failure::new(Kind::Internal, "cannot set up the network client").because(root_cause(&cause))
        })?;
        Ok(Self { client, base })
    }

    /// Sends one request, with a bearer token where there is one; `dropped_by` ends a long answer that is still arriving.
    pub(super) async fn send(
        &self,
        request: &Outgoing,
        token: Option<&str>,
        dropped_by: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Answer, Trouble> {
        let verb = match request.verb {
            Verb::Get => reqwest::Method::GET,
            Verb::Post => reqwest::Method::POST,
            Verb::Patch => reqwest::Method::PATCH,
            Verb::Put => reqwest::Method::PUT,
            Verb::Delete => reqwest::Method::DELETE,
        };
        let url = self.base.join(&request.path).map_err(|cause| Trouble::NotSent(cause.to_string()))?;
        let mut builder = self.client.request(verb, url);
        if let Some(token) = token {
            builder = builder.bearer_auth(token);
        }
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        if let Some(body) = &request.body {
            builder = builder.header("content-type", "application/json").body(body.clone());
        }
        receive(builder.send().await.map_err(trouble)?, dropped_by).await
    }

    /// Posts a form without a token, for the token itself.
    pub(super) async fn post_form(&self, url: &str, form: &[(&str, &str)]) -> Result<(u16, Vec<u8>), Trouble> {
        let response = self.client.post(url).form(form).send().await.map_err(trouble)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(trouble)?;
        Ok((status, body.to_vec()))
    }
}

/// Reads the head and as much of the body as comes whole; the rest is pumped while it is parsed elsewhere.
async fn receive(
    mut response: reqwest::Response,
    dropped_by: impl Future<Output = ()> + Send + 'static,
) -> Result<Answer, Trouble> {
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = header("content-type").split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let simulated = !header("x-cippsh-sim").is_empty();
    let stand_in = header("x-cippsh-sim") == "generic";
    let time = rfc2822::parse(header("date")).ok().map(|time| time.timestamp());
    // The other form, a date, is not used by the platform.
    let retry_after = header("retry-after").parse().ok().map(Duration::from_secs);
    let status = response.status().as_u16();
    let mut start = Vec::new();
    while start.len() <= WHOLE {
        match response.chunk().await.map_err(trouble)? {
            Some(chunk) => start.extend_from_slice(&chunk),
            None => {
                return Ok(Answer {
                    status,
                    content_type,
                    simulated,
                    stand_in,
                    repeated: false,
                    time,
                    retry_after,
                    body: Body::Whole(start),
                });
            }
        }
    }
    let (sender, receiver) = mpsc::channel(PIECES_AHEAD);
    tokio::spawn(async move {
        let mut piece = Ok(start);
        pin!(dropped_by);
        // A reader that is gone ends the transfer.
        while sender.send(piece).await.is_ok() {
            let next = tokio::select! {
                next = response.chunk() => next.map_err(|cause| root_cause(&cause)),
                () = &mut dropped_by => Err("interrupted".into()),
            };
            piece = match next {
                Ok(Some(chunk)) => Ok(chunk.to_vec()),
                Ok(None) => break,
                Err(cause) => {
                    let _ = sender.send(Err(cause)).await;
                    break;
                }
            };
        }
    });
    let body = Body::Arriving(Pieces(receiver));
    Ok(Answer { status, content_type, simulated, stand_in, repeated: false, time, retry_after, body })
}

fn trouble(error: reqwest::Error) -> Trouble {
    let cause = if error.is_timeout() { "it took too long".to_string() } else { root_cause(&error) };
    match () {
        () if error.is_connect() || error.is_builder() => Trouble::NotSent(cause),
        () if error.is_timeout() => Trouble::TimedOut,
        () => Trouble::Lost(cause),
    }
}

/// The innermost reason; the outer ones only repeat the address, which may hold what the query holds.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if std::ptr::addr_eq(cause, error) { "the request failed".into() } else { cause.to_string() }
}

//! Bearer tokens by client credentials: fetched when needed, kept in memory, renewed once for all who wait.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Deserialize;
use tokio::sync::Mutex;

use super::{
    aadsts,
    transport::{Trouble, Wire},
};
use crate::{
    failure::{Failure, Kind},
    redact,
};

/// A token is renewed this long before it expires, or at half of its life where that is shorter.
const EARLY: Duration = Duration::from_secs(300);

/// Who asks for a token, and where. The secret is never shown.
#[derive(Clone)]
pub struct Credentials {
    /// Where tokens come from.
    pub token_url: String,
    /// The API client's application id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// What the token is for.
    pub scope: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("token_url", &self.token_url).field("client_id", &self.client_id).finish()
    }
}

/// The token of one client, shared by all of its calls.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    credentials: Arc<Credentials>,
    /// Locked while a token is fetched, so that everybody else waits for that one.
    kept: Arc<Mutex<Option<Token>>>,
}

struct Token {
    text: Arc<str>,
    renew_at: Instant,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("renew_at", &self.renew_at).finish()
    }
}

impl Tokens {
    pub(super) fn new(credentials: Credentials) -> Self {
        redact::remember(&credentials.client_secret);
        Self { credentials: Arc::new(credentials), kept: Arc::default() }
    }

    /// A token that is good for a while.
    pub(super) async fn current(&self, wire: &Wire) -> Result<Arc<str>, Trouble> {
        let mut kept = self.kept.lock().await;
        match &*kept {
            Some(token) if Instant::now() < token.renew_at => Ok(Arc::clone(&token.text)),
            _ => self.renew(&mut kept, wire).await,
        }
    }

    /// A token other than `refused`, which the server did not take. Whoever comes first fetches it.
    pub(super) async fn instead_of(&self, wire: &Wire, refused: &str) -> Result<Arc<str>, Trouble> {
        let mut kept = self.kept.lock().await;
        match &*kept {
            Some(token) if *token.text != *refused => Ok(Arc::clone(&token.text)),
            _ => self.renew(&mut kept, wire).await,
        }
    }

    async fn renew(&self, kept: &mut Option<Token>, wire: &Wire) -> Result<Arc<str>, Trouble> {
        let Credentials { token_url, client_id, client_secret, scope } = &*self.credentials;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("client_secret", client_secret),
            ("scope", scope),
        ];
        *kept = None;
        let (status, body) = match wire.post_form(token_url, &form).await {
            Ok(answer) => answer,
            // Nothing of the call itself has been sent, whatever became of the request for a token.
            Err(Trouble::NotSent(cause) | Trouble::Lost(cause)) => return Err(unreachable(token_url, &cause)),
            Err(Trouble::TimedOut) => return Err(unreachable(token_url, "it took too long")),
            Err(other) => return Err(other),
        };
        if status != 200 {
            return Err(Trouble::Explained(aadsts::explain(token_url, status, &body)));
        }
        let issued: Issued = serde_json::from_slice(&body).map_err(|_| not_a_token(token_url))?;
        let life = Duration::from_secs(issued.expires_in);
        redact::remember(&issued.access_token);
        let text: Arc<str> = issued.access_token.into();
        let renew_at = Instant::now() + life.saturating_sub(EARLY).max(life / 2);
        *kept = Some(Token { text: Arc::clone(&text), renew_at });
        Ok(text)
    }
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

fn unreachable(token_url: &str, cause: &str) -> Trouble {
    let failure = Failure::new(Kind::Unavailable, format!("no token: no answer from {token_url}"));
    let hint = super::what_to_do(cause, "is the network up, and does a proxy stand in the way?");
    Trouble::Explained(failure.because(cause).hint(hint))
}

fn not_a_token(token_url: &str) -> Trouble {
    let failure = Failure::new(Kind::Auth, format!("no token: {token_url} answers something that is not a token"));
    Trouble::Explained(failure.hint("check CIPP_TOKEN_URL or token_url of the connection"))
}

//! What comes before the first write of a run: whether the client may do all that the script can call, and a line that
//! says where it is about to write.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Listed, Question, Session, Standing, permissions};
use crate::{
    catalogue::Endpoint,
    failure::{Failure, Kind},
};

/// What is known before the first write.
#[derive(Debug, Default)]
pub(super) struct Preflight {
    /// What the script can call, as far as its text tells.
    mentioned: Mutex<Vec<&'static Endpoint>>,
    /// What the client may do; `None` inside when the server does not say. Asked once.
    granted: OnceLock<Option<Vec<String>>>,
    /// What came of looking before the first write.
    first: OnceLock<Result<(), Failure>>,
}

impl Session {
    /// Notes what a script can call, so that what it may not call is told before anything is written.
    pub fn mentions(&self, endpoints: impl IntoIterator<Item = &'static Endpoint>) {
        self.preflight.mentioned.lock().unwrap_or_else(PoisonError::into_inner).extend(endpoints);
    }

    /// Looks before a write: at the first one at all that the script can call, at others at what is called.
    pub(super) fn before_write(&self, endpoint: Option<&'static Endpoint>) -> Result<(), Failure> {
        let first = || {
            let mentioned = self.preflight.mentioned.lock().unwrap_or_else(PoisonError::into_inner).clone();
            self.check_permissions(mentioned.into_iter().chain(endpoint))?;
            self.notice(&self.banner());
            Ok(())
        };
        self.preflight.first.get_or_init(first).clone()?;
        self.check_permissions(endpoint.into_iter())
    }

    fn check_permissions(&self, needed: impl Iterator<Item = &'static Endpoint>) -> Result<(), Failure> {
        let Some(granted) = self.preflight.granted.get_or_init(|| self.granted()) else { return Ok(()) };
        let missing = permissions::missing(needed, granted);
        if missing.is_empty() {
            return Ok(());
        }
        let client = &self.connection.target.credentials.client_id;
        let mut failure = Failure::new(Kind::Permission, "the API client lacks permissions that this needs").finally();
        for (role, names) in &missing {
            failure = failure.because(format!("{} needs {role}", names.join(", ")));
        }
        let roles = missing.iter().map(|(role, _)| *role).collect::<Vec<_>>().join(", ");
        Err(failure.hint(format!("give client {client} a role with {roles} in CIPP under Integrations > CIPP-API")))
    }

    /// What the server says that the client may do. Where it does not say, it tells at the call itself.
    fn granted(&self) -> Option<Vec<String>> {
        let heard = self.probe(Question::Me, true).and_then(|heard| heard.body);
        let granted = heard.as_ref().ok().and_then(permissions::granted);
        if granted.is_none() && self.settings.verbose {
            let why = heard.err().map_or_else(|| "it names no permissions".to_owned(), |failure| failure.message);
            self.notice(&format!("the server does not tell what the client may do: {why}"));
        }
        granted
    }

    fn banner(&self) -> String {
        let name = &self.connection.name;
        let url = self.client.api_url().trim_end_matches("/api");
        let count = self.managed().map(|count| format!(" · {count} tenant{}", if count == 1 { "" } else { "s" }));
        format!("connection \"{name}\" · {url}{}", count.unwrap_or_default())
    }

    /// How many tenants the server manages, as far as that was needed.
    pub(super) fn managed(&self) -> Option<usize> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let is_managed = |listed: &&Listed| listed.standing == Standing::Managed;
        tenants.as_ref().map(|tenants| tenants.iter().filter(is_managed).count())
    }
}

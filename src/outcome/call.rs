//! The call that an answer belongs to.

use crate::catalogue::record::{Effect, Endpoint, Reply};
use crate::failure::{FailedCall, Failure, Kind};
use crate::value::Fields;

/// What was asked of the server.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The endpoint's name as it was sent.
    pub name: &'a str,
    /// Its record; `None` when the catalogue does not know it.
    pub endpoint: Option<&'a Endpoint>,
    /// What this call, with its arguments, does.
    pub effect: Effect,
    /// The tenant as it was sent; empty when the call names none.
    pub tenant: &'a str,
    /// The fields of rows that are kept; `None` keeps all.
    pub wanted: Option<&'a Fields>,
    /// The secrets that were sent: the server likes to repeat them.
    pub secrets: &'a [String],
}

impl Call<'_> {
    /// Whether it changes something, so that its answer tells what was done.
    pub(super) fn writes(&self) -> bool {
        self.effect >= Effect::Write
    }

    /// The form of a good answer.
    pub(super) fn reply(&self) -> Reply {
        self.endpoint.map_or(Reply::Results, |endpoint| endpoint.reply)
    }

    /// Whether the answer is a list even when it holds one row or none.
    pub(super) fn lists(&self) -> bool {
        self.reply() == Reply::Rows || self.endpoint.is_some_and(|endpoint| endpoint.unrolls)
    }

    /// The fields that are read: the wanted ones and the one that marks a placeholder row.
    pub(super) fn read_fields(&self) -> Option<Fields> {
        let placeholder = self.endpoint.and_then(|endpoint| endpoint.placeholder);
        self.wanted.map(|wanted| Fields::new(wanted.names().chain(placeholder.map(|row| row.field))))
    }

    /// `ListUsers` or `ListUsers for contoso.com`.
    pub(super) fn title(&self) -> String {
        if self.tenant.is_empty() { self.name.to_owned() } else { format!("{} for {}", self.name, self.tenant) }
    }

    /// The failure of this call, with the texts that the server gave.
    pub(super) fn failure(&self, kind: Kind, message: String, http_status: u16, results: Vec<String>) -> Failure {
        let call = FailedCall { endpoint: self.name.into(), tenant: self.tenant.into(), http_status, results };
        Failure::new(kind, message).of_call(call)
    }

    /// The failure that the server's own texts tell of; the first is the message, the others are reasons.
    pub(super) fn told(&self, kind: Kind, http_status: u16, results: Vec<String>) -> Failure {
        let first = results.first().map_or("the server gives no reason", String::as_str);
        let message = format!("{} failed: {first}", self.title());
        let others = results.iter().skip(1).cloned().collect();
        let mut failure = self.failure(kind, message, http_status, results);
        failure.causes = others;
        failure
    }
}

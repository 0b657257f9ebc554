//! Writes about one user: read from the request, then carried out in one way for all of them.

use serde_json::Value;

use super::super::users::no_such_user;
use super::super::{Reach, reach};
use crate::simulator::powershell::{text, unwrapped};
use crate::simulator::reply::Reply;
use crate::simulator::request::Request;
use crate::simulator::state::World;
use crate::simulator::state::tenant::Tenant;
use crate::simulator::state::user::User;

/// What is done to the user. It must not look into the directory, which is locked meanwhile.
pub(super) type Change = Box<dyn FnOnce(&Tenant, &mut User) -> Result<(), String>>;

/// A write about one user.
pub(super) struct Plan {
    /// The tenant as it was sent.
    pub(super) tenant: String,
    /// The user's id or name as it was sent.
    pub(super) user: String,
    /// Whether Exchange carries it out, which knows mailboxes only.
    pub(super) mailbox: bool,
    /// What is done.
    pub(super) change: Change,
    /// What is said then.
    pub(super) done: Value,
    /// What is logged in place of what is said, where that holds a secret.
    pub(super) logged: Option<String>,
    /// What is said when it fails; the cause follows.
    pub(super) failed: String,
}

impl Plan {
    /// A change of an account; `user` names the parameter.
    pub(super) fn account(request: &Request, user: &str) -> Self {
        Self {
            tenant: text(unwrapped(request.either("tenantFilter"))),
            user: text(unwrapped(request.either(user))),
            mailbox: false,
            change: Box::new(|_, _| Ok(())),
            done: Value::Null,
            logged: None,
            failed: String::new(),
        }
    }

    /// The same where the server reads the body only.
    pub(super) fn account_in_body(request: &Request, user: &str) -> Self {
        Self {
            tenant: text(unwrapped(request.body("tenantFilter"))),
            user: text(unwrapped(request.body(user))),
            ..Self::account(request, user)
        }
    }

    /// A change of a mailbox.
    pub(super) fn mailbox(request: &Request, user: &str) -> Self {
        Self { mailbox: true, ..Self::account(request, user) }
    }

    /// The same where the server reads the body only.
    pub(super) fn mailbox_in_body(request: &Request, user: &str) -> Self {
        Self { mailbox: true, ..Self::account_in_body(request, user) }
    }

    /// Sets what is done.
    pub(super) fn change(self, change: impl FnOnce(&Tenant, &mut User) -> Result<(), String> + 'static) -> Self {
        Self { change: Box::new(change), ..self }
    }

    /// Sets properties of Graph.
    pub(super) fn set<const N: usize>(self, properties: [(&'static str, Value); N]) -> Self {
        self.change(move |_, user| {
            properties.into_iter().for_each(|(name, value)| user.set(name, value));
            Ok(())
        })
    }

    /// Sets properties of the mailbox.
    pub(super) fn set_mailbox<const N: usize>(self, properties: [(&'static str, Value); N]) -> Self {
        self.change(move |_, user| {
            user.mailbox.extend(properties.map(|(name, value)| (name.to_owned(), value)));
            Ok(())
        })
    }

    /// Sets what is said.
    pub(super) fn says(self, done: impl Into<Value>, failed: impl Into<String>) -> Self {
        Self { done: done.into(), failed: failed.into(), ..self }
    }

    /// Carries it out. Where the tenant is unknown the server succeeds without doing anything.
    pub(super) fn carry_out(self, world: &World) -> Reply {
        let done = Reply::results(200, self.done.clone());
        let done = if let Some(text) = &self.logged { done.logged(text) } else { done };
        let tenant = match reach(world, &self.tenant) {
            Reach::Tenant(tenant) => tenant,
            Reach::Broken(trouble) => return self.fails(&trouble),
            Reach::Nowhere => return done,
        };
        match self.apply(tenant) {
            Ok(()) => done,
            Err((failed, listed)) => Reply::results(500, said(failed, listed)),
        }
    }

    fn apply(self, tenant: &Tenant) -> Result<(), (String, bool)> {
        let (mailbox, change, listed) = (self.mailbox, self.change, self.done.is_array());
        let work = |user: &mut User| if mailbox && !user.has_mailbox() { None } else { Some(change(tenant, user)) };
        let cause = match tenant.directory().change(&self.user, work) {
            Some(Some(Ok(()))) => return Ok(()),
            Some(Some(Err(cause))) => cause,
            _ if mailbox => no_such_mailbox(&self.user),
            _ => no_such_user(&self.user),
        };
        Err((format!("{}: {cause}", self.failed), listed))
    }

    fn fails(&self, cause: &str) -> Reply {
        Reply::results(500, said(format!("{}: {cause}", self.failed), self.done.is_array()))
    }
}

/// What Exchange says of a mailbox that does not exist.
pub(super) fn no_such_mailbox(name: &str) -> String {
    format!("The operation couldn't be performed because object '{name}' couldn't be found.")
}

fn said(text: String, listed: bool) -> Value {
    if listed { vec![text].into() } else { text.into() }
}

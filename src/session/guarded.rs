//! The session's side of the guard: what it is asked about, and what it needs to know of the server.

use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::{
    Items, Session, Tenants,
    gate::Ready,
    guard::{Case, Explained, Groups, Places, Possible, Terms},
    scope::Scope,
};
use crate::{
    catalogue::{Effect, Endpoint, Target, arguments::Request},
    failure::{Failure, Kind},
};

impl Places for Session {
    fn tenants(&self) -> Result<Arc<Tenants>, Failure> {
        Session::tenants(self)
    }

    fn groups(&self) -> Result<Arc<Groups>, Failure> {
        let mut kept = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(groups) = &*kept {
            return Ok(Arc::clone(groups));
        }
        let groups = Arc::new(Groups::read(&self.rows("ListTenantGroups", &json!({}))?));
        *kept = Some(Arc::clone(&groups));
        Ok(groups)
    }
}

impl Session {
    /// On which terms something may be changed.
    pub fn terms(&self) -> &Terms {
        self.guard.terms()
    }

    /// Lets a session be used again that has refused something, for another command of the same person.
    pub fn forgive(&self) {
        self.guard.forgive();
    }

    /// Judges a bulk before its first item: what its closure can call, and how many writes of each item are sure.
    ///
    /// # Errors
    ///
    /// The refusal; nothing of the bulk was sent.
    pub fn judge_bulk(&self, items: &Items, calls: &[Possible], each: usize) -> Result<(), Failure> {
        self.guard.judge_bulk(calls, each, items.running(), self)
    }

    /// What the guard would say of a call with one of these effects, the worst first.
    ///
    /// # Errors
    ///
    /// What it needs to know of the server cannot be read.
    pub fn explain(
        &self,
        name: &str,
        endpoint: Option<&'static Endpoint>,
        effects: &[Effect],
        tenants: Option<&[Target]>,
    ) -> Result<Explained, Failure> {
        self.guard.explain((name, endpoint), effects, tenants, self)
    }

    /// Refuses what the rules refuse whatever the tenants are, before these are looked up.
    pub(super) fn by_effect(
        &self,
        name: &str,
        endpoint: Option<&'static Endpoint>,
        effect: Effect,
    ) -> Result<(), Failure> {
        self.guard.rules(&Case { name, endpoint, effect, tenants: None }, self)
    }

    /// Refuses what the rules refuse, before the users that it names are looked up.
    pub(super) fn by_rules(&self, request: &Request) -> Result<(), Failure> {
        let endpoint = request.endpoint;
        let tenants = Some(request.tenants.as_slice());
        self.guard.rules(&Case { name: endpoint.name, endpoint: Some(endpoint), effect: request.effect, tenants }, self)
    }

    /// Judges what is about to be sent.
    pub(super) fn judge(&self, ready: &Ready) -> Result<(), Failure> {
        let Ready { outgoing, endpoint, tenants, effect, targets, .. } = ready;
        let case = Case { name: &outgoing.path, endpoint: *endpoint, effect: *effect, tenants: Some(tenants) };
        let scope = Scope::current(&self.scope);
        self.guard.judge(&case, *targets, scope.running(), self)
    }

    /// Whether tenants may go unchecked: not where the guard needs to know them.
    pub(super) fn unchecked(&self) -> Result<bool, Failure> {
        if !self.settings.unchecked_tenants {
            return Ok(false);
        }
        match self.guard.limits_tenants() {
            None => Ok(true),
            Some(place) => Err(Failure::new(Kind::Guard, "the guard limits the tenants, so they are looked up")
                .because(format!("{place} says so, and --no-tenant-check would go round it"))),
        }
    }
}

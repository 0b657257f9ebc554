//! The session's side of the guard: what it is asked about, and what it needs to know of the server.

use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::{
    Items, Session, Tenants,
    gate::Ready,
    guard::{Case, Explained, Groups, Places, Possible, Terms},
    plan,
    scope::Scope,
};
use crate::{
    catalogue::{Effect, Endpoint, Target, TenantLookup as _, arguments::Request},
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
        // What is planned is judged as a whole when it is applied.
        if self.planner().is_some() {
            return Ok(());
        }
        // What a run that goes on has done before is not sent again.
        let done = self.past.get().map_or(0, |past| past.done(items, each.max(1)));
        let writes = (items.running().items * each.max(1)).saturating_sub(done);
        self.guard.judge_bulk(calls, writes, items.running(), self)
    }

    /// Judges all calls of a plan before the first one is sent. Whoever says that a plan is to be applied agrees to its
    /// size.
    pub(super) fn judge_plan(&self, calls: &[&plan::Call]) -> Result<(), Failure> {
        let known = self.tenants()?;
        let target = |tenant: &plan::Named| match known.resolve(&tenant.id) {
            _ if tenant.id == Target::AllTenants.name() => Target::AllTenants,
            Ok(tenant) => Target::Tenant(tenant),
            Err(_) => Target::Group(tenant.id.clone()),
        };
        let tenants: Vec<Vec<Target>> = calls.iter().map(|call| call.tenant.iter().map(target).collect()).collect();
        let case = |(call, tenants): (&&plan::Call, &'_ Vec<Target>)| {
            (plan::endpoint(call), plan::effect(call), tenants.clone())
        };
        let facts: Vec<_> = calls.iter().zip(&tenants).map(case).collect();
        let cases: Vec<(Case, usize)> = calls
            .iter()
            .zip(&facts)
            .map(|(call, (endpoint, effect, tenants))| {
                let case = Case { name: &call.endpoint, endpoint: *endpoint, effect: *effect, tenants: Some(tenants) };
                (case, call.targets)
            })
            .collect();
        self.guard.judge_plan(&cases, self)
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
        let mut tenants = request.tenants.clone();
        if self.guard.has_rules() {
            tenants.extend(self.named_beside(request)?);
        }
        self.by_tenants(request.endpoint, request.effect, &tenants)
    }

    /// The same of a call that reaches these tenants.
    pub(super) fn by_tenants(
        &self,
        endpoint: &'static Endpoint,
        effect: Effect,
        tenants: &[Target],
    ) -> Result<(), Failure> {
        let case = Case { name: endpoint.name, endpoint: Some(endpoint), effect, tenants: Some(tenants) };
        self.guard.rules(&case, self)
    }

    /// Judges what is about to be sent.
    pub(super) fn judge(&self, ready: &Ready) -> Result<(), Failure> {
        let Ready { outgoing, endpoint, tenants, effect, targets, .. } = ready;
        let case = Case { name: &outgoing.path, endpoint: *endpoint, effect: *effect, tenants: Some(tenants) };
        if ready.draft.is_some() {
            return self.guard.rules(&case, self);
        }
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

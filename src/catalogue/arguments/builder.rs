//! What is gathered while the arguments of one call are gone through.

use serde_json::Value;

use super::problem::Problem;
use super::slot::Slot;
use crate::catalogue::effect::{is_present, of_one};
use crate::catalogue::path::values_at;
use crate::catalogue::{Effect, Endpoint, Need, Retry, Scope};
use crate::catalogue::{Target, TenantLookup};

/// Why a tenant is asked for even where the server would do without.
pub(super) const NAME_THE_TENANT: &str = "name the tenant: where it is left out the server may take the partner's own";

/// All that is found out about one call.
pub(super) struct Builder<'a> {
    pub(super) endpoint: &'static Endpoint,
    pub(super) lookup: &'a dyn TenantLookup,
    pub(super) query: Vec<(String, String)>,
    /// Every target named, in order, repeated where it is named again.
    pub(super) targets: Vec<Target>,
    /// How many tenants were named or reported as missing.
    pub(super) named: usize,
    /// Elements times tenants so far.
    pub(super) count: usize,
    pub(super) effect: Option<Effect>,
    pub(super) retry_safe: bool,
    pub(super) warnings: Vec<String>,
    problems: Vec<Problem>,
    missing: Vec<Problem>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(endpoint: &'static Endpoint, lookup: &'a dyn TenantLookup) -> Self {
        Self {
            endpoint,
            lookup,
            query: Vec::new(),
            targets: Vec::new(),
            named: 0,
            count: 0,
            effect: None,
            retry_safe: true,
            warnings: Vec::new(),
            problems: Vec::new(),
            missing: Vec::new(),
        }
    }

    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(super) fn warn(&mut self, warning: String) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// All that is wrong: what was given first, then what is missing.
    pub(super) fn all_problems(&mut self) -> Vec<Problem> {
        let mut all = std::mem::take(&mut self.problems);
        all.append(&mut self.missing);
        all
    }

    /// A tenant is required wherever it is but claimed to be: the server would take the partner's own.
    pub(super) fn is_required(&self, slot: &Slot) -> bool {
        match slot.need {
            Need::Required => true,
            Need::Claimed => slot.tenant.is_some() && self.endpoint.scope != Scope::None,
            Need::Optional => false,
        }
    }

    /// Notes that a parameter was left out.
    pub(super) fn left_out(&mut self, slot: &Slot, at: &str) {
        if !self.is_required(slot) {
            if slot.need == Need::Claimed {
                self.warn(format!("\"{at}\" may be required, and is left out"));
            }
            return;
        }
        let problem = Problem::new(at, format!("missing required parameter \"{at}\""));
        if slot.tenant.is_some() {
            self.named += 1;
            self.missing.push(problem.hint(NAME_THE_TENANT));
        } else {
            self.missing.push(problem);
        }
    }

    /// Judges one element of the call: the whole of it, or one row of a body that is an array.
    ///
    /// `parts` are what is sent of it, in query and body; `targets` what it reaches; `named` tells whether it names
    /// a tenant at all, be it a wrong one.
    pub(super) fn judge(&mut self, parts: &[&Value], targets: &[Target], named: bool, at: &str) {
        let effect = of_one(self.endpoint, parts);
        self.effect = self.effect.max(Some(effect));
        self.retry_safe &= match self.endpoint.retry {
            Retry::Safe => true,
            Retry::Unsafe => false,
            Retry::SafeWith(path) => is_present(parts, path),
            Retry::UnsafeWith(path) => !is_present(parts, path),
        };
        self.count += distinct(targets).len().max(1) * self.users_named(parts);
        if self.endpoint.scope == Scope::One && effect >= Effect::Write && !named {
            self.tenant_left_out(at);
        }
    }

    /// Where a call acts on one tenant, all that it names must be the same one.
    pub(super) fn one_tenant(&mut self) {
        let named: Vec<String> = distinct(&self.targets).iter().map(in_words).collect();
        if self.endpoint.scope == Scope::One && named.len() > 1 {
            let message = format!("acts on one tenant, and the arguments name {}", named.join(" and "));
            self.problem(Problem::new("", message));
        }
    }

    /// How many users one element of the call names, at least one. Two parameters can name the same ones.
    fn users_named(&self, parts: &[&Value]) -> usize {
        let users = self.endpoint.params.iter().filter(|param| param.user.is_some());
        let named = users.map(|param| parts.iter().map(|part| values_at(part, param.path).len()).max().unwrap_or(0));
        named.max().unwrap_or(1).max(1)
    }

    /// A write to one tenant names it even where the record lets it be left out.
    fn tenant_left_out(&mut self, at: &str) {
        let Some(param) = self.endpoint.params.iter().find(|param| param.tenant.is_some()) else { return };
        let at = super::level::below(at, param.path.trim_start_matches("[]."));
        let message = format!("missing required parameter \"{at}\"");
        self.missing.push(Problem::new(&at, message).hint(NAME_THE_TENANT));
    }
}

fn in_words(target: &Target) -> String {
    match target {
        Target::Tenant(tenant) => tenant.domain.clone(),
        Target::AllTenants => "AllTenants".to_owned(),
        Target::Group(id) => format!("the group {id}"),
    }
}

/// The targets without repetition, in order.
pub(super) fn distinct(targets: &[Target]) -> Vec<Target> {
    let mut distinct: Vec<Target> = Vec::new();
    for target in targets {
        if !distinct.contains(target) {
            distinct.push(target.clone());
        }
    }
    distinct
}

//! The rules of one file, and what they say of a call.

use std::sync::Arc;

use super::{
    class::{Class, is_many},
    groups::Groups,
    names, pattern,
};
use crate::{
    catalogue::{Effect, Endpoint, Scope, Target, Tenant},
    failure::Failure,
    session::Tenants,
};

/// Something said in a file, and where.
#[derive(Debug, Clone)]
pub(super) struct Rule<T> {
    pub(super) place: String,
    pub(super) what: T,
}

/// A name in a list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) place: String,
}

/// Names that are allowed, and names that are not.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// `None` allows all.
    pub(super) allow: Option<Rule<Vec<Entry>>>,
    pub(super) deny: Vec<Entry>,
}

/// The rules of one file; what one of several refuses is refused.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    pub(super) effects: Option<Rule<Vec<Class>>>,
    pub(super) tenants: Lists,
    pub(super) endpoints: Lists,
    pub(super) max_writes: Option<Rule<usize>>,
}

/// A call as it is judged.
#[derive(Debug, Clone, Copy)]
pub(in crate::session) struct Case<'c> {
    /// The endpoint's name as it is sent.
    pub(in crate::session) name: &'c str,
    /// `None` for one that the catalogue does not know.
    pub(in crate::session) endpoint: Option<&'static Endpoint>,
    pub(in crate::session) effect: Effect,
    /// `None` when it is not told yet which tenants are reached.
    pub(in crate::session) tenants: Option<&'c [Target]>,
}

/// What a rule says of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it lets it pass.
    pub allowed: bool,
    /// The rule in words, with its file and line.
    pub why: String,
}

/// What is known of the server's tenants; asked only where a rule needs it.
pub(in crate::session) trait Places {
    fn tenants(&self) -> Result<Arc<Tenants>, Failure>;
    fn groups(&self) -> Result<Arc<Groups>, Failure>;
}

/// Reads that give names of tenants and nothing of theirs.
const ONLY_NAMES: &[&str] = &["ListTenants"];

impl Lists {
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.deny.iter().chain(self.allow.iter().flat_map(|rule| &rule.what))
    }

    fn is_empty(&self) -> bool {
        self.deny.is_empty() && self.allow.is_none()
    }

    /// What the lists say of something that `is` tells of an entry whether it is meant.
    fn verdict(&self, what: &str, is: impl Fn(&Entry) -> Result<bool, Failure>) -> Result<Option<Verdict>, Failure> {
        for entry in &self.deny {
            if is(entry)? {
                return Ok(Some(Verdict { allowed: false, why: format!("{} denies {}", entry.place, entry.name) }));
            }
        }
        let Some(allow) = &self.allow else {
            let denies = self.deny.first().map(|entry| &entry.place);
            return Ok(denies.map(|place| Verdict { allowed: true, why: format!("{place} does not deny {what}") }));
        };
        for entry in &allow.what {
            if is(entry)? {
                return Ok(Some(Verdict { allowed: true, why: format!("{} allows {}", entry.place, entry.name) }));
            }
        }
        let names: Vec<&str> = allow.what.iter().map(|entry| entry.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { format!("{} only", names.join(", ")) };
        Ok(Some(Verdict { allowed: false, why: format!("{} allows {names}, not {what}", allow.place) }))
    }

    /// Whether everything is allowed, also what nobody knows yet.
    fn is_open(&self) -> bool {
        self.deny.is_empty() && self.is_for_all()
    }

    fn is_for_all(&self) -> bool {
        self.allow.as_ref().is_none_or(|allow| allow.what.iter().any(|entry| entry.name == "*"))
    }

    /// Where it says what is not open.
    fn place(&self) -> &str {
        let denies = self.deny.first().map(|entry| entry.place.as_str());
        self.allow.as_ref().map(|allow| allow.place.as_str()).or(denies).unwrap_or_default()
    }
}

impl Layer {
    /// Where it limits tenants, if it does.
    pub(super) fn limits_tenants(&self) -> Option<&str> {
        (!self.tenants.is_empty()).then(|| self.tenants.place())
    }

    /// Rules that deny a tenant by a name that no tenant of the server has: perhaps they are misspelt.
    pub(super) fn idle(&self, tenants: &Tenants) -> Vec<String> {
        let is_there = |entry: &&Entry| {
            entry.name.starts_with("group:")
                || tenants.iter().any(|listed| {
                    let Tenant { domain, id, name } = &listed.tenant;
                    let names = [domain, id, name, &listed.initial_domain];
                    names.into_iter().any(|name| pattern::matches(&entry.name, name))
                })
        };
        let idle = self.tenants.deny.iter().filter(|entry| !is_there(entry));
        idle.map(|entry| format!("warning: {} denies {}, and no tenant is called so", entry.place, entry.name))
            .collect()
    }

    /// What each of its rules that concern a call says of it.
    pub(super) fn verdicts(&self, case: &Case, places: &dyn Places) -> Result<Vec<Verdict>, Failure> {
        let mut verdicts: Vec<Verdict> = self.effects_of(case);
        verdicts.extend(self.endpoints.verdict(case.name, |entry| Ok(names::means(&entry.name, case.name)))?);
        if let Some(tenants) = case.tenants.filter(|_| !self.tenants.is_empty()) {
            verdicts.extend(self.of_tenants(case, tenants, places)?);
        }
        Ok(verdicts)
    }

    fn effects_of(&self, case: &Case) -> Vec<Verdict> {
        let Some(rule) = &self.effects else { return Vec::new() };
        let many = case.tenants.is_some_and(is_many).then_some(Class::Many);
        let names: Vec<&str> = rule.what.iter().map(|class| class.name()).collect();
        let names = if names.is_empty() { "no effect".to_owned() } else { format!("{} only", names.join(", ")) };
        let verdict = |class: Class| {
            if rule.what.contains(&class) {
                return Verdict { allowed: true, why: format!("{} allows {}", rule.place, class.name()) };
            }
            let what = match class {
                Class::Many => "many: it reaches many tenants at once".to_owned(),
                Class::Effect(effect) => effect.name().to_owned(),
            };
            Verdict { allowed: false, why: format!("{} allows {names}, not {what}", rule.place) }
        };
        std::iter::once(Class::Effect(case.effect)).chain(many).map(verdict).collect()
    }

    fn of_tenants(&self, case: &Case, tenants: &[Target], places: &dyn Places) -> Result<Vec<Verdict>, Failure> {
        if tenants.is_empty() {
            return Ok(vec![self.of_no_tenant(case)]);
        }
        let mut verdicts = Vec::new();
        for target in tenants {
            match target {
                Target::Tenant(tenant) => verdicts.extend(self.of_tenant(tenant, places)?),
                Target::AllTenants if self.tenants.is_open() => {}
                Target::AllTenants => verdicts.push(Verdict {
                    allowed: false,
                    why: format!("{} limits the tenants, and AllTenants is all of them", self.tenants.place()),
                }),
                Target::Group(id) => verdicts.extend(self.of_group(id, places)?),
            }
        }
        Ok(verdicts)
    }

    fn of_tenant(&self, tenant: &Tenant, places: &dyn Places) -> Result<Option<Verdict>, Failure> {
        let known = places.tenants()?;
        let initial = known.iter().find(|listed| listed.tenant.id == tenant.id);
        let initial = initial.map(|listed| listed.initial_domain.clone()).filter(|domain| !domain.is_empty());
        let names = [Some(tenant.domain.clone()), Some(tenant.id.clone()), Some(tenant.name.clone()), initial];
        self.tenants.verdict(&tenant.domain, |entry| match entry.name.strip_prefix("group:") {
            Some(group) => places.groups()?.holds(group, &tenant.id, &entry.place),
            None => Ok(names.iter().flatten().any(|name| pattern::matches(&entry.name, name))),
        })
    }

    /// A group is let pass when each of its tenants is.
    fn of_group(&self, id: &str, places: &dyn Places) -> Result<Vec<Verdict>, Failure> {
        if self.tenants.is_open() {
            return Ok(Vec::new());
        }
        let unknown = || {
            let why = format!("{} limits the tenants, and who is in the group {id} is not known", self.tenants.place());
            vec![Verdict { allowed: false, why }]
        };
        let Some(members) = places.groups()?.members(id) else { return Ok(unknown()) };
        let known = places.tenants()?;
        let mut verdicts = Vec::new();
        for member in members {
            match known.iter().find(|listed| listed.tenant.id.eq_ignore_ascii_case(&member)) {
                Some(listed) => verdicts.extend(self.of_tenant(&listed.tenant, places)?),
                None => return Ok(unknown()),
            }
        }
        Ok(verdicts)
    }

    /// A call that names no tenant: what it reaches is known only where the record says that it is CIPP itself.
    fn of_no_tenant(&self, case: &Case) -> Verdict {
        let place = self.tenants.place();
        let itself = case.endpoint.is_some_and(|endpoint| endpoint.scope == Scope::None);
        let reads = case.effect < Effect::Write;
        if reads && (itself || ONLY_NAMES.contains(&case.name)) || self.tenants.is_open() {
            return Verdict { allowed: true, why: format!("{place} limits the tenants, and it reads from none") };
        }
        let (allowed, why) = match (itself, self.tenants.is_for_all()) {
            (true, true) => (true, "and it changes CIPP itself"),
            (true, false) => (false, "and what it changes is CIPP itself, which reaches all of them"),
            (false, _) => (false, "and it does not name the one it reaches"),
        };
        Verdict { allowed, why: format!("{place} limits the tenants, {why}") }
    }
}

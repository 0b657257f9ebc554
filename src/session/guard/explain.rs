//! What the guard would say of a call, and why.

use std::sync::Arc;

use super::{
    Groups, Guard, Terms,
    allowance::Allowance,
    class::is_many,
    destroy,
    layer::{Case, Places, Verdict},
};
use crate::{
    catalogue::{Effect, Endpoint, Target},
    failure::{Failure, Kind},
    session::Tenants,
};

/// What the guard would say of a call.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Whether it lets it pass, with the flags that were given.
    pub allowed: bool,
    /// What it goes by, one line each: a word and what there is to say.
    pub lines: Vec<(&'static str, String)>,
}

/// What the rules say of a call where nobody knows which server it is for, and so nothing of its tenants.
///
/// # Errors
///
/// A rule needs to know of the server.
pub fn explain_nowhere(
    terms: Terms,
    name: &str,
    endpoint: Option<&'static Endpoint>,
    effects: &[Effect],
) -> Result<Explained, Failure> {
    let mut explained = Guard::new(terms, None).explain((name, endpoint), effects, None, &Nowhere)?;
    let unknown = "none is known; its own guard, and whether it is read-only, are not told here";
    explained.lines.push(("server", unknown.into()));
    Ok(explained)
}

/// No server at all.
struct Nowhere;

impl Places for Nowhere {
    fn tenants(&self) -> Result<Arc<Tenants>, Failure> {
        Err(Failure::new(Kind::Command, "there is no server to ask for its tenants"))
    }

    fn groups(&self) -> Result<Arc<Groups>, Failure> {
        Err(Failure::new(Kind::Command, "there is no server to ask for its tenant groups"))
    }
}

impl Guard {
    /// What the rules say of a call. `effects` are what it can do, the worst first.
    pub(in crate::session) fn explain(
        &self,
        (name, endpoint): (&str, Option<&'static Endpoint>),
        effects: &[Effect],
        tenants: Option<&[Target]>,
        places: &dyn Places,
    ) -> Result<Explained, Failure> {
        let worst = effects.first().copied().unwrap_or(Effect::Destroy);
        let case = Case { name, endpoint, effect: worst, tenants };
        let mut lines = vec![("effect", words(effects, endpoint.is_none()))];
        if tenants.is_some_and(is_many) {
            lines.push(("effect", "many: it reaches many tenants at once".into()));
        }
        let mut allowed = true;
        for verdict in self.all_verdicts(&case, places)? {
            allowed &= verdict.allowed;
            lines.push((if verdict.allowed { "rule" } else { "refused" }, verdict.why));
        }
        lines.extend(self.untold(&case, effects, places)?);
        if allowed && worst == Effect::Destroy {
            let covered = destroy::is_covered(&case, &self.terms, &[], "", places)?;
            lines.push(("destroy", leave(name, tenants, covered)));
            allowed = covered;
        }
        if worst >= Effect::Write {
            lines.push(("limit", self.limit()));
        }
        Ok(Explained { allowed, lines })
    }

    /// What depends on the rest of the call: its tenant, and what else its arguments can come to.
    fn untold(
        &self,
        case: &Case,
        effects: &[Effect],
        places: &dyn Places,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let mut lines = Vec::new();
        if let Some(place) = self.limits_tenants().filter(|_| case.tenants.is_none()) {
            lines.push(("tenants", format!("{place} limits them; --tenant T tells of one")));
        }
        for milder in effects.iter().skip(1) {
            let verdicts = self.all_verdicts(&Case { effect: *milder, ..*case }, places)?;
            let word = if verdicts.iter().all(|verdict| verdict.allowed) { "allowed" } else { "refused" };
            lines.push(("milder", format!("with arguments that only {} it is {word}", verb(*milder))));
        }
        Ok(lines)
    }

    fn all_verdicts(&self, case: &Case, places: &dyn Places) -> Result<Vec<Verdict>, Failure> {
        let mut verdicts = Vec::new();
        if let Some(connection) = self.read_only.as_ref().filter(|_| case.effect >= Effect::Write) {
            let why = format!("read_only = true in connection \"{connection}\"");
            verdicts.push(Verdict { allowed: false, why });
        }
        for layer in &self.terms.layers {
            verdicts.extend(layer.verdicts(case, places)?);
        }
        Ok(verdicts)
    }

    fn limit(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for most in self.terms.layers.iter().filter_map(|layer| layer.max_writes.as_ref()) {
            parts.push(format!("{} allows {} written targets in one run", most.place, most.what));
        }
        parts.push(match self.terms.limit {
            Some(limit) => format!("{limit} targets in one run; --max-writes N or a yes at the terminal allow more"),
            None => "none of its own".into(),
        });
        parts.join("; ")
    }
}

fn leave(name: &str, tenants: Option<&[Target]>, covered: bool) -> String {
    if covered {
        return "allowed by --allow".into();
    }
    let allowance = match tenants {
        Some([Target::Tenant(tenant)]) => format!("destroy:{name}@{}", tenant.domain),
        _ => format!("destroy:{name}"),
    };
    debug_assert!(allowance.parse::<Allowance>().is_ok());
    format!("--allow {allowance}, or the tenant's name typed at the terminal, allows it")
}

fn words(effects: &[Effect], unknown: bool) -> String {
    let worst = effects.first().copied().unwrap_or(Effect::Destroy).name();
    if unknown {
        return format!("{worst}: the catalogue does not know it, so it may do anything");
    }
    if effects.len() > 1 { format!("{worst} at worst, by its arguments") } else { worst.to_owned() }
}

fn verb(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Sensitive => "read what may be secret",
        Effect::Write => "write",
        Effect::Destroy => "destroy",
    }
}

//! A bulk is judged whole, before its first item, by what its closure can call.

use super::{
    Guard, destroy,
    layer::{Case, Places},
    limit::Running,
    weighed,
};
use crate::{
    catalogue::{Effect, Endpoint},
    failure::Failure,
};

/// A call that the closure of a bulk can make.
#[derive(Debug, Clone)]
pub struct Possible {
    /// The endpoint's name; `None` when the script makes it up.
    pub name: Option<String>,
    /// `None` for one that the catalogue does not know.
    pub endpoint: Option<&'static Endpoint>,
    /// The worst that it can do.
    pub worst: Effect,
    /// The mildest, where that depends on what is not known yet.
    pub least: Effect,
}

impl Guard {
    /// Judges all calls of a plan with their targets, of which the person has seen how many there are. Each is judged
    /// by the rules once more when it is sent.
    pub(in crate::session) fn judge_plan(&self, cases: &[(Case, usize)], places: &dyn Places) -> Result<(), Failure> {
        let mut all = 0;
        for (case, targets) in cases {
            self.rules(case, places)?;
            all += weighed(case.tenants.unwrap_or_default(), *targets, places)?;
        }
        let mut state = self.state();
        self.going_on(&state)?;
        let mut destroying: Vec<&str> = Vec::new();
        for (case, _) in cases.iter().filter(|(case, _)| case.effect == Effect::Destroy) {
            if !destroy::is_covered(case, &self.terms, &[], "", places)? {
                destroying.push(case.name);
            }
        }
        let running = Running { bulk: "the plan", items: destroying.len() };
        destroying.sort_unstable();
        destroying.dedup();
        let asked = if destroying.is_empty() {
            Ok(())
        } else {
            destroy::ask_for_all(&destroying, &self.terms, running).map(drop)
        };
        let result = asked.and_then(|()| state.count.allows_seen(all, &self.terms));
        match &result {
            Ok(()) => state.is_planned = true,
            Err(failure) => state.ended = Some(failure.clone()),
        }
        result
    }

    /// Judges a bulk. `writes` is how many writes are sure to be sent, at least.
    pub(in crate::session) fn judge_bulk(
        &self,
        calls: &[Possible],
        writes: usize,
        running: Running,
        places: &dyn Places,
    ) -> Result<(), Failure> {
        for call in calls {
            let Some(name) = &call.name else { continue };
            self.rules(&Case { name, endpoint: call.endpoint, effect: call.least, tenants: None }, places)?;
        }
        if running.items == 0 || calls.iter().all(|call| call.worst < Effect::Write) {
            return Ok(());
        }
        let mut state = self.state();
        self.going_on(&state)?;
        let mut asked: Vec<&str> = Vec::new();
        for call in calls.iter().filter(|call| call.worst == Effect::Destroy) {
            let name = call.name.as_deref().unwrap_or(destroy::ANY);
            let case = Case { name, endpoint: call.endpoint, effect: call.worst, tenants: None };
            if !asked.contains(&name) && !destroy::is_covered(&case, &self.terms, &state.agreed, running.bulk, places)?
            {
                asked.push(name);
            }
        }
        let result = if asked.is_empty() {
            Ok(())
        } else {
            destroy::ask_for_all(&asked, &self.terms, running).map(|agreed| state.agreed.push(agreed))
        };
        let result = result.and_then(|()| state.count.allows(writes, &self.terms, running));
        if let Err(failure) = &result {
            state.ended = Some(failure.clone());
        }
        result
    }
}

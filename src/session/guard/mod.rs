//! The guard: what may be sent at all, and what only when somebody has agreed.
//!
//! Files give rules ([`Layer`]), the command line and the person give leave ([`Terms`]). Every call is judged here,
//! and a bulk as a whole before its first item. A refusal ends the run: every write after it is refused too.

mod allowance;
mod bulk;
mod class;
mod destroy;
mod explain;
mod file;
mod groups;
mod layer;
mod limit;
mod names;
pub(super) mod pattern;
mod terms;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use allowance::Allowance;
pub use bulk::Possible;
pub use class::Class;
pub use explain::{Explained, explain_nowhere};
pub use file::{of_project, of_settings, project_file};
pub(super) use groups::Groups;
pub(super) use layer::{Case, Places};
pub use layer::{Layer, Verdict};
pub(super) use limit::Running;
pub use terms::{LIMIT, Terms};

use super::Tenants;
use crate::{
    catalogue::{Effect, Target},
    failure::{Failure, Kind},
};
use destroy::Agreed;
use limit::Count;

/// Judges the calls of one session.
#[derive(Debug)]
pub(super) struct Guard {
    terms: Terms,
    /// The connection that is for reading only.
    read_only: Option<String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    count: Count,
    agreed: Vec<Agreed>,
    /// All that is to come was judged together.
    is_planned: bool,
    /// Why the run was ended.
    ended: Option<Failure>,
}

impl Guard {
    pub(super) fn new(terms: Terms, read_only: Option<String>) -> Self {
        Self { terms, read_only, state: Mutex::default() }
    }

    pub(super) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Whether a call is one that the rules allow.
    pub(super) fn rules(&self, case: &Case, places: &dyn Places) -> Result<(), Failure> {
        if case.effect < Effect::Write && self.terms.layers.is_empty() {
            return Ok(());
        }
        self.going_on(&self.state())?;
        self.ending(self.by_rules(case, places))
    }

    /// Whether a call may be sent now: by the rules, by what was allowed, and by how much was written before. The
    /// person is asked where that helps. `targets` are elements times tenants.
    pub(super) fn judge(
        &self,
        case: &Case,
        targets: usize,
        running: Running,
        places: &dyn Places,
    ) -> Result<(), Failure> {
        self.rules(case, places)?;
        if case.effect < Effect::Write {
            return Ok(());
        }
        // Held while somebody is asked: nothing else is written meanwhile.
        let mut state = self.state();
        self.going_on(&state)?;
        let result = self.permitted(&mut state, case, targets, running, places);
        if let Err(failure) = &result {
            state.ended = Some(failure.clone());
        }
        result
    }

    fn permitted(
        &self,
        state: &mut State,
        case: &Case,
        targets: usize,
        running: Running,
        places: &dyn Places,
    ) -> Result<(), Failure> {
        if case.effect == Effect::Destroy
            && !state.is_planned
            && !destroy::is_covered(case, &self.terms, &state.agreed, running.bulk, places)?
        {
            state.agreed.extend(destroy::ask(case, &self.terms, running)?);
        }
        let targets = weighed(case.tenants.unwrap_or_default(), targets, places)?;
        if !state.is_planned {
            state.count.allows(targets, &self.terms, running)?;
        }
        state.count.add(case.tenants.unwrap_or_default().iter().map(Target::name), targets);
        Ok(())
    }

    fn by_rules(&self, case: &Case, places: &dyn Places) -> Result<(), Failure> {
        if let Some(connection) = self.read_only.as_ref().filter(|_| case.effect >= Effect::Write) {
            let message = format!("{} would change something, and the connection is read-only", case.name);
            return Err(
                Failure::new(Kind::Guard, message).because(format!("read_only = true in connection \"{connection}\""))
            );
        }
        for layer in &self.terms.layers {
            if let Some(refused) = layer.verdicts(case, places)?.into_iter().find(|verdict| !verdict.allowed) {
                return Err(refusal(case).because(refused.why));
            }
        }
        Ok(())
    }

    /// Whether a file has a say in what is sent.
    pub(super) fn has_rules(&self) -> bool {
        !self.terms.layers.is_empty()
    }

    /// Where the rules limit tenants, if they do: then tenants are looked up whatever else was said.
    pub(super) fn limits_tenants(&self) -> Option<&str> {
        self.terms.layers.iter().find_map(Layer::limits_tenants)
    }

    /// Rules that deny what is not there.
    pub(super) fn idle(&self, tenants: &Tenants) -> Vec<String> {
        self.terms.layers.iter().flat_map(|layer| layer.idle(tenants)).collect()
    }

    /// Lets a session that has refused something be used again, for another command of the same person.
    pub(super) fn forgive(&self) {
        self.state().ended = None;
    }

    /// After a refusal everything that is judged is refused.
    fn going_on(&self, state: &State) -> Result<(), Failure> {
        state.ended.clone().map_or(Ok(()), Err)
    }

    fn ending(&self, result: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(failure) = &result {
            self.state().ended.get_or_insert_with(|| failure.clone());
        }
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(case: &Case) -> Failure {
    let tenants: Vec<&str> = case.tenants.unwrap_or_default().iter().map(Target::name).collect();
    let place = if tenants.is_empty() { String::new() } else { format!(" in {}", tenants.join(", ")) };
    let unknown = if case.endpoint.is_none() { ", which the catalogue does not know," } else { "" };
    let message = format!("the guard refuses {}{unknown}{place} ({})", case.name, case.effect.name());
    Failure::new(Kind::Guard, message).hint(format!("cippsh guard explain {} tells what is allowed and why", case.name))
}

/// Targets as they are counted: AllTenants and groups are as many as they hold.
fn weighed(tenants: &[Target], targets: usize, places: &dyn Places) -> Result<usize, Failure> {
    if tenants.iter().all(|target| matches!(target, Target::Tenant(_))) {
        return Ok(targets);
    }
    let mut reached = 0;
    for target in tenants {
        reached += match target {
            Target::Tenant(_) => 1,
            Target::AllTenants => places.tenants()?.iter().count(),
            Target::Group(id) => places.groups()?.members(id).map_or(1, |members| members.len()),
        };
    }
    Ok((targets * reached.max(1)).div_ceil(tenants.len()))
}

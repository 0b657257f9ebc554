//! How much is written in one run, and the question when it is more than usual.

use std::collections::BTreeMap;

use super::terms::Terms;
use crate::failure::{Failure, Kind};

/// What was let pass so far.
#[derive(Debug, Default)]
pub(super) struct Count {
    /// Targets.
    pub(super) written: usize,
    /// The same by tenant.
    by_tenant: BTreeMap<String, usize>,
    /// As far as somebody has said to go on.
    agreed: usize,
}

/// The bulk that a write belongs to.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::session) struct Running<'b> {
    /// Its name in the journal; empty outside of one.
    pub(in crate::session) bulk: &'b str,
    /// How many items it has.
    pub(in crate::session) items: usize,
}

impl Count {
    /// Counts what was let pass.
    pub(super) fn add<'t>(&mut self, tenants: impl Iterator<Item = &'t str>, targets: usize) {
        self.written += targets;
        for tenant in tenants {
            *self.by_tenant.entry(tenant.to_owned()).or_default() += targets;
        }
    }

    /// Whether `more` targets may be written; asks where somebody is to be asked.
    pub(super) fn allows(&mut self, more: usize, terms: &Terms, running: Running) -> Result<(), Failure> {
        let all = self.written + more;
        for layer in &terms.layers {
            if let Some(most) = layer.max_writes.as_ref().filter(|most| all > most.what) {
                return Err(self
                    .refused(all, most.what, running)
                    .because(format!("{} allows {} written targets in one run", most.place, most.what)));
            }
        }
        let Some(limit) = terms.limit.map(|limit| limit.max(self.agreed)).filter(|limit| all > *limit) else {
            return Ok(());
        };
        let refused = self.refused(all, limit, running);
        if terms.yes && !terms.is_set {
            self.agreed = usize::MAX;
            return Ok(());
        }
        if terms.is_set || !terms.person.is_there() {
            let because = if terms.is_set { "--max-writes says so" } else { "that is the limit unless told otherwise" };
            return Err(refused.because(because).hint(format!("--max-writes {all} allows as many")));
        }
        // Asked again only when it has become much more than what was agreed to.
        let next = all.max(limit.saturating_mul(10));
        match self.ask(all, limit, terms, running)? {
            Answer::GoOn => {
                self.agreed = next;
                Ok(())
            }
            Answer::Plan => Err(refused
                .because("you asked for a plan")
                .hint("run it again with --plan FILE: nothing is written then")),
            Answer::Stop => Err(refused.because("you said to stop")),
        }
    }

    /// Whether so many targets may be written by somebody who has seen how many they are.
    pub(super) fn allows_seen(&mut self, more: usize, terms: &Terms) -> Result<(), Failure> {
        self.allows(more, &Terms { yes: true, ..terms.clone() }, Running::default())
    }

    fn refused(&self, all: usize, limit: usize, running: Running) -> Failure {
        let message = match running.items {
            0 => format!("this run would write {all} targets, and {limit} is the limit"),
            _ => format!("this run would write {all} targets or more, and {limit} is the limit"),
        };
        let failure = Failure::new(Kind::Guard, message);
        if self.written > 0 { failure.because(format!("{} were written before", self.written)) } else { failure }
    }

    fn ask(&self, all: usize, limit: usize, terms: &Terms, running: Running) -> Result<Answer, Failure> {
        let mut text = format!("This run is about to write more than {limit} targets: {all} with what comes next.\n");
        if running.items > 0 {
            text.push_str(&format!("  running: {} with {} items\n", running.bulk, running.items));
        }
        if self.by_tenant.is_empty() {
            text.push_str("  sent so far: nothing\n");
        }
        for (tenant, targets) in &self.by_tenant {
            text.push_str(&format!("  sent so far: {targets} in {tenant}\n"));
        }
        text.push_str("(g)o on, (p)lan, (s)top?");
        loop {
            match terms.person.ask(&text, false)?.trim().to_lowercase().as_str() {
                "g" | "go" | "go on" => return Ok(Answer::GoOn),
                "p" | "plan" => return Ok(Answer::Plan),
                "s" | "stop" => return Ok(Answer::Stop),
                _ => text = "Please type g, p or s:".into(),
            }
        }
    }
}

enum Answer {
    GoOn,
    Plan,
    Stop,
}

//! `cippsh guard explain`: what the guard would say of a call, and why.

use std::collections::BTreeSet;

use super::{call, connect, keep, show::Shown, signals, terms::Leave};
use crate::{
    catalogue::{self, Effect, Endpoint, Found, Scope, Target},
    cli::{Explain, Guard},
    failure::{Failure, Kind, exit},
    session::{Session, guard::explain_nowhere},
};

pub(super) fn run(arguments: Guard) -> Result<u8, Failure> {
    match arguments {
        Guard::Explain(explain) => run_explain(&explain),
    }
}

fn run_explain(explain: &Explain) -> Result<u8, Failure> {
    let (name, endpoint, effects) = what(&explain.name)?;
    let shown = Shown::new(&explain.show);
    let leave = Leave::new(&explain.bounds, None);
    let opened = connect::with_leave(&explain.connect, signals::watch()?, &shown, keep::Kept::default(), &leave);
    let is_named = explain.tenant.is_some() || explain.connect.demo || explain.connect.connection.is_some();
    let (tenants, explained) = match opened {
        Ok(opened) => {
            let tenants = tenants(opened.session(), explain.tenant.as_deref(), endpoint)?;
            let explained = opened.session().explain(&name, endpoint, &effects, tenants.as_deref())?;
            (tenants, explained)
        }
        Err(failure) if is_named => return Err(failure),
        // The files and the command line have rules of their own.
        Err(_) => (None, explain_nowhere(leave.terms("", shown.person())?, &name, endpoint, &effects)?),
    };
    let place = tenants.iter().flatten().map(|target| format!(" in {}", target.name())).collect::<String>();
    let word = if explained.allowed { "allowed" } else { "refused" };
    let mut text = format!("{name}{place}: {word}\n");
    for (word, what) in &explained.lines {
        text.push_str(&format!("  {word:8} {what}\n"));
    }
    shown.text(&text);
    shown.written()?;
    Ok(if explained.allowed { exit::DONE } else { exit::REFUSED })
}

/// The endpoint as it is sent, and what it can do, the worst first. A name that nothing has may still be sent by api().
fn what(name: &str) -> Result<(String, Option<&'static Endpoint>, Vec<Effect>), Failure> {
    let found = match call::find(name) {
        Ok(found) => found,
        Err(failure) if name.contains("::") || !catalogue::nearest(name).is_empty() => return Err(failure),
        Err(_) => return Ok((name.to_owned(), None, vec![Effect::Destroy])),
    };
    let (endpoint, worst) = match found {
        Found::Endpoint(endpoint) => (endpoint, endpoint.effect),
        Found::Action(action) => (action.endpoint, action.effect),
    };
    let milder: BTreeSet<Effect> =
        endpoint.effect_rules.iter().map(|rule| rule.effect).filter(|effect| *effect < worst).collect();
    let effects = std::iter::once(worst).chain(milder.into_iter().rev()).collect();
    Ok((endpoint.name.to_owned(), Some(endpoint), effects))
}

/// The tenant that was named; none for what acts on CIPP itself.
fn tenants(
    session: &Session,
    name: Option<&str>,
    endpoint: Option<&'static Endpoint>,
) -> Result<Option<Vec<Target>>, Failure> {
    match name {
        None if endpoint.is_some_and(|endpoint| endpoint.scope == Scope::None) => Ok(Some(Vec::new())),
        None => Ok(None),
        Some(all) if all.eq_ignore_ascii_case("AllTenants") => Ok(Some(vec![Target::AllTenants])),
        Some(name) => {
            let tenant = session.tenant(name).map_err(|failure| Failure { kind: Kind::Command, ..failure })?;
            Ok(Some(vec![Target::Tenant(tenant)]))
        }
    }
}

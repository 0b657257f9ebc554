//! What destroys needs to be allowed by name, or by typing what it is about.

use super::{
    layer::{Case, Places},
    limit::Running,
    names,
    terms::Terms,
};
use crate::{
    catalogue::Target,
    failure::{Failure, Kind},
};

/// What a person has agreed to destroy in a bulk.
#[derive(Debug)]
pub(super) struct Agreed {
    bulk: String,
    /// The endpoints that it was asked for.
    endpoints: Vec<String>,
}

impl Agreed {
    fn covers(&self, name: &str, bulk: &str) -> bool {
        let within = bulk == self.bulk || bulk.strip_prefix(&self.bulk).is_some_and(|rest| rest.starts_with('/'));
        within && self.endpoints.iter().any(|endpoint| endpoint == ANY || names::means(endpoint, name))
    }
}

/// An endpoint whose name is made up by the script.
pub(in crate::session) const ANY: &str = "*";

/// Whether the flags, or what a person has agreed to, cover a call.
pub(super) fn is_covered(
    case: &Case,
    terms: &Terms,
    agreed: &[Agreed],
    bulk: &str,
    places: &dyn Places,
) -> Result<bool, Failure> {
    if agreed.iter().any(|agreed| !bulk.is_empty() && agreed.covers(case.name, bulk)) {
        return Ok(true);
    }
    for allowance in &terms.allowed {
        if allowance.covers(case, places)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Asks about one call: for the tenant's name, or in a bulk for the number of its items, which is then for all of them.
pub(super) fn ask(case: &Case, terms: &Terms, running: Running) -> Result<Option<Agreed>, Failure> {
    if running.items > 0 {
        return ask_for_all(&[case.name], terms, running).map(Some);
    }
    let refused = refusal(case);
    if !terms.person.is_there() {
        return Err(refused);
    }
    let tenants = case.tenants.unwrap_or_default();
    let (what, wanted) = match tenants {
        [] => ("the name of the endpoint".to_owned(), case.name.to_owned()),
        [Target::Tenant(tenant)] => ("the name of the tenant".to_owned(), tenant.domain.clone()),
        [Target::AllTenants] => ("the name that stands for all tenants".to_owned(), "AllTenants".to_owned()),
        several => ("the number of tenants and groups".to_owned(), several.len().to_string()),
    };
    let place = in_words(tenants);
    let text = format!("{} destroys something{place}.\nType {what} to go on ({wanted}):", case.name);
    typed(&text, &wanted, terms, refused).map(|()| None)
}

/// Asks about a bulk before its first item.
pub(super) fn ask_for_all(endpoints: &[&str], terms: &Terms, running: Running) -> Result<Agreed, Failure> {
    let Running { bulk, items } = running;
    let told: Vec<&str> =
        endpoints.iter().map(|name| if *name == ANY { "what it gives to api()" } else { name }).collect();
    let refused = Failure::new(
        Kind::Guard,
        format!("{} would destroy something, for up to {items} items of {bulk}", told.join(", ")),
    );
    let refused = refused.hint(hint(endpoints.first().copied().unwrap_or(ANY), None));
    if !terms.person.is_there() {
        return Err(refused.because("nobody has allowed it"));
    }
    let text = format!(
        "{} destroys something, for up to {items} items of {bulk}.\nType the number of items to go on ({items}):",
        told.join(", ")
    );
    typed(&text, &items.to_string(), terms, refused)?;
    Ok(Agreed { bulk: bulk.to_owned(), endpoints: endpoints.iter().map(ToString::to_string).collect() })
}

fn typed(text: &str, wanted: &str, terms: &Terms, refused: Failure) -> Result<(), Failure> {
    if terms.person.ask(text, false)?.trim().eq_ignore_ascii_case(wanted) {
        Ok(())
    } else {
        Err(refused.because("it was not confirmed"))
    }
}

fn refusal(case: &Case) -> Failure {
    let tenants = case.tenants.unwrap_or_default();
    let failure = Failure::new(Kind::Guard, format!("{} would destroy something{}", case.name, in_words(tenants)));
    let failure = match case.endpoint {
        None => failure.because("the catalogue does not know it, so it may do anything"),
        Some(_) => failure,
    };
    let tenant = match tenants {
        [Target::Tenant(tenant)] => Some(tenant.domain.as_str()),
        _ => None,
    };
    failure.because("nobody has allowed it").hint(hint(case.name, tenant))
}

fn hint(endpoint: &str, tenant: Option<&str>) -> String {
    let endpoint = if endpoint == ANY { String::new() } else { format!(":{endpoint}") };
    let tenant = tenant.map(|tenant| format!("@{tenant}")).unwrap_or_default();
    format!("--allow destroy{endpoint}{tenant} allows it")
}

fn in_words(tenants: &[Target]) -> String {
    let names: Vec<&str> = tenants.iter().map(Target::name).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(", ")) }
}

//! `--allow destroy[:ENDPOINT][@TENANT]`.

use std::str::FromStr;

use super::{
    layer::{Case, Places},
    names,
};
use crate::{
    catalogue::{Target, TenantLookup as _},
    failure::{Failure, Kind},
};

/// What may be destroyed without a question; the usual one is anything, anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowance {
    endpoint: Option<String>,
    tenant: Option<String>,
}

impl FromStr for Allowance {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        let wrong = |cause: String| {
            Failure::new(Kind::Command, format!("--allow \"{text}\" is not understood"))
                .because(cause)
                .hint("--allow destroy, destroy:ENDPOINT, destroy@TENANT or destroy:ENDPOINT@TENANT")
        };
        let rest = text.trim().strip_prefix("destroy").ok_or_else(|| wrong("only destroy can be allowed".into()))?;
        let (endpoint, tenant) = match rest.split_once('@') {
            Some((endpoint, tenant)) => (endpoint, Some(tenant.trim())),
            None => (rest, None),
        };
        let endpoint = match endpoint.strip_prefix(':') {
            Some(name) => Some(name.trim()),
            None if endpoint.is_empty() => None,
            None => return Err(wrong(format!("\"{endpoint}\" does not belong there"))),
        };
        if endpoint == Some("") || tenant == Some("") {
            return Err(wrong("a name is missing".into()));
        }
        let known = |name: &str| names::is_known(name) || names::nearest(name).is_empty() && !name.contains("::");
        if let Some(name) = endpoint.filter(|name| !known(name)) {
            return Err(wrong(format!("no endpoint or action is of the name \"{name}\"")));
        }
        Ok(Self { endpoint: endpoint.map(String::from), tenant: tenant.map(String::from) })
    }
}

impl Allowance {
    /// Whether it covers a call: its endpoint, and each of its tenants. Where these are not told yet, it may.
    pub(super) fn covers(&self, case: &Case, places: &dyn Places) -> Result<bool, Failure> {
        if self.endpoint.as_deref().is_some_and(|endpoint| !names::means(endpoint, case.name)) {
            return Ok(false);
        }
        let (Some(tenant), Some(reached)) = (&self.tenant, case.tenants) else { return Ok(true) };
        let wanted = places
            .tenants()?
            .resolve(tenant)
            .map_err(|why| Failure::new(Kind::Command, format!("--allow names a tenant that is not there: {why}")))?;
        let is = |target: &Target| matches!(target, Target::Tenant(tenant) if tenant.id == wanted.id);
        Ok(!reached.is_empty() && reached.iter().all(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let cases = [
            ("destroy", Some((None, None))),
            ("destroy:RemoveUser", Some((Some("RemoveUser"), None))),
            ("destroy@contoso.com", Some((None, Some("contoso.com")))),
            ("destroy:user::*@Contoso", Some((Some("user::*"), Some("Contoso")))),
            ("destroy:RemoveUsr", None),
            ("destroy:", None),
            ("destroy@", None),
            ("destroyer", None),
            ("write", None),
        ];
        for (text, expected) in cases {
            let found = text.parse::<Allowance>().ok();
            let found = found.as_ref().map(|found| (found.endpoint.as_deref(), found.tenant.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }
}

//! Arguments that name users: rows become names, and names become the form that the server reads.

use serde_json::{Map, Value};

use super::problem::Problem;
use super::request::Request;
use crate::catalogue::path::{plain_text, same, value_member, values_at};
use crate::catalogue::{Method, Param, Place, Target, Tenant, User, UserForm, UserLookup};
use crate::value::Planned;

/// What rows call their user principal name and object id.
const UPN: [&str; 2] = ["userPrincipalName", "UPN"];
const ID: &str = "id";

/// The name of a user given as a row, and what people call it; `None` for a map that is no such row.
pub(super) fn of_row(map: &Map<String, Value>, form: UserForm) -> Option<(String, String)> {
    let text = |name: &str| {
        let found = map.iter().find(|(key, _)| same(key, name))?;
        found.1.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if value_member(map).is_some() {
        return None;
    }
    let (upn, id) = (UPN.into_iter().find_map(text), text(ID));
    let shown = text("displayName").or_else(|| upn.clone());
    let user = User { id: id.clone().unwrap_or_default(), upn: upn.clone().unwrap_or_default(), name: String::new() };
    let name = if id.is_some() && upn.is_some() { in_form(&user, form) } else { upn.or(id)? };
    Some((name.clone(), shown.unwrap_or(name)))
}

/// The tenants in which a request names users.
pub fn tenants_with_users(request: &Request) -> Vec<Tenant> {
    let mut tenants: Vec<Tenant> = Vec::new();
    let mut copy = request.clone();
    each_user(&mut copy, &mut |_, tenant, _, _| {
        if !tenants.contains(tenant) {
            tenants.push(tenant.clone());
        }
    });
    tenants
}

/// Gives each user that a request names the form that the server reads; names that nobody has are problems.
///
/// Users are looked for in the tenant that their row of the call names, else in the one that the call names. Where
/// that is not one tenant they stay as they are.
pub fn name_users(request: &mut Request, lookup: &dyn UserLookup) -> Vec<Problem> {
    let mut problems = Vec::new();
    each_user(request, &mut |param, tenant, name, at| match lookup.resolve(tenant, name) {
        // Whoever a planned write makes is looked up when it was made.
        _ if Planned::is_in(name) => {}
        Ok(user) => {
            let form = param.user.unwrap_or(UserForm::Either);
            // A name that the server reads as it is stays so, its case of letters too.
            let is_fine = form == UserForm::Either
                && !user.is_guest()
                && (name.eq_ignore_ascii_case(&user.upn) || name.eq_ignore_ascii_case(&user.id));
            if !is_fine {
                *name = in_form(&user, form);
            }
        }
        Err(why) if param.users_only => problems.push(Problem::new(at, format!("{at}: {why}"))),
        Err(_) => {}
    });
    problems
}

/// Guests have names that do not go into an address as they are.
fn in_form(user: &User, form: UserForm) -> String {
    match form {
        UserForm::Id => user.id.clone(),
        UserForm::Upn => user.upn.clone(),
        UserForm::Either if user.is_guest() => user.id.clone(),
        UserForm::Either => user.upn.clone(),
    }
}

type Visit<'v> = &'v mut dyn FnMut(&'static Param, &Tenant, &mut String, &str);

/// Visits each text that names a user, in query and body.
fn each_user(request: &mut Request, visit: Visit) {
    let params = || request.endpoint.params.iter().filter(|param| param.user.is_some());
    let tenants: Vec<Tenant> = request.tenants.iter().filter_map(tenant_of_target).cloned().collect();
    let of_call = match tenants.as_slice() {
        [only] if request.tenants.len() == 1 => Some(only),
        _ => None,
    };
    let in_query = |param: &&Param| request.endpoint.method == Method::Get || param.place != Place::Body;
    for param in params().filter(in_query) {
        let Some(tenant) = of_call else { continue };
        let values = request.query.iter_mut().filter(|(name, value)| name == param.path && !value.is_empty());
        values.for_each(|(_, value)| visit(param, tenant, value, param.path));
    }
    let Some(body) = &mut request.body else { return };
    let params: Vec<&Param> = request.endpoint.params.iter().filter(|param| param.user.is_some()).collect();
    let paths_of_tenants: Vec<&str> =
        request.endpoint.params.iter().filter(|param| param.tenant.is_some()).map(|param| param.path).collect();
    let of_row = |row: &Value| {
        let named = paths_of_tenants.iter().flat_map(|path| values_at(row, path.trim_start_matches("[].")));
        let named: Vec<String> = named.filter_map(plain_text).collect();
        tenants.iter().find(|tenant| named.contains(&tenant.domain) || named.contains(&tenant.id)).or(of_call).cloned()
    };
    match body {
        Value::Array(rows) => {
            for (index, row) in rows.iter_mut().enumerate() {
                let Some(tenant) = of_row(row) else { continue };
                for param in &params {
                    let path = param.path.trim_start_matches("[].");
                    each_text(row, path, &format!("[{index}]."), &mut |text, at| visit(param, &tenant, text, at));
                }
            }
        }
        body => {
            let Some(tenant) = of_call else { return };
            for param in
                params.into_iter().filter(|param| !param.path.starts_with("[].") && param.place != Place::Query)
            {
                each_text(body, param.path, "", &mut |text, at| visit(param, tenant, text, at));
            }
        }
    }
}

fn tenant_of_target(target: &Target) -> Option<&Tenant> {
    match target {
        Target::Tenant(tenant) => Some(tenant),
        Target::AllTenants | Target::Group(_) => None,
    }
}

/// Visits the texts at a path: the value itself, that of `{label, value}`, or the elements of a list.
fn each_text(value: &mut Value, path: &str, at: &str, visit: &mut dyn FnMut(&mut String, &str)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, path, at, visit)),
        Value::Object(map) if !path.is_empty() => {
            let (step, rest) = path.split_once('.').unwrap_or((path, ""));
            let step = step.trim_end_matches("[]");
            if let Some(inner) = map.get_mut(step) {
                let at = format!("{at}{step}{}", if rest.is_empty() { "" } else { "." });
                each_text(inner, rest, &at, visit);
            }
        }
        Value::Object(map) => {
            let value = map.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("value"));
            if let Some((_, Value::String(text))) = value {
                visit(text, at);
            }
        }
        Value::String(text) if path.is_empty() && !text.is_empty() => visit(text, at),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::arguments::build;
    use crate::catalogue::{TenantLookup, find};

    struct Known;

    impl TenantLookup for Known {
        fn resolve(&self, name: &str) -> Result<Tenant, String> {
            Ok(Tenant { domain: name.into(), id: name.into(), name: name.into() })
        }
    }

    impl UserLookup for Known {
        fn resolve(&self, tenant: &Tenant, name: &str) -> Result<User, String> {
            let known = [("ann-id", "ann@contoso.com"), ("guest-id", "g_x#EXT#@contoso.com")];
            let is = |(id, upn): &&(&str, &str)| name.eq_ignore_ascii_case(id) || name.eq_ignore_ascii_case(upn);
            let found = known.iter().find(is).ok_or_else(|| format!("no user \"{name}\" in {}", tenant.domain))?;
            Ok(User { id: found.0.into(), upn: found.1.into(), name: String::new() })
        }
    }

    /// What is sent in the body, or all that is wrong.
    fn named(endpoint: &str, arguments: &Value) -> Result<Value, String> {
        let mut request =
            build(find(endpoint).unwrap(), arguments, &Known).map_err(|problems| format!("{problems:?}"))?;
        let problems = name_users(&mut request, &Known);
        let told: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        if told.is_empty() { Ok(request.body.unwrap()) } else { Err(told.join("; ")) }
    }

    #[test]
    fn each_parameter_gets_the_form_that_it_takes() {
        let (ann, guest) = ("ann@contoso.com", "g_x#EXT#@contoso.com");
        let row = json!({ "id": "ann-id", "userPrincipalName": ann, "displayName": "Ann" });
        let cases = [
            ("ExecResetPass", "ID", json!(ann), json!(ann)),
            ("ExecResetPass", "ID", json!("ann-id"), json!("ann-id")),
            ("ExecResetPass", "ID", row.clone(), json!(ann)),
            ("ExecResetPass", "ID", json!(guest), json!("guest-id")),
            ("ExecResetPass", "ID", json!({ "id": "guest-id", "userPrincipalName": guest }), json!("guest-id")),
            ("ExecDismissRiskyUser", "userId", json!(ann), json!("ann-id")),
            ("ExecDismissRiskyUser", "userId", row.clone(), json!("ann-id")),
            ("ExecOneDriveProvision", "UserPrincipalName", json!("ann-id"), json!(ann)),
            ("ExecOneDriveProvision", "UserPrincipalName", json!(guest), json!(guest)),
        ];
        for (endpoint, name, given, expected) in cases {
            let sent = named(endpoint, &json!({ "tenantFilter": "contoso.com", name: given })).unwrap();
            assert_eq!(sent[name], expected, "{endpoint} {given}");
        }
    }

    #[test]
    fn users_are_found_wherever_they_stand() {
        let rows = json!([
            { "tenantFilter": "contoso.com", "userIds": ["ann@contoso.com"], "LicenseOperation": "Add", "Licenses": ["x"] },
        ]);
        assert_eq!(named("ExecBulkLicense", &rows).unwrap()[0]["userIds"], json!(["ann-id"]));
        let row = json!({ "id": "ann-id", "userPrincipalName": "ann@contoso.com", "displayName": "Ann" });
        let members = json!({ "tenantFilter": "contoso.com", "groupId": "g", "AddOwner": [row, "nobody"] });
        assert_eq!(named("EditGroup", &members).unwrap_err(), "AddOwner: no user \"nobody\" in contoso.com");
        let members = json!({ "tenantFilter": "contoso.com", "groupId": "g", "AddOwner": [row] });
        assert_eq!(named("EditGroup", &members).unwrap()["AddOwner"], json!([{ "label": "Ann", "value": "ann-id" }]));
    }

    #[test]
    fn what_may_be_somebody_else_is_sent_as_it_is() {
        let rule = json!({ "tenantFilter": "contoso.com", "Name": "x", "CopyTo": "who@fabrikam.com" });
        assert_eq!(named("AddEditTransportRule", &rule).unwrap()["CopyTo"][0]["value"], "who@fabrikam.com");
    }
}

//! What must hold of a whole record, whichever files its facts come from.

use super::super::record::{Kind, Method, Place, Root, TenantForm, Wrap};
use super::Record;
use super::entry::{Again, Condition, ParamEntry};
use std::collections::{BTreeMap, BTreeSet};

/// Checks a record, and spells the names in its rules as its parameters are spelled.
pub(crate) fn check(record: &mut Record, at: &str, errors: &mut Vec<String>) {
    let entry = &record.entry;
    let mut wrong = |field: &str, what: String| errors.push(format!("{at}.{field}: {what}"));
    if entry.role.is_none() {
        wrong("role", "is missing".into());
    }
    if entry.method.is_none() {
        wrong("method", "is missing".into());
    }
    if entry.effects.as_ref().is_some_and(Vec::is_empty) {
        wrong("effects", "must not be empty; give effect instead".into());
    }
    for (path, param) in &entry.params {
        let faults = param_faults(path, param, entry.method, entry.body.unwrap_or(Root::Object));
        for (field, what) in faults {
            wrong(&format!("params.{path}.{field}"), what);
        }
    }
    for path in twins(&entry.params) {
        wrong(&format!("params.{path}"), "differs only in case from another one in the same place".into());
    }
    spell_rules(record, at, errors);
}

fn param_faults(path: &str, param: &ParamEntry, method: Option<Method>, root: Root) -> Vec<(&'static str, String)> {
    let mut faults = Vec::new();
    let mut fault = |field, what: &str| faults.push((field, what.to_owned()));
    let Some(place) = param.place else {
        fault("in", "is missing: no area file has this parameter");
        return faults;
    };
    let Some((kind, item)) = param.kind else {
        fault("type", "is missing: no area file has this parameter");
        return faults;
    };
    let scalar = if kind == Kind::List { item } else { kind };
    let in_body = place != Place::Query;
    if in_body && method == Some(Method::Get) {
        fault("in", "a GET has no body");
    }
    if in_body && root == if path.starts_with("[].") { Root::Object } else { Root::Array } {
        fault("in", "its path starts with [] exactly when the body is an array");
    }
    if param.presence && place == Place::Body {
        fault("presence", "is for parameters of a query");
    }
    if param.presence && kind != Kind::Bool {
        fault("presence", "is for the type bool");
    }
    if param.wrap.is_some_and(|wrap| wrap != Wrap::No) && matches!(scalar, Kind::Map | Kind::Bool) {
        fault("wrap", "is for texts, numbers and lists of them");
    }
    if has_values(param) && !matches!(scalar, Kind::Text | Kind::Any) {
        fault("values", "is for texts and lists of texts");
    }
    if param.tenant.is_some_and(|form| (form == TenantForm::Object) != path.ends_with(".defaultDomainName")) {
        fault("tenant", "is object exactly when the path ends in .defaultDomainName");
    }
    if (param.tenant.is_some() || param.user.is_some()) && matches!(scalar, Kind::Map | Kind::Bool) {
        fault("type", "a name of a tenant or user is text");
    }
    if param.users_only.is_some() && param.user.is_none() {
        fault("users_only", "is for parameters that name users");
    }
    faults
}

fn has_values(param: &ParamEntry) -> bool {
    param.values.as_ref().is_some_and(|values| !values.is_empty())
}

fn twins(params: &BTreeMap<String, ParamEntry>) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let mut twins = Vec::new();
    for (path, param) in params {
        let places: &[&str] = match param.place {
            Some(Place::Query) => &["query"],
            Some(Place::Body) => &["body"],
            _ => &["query", "body"],
        };
        if places.iter().any(|place| !seen.insert((path.to_lowercase(), *place))) {
            twins.push(path.as_str());
        }
    }
    twins
}

fn spell_rules(record: &mut Record, at: &str, errors: &mut Vec<String>) {
    let entry = &mut record.entry;
    let params = &entry.params;
    let mut spell = |field: String, path: &mut String| -> Option<&ParamEntry> {
        let Some((known, param)) = params.iter().find(|(known, _)| known.eq_ignore_ascii_case(path)) else {
            errors.push(format!("{at}.{field}: there is no parameter {path}"));
            return None;
        };
        path.clone_from(known);
        Some(param)
    };
    if let Some(Again::SafeWith(path) | Again::UnsafeWith(path)) = &mut entry.retry {
        spell("retry".into(), path);
    }
    let mut strangers = Vec::new();
    for (condition, _) in entry.effects.iter_mut().flatten() {
        match condition {
            Condition::Present(path) => {
                spell(format!("effects.\"?{path}\""), path);
            }
            Condition::Is(path, value) => {
                let field = format!("effects.\"{path}={value}\"");
                let param = spell(field.clone(), path);
                let values = param
                    .filter(|param| param.values_known && has_values(param))
                    .and_then(|param| param.values.as_ref());
                if values.is_some_and(|known| !known.iter().any(|known| known.eq_ignore_ascii_case(value))) {
                    strangers.push(format!("{at}.{field}: is not among the values of the parameter"));
                }
            }
            Condition::Otherwise => {}
        }
    }
    errors.append(&mut strangers);
}

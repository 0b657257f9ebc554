//! Actions as Rust source: static tables that refer to those of the endpoints.

use super::Record;
use super::actions::{ActionRecord, Callee, ParamRecord};
use super::emit;
use std::fmt::Write as _;

/// The source text of the tables.
pub(crate) fn emit(actions: &[ActionRecord], twins: &[Record]) -> String {
    let mut out = format!("static TWINS: [Endpoint; {}] = [\n", twins.len());
    for twin in twins {
        emit::endpoint(&mut out, twin);
    }
    let mut namespaces: Vec<&str> = actions.iter().map(|action| action.namespace.as_str()).collect();
    namespaces.dedup();
    let _ = writeln!(out, "];\npub(super) static NAMESPACES: [&str; {}] = {namespaces:?};", namespaces.len());
    let _ = writeln!(out, "pub(super) static ACTIONS: [Action; {}] = [", actions.len());
    for action in actions {
        self::action(&mut out, action);
    }
    out.push_str("];\n");
    out
}

fn action(out: &mut String, action: &ActionRecord) {
    let endpoint = match action.endpoint {
        Callee::Endpoint(place) => format!("ENDPOINTS[{place}]"),
        Callee::Twin(place) => format!("TWINS[{place}]"),
    };
    let lifts: String = action
        .lifts
        .iter()
        .map(|(name, path, secret)| format!("Lift{{name:{name:?},path:{path:?},secret:{secret}}},"))
        .collect();
    let once = action
        .once
        .as_ref()
        .map_or("None".to_owned(), |(starts, param)| format!("Some(Once{{starts:{starts:?},param:{param:?}}})"));
    let fields: [(&str, String); 10] = [
        ("namespace", format!("{:?}", action.namespace)),
        ("name", format!("{:?}", action.name)),
        ("about", format!("{:?}", action.about)),
        ("endpoint", format!("&{endpoint}")),
        ("effect", format!("Effect::{:?}", action.effect)),
        ("tenant", format!("{:?}", action.tenant)),
        ("gives", format!("{:?}", action.gives)),
        ("once", once),
        ("lifts", format!("&[{lifts}]")),
        ("example", format!("{:?}", action.example)),
    ];
    out.push_str("Action {");
    for (field, value) in fields {
        let _ = write!(out, "{field}:{value},");
    }
    out.push_str("params:&[\n");
    for param in &action.params {
        self::param(out, param, &endpoint);
    }
    out.push_str("]},\n");
}

fn param(out: &mut String, param: &ParamRecord, endpoint: &str) {
    let of_endpoint = param.param.map_or("None".to_owned(), |place| format!("Some(&{endpoint}.params[{place}])"));
    let fields: [(&str, String); 13] = [
        ("name", format!("{:?}", param.name)),
        ("wire", format!("{:?}", param.wire)),
        ("param", of_endpoint),
        ("kind", format!("Kind::{:?}", param.kind.0)),
        ("item", format!("Kind::{:?}", param.kind.1)),
        ("needed", format!("Needed::{}", param.needed)),
        ("values", format!("&{:?}", param.values)),
        ("words", format!("&{:?}", param.words)),
        ("none", format!("{:?}", param.none)),
        ("default", format!("{:?}", param.default)),
        ("fixed", param.fixed.to_string()),
        ("shape", format!("Shape::{}", param.shape)),
        ("about", format!("{:?}", param.about)),
    ];
    out.push_str("ActionParam {");
    for (field, value) in fields {
        let _ = write!(out, "{field}:{value},");
    }
    out.push_str("},\n");
}

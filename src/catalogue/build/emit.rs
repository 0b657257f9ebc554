//! Records as Rust source: one static table.

use super::super::record::{Effect, Kind, Method, Need, Place, Reply, Root, Scope, Wrap};
use super::Record;
use super::entry::{Again, Condition, Entry, Flag, ParamEntry};
use super::recipe::{LookEntry, RecipeEntry};
use std::fmt::Write as _;

/// The source text of the table, in the order of `records`.
pub(crate) fn emit(records: &[Record]) -> String {
    let mut out = format!("pub(super) static ENDPOINTS: [Endpoint; {}] = [\n", records.len());
    for record in records {
        endpoint(&mut out, record);
    }
    out.push_str("];\n");
    out
}

/// The source text of one record, as an element of a table.
pub(crate) fn endpoint(out: &mut String, Record { name, area, entry, verify, verify_none, .. }: &Record) {
    let flag = |flag| entry.flags.contains(&flag);
    let text = |text: &Option<String>| format!("{:?}", text.as_deref().unwrap_or_default());
    let fields: [(&str, String); 22] = [
        ("name", format!("{name:?}")),
        ("area", format!("{area:?}")),
        ("about", text(&entry.about)),
        ("method", format!("Method::{:?}", entry.method.unwrap_or(Method::Post))),
        ("role", text(&entry.role)),
        ("effect", format!("Effect::{:?}", worst(entry))),
        ("effect_rules", rules(entry)),
        ("retry", retry(entry.retry.as_ref())),
        ("body", format!("Root::{:?}", entry.body.unwrap_or(Root::Object))),
        ("open", flag(Flag::Open).to_string()),
        ("scope", format!("Scope::{:?}", scope(entry))),
        ("all_tenants", flag(Flag::AllTenants).to_string()),
        ("reply", format!("Reply::{:?}", entry.reply.unwrap_or(Reply::Results))),
        ("may_queue", flag(Flag::MayQueue).to_string()),
        ("unrolls", flag(Flag::Unrolls).to_string()),
        ("placeholder", placeholder(entry)),
        ("no_error_status", flag(Flag::NoErrorStatus).to_string()),
        ("report_db", flag(Flag::ReportDb).to_string()),
        ("secrets", list(entry.secrets.as_deref())),
        ("deferred", text(&entry.deferred)),
        ("verify", recipes(verify)),
        ("verify_none", text(verify_none)),
    ];
    out.push_str("Endpoint {");
    for (field, value) in fields {
        let _ = write!(out, "{field}:{value},");
    }
    let _ = writeln!(out, "fields:{},params:&[", list(entry.fields.as_deref()));
    let mut params: Vec<_> = entry.params.iter().collect();
    params.sort_by_cached_key(|(path, _)| (path.to_lowercase(), path.to_owned()));
    for (path, param) in params {
        self::param(out, path, param);
    }
    out.push_str("]},\n");
}

fn param(out: &mut String, path: &str, param: &ParamEntry) {
    let (kind, item) = param.kind.unwrap_or((Kind::Any, Kind::Any));
    let fields: [(&str, String); 15] = [
        ("path", format!("{path:?}")),
        ("place", format!("Place::{:?}", param.place.unwrap_or(Place::Body))),
        ("kind", format!("Kind::{kind:?}")),
        ("item", format!("Kind::{item:?}")),
        ("kind_known", param.kind_known.to_string()),
        ("need", format!("Need::{:?}", param.need.unwrap_or(Need::Optional))),
        ("values", list(param.values.as_deref())),
        ("values_known", param.values_known.to_string()),
        ("wrap", format!("Wrap::{:?}", param.wrap.unwrap_or(Wrap::No))),
        ("presence", param.presence.to_string()),
        ("tenant", param.tenant.map_or("None".into(), |form| format!("Some(TenantForm::{form:?})"))),
        ("user", param.user.map_or("None".into(), |form| format!("Some(UserForm::{form:?})"))),
        ("users_only", (param.user.is_some() && param.users_only != Some(false)).to_string()),
        ("secret", param.secret.to_string()),
        ("about", format!("{:?}", param.about.as_deref().unwrap_or_default())),
    ];
    out.push_str("Param {");
    for (field, value) in fields {
        let _ = write!(out, "{field}:{value},");
    }
    out.push_str("},\n");
}

/// The worst of the rules; what nobody has read counts as the worst there is.
pub(crate) fn worst(entry: &Entry) -> Effect {
    let rules = entry.effects.iter().flatten().map(|(_, effect)| *effect).max();
    rules.or(entry.effect).unwrap_or(Effect::Destroy)
}

fn scope(entry: &Entry) -> Scope {
    let names_tenants = entry.params.values().any(|param| param.tenant.is_some());
    entry.scope.unwrap_or(if names_tenants { Scope::One } else { Scope::None })
}

fn rules(entry: &Entry) -> String {
    let mut out = String::from("&[");
    for (condition, effect) in entry.effects.iter().flatten() {
        let when = when(condition);
        let _ = write!(out, "EffectRule{{when:{when},effect:Effect::{effect:?}}},");
    }
    out.push(']');
    out
}

fn when(condition: &Condition) -> String {
    match condition {
        Condition::Present(path) => format!("When::Present({path:?})"),
        Condition::Is(path, value) => format!("When::Is({path:?},{value:?})"),
        Condition::Otherwise => "When::Otherwise".to_owned(),
    }
}

fn recipes(recipes: &[RecipeEntry]) -> String {
    let mut out = String::from("&[");
    for RecipeEntry { when: conditions, each, lag, task, one, many } in recipes {
        let conditions: String = conditions
            .iter()
            .map(|(condition, holds)| format!("Condition{{when:{},holds:{holds}}},", when(condition)))
            .collect();
        let many = many.as_ref().map_or("None".to_owned(), |many| format!("Some({})", look(many)));
        let one = look(one);
        let _ = write!(
            out,
            "Recipe{{when:&[{conditions}],each:{each:?},lag:Lag::{lag:?},task:{task},one:{one},many:{many}}},"
        );
    }
    out.push(']');
    out
}

fn look(LookEntry { read, arguments, rows, row, presence, expect }: &LookEntry) -> String {
    let expect: Vec<String> = expect
        .iter()
        .map(|(field, (kind, template))| match template {
            Some(template) => format!("({field:?},Expect::{kind}({template:?}))"),
            None => format!("({field:?},Expect::{kind})"),
        })
        .collect();
    let expect = expect.join(",");
    format!(
        "Look{{read:{read:?},arguments:&{arguments:?},rows:{rows:?},row:&{row:?},presence:Presence::{presence:?},\
         expect:&[{expect}]}}"
    )
}

fn retry(again: Option<&Again>) -> String {
    match again {
        Some(Again::Safe) => "Retry::Safe".to_owned(),
        Some(Again::Unsafe) | None => "Retry::Unsafe".to_owned(),
        Some(Again::SafeWith(path)) => format!("Retry::SafeWith({path:?})"),
        Some(Again::UnsafeWith(path)) => format!("Retry::UnsafeWith({path:?})"),
    }
}

fn placeholder(entry: &Entry) -> String {
    entry
        .placeholder
        .as_ref()
        .map_or("None".to_owned(), |(field, starts)| format!("Some(Placeholder{{field:{field:?},starts:{starts:?}}})"))
}

fn list(texts: Option<&[String]>) -> String {
    format!("&{:?}", texts.unwrap_or_default())
}

//! What one data file says about one endpoint: only what is there.

use super::super::record::{Effect, Kind, Method, Need, Place, Reply, Root, Scope, TenantForm, UserForm, Wrap};
use super::super::words::Words;
use super::reader::Reader;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// How far a file is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Written by the importer from the server's generated document.
    Claimed,
    /// Checked against the server's source.
    Read,
}

/// The facts about one endpoint that a file has.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) method: Option<Method>,
    pub(crate) role: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) effect: Option<Effect>,
    /// Rows of an effect table, `Otherwise` last.
    pub(crate) effects: Option<Vec<(Condition, Effect)>>,
    pub(crate) retry: Option<Again>,
    pub(crate) body: Option<Root>,
    pub(crate) scope: Option<Scope>,
    pub(crate) reply: Option<Reply>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) placeholder: Option<(String, String)>,
    pub(crate) secrets: Option<Vec<String>>,
    pub(crate) deferred: Option<String>,
    pub(crate) fields: Option<Vec<String>>,
    /// Parameters that another file claims and that the server does not read.
    pub(crate) not_read: Vec<String>,
    pub(crate) params: BTreeMap<String, ParamEntry>,
}

/// The facts about one parameter that a file has.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct ParamEntry {
    pub(crate) place: Option<Place>,
    /// The type, and the type of the elements of a list.
    pub(crate) kind: Option<(Kind, Kind)>,
    pub(crate) kind_known: bool,
    pub(crate) need: Option<Need>,
    /// The values that are allowed; an empty list says that any are, whatever another file claims.
    pub(crate) values: Option<Vec<String>>,
    pub(crate) values_known: bool,
    pub(crate) wrap: Option<Wrap>,
    pub(crate) presence: bool,
    pub(crate) tenant: Option<TenantForm>,
    pub(crate) user: Option<UserForm>,
    pub(crate) users_only: Option<bool>,
    pub(crate) secret: bool,
    pub(crate) about: Option<String>,
}

/// When a row of an effect table holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    Present(String),
    Is(String, String),
    Otherwise,
}

impl Condition {
    /// The condition that a text means: `?parameter`, `parameter=value` or `default`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match (text.strip_prefix('?'), text.split_once('=')) {
            (Some(path), _) => Some(Self::Present(path.to_owned())),
            (None, Some((path, value))) => Some(Self::Is(path.to_owned(), value.to_owned())),
            (None, None) => (text == "default").then_some(Self::Otherwise),
        }
    }
}

/// Whether a call may be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Again {
    Safe,
    Unsafe,
    SafeWith(String),
    UnsafeWith(String),
}

/// The yes-or-no facts about an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Flag {
    AllTenants,
    MayQueue,
    NoErrorStatus,
    Open,
    ReportDb,
    Unrolls,
}

impl Flag {
    pub(crate) const WORDS: Words<Self> = &[
        ("all_tenants", Self::AllTenants),
        ("may_queue", Self::MayQueue),
        ("no_error_status", Self::NoErrorStatus),
        ("open", Self::Open),
        ("report_db", Self::ReportDb),
        ("unrolls", Self::Unrolls),
    ];
}

/// Reads a data file: its endpoints by name. `file` is what errors call it.
pub(crate) fn read(file: &str, text: &str, trust: Trust, errors: &mut Vec<String>) -> BTreeMap<String, Entry> {
    let table: Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            errors.push(format!("{file}: {error}"));
            return BTreeMap::new();
        }
    };
    let mut entries = BTreeMap::new();
    for (name, value) in table {
        match value {
            Value::Table(table) => {
                let reader = Reader::new(format!("{file}: {name}"), table, errors);
                entries.insert(name, endpoint(reader, trust));
            }
            _ => errors.push(format!("{file}: {name}: must be a table")),
        }
    }
    entries
}

fn endpoint(mut from: Reader<'_>, trust: Trust) -> Entry {
    let entry = Entry {
        method: from.word("method", Method::WORDS),
        role: from.text("role"),
        about: from.text("about"),
        effect: from.word("effect", Effect::WORDS),
        effects: effects(&mut from),
        retry: again(&mut from),
        body: from.word("body", Root::WORDS),
        scope: from.word("scope", Scope::WORDS),
        reply: from.word("reply", Reply::WORDS),
        flags: from.words("flags", Flag::WORDS).unwrap_or_default(),
        placeholder: placeholder(&mut from),
        secrets: from.texts("secrets"),
        deferred: from.text("deferred"),
        fields: from.texts("fields"),
        not_read: from.texts("not_read").unwrap_or_default(),
        params: params(&mut from, trust),
    };
    if entry.effect.is_some() && entry.effects.is_some() {
        from.wrong("effect", "leave it out: it is the worst of effects");
    }
    from.finish();
    entry
}

fn effects(from: &mut Reader<'_>) -> Option<Vec<(Condition, Effect)>> {
    let table = from.table("effects")?;
    let mut rows = Vec::new();
    for (when, value) in table {
        let key = format!("effects.{when:?}");
        let Some(effect) = value.as_str().and_then(|word| from.one_of(&key, Effect::WORDS, word)) else {
            if !value.is_str() {
                from.wrong(&key, "must be an effect");
            }
            continue;
        };
        let Some(condition) = Condition::read(&when) else {
            from.wrong(&key, "must be \"?parameter\", \"parameter=value\" or default");
            continue;
        };
        rows.push((condition, effect));
    }
    rows.sort();
    Some(rows)
}

fn again(from: &mut Reader<'_>) -> Option<Again> {
    let text = from.text("retry")?;
    Some(match (text.as_str(), text.split_once(" with ")) {
        ("safe", _) => Again::Safe,
        ("unsafe", _) => Again::Unsafe,
        (_, Some(("safe", path))) => Again::SafeWith(path.to_owned()),
        (_, Some(("unsafe", path))) => Again::UnsafeWith(path.to_owned()),
        _ => {
            from.wrong("retry", "must be safe, unsafe, \"safe with parameter\" or \"unsafe with parameter\"");
            return None;
        }
    })
}

fn placeholder(from: &mut Reader<'_>) -> Option<(String, String)> {
    let table = from.table("placeholder")?;
    let mut inner = from.inside("placeholder", Value::Table(table))?;
    let field = inner.text("field");
    let starts = inner.text("starts").unwrap_or_default();
    if field.is_none() {
        inner.wrong("field", "is missing");
    }
    inner.finish();
    Some((field?, starts))
}

fn params(from: &mut Reader<'_>, trust: Trust) -> BTreeMap<String, ParamEntry> {
    let mut params = BTreeMap::new();
    let Some(table) = from.table("params") else { return params };
    for (path, value) in table {
        if let Some(fault) = super::path::fault(&path) {
            from.wrong(&format!("params.{path:?}"), fault);
        } else if let Some(inner) = from.inside(&format!("params.{path}"), value) {
            params.insert(path, param(inner, trust));
        }
    }
    params
}

fn param(mut from: Reader<'_>, trust: Trust) -> ParamEntry {
    let read = trust == Trust::Read;
    let kind = from.kind("type");
    let values = from.texts_or_any("values");
    let param = ParamEntry {
        place: from.word("in", Place::WORDS),
        kind,
        // To say that anything will do is to know nothing.
        kind_known: read && kind.is_some_and(|(kind, _)| kind != Kind::Any),
        need: from.truth("required").map(|required| match (required, read) {
            (true, true) => Need::Required,
            (true, false) => Need::Claimed,
            (false, _) => Need::Optional,
        }),
        values_known: read && values.is_some(),
        values,
        wrap: from.word("wrap", Wrap::WORDS),
        presence: from.truth("presence").unwrap_or_default(),
        tenant: from.word("tenant", TenantForm::WORDS),
        user: from.word("user", UserForm::WORDS),
        users_only: from.truth("users_only"),
        secret: from.truth("secret").unwrap_or_default(),
        about: from.text("about"),
    };
    from.finish();
    param
}

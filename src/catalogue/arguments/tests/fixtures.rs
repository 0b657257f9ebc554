//! Records made for the tests: each has what one group of rules needs.

use crate::catalogue::{
    Effect, EffectRule, Endpoint, Kind, Method, Need, Param, Place, Reply, Retry, Root, Scope, TenantForm, UserForm,
    When, Wrap,
};
use crate::catalogue::{Tenant, TenantLookup};

/// Two tenants that are known by domain, id and name.
pub(super) struct Tenants;

impl Tenants {
    pub(super) fn all() -> [Tenant; 2] {
        let tenant = |domain: &str, id: &str, name: &str| Tenant {
            domain: domain.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
        };
        [
            tenant("contoso.com", "11111111-1111-4111-8111-111111111111", "Contoso"),
            tenant("fabrikam.com", "22222222-2222-4222-8222-222222222222", "Fabrikam"),
        ]
    }
}

impl TenantLookup for Tenants {
    fn resolve(&self, name: &str) -> Result<Tenant, String> {
        let known = |tenant: &Tenant| {
            [&tenant.domain, &tenant.id, &tenant.name].iter().any(|known| known.eq_ignore_ascii_case(name))
        };
        Self::all().into_iter().find(known).ok_or_else(|| format!("no tenant \"{name}\"; did you mean contoso.com?"))
    }
}

const PARAM: Param = Param {
    path: "",
    place: Place::Body,
    kind: Kind::Text,
    item: Kind::Any,
    kind_known: true,
    need: Need::Optional,
    values: &[],
    values_known: true,
    wrap: Wrap::No,
    presence: false,
    tenant: None,
    user: None,
    users_only: false,
    secret: false,
    about: "",
};

const ENDPOINT: Endpoint = Endpoint {
    name: "",
    area: "test",
    about: "",
    method: Method::Post,
    role: "",
    effect: Effect::Write,
    effect_rules: &[],
    retry: Retry::Safe,
    body: Root::Object,
    open: false,
    params: &[],
    scope: Scope::One,
    all_tenants: false,
    reply: Reply::Results,
    may_queue: false,
    unrolls: false,
    placeholder: None,
    no_error_status: false,
    report_db: false,
    secrets: &[],
    deferred: "",
    fields: &[],
    verify: &[],
    verify_none: "",
};

const fn query(path: &'static str, kind: Kind) -> Param {
    Param { path, kind, place: Place::Query, ..PARAM }
}

const fn body(path: &'static str, kind: Kind) -> Param {
    Param { path, kind, ..PARAM }
}

const fn list(path: &'static str, item: Kind) -> Param {
    Param { path, kind: Kind::List, item, ..PARAM }
}

const fn claimed(param: Param) -> Param {
    Param { kind_known: false, values_known: false, ..param }
}

const fn required(param: Param) -> Param {
    Param { need: Need::Required, ..param }
}

const fn tenant(form: TenantForm, param: Param) -> Param {
    Param { tenant: Some(form), ..param }
}

const fn user(param: Param) -> Param {
    Param { user: Some(UserForm::Either), users_only: true, ..param }
}

const fn wrapped(wrap: Wrap, param: Param) -> Param {
    Param { wrap, ..param }
}

const fn is(path: &'static str, value: &'static str, effect: Effect) -> EffectRule {
    EffectRule { when: When::Is(path, value), effect }
}

const fn present(path: &'static str, effect: Effect) -> EffectRule {
    EffectRule { when: When::Present(path), effect }
}

const fn otherwise(effect: Effect) -> EffectRule {
    EffectRule { when: When::Otherwise, effect }
}

const DOMAIN: TenantForm = TenantForm::Domain;

/// A read with everything in the query.
static LIST_PEOPLE: Endpoint = Endpoint {
    name: "ListPeople",
    method: Method::Get,
    effect: Effect::Read,
    params: &[
        query("$expand", Kind::Text),
        query("expand", Kind::Text),
        query("days", Kind::Int),
        query("graphFilter", Kind::Text),
        Param { item: Kind::Text, ..query("ids", Kind::List) },
        Param { presence: true, ..query("IncludeDetails", Kind::Bool) },
        query("since", Kind::UnixTime),
        query("strict", Kind::Bool),
        required(tenant(DOMAIN, query("tenantFilter", Kind::Text))),
        user(query("UserID", Kind::Text)),
        Param { values: &["Cloud", "Synced"], ..claimed(query("source", Kind::Text)) },
        claimed(query("tags", Kind::Text)),
    ],
    ..ENDPOINT
};

/// A write to one user of one tenant, with parameters of every kind.
static SET_STATE: Endpoint = Endpoint {
    name: "SetState",
    effect: Effect::Destroy,
    effect_rules: &[
        is("State", "enforced", Effect::Write),
        is("State", "disabled", Effect::Destroy),
        present("purge", Effect::Destroy),
        otherwise(Effect::Write),
    ],
    params: &[
        body("any", Kind::Any),
        body("count", Kind::Int),
        body("flag", Kind::Bool),
        list("mails", Kind::Text),
        body("note", Kind::Text),
        body("options", Kind::Map),
        list("permissions", Kind::Map),
        required(body("permissions[].UserID", Kind::Text)),
        Param { values: &["Editor", "Reviewer"], ..body("permissions[].level", Kind::Text) },
        body("purge", Kind::Bool),
        body("ratio", Kind::Number),
        body("Scheduled", Kind::Map),
        body("Scheduled.date", Kind::UnixTime),
        body("Scheduled.enabled", Kind::Bool),
        wrapped(Wrap::Either, Param { values: &["enforced", "disabled"], ..body("State", Kind::Text) }),
        tenant(DOMAIN, query("TenantFilter", Kind::Text)),
        required(tenant(DOMAIN, body("tenantFilter", Kind::Text))),
        Param { place: Place::Both, ..body("trace", Kind::Bool) },
        required(user(body("userId", Kind::Text))),
        body("when", Kind::UnixTime),
    ],
    ..ENDPOINT
};

/// A write to one tenant that is named twice, with a secret that holds anything.
static MOVE: Endpoint = Endpoint {
    name: "Move",
    params: &[
        required(tenant(DOMAIN, body("tenantFilter", Kind::Text))),
        tenant(TenantForm::Id, body("customerId", Kind::Text)),
        Param { secret: true, ..body("parameters", Kind::Map) },
    ],
    ..ENDPOINT
};

/// A write of which little is known for sure.
static GUESSED: Endpoint = Endpoint {
    name: "Guessed",
    params: &[
        Param { need: Need::Claimed, ..claimed(body("displayName", Kind::Text)) },
        claimed(body("flag", Kind::Bool)),
        claimed(body("groups", Kind::Text)),
        claimed(list("members", Kind::Text)),
        claimed(body("number", Kind::Int)),
        claimed(body("rule", Kind::Map)),
        claimed(body("rule.name", Kind::Text)),
        claimed(list("rows", Kind::Map)),
        Param { values: &["high", "low"], ..claimed(body("severity", Kind::Text)) },
        Param { need: Need::Claimed, ..claimed(tenant(DOMAIN, body("tenantFilter", Kind::Text))) },
        claimed(body("when", Kind::UnixTime)),
    ],
    ..ENDPOINT
};

/// Labels and values.
static ADD_PERSON: Endpoint = Endpoint {
    name: "AddPerson",
    retry: Retry::Unsafe,
    params: &[
        wrapped(Wrap::Either, body("country", Kind::Text)),
        wrapped(Wrap::Always, list("licenses", Kind::Text)),
        wrapped(Wrap::Always, body("manager", Kind::Text)),
        Param { secret: true, ..body("password", Kind::Text) },
        Param { secret: true, ..body("pin", Kind::Int) },
        Param { secret: true, values: &["a"], ..claimed(body("pass", Kind::Int)) },
        Param { secret: true, ..body("keys", Kind::Map) },
        Param { values: &["alpha", "beta"], ..body("keys.kind", Kind::Text) },
        wrapped(Wrap::Always, Param { values: &["Keep", "Remove"], ..body("onExpiry", Kind::Text) }),
        tenant(DOMAIN, body("tenantFilter", Kind::Text)),
        body("usage", Kind::Text),
    ],
    ..ENDPOINT
};

/// Rows at the root, parameters of the query beside them.
static BULK: Endpoint = Endpoint {
    name: "Bulk",
    effect: Effect::Destroy,
    effect_rules: &[
        is("[].Operation", "Add", Effect::Write),
        is("[].Operation", "Remove", Effect::Destroy),
        present("List", Effect::Read),
    ],
    retry: Retry::UnsafeWith("[].Replace"),
    body: Root::Array,
    scope: Scope::Many,
    params: &[
        query("List", Kind::Text),
        Param { values: &["Add", "Remove"], ..required(body("[].Operation", Kind::Text)) },
        body("[].Replace", Kind::Bool),
        required(tenant(DOMAIN, body("[].tenantFilter", Kind::Text))),
        required(user(list("[].userIds", Kind::Text))),
    ],
    ..ENDPOINT
};

/// Tenants in every form.
static DEPLOY: Endpoint = Endpoint {
    name: "Deploy",
    retry: Retry::SafeWith("RowKey"),
    scope: Scope::Many,
    all_tenants: true,
    params: &[
        tenant(TenantForm::Id, body("customerId", Kind::Text)),
        wrapped(Wrap::Either, tenant(DOMAIN, list("excludedTenants", Kind::Text))),
        body("RowKey", Kind::Text),
        list("selectedTenants", Kind::Map),
        required(tenant(TenantForm::Object, body("selectedTenants[].defaultDomainName", Kind::Text))),
        body("source", Kind::Map),
        tenant(DOMAIN, body("source.tenantFilter", Kind::Text)),
        wrapped(Wrap::Always, tenant(DOMAIN, list("tenantFilter", Kind::Text))),
        body("parameters", Kind::Map),
    ],
    ..ENDPOINT
};

/// An object or rows of anything.
static PATCH: Endpoint = Endpoint {
    name: "Patch",
    body: Root::Both,
    open: true,
    scope: Scope::Many,
    params: &[required(user(body("[].id", Kind::Text))), required(tenant(DOMAIN, body("[].tenantFilter", Kind::Text)))],
    ..ENDPOINT
};

/// A read that passes on what it does not know.
static SEARCH: Endpoint = Endpoint {
    name: "Search",
    method: Method::Get,
    effect: Effect::Sensitive,
    open: true,
    scope: Scope::None,
    params: &[query("q", Kind::Text)],
    ..ENDPOINT
};

/// A write to one tenant whose record lets the tenant be left out, by presence and `{label, value}`.
static RESET: Endpoint = Endpoint {
    name: "Reset",
    effect: Effect::Write,
    effect_rules: &[present("run", Effect::Write), otherwise(Effect::Read)],
    params: &[Param { presence: true, ..query("run", Kind::Bool) }, tenant(DOMAIN, query("tenantFilter", Kind::Text))],
    ..ENDPOINT
};

pub(super) static ALL: [&Endpoint; 10] =
    [&LIST_PEOPLE, &SET_STATE, &MOVE, &GUESSED, &ADD_PERSON, &BULK, &DEPLOY, &PATCH, &SEARCH, &RESET];

pub(super) fn endpoint(name: &str) -> &'static Endpoint {
    ALL.into_iter().find(|endpoint| endpoint.name == name).unwrap_or_else(|| panic!("no fixture {name}"))
}

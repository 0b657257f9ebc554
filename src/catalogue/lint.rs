//! What must hold of every record. Each test names all that break its rule.

use super::compile::path::{fault, parent};
use super::lookup::{all, find};
use super::name::key;
use super::name_words::name_words;
use super::record::{Effect, Endpoint, Kind, Method, Need, Place, Scope, TenantForm, When, Wrap};
use std::collections::BTreeSet;

/// Act in tenants, but none is named in the call: the customer hangs on the id of a relationship, a task or a
/// template, or is not known to CIPP yet, or every tenant is meant.
const NAME_NO_TENANT: [&str; 36] = [
    "BestPracticeAnalyser_List",
    "ExecAddTenant",
    "ExecAppApproval",
    "ExecAppUpload",
    "ExecAutoExtendGDAP",
    "ExecCippFunction",
    "ExecCPVRefresh",
    "ExecDeleteGDAPRelationship",
    "ExecGDAPAccessAssignment",
    "ExecGDAPInviteApproved",
    "ExecGDAPRemoveGArole",
    "ExecLicenseSearch",
    "ExecMcp",
    "ExecOnboardTenant",
    "ExecRemoveSnooze",
    "ExecSchedulerBillingRun",
    "ExecStandardConvert",
    "ExecStandardTemplateSchedule",
    "ExecUniversalSearch",
    "ExecUniversalSearchV2",
    "ExecWebhookSubscriptions",
    "ListAlertsQueue",
    "ListApplicationQueue",
    "ListBaselines",
    "ListExtensionSync",
    "ListGDAPAccessAssignments",
    "ListKnownIPDb",
    "ListOffboardTenants",
    "ListPendingWebhooks",
    "ListScheduledItemDetails",
    "ListSnoozedAlerts",
    "ListTenantAlignment",
    "ListTenantOnboarding",
    "ListWebhookAlert",
    "RemoveBaseline",
    "RemoveStandardTemplate",
];

/// Write in one tenant by one of their actions only.
const TENANT_BY_ACTION: [&str; 2] = ["ExecGraphRequestProfile", "ExecSharePointTemplate"];

/// Ask for a write role and change nothing.
const READ_WITH_A_WRITE_ROLE: [&str; 3] = ["ExecCustomScript", "ExecExtensionNinjaOneQueue", "ListOffboardTenants"];

#[track_caller]
fn none(rule: &str, offenders: impl IntoIterator<Item = String>) {
    let offenders: Vec<String> = offenders.into_iter().collect();
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

fn each(offends: impl Fn(&Endpoint) -> bool) -> Vec<String> {
    all().iter().filter(|endpoint| offends(endpoint)).map(|endpoint| endpoint.name.to_owned()).collect()
}

fn each_param(offends: impl Fn(&Endpoint, &super::Param) -> bool) -> Vec<String> {
    let of_one = |endpoint: &'static Endpoint| {
        let offenders = endpoint.params.iter().filter(|param| offends(endpoint, param));
        offenders.map(|param| format!("{}.{}", endpoint.name, param.path)).collect::<Vec<_>>()
    };
    all().iter().flat_map(of_one).collect()
}

#[test]
fn all_645_endpoints_are_there_in_the_order_of_look_up() {
    assert_eq!(all().len(), 645);
    none(
        "each name is after the one before it",
        all().windows(2).filter(|pair| key(pair[0].name) >= key(pair[1].name)).map(|pair| pair[1].name.to_owned()),
    );
}

#[test]
fn areas_are_known() {
    let areas: BTreeSet<&str> = all().iter().map(|endpoint| endpoint.area).collect();
    let expected =
        ["cipp", "email-exchange", "endpoint", "identity", "security", "teams-sharepoint", "tenant", "tools"];
    assert_eq!(areas.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn descriptions_say_something() {
    none("a description is there", each(|endpoint| endpoint.about.is_empty()));
    none("a description ends with a full stop", each(|endpoint| !endpoint.about.ends_with('.')));
    none("a description has at most 320 characters", each(|endpoint| endpoint.about.chars().count() > 320));
    let filler = ["the", "a", "an", "of", "in", "for", "and", "to", "all", "lists", "executes", "adds", "removes"];
    let says_more = |endpoint: &Endpoint| {
        let known = name_words(endpoint.name);
        name_words(endpoint.about).iter().any(|word| !known.contains(word) && !filler.contains(&word.as_str()))
    };
    none("a description says more than the name", each(|endpoint| !says_more(endpoint)));
    none(
        "what a parameter means is a sentence of at most 200 characters",
        each_param(|_, param| {
            !param.about.is_empty() && (!param.about.ends_with('.') || param.about.chars().count() > 200)
        }),
    );
    none("what happens later has at most 320 characters", each(|endpoint| endpoint.deferred.chars().count() > 320));
}

#[test]
fn roles_have_the_form_of_the_server() {
    let is_role = |role: &str| {
        let parts: Vec<&str> = role.split('.').collect();
        parts.len() == 3
            && parts.iter().all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
            && matches!(parts.last(), Some(&"Read" | &"ReadWrite"))
    };
    none(
        "a role is Area.Subject.Read or .ReadWrite",
        each(|endpoint| !is_role(endpoint.role) && endpoint.role != "Public"),
    );
}

#[test]
fn effects_agree_with_their_rules_and_with_roles() {
    none(
        "an effect is the worst of its rules",
        each(|endpoint| {
            let worst = endpoint.effect_rules.iter().map(|rule| rule.effect).max();
            worst.is_some_and(|worst| worst != endpoint.effect)
        }),
    );
    none(
        "only the last rule is for all the rest",
        each(|endpoint| endpoint.effect_rules.iter().rev().skip(1).any(|rule| matches!(rule.when, When::Otherwise))),
    );
    none(
        "a read needs no write role",
        each(|endpoint| {
            endpoint.effect == Effect::Read
                && endpoint.role.ends_with(".ReadWrite")
                && !READ_WITH_A_WRITE_ROLE.contains(&endpoint.name)
        }),
    );
}

#[test]
fn tenants_are_named() {
    let names_tenants = |endpoint: &Endpoint| endpoint.params.iter().any(|param| param.tenant.is_some());
    none(
        "an endpoint that acts in tenants names them",
        each(|endpoint| {
            endpoint.scope != Scope::None && !names_tenants(endpoint) && !NAME_NO_TENANT.contains(&endpoint.name)
        }),
    );
    none(
        "a write in one tenant requires it",
        each(|endpoint| {
            let required = |param: &super::Param| param.tenant.is_some() && param.need == Need::Required;
            endpoint.scope == Scope::One
                && endpoint.effect >= Effect::Write
                && names_tenants(endpoint)
                && !TENANT_BY_ACTION.contains(&endpoint.name)
                && !endpoint.params.iter().any(required)
        }),
    );
    none("AllTenants is a tenant", each(|endpoint| endpoint.all_tenants && !names_tenants(endpoint)));
    none(
        "an object of a tenant is known by its default domain",
        each_param(|_, param| param.tenant == Some(TenantForm::Object) && !param.path.ends_with(".defaultDomainName")),
    );
}

#[test]
fn paths_are_whole() {
    none("a path can be read", each_param(|_, param| fault(param.path).is_some()));
    none(
        "what a parameter lies in is there, in its place",
        each_param(|endpoint, param| {
            parent(param.path).is_some_and(|(above, _)| {
                let holder = endpoint.params.iter().find(|other| other.path == above);
                !holder.is_some_and(|holder| holder.place == param.place || holder.place == Place::Both)
            })
        }),
    );
    none(
        "parameters are in the order of their paths",
        each(|endpoint| {
            endpoint.params.windows(2).any(|pair| {
                let order = |param: &super::Param| (param.path.to_lowercase(), param.path);
                order(&pair[0]) >= order(&pair[1])
            })
        }),
    );
    none(
        "no two names in one place are taken for each other, but for $expand and expand",
        each_param(|endpoint, param| {
            let twin = |other: &super::Param| {
                other.path != param.path
                    && key(other.path) == key(param.path)
                    && (other.place == param.place || other.place == Place::Both)
                    && !other.path.eq_ignore_ascii_case(&format!("${}", param.path))
                    && !param.path.eq_ignore_ascii_case(&format!("${}", other.path))
            };
            endpoint.params.iter().any(twin)
        }),
    );
}

#[test]
fn parameters_can_be_sent() {
    none(
        "a GET has no body",
        each_param(|endpoint, param| endpoint.method == Method::Get && param.place != Place::Query),
    );
    none("a flag by presence is in the query", each_param(|_, param| param.presence && param.place == Place::Body));
    none("only lists have elements", each_param(|_, param| param.kind != Kind::List && param.item != Kind::Any));
    none("maps are not wrapped", each_param(|_, param| param.kind == Kind::Map && param.wrap != Wrap::No));
    none(
        "values are different from each other",
        each_param(|_, param| {
            let distinct: BTreeSet<String> = param.values.iter().map(|value| value.to_lowercase()).collect();
            distinct.len() != param.values.len() || distinct.contains("")
        }),
    );
}

#[test]
fn answers_are_described() {
    none("fields are sorted and different", each(|endpoint| endpoint.fields.windows(2).any(|pair| pair[0] >= pair[1])));
    none("a secret has a path", each(|endpoint| endpoint.secrets.iter().any(|path| path.is_empty())));
    none(
        "a row that is no data can be told",
        each(|endpoint| endpoint.placeholder.is_some_and(|p| p.field.is_empty())),
    );
}

/// What the main jobs stand on; the wording of records may change, this may not.
#[test]
fn the_main_endpoints_are_as_the_server_has_them() {
    type Holds = fn(&super::Param) -> bool;
    let cases: [(&str, &str, Holds); 14] = [
        ("ExecPerUserMFA", "State", |p| p.wrap == Wrap::Either && p.values == ["enforced", "enabled", "disabled"]),
        ("ExecPerUserMFA", "tenantFilter", |p| p.need == Need::Required && p.place == Place::Body),
        ("ListPerUserMFA", "allUsers", |p| p.kind == Kind::Bool && !p.presence),
        ("ListUsers", "IncludeLogonDetails", |p| p.presence),
        ("ListMFAUsers", "tenantFilter", |p| p.tenant == Some(TenantForm::Domain)),
        ("ListGraphRequest", "$select", |p| p.place == Place::Query),
        ("ListGraphRequest", "filter", |p| p.path == "$filter"),
        ("ListGraphRequest", "expand", |p| p.path == "expand"),
        ("ListLogs", "StartDate", |p| p.kind == Kind::Text),
        ("ListAuditLogs", "StartDate", |p| p.kind == Kind::UnixTime),
        ("AddUser", "licenses", |p| (p.kind, p.item, p.wrap) == (Kind::List, Kind::Text, Wrap::Always)),
        ("ExecBulkLicense", "[].userIds", |p| p.kind == Kind::List && p.need == Need::Required),
        ("AddStoreApp", "selectedTenants[].defaultDomainName", |p| p.tenant == Some(TenantForm::Object)),
        ("ExecCPVPermissions", "tenantFilter", |p| p.tenant == Some(TenantForm::Id)),
    ];
    none(
        "a fact holds",
        cases.iter().filter_map(|(endpoint, path, holds)| {
            let param = find(endpoint).and_then(|endpoint| endpoint.param(path));
            (!param.is_some_and(holds)).then(|| format!("{endpoint}.{path}: {param:?}"))
        }),
    );
}

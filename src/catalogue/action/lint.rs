//! What must hold of every action. Each test names all that break its rule.

use std::collections::BTreeSet;

use super::{Action, ActionParam, Needed, ROOT, actions};
use crate::catalogue::name_words::name_words;
use crate::catalogue::{Effect, Kind, Method, Need, namespaces};

#[track_caller]
fn none(rule: &str, offenders: impl IntoIterator<Item = String>) {
    let offenders: Vec<String> = offenders.into_iter().collect();
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

fn each(offends: impl Fn(&Action) -> bool) -> Vec<String> {
    actions().iter().filter(|action| offends(action)).map(Action::full_name).collect()
}

fn each_param(offends: impl Fn(&Action, &ActionParam) -> bool) -> Vec<String> {
    let of_one = |action: &'static Action| {
        let offenders = action.params.iter().filter(|param| offends(action, param));
        offenders.map(|param| format!("{}.{}", action.full_name(), param.name)).collect::<Vec<_>>()
    };
    actions().iter().flat_map(of_one).collect()
}

#[test]
fn all_143_actions_are_there_in_order() {
    assert_eq!(actions().len(), 143);
    let expected = [
        ("calendar", 2),
        ("cipp", 19),
        ("group", 9),
        ("intune", 26),
        ("license", 4),
        ("security", 7),
        ("teams", 14),
        ("tenant", 20),
        ("tool", 11),
        ("user", 31),
    ];
    for (namespace, count) in expected {
        let found = actions().iter().filter(|action| action.namespace == namespace).count();
        assert_eq!(found, count, "{namespace}");
    }
    assert_eq!(namespaces(), expected.map(|(namespace, _)| namespace));
    let names: Vec<_> = actions().iter().map(|action| (action.namespace, action.name)).collect();
    none("each is after the one before it", names.windows(2).filter(|pair| pair[0] >= pair[1]).map(|p| p[1].1.into()));
}

#[test]
fn names_can_be_written_in_scripts() {
    let is_plain = |name: &str| {
        name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_lowercase())
    };
    const RESERVED: [&str; 8] = ["module", "private", "default", "new", "match", "public", "package", "use"];
    none("a name is plain", each(|action| !is_plain(action.name) || !is_plain(action.namespace)));
    none("a parameter's name is plain", each_param(|_, param| !is_plain(param.name) || RESERVED.contains(&param.name)));
    none(
        "parameters are different",
        each(|action| {
            let names: BTreeSet<String> = action.params.iter().map(|param| param.name.replace('_', "")).collect();
            names.len() != action.params.len()
        }),
    );
}

#[test]
fn texts_say_something() {
    none("a description ends with a full stop", each(|action| !action.about.ends_with('.')));
    none("a description has at most 320 characters", each(|action| action.about.chars().count() > 320));
    let says_more = |action: &Action| {
        let known = name_words(action.name);
        name_words(action.about).iter().filter(|word| !known.contains(word)).count() >= 3
    };
    none("a description says more than the name", each(|action| !says_more(action)));
    none(
        "what a parameter means is a sentence",
        each_param(|_, param| {
            !param.about.is_empty() && (!param.about.ends_with('.') || param.about.chars().count() > 240)
        }),
    );
    none(
        "what is required has a reason or is plain",
        each_param(|_, param| !param.none.is_empty() && !param.about.contains(param.none)),
    );
    none("what is given back is a sentence", each(|action| !action.gives.is_empty() && !action.gives.ends_with('.')));
}

#[test]
fn examples_are_calls_of_the_action() {
    none("an example calls it", each(|action| !action.example.contains(&format!("{}(", action.full_name()))));
    let engine = rhai::Engine::new();
    let broken = actions().iter().filter_map(|action| {
        let error = engine.compile(action.example).err()?;
        Some(format!("{}: {error}", action.full_name()))
    });
    none("an example can be parsed", broken);
}

#[test]
fn parameters_agree_with_the_endpoint() {
    none(
        "a path is on the wire",
        each_param(|_, param| param.param.is_some_and(|on_wire| on_wire.path != param.wire) || param.wire.is_empty()),
    );
    none("what has no path is the body", each_param(|_, param| param.param.is_none() && param.wire != ROOT));
    let sends = |action: &Action, path: &str| {
        // A flat field fills the list that it is a part of.
        let path_list = format!("{path}[].");
        action.params.iter().any(|param| param.wire == path || param.wire.starts_with(&path_list))
    };
    let missing = actions().iter().flat_map(|action| {
        let needed = action.endpoint.params.iter().filter(|param| {
            param.need == Need::Required && !param.path.contains(['.', '[']) && !sends(action, param.path)
        });
        needed.map(|param| format!("{} {}", action.full_name(), param.path)).collect::<Vec<_>>()
    });
    none("what the endpoint requires can be given", missing);
    none(
        "what the endpoint requires is required",
        each_param(|_, param| {
            let required = param.param.is_some_and(|on_wire| on_wire.need == Need::Required);
            required && param.needed != Needed::Always && !param.fixed
        }),
    );
    none(
        "values are among those of the endpoint",
        each_param(|_, param| {
            let known = param.param.filter(|on_wire| on_wire.values_known && !on_wire.values.is_empty());
            known.is_some_and(|on_wire| param.values.iter().any(|value| !on_wire.values.contains(value)))
        }),
    );
    none(
        "a condition names a parameter and a value of it",
        each_param(|action, param| match param.needed {
            Needed::When(name, value) => action.param(name).is_none_or(|other| {
                let choices = other.choices();
                !choices.is_empty() && !choices.contains(&value)
            }),
            _ => false,
        }),
    );
    none("what is always sent has a value", each_param(|_, param| param.fixed && param.default.is_empty()));
}

#[test]
fn tenants_come_first_where_one_is_acted_on() {
    let names_one = |action: &Action| {
        action.params.iter().any(|param| {
            let tenant = param.param.is_some_and(|on_wire| on_wire.tenant.is_some());
            tenant && param.needed == Needed::Always && param.name != "selected_tenants"
        })
    };
    none("a required tenant is given first", each(|action| names_one(action) != action.tenant.is_some()));
    none(
        "what is given first is a tenant",
        each(|action| {
            let first = action.tenant.and_then(|name| action.param(name));
            first.is_some_and(|param| param.param.is_none_or(|on_wire| on_wire.tenant.is_none()))
        }),
    );
}

#[test]
fn effects_are_no_worse_than_the_endpoint_s() {
    none("an effect is at most that of the endpoint", each(|action| action.effect > action.endpoint.effect));
    none(
        "a read has no parts of a write",
        each(|action| action.effect < Effect::Write && (!action.lifts.is_empty() || action.once.is_some())),
    );
    let reads = |action: &Action| action.name.starts_with("list_") || action.name.starts_with("get_");
    none(
        "what only lists changes nothing",
        each(|action| reads(action) && action.effect >= Effect::Write && action.name != "list_tenants"),
    );
}

/// What is dangerous when it is left out is required, or sent by itself as what is harmless.
#[test]
fn dangerous_defaults_are_said() {
    let required = [
        ("user::disable_user", "enable"),
        ("user::reset_mfa", "method_id"),
        ("user::delete_user_device", "action"),
        ("tenant::execute_standards_run", "template_id"),
        ("tenant::execute_standards_run", "tenant_filter"),
        ("tenant::edit_tenant", "tenant_alias"),
        ("cipp::execute_extensions_config", "config"),
        ("cipp::execute_auto_backup", "enabled"),
        ("teams::set_sharepoint_member", "add"),
    ];
    for (action, param) in required {
        let param = super::find_action(action).unwrap().param(param).unwrap();
        assert_eq!(param.needed, Needed::Always, "{action} {}", param.name);
        assert!(!param.about.is_empty(), "{action} {}", param.name);
    }
    for action in ["intune::add_store_app", "intune::add_choco_app", "intune::add_winget_app"] {
        let param = super::find_action(action).unwrap().param("installation_intent").unwrap();
        assert_eq!((param.kind, param.default, param.words.len()), (Kind::Text, "false", 2), "{action}");
        assert!(param.about.contains("REMOVES"));
    }
}

#[test]
fn twins_read_by_get() {
    for name in [
        "cipp::execute_api_client_get",
        "cipp::execute_extension_mapping_get",
        "cipp::execute_password_config_get",
        "tool::execute_github_action_get",
        "tenant::list_tenants",
    ] {
        let action = super::find_action(name).unwrap();
        assert_eq!(action.endpoint.method, Method::Get, "{name}");
        assert_eq!(crate::catalogue::find(action.endpoint.name).unwrap().method, Method::Post, "{name}");
    }
}

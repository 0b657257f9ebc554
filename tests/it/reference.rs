//! The reference of the actions in `docs/`, which is made from their records and kept equal to them.
//!
//! `CIPPSH_WRITE_REFERENCE=1 cargo test --test it reference` writes it anew.

use std::fs;

use cippsh::{
    catalogue::{
        self, Action, ActionParam, Effect,
        action::{Needed, ROOT},
    },
    engine::signature,
};

use crate::test::of_repository;

#[test]
fn the_reference_is_that_of_the_records() {
    let write = std::env::var_os("CIPPSH_WRITE_REFERENCE").is_some();
    let mut stale = Vec::new();
    let pages = catalogue::namespaces().iter().map(|name| (format!("docs/actions/{name}.md"), page(name)));
    let mut expected = Vec::new();
    for (file, text) in pages.chain([("docs/actions.md".to_owned(), index())]) {
        let path = of_repository(&file);
        if write {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") != text {
            stale.push(file);
        }
        expected.push(path);
    }
    for entry in fs::read_dir(of_repository("docs/actions")).unwrap() {
        let path = entry.unwrap().path();
        assert!(expected.contains(&path), "{} belongs to no namespace", path.display());
    }
    assert!(
        stale.is_empty(),
        "{} differ from the records; CIPPSH_WRITE_REFERENCE=1 cargo test --test it reference writes them",
        stale.join(", ")
    );
}

fn of(namespace: &str) -> Vec<&'static Action> {
    catalogue::actions().iter().filter(|action| action.namespace == namespace).collect()
}

fn index() -> String {
    let mut text = "# Actions\n\n\
        The curated actions, one page for each namespace. An action takes the tenant first where it acts on one, then a\n\
        map of parameters by the names given here, in any case of letters and with or without underscores. A read gives\n\
        its data; a write gives `status`, `done`, `message`, `results`, its inputs in camelCase, and all of them as\n\
        `input`. A second map holds the options `verify` and `wait`. `cippsh doc NAME` shows the same offline.\n\n\
        Made from the records in `src/catalogue/data/actions/`.\n\n"
        .to_owned();
    for namespace in catalogue::namespaces() {
        let actions = of(namespace);
        text.push_str(&format!("## [{namespace}](actions/{namespace}.md)\n\n"));
        for action in actions {
            text.push_str(&format!("- [`{}`](actions/{namespace}.md#{})\n", action.full_name(), anchor(action)));
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// The anchor that a heading has: letters, digits, underscores and dashes of it.
fn anchor(action: &Action) -> String {
    action.full_name().replace(':', "")
}

fn page(namespace: &str) -> String {
    let mut text = format!("# {namespace}\n\n[All namespaces](../actions.md)\n");
    for action in of(namespace) {
        text.push_str(&section(action));
    }
    text
}

fn section(action: &Action) -> String {
    let endpoint = action.endpoint;
    let mut text = format!("\n## {}\n\n{}\n\n", action.full_name(), action.about);
    text.push_str(&format!("```rhai\n{}\n```\n\n", action.example));
    text.push_str(&format!("- Call: `{}`\n", signature(action).replace("  ", "` or `")));
    text.push_str(&format!("- Effect: {}\n", action.effect.name()));
    text.push_str(&format!("- Role: `{}`\n", endpoint.role));
    text.push_str(&format!("- Sends: `{} /api/{}`\n", endpoint.method.name(), endpoint.name));
    if action.effect >= Effect::Write && !endpoint.deferred.is_empty() {
        text.push_str(&format!("- Later: {}\n", endpoint.deferred));
    }
    if !action.gives.is_empty() {
        text.push_str(&format!("- Gives: {}\n", action.gives));
    }
    if !action.params.is_empty() {
        text.push_str("\n| parameter | type | required | on the wire | |\n| --- | --- | --- | --- | --- |\n");
        for param in action.params {
            text.push_str(&row(param));
        }
    }
    text
}

fn row(param: &ActionParam) -> String {
    let required = match param.needed {
        Needed::Always => "yes".to_owned(),
        Needed::When(name, value) => format!("with `{name}` {value}"),
        Needed::No => String::new(),
    };
    let wire = if param.wire == ROOT { "the body".to_owned() } else { format!("`{}`", param.wire) };
    let choices = param.choices();
    let choices = if choices.is_empty() { String::new() } else { format!(" One of {}.", choices.join(", ")) };
    let about = format!("{}{choices}", param.about).replace('|', "\\|");
    format!("| `{}` | {} | {required} | {wire} | {} |\n", param.name, param.type_name(), about.trim())
}

//! The names of everything that can be called.

use super::{Candidate, Knowledge};
use crate::{
    catalogue::{self, Found},
    engine::{
        self, Signature,
        natives::{self, Of, STANDARD},
    },
};

/// Words of the language.
const KEYWORDS: &[&str] = &[
    "as", "break", "catch", "const", "continue", "do", "else", "export", "false", "fn", "for", "global", "if",
    "import", "in", "let", "loop", "private", "return", "switch", "this", "throw", "true", "try", "until", "while",
];

/// What a script calls by this very name.
pub(in crate::repl) fn catalogue_name(name: &str) -> Option<Found> {
    if let Some((namespace, action)) = name.split_once("::") {
        let found = catalogue::actions().iter().find(|known| known.namespace == namespace && known.name == action);
        return found.map(Found::Action);
    }
    catalogue::find(name).filter(|endpoint| endpoint.name == name).map(Found::Endpoint)
}

/// Whether this is a namespace of actions.
pub(in crate::repl) fn is_action_namespace(name: &str) -> bool {
    catalogue::namespaces().contains(&name)
}

/// Every word that code may start with: variables, functions, namespaces, endpoints, keywords.
pub(super) fn words(knowledge: &Knowledge) -> Vec<Candidate> {
    let variables = knowledge.variables.keys().map(Candidate::plain);
    let functions = knowledge.functions.iter().map(of_script);
    let modules = knowledge.modules.iter().map(|module| Candidate::plain(format!("{}::", module.name)));
    let namespaces = natives::namespaces().map(|name| Candidate::plain(format!("{name}::")));
    let natives = natives::NATIVES.iter().filter(|native| !native.name.contains("::") && !is_method(native));
    let natives = natives.map(|native| (native.name, native.signature));
    let standard = STANDARD.iter().filter(|standard| standard.of == Of::Nothing);
    let natives = natives.chain(standard.map(|standard| (standard.name, standard.signature)));
    let natives = natives.map(|(name, signature)| Candidate::told(format!("{name}("), signature));
    let keywords = KEYWORDS.iter().map(|word| Candidate::plain(*word));
    let endpoints =
        catalogue::all().iter().map(|endpoint| Candidate::told(format!("{}(", endpoint.name), endpoint.name));
    variables
        .chain(functions)
        .chain(modules)
        .chain(namespaces)
        .chain(natives)
        .chain(keywords)
        .chain(endpoints)
        .collect()
}

/// What a namespace or an imported module has.
pub(super) fn in_namespace(namespace: &str, knowledge: &Knowledge) -> Vec<Candidate> {
    let module = knowledge.modules.iter().find(|module| module.name == namespace);
    let of_module = module.into_iter().flat_map(|module| module.functions.iter().map(of_script));
    let start = format!("{namespace}::");
    let natives = natives::NATIVES.iter().filter_map(|native| {
        let name = native.name.strip_prefix(&start)?;
        Some(Candidate::told(format!("{name}("), native.signature))
    });
    let actions = catalogue::actions().iter().filter(|action| action.namespace == namespace);
    let actions = actions.map(|action| {
        let shown = engine::signature(action);
        let shown = shown.split("  ").next().unwrap_or_default().to_owned();
        Candidate::told(format!("{}(", action.name), shown)
    });
    of_module.chain(natives).chain(actions).collect()
}

/// Methods of lists, of anything else, or where it is not known (`None`) of both.
pub(super) fn methods(of_list: Option<bool>) -> impl Iterator<Item = Candidate> {
    let fits = move |is_list: bool| of_list.is_none_or(|wanted| wanted == is_list);
    let ours = natives::NATIVES.iter().filter(|native| is_method(native));
    let ours = ours.filter(move |native| fits(LISTS.iter().any(|list| native.signature.starts_with(list))));
    let ours = ours.map(|native| (native.name, native.signature));
    let standard = STANDARD.iter().filter(move |standard| standard.of != Of::Nothing && fits(standard.of == Of::List));
    let standard = standard.map(|standard| (standard.name, standard.signature));
    ours.chain(standard).map(|(name, signature)| Candidate::told(format!("{name}("), signature))
}

/// How signatures of methods of lists start.
const LISTS: &[&str] = &["rows.", "lists.", "old."];

/// How it is called, where it is known.
pub(super) fn signature(name: &str, knowledge: &Knowledge) -> Option<String> {
    if let Some(native) = natives::find(name) {
        return Some(native.signature.to_owned());
    }
    if let Some(function) = knowledge.functions.iter().find(|function| function.name == name) {
        return Some(shown(function));
    }
    if let Some((module, function)) = name.split_once("::")
        && let Some(module) = knowledge.modules.iter().find(|known| known.name == module)
    {
        return module.functions.iter().find(|known| known.name == function).map(shown);
    }
    match catalogue_name(name)? {
        Found::Action(action) => Some(engine::signature(action)),
        Found::Endpoint(endpoint) => Some(engine::endpoint_signature(endpoint)),
    }
}

/// Everything that has a page.
pub(super) fn documented() -> Vec<Candidate> {
    let natives = natives::NATIVES.iter().map(|native| Candidate::plain(native.name));
    let actions = catalogue::actions().iter().map(|action| Candidate::plain(action.full_name()));
    let endpoints = catalogue::all().iter().map(|endpoint| Candidate::plain(endpoint.name));
    natives.chain(actions).chain(endpoints).collect()
}

fn is_method(native: &natives::Native) -> bool {
    native.signature.split_once('(').is_some_and(|(name, _)| name.contains('.'))
}

fn of_script(function: &Signature) -> Candidate {
    Candidate::told(format!("{}(", function.name), shown(function))
}

fn shown(function: &Signature) -> String {
    format!("{}({})", function.name, function.parameters.join(", "))
}

/// Whether it is a word of the language.
pub(in crate::repl) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

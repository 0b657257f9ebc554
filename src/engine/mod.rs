//! The script language: plain Rhai, and everything that is native to it here.

mod action;
mod api;
mod branches;
mod bulk;
mod calls;
mod captures;
mod compare;
mod console;
mod context;
mod diagnose;
mod discretion;
mod ending;
mod header;
pub mod lex;
mod loading;
mod mentions;
mod modules;
mod named;
mod native;
pub mod natives;
mod paths;
mod planned;
mod pointer;
mod reach;
mod replay;
mod rows;
mod script;
mod secrets;
mod sources;
mod stdlib;
mod tenants;
mod thrown;

use std::sync::Arc;

use rhai::{
    Dynamic, Engine, Module, Scope,
    packages::{Package, StandardPackage},
};

pub use action::{Options, call_action, signature};
pub use api::shown;
pub use api::signature as endpoint_signature;
pub use console::{Console, Imported, LATEST, Signature};
pub use context::{Context, Sink};
pub use discretion::{Secrecy, secrecy};
pub use header::{Argument, ArgumentKind, Header, World};
pub use modules::text as module_text;
pub use replay::Replay;
pub use script::{Ended, Script};
pub use stdlib::names as stdlib_names;

use crate::interrupt::Interrupt;
use ending::Ending;
use modules::Modules;
use named::Named;
use reach::Library;
use sources::Sources;

/// Nested expressions and statements that still compile; the script's thread has the stack for them.
const DEPTH: usize = 4096;

/// Calls of script functions inside of each other.
const CALLS: usize = 256;

/// Texts of a script that are kept once each, as many as the engine does by itself.
const INTERNED: usize = 256;

/// The whole language surface: what a script can do is registered here and nowhere else. Without a script anything may
/// be asked of it.
fn engine(context: &Arc<Context>, constants: &Scope<'static>, sources: &Sources, script: Option<&Script>) -> Engine {
    let mut engine = standard();
    let library = Library::default();
    let mut modules = Modules::new(context, constants, sources, &library);
    let named = match script.and_then(|script| modules.read_ahead(&script.name, &script.text)) {
        Some(texts) => Named::of(texts),
        None => Named::all(),
    };
    engine
        .set_strict_variables(true)
        .set_max_expr_depths(DEPTH, DEPTH)
        .set_max_call_levels(CALLS)
        .set_module_resolver(modules)
        .disable_symbol("eval");

    let ending = Ending::install(&mut engine);
    if context.session.recorder().is_some() {
        let context = Arc::clone(context);
        engine.on_progress(move |_| stopped(&context, &ending));
    } else {
        // At each step of a script, so that it is not asked for what cannot be.
        let interrupt = context.interrupt.clone();
        engine.on_progress(move |_| halted(&interrupt, &ending));
    }

    action::register(&mut engine, context, &named);
    api::register(&mut engine, context, &named);
    pointer::register(&mut engine, context, named);
    tenants::register(&mut engine, context);
    bulk::register(&mut engine, context, &library);
    rows::register(&mut engine);
    secrets::register(&mut engine);
    planned::register(&mut engine, context);
    compare::register(&mut engine);
    native::ask::register(&mut engine, context);
    native::files::register(&mut engine, context);
    native::flow::register(&mut engine, context);
    native::list::register(&mut engine, context);
    native::out::register(&mut engine, context);
    native::sort::register(&mut engine);
    native::text::register(&mut engine);
    native::time::register(&mut engine);
    engine
}

/// The language with its standard functions.
fn standard() -> Engine {
    let mut engine = Engine::new_raw();
    let mut functions = Module::new();
    StandardPackage::init(&mut functions);
    // As `Engine::new` does, but for an index that only functions in a namespace need.
    functions.register_lazy_functions();
    engine.set_max_strings_interned(INTERNED).register_global_module(functions.into());
    engine
}

/// What has ended the run, to be thrown at its next step.
fn stopped(context: &Context, ending: &Ending) -> Option<Dynamic> {
    halted(&context.interrupt, ending)
        .or_else(|| context.session.planner()?.stopped().map(|failure| thrown::to_map(&failure).into()))
}

/// The same where nothing is planned.
fn halted(interrupt: &Interrupt, ending: &Ending) -> Option<Dynamic> {
    ending.thrown().or_else(|| interrupt.is_raised().then(|| thrown::to_map(&interrupt.failure()).into()))
}

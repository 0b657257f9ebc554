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
mod mentions;
mod modules;
mod named;
mod native;
pub mod natives;
mod paths;
mod planned;
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

use rhai::{Engine, Scope};

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

use ending::Ending;
use modules::Modules;
use named::Named;
use reach::Library;
use sources::Sources;

/// Nested expressions and statements that still compile; the script's thread has the stack for them.
const DEPTH: usize = 4096;

/// Calls of script functions inside of each other.
const CALLS: usize = 256;

/// The whole language surface: what a script can do is registered here and nowhere else. `named` is what it can name.
fn engine(context: &Arc<Context>, constants: &Scope<'static>, sources: &Sources, named: &Named) -> Engine {
    let mut engine = Engine::new();
    let library = Library::default();
    engine
        .set_strict_variables(true)
        .set_max_expr_depths(DEPTH, DEPTH)
        .set_max_call_levels(CALLS)
        .set_module_resolver(Modules::new(
            Arc::clone(&context.session),
            context.roots.clone(),
            constants.clone(),
            sources.clone(),
            library.clone(),
        ))
        .disable_symbol("eval");

    let interrupt = context.interrupt.clone();
    let ending = Ending::install(&mut engine);
    let interrupted = move || interrupt.is_raised().then(|| thrown::to_map(&interrupt.failure()).into());
    let stopped = move || ending.thrown().or_else(&interrupted);
    if context.session.recorder().is_some() {
        let session = Arc::clone(&context.session);
        engine.on_progress(move |_| {
            stopped().or_else(|| session.planner()?.stopped().map(|failure| thrown::to_map(&failure).into()))
        });
    } else {
        engine.on_progress(move |_| stopped());
    }

    action::register(&mut engine, context, named);
    api::register(&mut engine, context, named);
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

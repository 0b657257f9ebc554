//! The script language: plain Rhai, and everything that is native to it here.

mod action;
mod api;
mod bulk;
mod calls;
mod captures;
mod compare;
mod context;
mod diagnose;
mod header;
mod mentions;
mod modules;
mod native;
pub mod natives;
mod operators;
mod paths;
mod rows;
mod script;
mod secrets;
mod sources;
mod stdlib;
mod tenants;
mod thrown;

use std::sync::Arc;

use rhai::{Dynamic, Engine, Scope};

pub use action::{Options, call_action, signature};
pub use api::shown;
pub use context::{Context, Sink};
pub use header::{Header, World};
pub use script::{Ended, Script};

use modules::Modules;
use sources::Sources;

/// Nested expressions and statements that still compile; the script's thread has the stack for them.
const DEPTH: usize = 4096;

/// Calls of script functions inside of each other.
const CALLS: usize = 256;

/// The whole language surface: what a script can do is registered here and nowhere else. `text` is the script's own.
fn engine(context: &Arc<Context>, constants: &Scope<'static>, sources: &Sources, text: &str) -> Engine {
    let mut engine = Engine::new();
    engine
        .set_strict_variables(true)
        .set_fast_operators(false)
        .set_max_expr_depths(DEPTH, DEPTH)
        .set_max_call_levels(CALLS)
        .set_module_resolver(Modules::new(
            Arc::clone(&context.session),
            context.roots.clone(),
            constants.clone(),
            sources.clone(),
        ))
        .disable_symbol("eval");

    let interrupt = context.interrupt.clone();
    engine.on_progress(move |_| interrupt.is_raised().then_some(Dynamic::UNIT));

    // A script that imports nothing reaches only the namespaces that its text names.
    let imports = text.contains("import");
    action::register(&mut engine, context, |namespace| imports || text.contains(namespace));
    api::register(&mut engine, context);
    operators::register(&mut engine);
    tenants::register(&mut engine, context);
    bulk::register(&mut engine, context);
    rows::register(&mut engine);
    secrets::register(&mut engine);
    compare::register(&mut engine);
    native::files::register(&mut engine, context);
    native::flow::register(&mut engine, context);
    native::list::register(&mut engine);
    native::out::register(&mut engine, context);
    native::sort::register(&mut engine);
    native::text::register(&mut engine);
    native::time::register(&mut engine);
    engine
}

//! What a script says: `print`, `table`, `log`.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, Module, NativeCallContext};

use super::super::{
    context::Context,
    thrown::{self, Result},
};
use crate::{output, redact};

pub(in super::super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    let out = context.out.clone();
    engine.on_print(move |text| out.line(text));
    let err = context.err.clone();
    engine.on_debug(move |text, source, position| {
        err.line(&redact::text(&format!("{}:{position:?}: {text}", source.unwrap_or("code"))))
    });
    let all = Arc::clone(context);
    engine.register_fn("table", move |call: NativeCallContext, rows: Array| -> Result<()> {
        table(&all, &call, rows, None)
    });
    let some = Arc::clone(context);
    engine.register_fn("table", move |call: NativeCallContext, rows: Array, columns: Array| -> Result<()> {
        let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
        table(&some, &call, rows, Some(&columns))
    });
    engine.register_static_module("log", log(context).into());
}

fn table(context: &Context, call: &NativeCallContext, rows: Array, columns: Option<&[String]>) -> Result<()> {
    let text = output::table(&rows.into(), columns, context.width).map_err(|failure| thrown::throw(&failure, call))?;
    context.out.line(text.trim_end());
    Ok(())
}

fn log(context: &Arc<Context>) -> Module {
    let mut module = Module::new();
    for (level, shown) in [("info", context.verbose), ("warn", true), ("error", true)] {
        let err = context.err.clone();
        module.set_native_fn(level, move |text: Dynamic| -> Result<()> {
            if shown {
                err.line(&redact::text(&format!("{level}: {text}")));
            }
            Ok(())
        });
    }
    module
}

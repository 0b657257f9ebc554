//! Tenants as scripts hold them.

use std::sync::Arc;

use rhai::{Array, Dynamic, Engine, ImmutableString, Map, NativeCallContext};

use super::{
    context::Context,
    thrown::{self, Result},
};
use crate::{
    failure::{Failure, Kind},
    session::Standing,
    value::{Row, TenantHandle as Handle},
};

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    engine.register_type_with_name::<Handle>("Tenant");
    engine.register_get("domain", |handle: &mut Handle| handle.domain.clone());
    engine.register_get("id", |handle: &mut Handle| handle.id.clone());
    engine.register_get("name", |handle: &mut Handle| handle.name.clone());
    engine.register_fn("to_string", |handle: &mut Handle| handle.domain.clone());
    engine.register_fn("to_debug", |handle: &mut Handle| handle.domain.clone());
    engine.register_fn("+", |text: ImmutableString, handle: Handle| format!("{text}{}", handle.domain));
    engine.register_fn("+", |handle: Handle, text: ImmutableString| format!("{}{text}", handle.domain));
    for (operator, answer) in [("==", true), ("!=", false)] {
        engine.register_fn(operator, move |left: Handle, right: ImmutableString| left.is_named(&right) == answer);
        engine.register_fn(operator, move |left: ImmutableString, right: Handle| right.is_named(&left) == answer);
    }
    let one = Arc::clone(context);
    engine.register_fn("tenant", move |call: NativeCallContext, name: &str| tenant(&one, &call, name));
    let own = Arc::clone(context);
    engine.register_fn("tenant", move |call: NativeCallContext, handle: Handle| again(&own, &call, handle));
    let all = Arc::clone(context);
    engine.register_fn("all_tenants", move |call: NativeCallContext| manageable(&all, &call));
    let all = Arc::clone(context);
    engine.register_fn("all_tenants", move |call: NativeCallContext, options: Map| all_tenants(&all, &call, &options));
}

fn tenant(context: &Context, call: &NativeCallContext, name: &str) -> Result<Handle> {
    let found = context.session.tenant(name).map_err(|failure| thrown::throw(&failure, call))?;
    Ok(context.session.handle(found))
}

/// A handle of this server is the tenant already; another server's names one that is looked for here.
fn again(context: &Context, call: &NativeCallContext, handle: Handle) -> Result<Handle> {
    if handle.server() == context.session.server() { Ok(handle) } else { tenant(context, call, &handle.domain) }
}

fn manageable(context: &Context, call: &NativeCallContext) -> Result<Array> {
    let tenants = context.session.tenants().map_err(|failure| thrown::throw(&failure, call))?;
    let customers = tenants.iter().filter(|listed| listed.standing == Standing::Managed);
    Ok(customers.map(|listed| Dynamic::from(context.session.handle(listed.tenant.clone()))).collect())
}

fn all_tenants(context: &Context, call: &NativeCallContext, options: &Map) -> Result<Dynamic> {
    let detail = match options.iter().next() {
        None => false,
        Some((name, value)) if name == "detail" && options.len() == 1 => {
            value.as_bool().map_err(|_| thrown::usage("the option detail takes true or false", call))?
        }
        Some(_) => {
            let failure =
                Failure::new(Kind::Usage, "all_tenants has one option").hint("all_tenants(#{ detail: true })");
            return Err(thrown::throw(&failure, call));
        }
    };
    if !detail {
        return manageable(context, call).map(Dynamic::from);
    }
    let rows = context.session.tenants_in_detail().map_err(|failure| thrown::throw(&failure, call))?;
    let rows = rows.into_iter().map(|listed| {
        let fields: [(&str, Dynamic); 5] = [
            ("domain", listed.tenant.domain.into()),
            ("id", listed.tenant.id.into()),
            ("name", listed.tenant.name.into()),
            ("standing", listed.standing.name().into()),
            ("why", listed.why.into()),
        ];
        Dynamic::from(fields.into_iter().collect::<Row>())
    });
    Ok(rows.collect::<Array>().into())
}

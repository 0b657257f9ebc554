//! What a closure that runs on several threads may do with the variables it captures: read them.
//!
//! Each call works on a snapshot, so a change would be lost without a word; it is an error before anything starts.

use rhai::{AST, ASTNode, Dynamic, Expr, FnPtr, Module, NativeCallContext, Position, ScriptFuncDef, Stmt};

use crate::failure::{Failure, Kind};

/// Values that a closure's captures may hold together: they are copied for each call.
const MOST_VALUES: usize = 200_000;

/// Methods of the standard library that change what they are called on.
const CHANGING: &[&str] = &[
    "append",
    "chop",
    "clear",
    "crop",
    "dedup",
    "drain",
    "extend",
    "fill_with",
    "insert",
    "make_lower",
    "make_upper",
    "mixin",
    "order",
    "pad",
    "pop",
    "push",
    "remove",
    "replace",
    "retain",
    "reverse",
    "set",
    "shift",
    "sort",
    "sort_by",
    "sort_desc",
    "splice",
    "trim",
    "truncate",
];

/// A copy of the closure with captures of its own; refused when it changes one or one is too large.
pub(super) fn snapshot(closure: &FnPtr, context: &NativeCallContext) -> Result<FnPtr, Failure> {
    let captures: Vec<Dynamic> = closure.curry().iter().map(Dynamic::flatten_clone).collect();
    if captures.is_empty() {
        return Ok(closure.clone());
    }
    if let Some(definition) = definition(closure.fn_name(), context) {
        let names: Vec<&str> = definition.params.iter().take(captures.len()).map(|name| name.as_str()).collect();
        for (name, value) in names.iter().zip(&captures) {
            let values = count(value);
            if values > MOST_VALUES {
                let message = format!("\"{name}\" is too large to be copied for each call: it holds {values} values");
                return Err(Failure::new(Kind::Usage, message)
                    .hint("take out before what the closure needs, for example with the fields of the read"));
            }
        }
        if let Some((name, position)) = first_change(definition, &names, context) {
            let line = position.line().map_or_else(String::new, |line| format!(" in line {line}"));
            let message = format!("the closure changes \"{name}\"{line}, which belongs to the script around it");
            return Err(Failure::new(Kind::Usage, message)
                .because("it runs for several items at once, each with its own copy, so the change would be lost")
                .hint("return the value from the closure instead"));
        }
    }
    let mut copy = closure.clone();
    copy.set_curry(captures);
    Ok(copy)
}

/// Values inside of a value; a row counts as one, since it is shared and not copied.
fn count(value: &Dynamic) -> usize {
    if let Some(array) = value.read_lock::<rhai::Array>() {
        1 + array.iter().map(count).sum::<usize>()
    } else if let Some(map) = value.read_lock::<rhai::Map>() {
        1 + map.values().map(count).sum::<usize>()
    } else {
        1
    }
}

fn definition<'a>(name: &str, context: &'a NativeCallContext) -> Option<&'a ScriptFuncDef> {
    let mut functions = context.iter_namespaces().flat_map(Module::iter_script_fn_info);
    functions.find(|function| function.2 == name).map(|function| &**function.4)
}

/// The first place where one of these variables is changed, in the function or in closures inside it.
fn first_change(definition: &ScriptFuncDef, names: &[&str], context: &NativeCallContext) -> Option<(String, Position)> {
    let mut module = Module::new();
    module.set_script_fn(definition.clone());
    let ast = AST::new([], module);
    let mut own: Vec<String> = Vec::new();
    ast.walk(&mut |nodes| {
        match nodes.last() {
            Some(ASTNode::Stmt(Stmt::Var(variable, ..))) => own.push(variable.0.name.to_string()),
            Some(ASTNode::Stmt(Stmt::For(parts, _))) => own.push(parts.0.name.to_string()),
            _ => {}
        }
        true
    });
    let names: Vec<&str> = names.iter().copied().filter(|name| !own.iter().any(|own| own == name)).collect();
    let mut found = None;
    ast.walk(&mut |nodes| {
        found = match nodes.last() {
            Some(ASTNode::Stmt(Stmt::Assignment(parts))) => changed(&parts.1.lhs, &names),
            Some(ASTNode::Expr(Expr::Dot(parts, ..) | Expr::Index(parts, ..))) if calls_changing(&parts.rhs) => {
                changed(&parts.lhs, &names)
            }
            Some(ASTNode::Expr(Expr::DynamicConstant(value, _))) => inner_change(value, &names, context),
            _ => None,
        };
        found.is_none()
    });
    found
}

/// The variable at the root of an expression, when it is one of these.
fn changed(expression: &Expr, names: &[&str]) -> Option<(String, Position)> {
    match expression {
        Expr::Variable(variable, _, position) => {
            names.contains(&variable.1.as_str()).then(|| (variable.1.to_string(), *position))
        }
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => changed(&parts.lhs, names),
        _ => None,
    }
}

/// Whether the last link of a chain is a call of a method that changes what it is called on.
fn calls_changing(expression: &Expr) -> bool {
    match expression {
        Expr::MethodCall(call, _) | Expr::FnCall(call, _) => CHANGING.contains(&call.name.as_str()),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => calls_changing(&parts.lhs) || calls_changing(&parts.rhs),
        _ => false,
    }
}

/// A closure inside of the closure captures by the same names.
fn inner_change(value: &Dynamic, names: &[&str], context: &NativeCallContext) -> Option<(String, Position)> {
    let inner = value.read_lock::<FnPtr>()?;
    let definition = definition(inner.fn_name(), context)?;
    let captured: Vec<&str> =
        definition.params.iter().map(|name| name.as_str()).filter(|name| names.contains(name)).collect();
    if captured.is_empty() { None } else { first_change(definition, &captured, context) }
}

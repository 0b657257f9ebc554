//! What a closure can call, found before it runs: in itself, in the functions that it calls, and in theirs.
//!
//! It is a forecast that lets a bulk be judged whole. What it does not see is judged when it is sent.

mod known;
mod library;
mod possible;

use std::sync::Arc;

use rhai::{
    AST, ASTNode, CustomExpr, Dynamic, Expr, FnCallExpr, FnPtr, Module, NativeCallContext, ScriptFuncDef, Stmt,
};
use serde_json::{Map, Value};

use crate::{
    catalogue::{self, Action, Effect},
    session::guard::Possible,
};
use known::{Known, unknown};
pub(super) use library::Library;

/// Functions that are looked into, each time they are called. Beyond that it is left to the gate.
const MOST_FUNCTIONS: usize = 5_000;

/// What a closure can call.
#[derive(Debug, Default)]
pub(super) struct Forecast {
    /// Every call of a server that it can come to.
    pub(super) calls: Vec<Possible>,
    /// How many writes it is sure to make.
    pub(super) sure: usize,
}

/// Where a function looks for others.
#[derive(Clone)]
enum Home {
    /// In the script that runs.
    Script,
    /// In a module, by its id.
    Module(String),
}

struct Reach<'r> {
    call: &'r NativeCallContext<'r>,
    library: &'r Library,
    args: Dynamic,
    calls: Vec<Possible>,
    /// The functions that are looked into now, outermost first.
    within: Vec<Arc<ScriptFuncDef>>,
    functions: usize,
}

/// What this closure can call. `args` are the script's.
pub(super) fn of(closure: &FnPtr, call: &NativeCallContext, library: &Library, args: Dynamic) -> Forecast {
    let mut reach = Reach { call, library, args, calls: Vec::new(), within: Vec::new(), functions: 0 };
    let sure = match reach.function(&Home::Script, closure.fn_name()) {
        Some(definition) => reach.look_into(&definition, &Home::Script, curried(&definition, closure)),
        None => reach.native(closure.fn_name(), &unknown(), &unknown()),
    };
    Forecast { calls: reach.calls, sure }
}

/// The values that a closure has captured, by name.
fn curried(definition: &ScriptFuncDef, closure: &FnPtr) -> Known {
    let mut known = Known::default();
    for (name, value) in definition.params.iter().zip(closure.curry()) {
        known.set(name, Some(value.flatten_clone()));
    }
    known
}

impl Reach<'_> {
    fn function(&self, home: &Home, name: &str) -> Option<Arc<ScriptFuncDef>> {
        let in_module = |module: &Module| {
            let mut functions = module.iter_script_fn_info();
            functions.find(|function| function.2 == name).map(|function| Arc::clone(function.4))
        };
        match home {
            Home::Script => self.call.iter_namespaces().find_map(in_module),
            Home::Module(id) => in_module(&*self.library.module(id)?),
        }
    }

    /// The module behind the name that a function calls it by.
    fn import(&self, home: &Home, name: &str) -> Option<Home> {
        let id = match home {
            Home::Script => {
                let mut imports = self.call.iter_imports();
                imports.find(|(known, _)| *known == name).and_then(|(_, module)| module.id().map(String::from))
            }
            Home::Module(id) => self.library.import(id, name),
        };
        id.map(Home::Module)
    }

    /// Looks into a function; returns how many writes it is sure to make.
    fn look_into(&mut self, definition: &Arc<ScriptFuncDef>, home: &Home, mut known: Known) -> usize {
        self.functions += 1;
        let is_within = self.within.iter().any(|other| Arc::ptr_eq(other, definition));
        if is_within || self.functions > MOST_FUNCTIONS {
            return 0;
        }
        // Only a tree of its own lets the body be walked.
        let mut module = Module::new();
        module.set_script_fn((**definition).clone());
        let body = AST::new([], module);
        known.set("args", Some(self.args.clone()));
        let mut may_leave = false;
        each_node(&body, &mut |path| {
            if let Some(node) = path.last() {
                known.forget(node);
            }
            may_leave |= matches!(path.last(), Some(ASTNode::Stmt(Stmt::Return(..)))) && !is_sure(path);
        });
        self.within.push(Arc::clone(definition));
        let mut sure = 0;
        each_node(&body, &mut |path| {
            let writes = path.last().map_or(0, |node| self.node(node, home, &known));
            if is_sure(path) {
                sure += writes;
            }
        });
        self.within.pop();
        if may_leave { 0 } else { sure }
    }

    fn node(&mut self, node: &ASTNode, home: &Home, known: &Known) -> usize {
        match node {
            ASTNode::Stmt(Stmt::FnCall(call, _)) | ASTNode::Expr(Expr::FnCall(call, _)) => {
                self.called(call, home, known)
            }
            ASTNode::Expr(Expr::MethodCall(call, _)) => self.called_on_something(call, home),
            ASTNode::Expr(Expr::DynamicConstant(value, _)) => self.closure(value, home, known),
            ASTNode::Expr(Expr::Custom(syntax, _)) => self.pointer(syntax, home, known),
            ASTNode::Expr(Expr::Variable(variable, ..)) => {
                known.get(&variable.1).cloned().map_or(0, |value| self.closure(&value, home, known))
            }
            _ => 0,
        }
    }

    /// A closure may be called any number of times, or never.
    fn closure(&mut self, value: &Dynamic, home: &Home, known: &Known) -> usize {
        let Some(closure) = value.read_lock::<FnPtr>().map(|closure| closure.clone()) else { return 0 };
        let Some(definition) = self.function(home, closure.fn_name()) else {
            self.native(closure.fn_name(), &unknown(), &unknown());
            return 0;
        };
        let mut inner = curried(&definition, &closure);
        if closure.curry().is_empty() && closure.is_anonymous() {
            // It captures by the same names.
            for name in &definition.params {
                inner.set(name, known.get(name).cloned());
            }
        }
        self.look_into(&definition, home, inner);
        0
    }

    /// `Fn(name)`, the only form of this kind.
    fn pointer(&mut self, syntax: &CustomExpr, home: &Home, known: &Known) -> usize {
        let name = syntax.inputs.first().map(|name| known.json(name));
        let pointer = name.as_ref().and_then(Value::as_str).and_then(|name| FnPtr::new(name).ok());
        pointer.map_or(0, |pointer| self.closure(&Dynamic::from(pointer), home, known))
    }

    fn called(&mut self, call: &FnCallExpr, home: &Home, known: &Known) -> usize {
        let json = |at: usize| call.args.get(at).map_or(Value::Null, |argument| known.json(argument));
        let path: Vec<&str> = call.namespace.path.iter().map(|part| part.name.as_str()).collect();
        match path.as_slice() {
            [] => match self.function(home, &call.name) {
                Some(definition) => self.look_into(&definition, home, given(&definition, call, known)),
                None => self.native(&call.name, &json(0), &json(1)),
            },
            [namespace] => {
                if let Some(action) = catalogue::find_action(&format!("{namespace}::{}", call.name)) {
                    return self.note(possible::of_action(action, &of_action(action, &json)));
                }
                let Some(module) = self.import(home, namespace) else { return 0 };
                let definition = self.function(&module, &call.name);
                definition.map_or(0, |found| self.look_into(&found, &module, given(&found, call, known)))
            }
            _ => 0,
        }
    }

    fn called_on_something(&mut self, call: &FnCallExpr, home: &Home) -> usize {
        match self.function(home, &call.name) {
            Some(definition) => self.look_into(&definition, home, Known::default()),
            None => self.native(&call.name, &unknown(), &unknown()),
        }
    }

    /// A native function: an endpoint, `api`, or something that sends nothing.
    fn native(&mut self, name: &str, first: &Value, second: &Value) -> usize {
        if name == "api" {
            let named = first.as_str().filter(|name| !name.contains(known::UNKNOWN));
            let nothing = Value::Object(Map::new());
            return self.note(possible::of_api(named, if second.is_null() { &nothing } else { second }));
        }
        match catalogue::find(name).filter(|endpoint| endpoint.name == name) {
            Some(endpoint) => self.note(possible::of_endpoint(endpoint, first)),
            None => 0,
        }
    }

    fn note(&mut self, possible: Possible) -> usize {
        let writes = usize::from(possible.least >= Effect::Write);
        self.calls.push(possible);
        writes
    }
}

/// The arguments of an action as one map.
fn of_action(action: &Action, json: &dyn Fn(usize) -> Value) -> Value {
    let Some(tenant) = action.tenant else {
        return if json(0).is_null() { Value::Object(Map::new()) } else { json(0) };
    };
    let mut map = match json(1) {
        Value::Null => Map::new(),
        Value::Object(map) => map,
        _ => return unknown(),
    };
    map.insert(tenant.to_owned(), json(0));
    Value::Object(map)
}

/// The parameters of a function by what a call gives it.
fn given(definition: &ScriptFuncDef, call: &FnCallExpr, known: &Known) -> Known {
    let mut inner = Known::default();
    for (name, argument) in definition.params.iter().zip(&call.args) {
        inner.set(name, known.value(argument));
    }
    inner
}

/// Calls `visit` with the path to each node.
fn each_node(body: &AST, visit: &mut dyn FnMut(&[ASTNode])) {
    body.walk(&mut |path| {
        visit(path);
        true
    });
}

/// Whether a node is come to in any case.
fn is_sure(path: &[ASTNode]) -> bool {
    let is_choice = |node: &ASTNode| {
        matches!(
            node,
            ASTNode::Stmt(
                Stmt::If(..) | Stmt::Switch(..) | Stmt::While(..) | Stmt::Do(..) | Stmt::For(..) | Stmt::TryCatch(..)
            ) | ASTNode::Expr(Expr::And(..) | Expr::Or(..) | Expr::Coalesce(..))
        )
    };
    !path.iter().rev().skip(1).any(is_choice)
}

//! A conversation: code that comes piece by piece and finds what earlier pieces have left.
//!
//! Every statement is a run of its own, over one scope and one growing set of functions. What a piece leaves behind
//! stays when a later statement of it fails.

mod imports;

use std::{collections::BTreeSet, sync::Arc, thread};

use rhai::{AST, Dynamic, Engine, EvalAltResult, Module, ParseErrorType, Scope};

use super::{
    context::Context,
    diagnose,
    ending::Ending,
    script::{self, STACK},
    sources::Sources,
    thrown,
};
use crate::failure::{Failure, Kind};

/// The variable that holds the latest result.
pub const LATEST: &str = "it";

/// What is remembered from piece to piece.
pub struct Console {
    engine: Engine,
    scope: Scope<'static>,
    /// The functions and closures of all pieces; no statements.
    functions: AST,
    sources: Sources,
    context: Arc<Context>,
    modules: Vec<Imported>,
    pieces: usize,
}

/// A module that a piece has imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The name before `::`.
    pub name: String,
    /// Its functions.
    pub functions: Vec<Signature>,
}

/// A function of a script.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature {
    /// Its name.
    pub name: String,
    /// The names of its parameters.
    pub parameters: Vec<String>,
}

impl Console {
    /// Nothing is remembered yet.
    pub fn new(context: Context) -> Self {
        let context = Arc::new(context);
        let sources = Sources::default();
        let (engine, scope) = fresh(&context, &sources);
        Self { engine, scope, functions: AST::empty(), sources, context, modules: Vec::new(), pieces: 0 }
    }

    /// Runs one piece, which errors call `name`, on a thread with a stack large enough for whatever people write.
    /// Its value is kept as `it`.
    ///
    /// # Errors
    ///
    /// Why a statement has failed. What the statements before it have left is kept.
    pub fn run(&mut self, name: Option<&str>, text: &str) -> Result<Dynamic, Failure> {
        self.pieces += 1;
        let name = name.map_or_else(|| format!("input {}", self.pieces), str::to_owned);
        self.sources.add(&name, text, None);
        let builder = thread::Builder::new().name("script".into()).stack_size(STACK);
        let started = thread::scope(|all| {
            let thread = builder.spawn_scoped(all, || self.evaluate(&name, text))?;
            Ok(thread.join())
        });
        let value = match started {
            Ok(Ok(value)) => value,
            Ok(Err(_)) => Err(Failure::new(Kind::Internal, "the script's thread panicked")),
            Err(cause) => Err(script::thread_refused(&cause)),
        }?;
        if !value.is_unit() {
            self.scope.set_or_push(LATEST, value.clone());
        }
        Ok(value)
    }

    fn evaluate(&mut self, name: &str, text: &str) -> Result<Dynamic, Failure> {
        let ending = Ending::of(&self.engine);
        ending.clear();
        let value = self.statements(name, text);
        self.constants_for_functions();
        let value = value.map_err(|error| {
            let near = self.nearest_variable(&error);
            let failure = diagnose::explain(*error, name, &self.sources);
            let Some(near) = near else { return failure };
            Failure { hints: Vec::new(), ..failure }.hint(format!("did you mean {near}?"))
        })?;
        ending.failure().map_or(Ok(value), Err)
    }

    /// The variable that was perhaps meant by one that is unknown.
    fn nearest_variable(&self, error: &EvalAltResult) -> Option<String> {
        let name = match error {
            EvalAltResult::ErrorVariableNotFound(name, _) => name,
            EvalAltResult::ErrorParsing(ParseErrorType::VariableUndefined(name), _) => name,
            _ => return None,
        };
        let distance = |known: &str| strsim::damerau_levenshtein(known, name);
        let known = self.scope.iter_raw().map(|(known, ..)| known).filter(|known| *known != LATEST);
        let near = known.map(|known| (distance(known), known)).min()?;
        // In a short name two slips make another name of it.
        let slips = if name.chars().count() < 5 { 1 } else { 2 };
        (near.0 <= slips).then(|| near.1.to_owned())
    }

    fn statements(&mut self, name: &str, text: &str) -> thrown::Result<Dynamic> {
        let text = &self.without_imports(text)?;
        let mut ast = self.engine.compile_with_scope(&self.scope, text).map_err(EvalAltResult::from)?;
        ast.set_source(name);
        script::check_names(&ast, text)?;
        self.functions.combine(ast.clone_functions_only());
        let mut value = Dynamic::UNIT;
        for statement in ast.statements() {
            let mut one = AST::new([statement.clone()], Module::new());
            one.combine(self.functions.clone());
            one.set_source(name);
            script::tell_branches(&one, &self.context.session);
            value = self.engine.eval_ast_with_scope::<Dynamic>(&mut self.scope, &one)?;
            self.constants_for_functions();
        }
        Ok(value)
    }

    /// Imports go into the engine: an `import` of the language is unknown to the next piece.
    fn without_imports(&mut self, text: &str) -> thrown::Result<String> {
        let found = imports::find(text);
        let mut rest = text.to_owned();
        // From the back, since a blank may be shorter than what it stands for.
        for import in found.iter().rev() {
            let blank: String = text[import.range.clone()].chars().map(|c| if c == '\n' { c } else { ' ' }).collect();
            rest.replace_range(import.range.clone(), &blank);
        }
        for import in found {
            script::check_alias(&import.name, import.position)?;
            let resolver = self.engine.module_resolver();
            let module = resolver.resolve(&self.engine, None, &import.path, import.position)?;
            let named = module.iter_script_fn_info().filter(|(_, _, name, ..)| !is_closure(name));
            let functions = named.map(|(_, _, name, _, f)| Signature {
                name: name.to_owned(),
                parameters: f.params.iter().map(ToString::to_string).collect(),
            });
            let mut functions: Vec<_> = functions.collect();
            functions.sort();
            self.modules.retain(|known| known.name != import.name);
            self.modules.push(Imported { name: import.name.clone(), functions });
            self.engine.register_static_module(import.name, module);
        }
        Ok(rest)
    }

    /// `global::NAME` finds a constant of the same evaluation only, so those of earlier ones go into a module.
    fn constants_for_functions(&mut self) {
        let mut module = Module::new();
        // The latest of a name comes first.
        for (name, is_constant, value) in self.scope.iter_raw() {
            if is_constant && !module.contains_var(name) {
                module.set_var(name, value.clone());
            }
        }
        module.build_index();
        self.engine.register_static_module("global", module.into());
    }

    /// The variables that can be seen, by name: whether each is a constant, and its value.
    pub fn variables(&self) -> Vec<(String, bool, Dynamic)> {
        let mut seen = BTreeSet::new();
        let visible = self.scope.iter_raw().filter(|(name, ..)| *name != "args" && seen.insert(name.to_owned()));
        let mut visible: Vec<_> =
            visible.map(|(name, constant, value)| (name.to_owned(), constant, value.clone())).collect();
        visible.sort_by(|one, other| one.0.cmp(&other.0));
        visible
    }

    /// The functions that were defined.
    pub fn functions(&self) -> Vec<Signature> {
        let named = self.functions.iter_functions().filter(|function| !is_closure(function.name));
        let mut functions: Vec<Signature> = named
            .map(|function| Signature {
                name: function.name.to_owned(),
                parameters: function.params.iter().map(ToString::to_string).collect(),
            })
            .collect();
        functions.sort();
        functions
    }

    /// The modules that were imported.
    pub fn modules(&self) -> &[Imported] {
        &self.modules
    }

    /// The latest result.
    pub fn latest(&self) -> Option<Dynamic> {
        self.scope.get_value::<Dynamic>(LATEST)
    }

    /// What it reaches.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        (self.engine, self.scope) = fresh(&self.context, &self.sources);
        self.functions = AST::empty();
        self.modules.clear();
    }
}

/// Closures have names that nobody can write.
fn is_closure(name: &str) -> bool {
    name.starts_with("anon$")
}

fn fresh(context: &Arc<Context>, sources: &Sources) -> (Engine, Scope<'static>) {
    let mut scope = Scope::new();
    scope.push_constant("args", context.arguments.clone());
    let engine = super::engine(context, &scope, sources, None);
    (engine, scope)
}

#[cfg(test)]
mod tests;

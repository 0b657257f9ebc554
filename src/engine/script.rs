//! A script from its file to its end.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use rhai::{AST, ASTNode, Dynamic, Engine, EvalAltResult, Position, Scope, Stmt};

use super::{branches, context::Context, diagnose, ending::Ending, mentions, natives, sources::Sources, thrown};
use crate::{
    catalogue,
    failure::{Failure, Kind},
    session::{Session, plan::Planner},
};

/// Stack of the thread that a script runs on: deep expressions and 256 levels of calls fit, also unoptimised.
pub(super) const STACK: usize = 512 * 1024 * 1024;

/// The text of a script and where it came from.
#[derive(Debug, Clone)]
pub struct Script {
    /// As people named it; `code` when it has no file.
    pub name: String,
    /// The source.
    pub text: String,
    /// The file, in full.
    pub path: Option<PathBuf>,
}

/// How a script ended.
#[derive(Debug)]
pub struct Ended {
    /// The script's last value, or why it has none.
    pub value: Result<Dynamic, Failure>,
    /// What it gave to `exit`, when it did.
    pub exit: Option<i64>,
}

impl Script {
    /// Reads it from a file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable = |cause: std::io::Error| {
            Failure::new(Kind::Command, format!("cannot read the script {}", path.display())).because(cause)
        };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let whole = path.canonicalize().map_err(unreadable)?;
        Ok(Self { name: path.display().to_string(), text, path: Some(whole) })
    }

    /// Code without a file.
    pub fn code(text: impl Into<String>) -> Self {
        Self { name: "code".into(), text: text.into(), path: None }
    }

    /// Runs it, on a thread with a stack large enough for whatever people write.
    pub fn run(&self, context: Context) -> Ended {
        let context = Arc::new(context);
        let sources = Sources::default();
        sources.add(&self.name, &self.text, self.path.clone());
        let mut scope = Scope::new();
        scope.push_constant("args", context.arguments.clone());
        // Made here and not on the thread: the allocator serves a program's first thread faster.
        let engine = super::engine(&context, &scope, &sources, Some(self));
        let builder = thread::Builder::new().name("script".into()).stack_size(STACK);
        let started = thread::scope(|all| {
            let thread =
                builder.spawn_scoped(all, || self.evaluate(&engine, &mut scope, &sources, &context.session))?;
            Ok(thread.join())
        });
        let value = match started {
            Ok(Ok(value)) => value,
            Ok(Err(_)) => Err(Failure::new(Kind::Internal, "the script's thread panicked")),
            Err(cause) => Err(thread_refused(&cause)),
        };
        // A process ends with its script, and taking two thousand functions apart would only delay that.
        std::mem::forget(engine);
        Ended { value, exit: context.exit.get().copied() }
    }

    fn evaluate(
        &self,
        engine: &Engine,
        scope: &mut Scope<'static>,
        sources: &Sources,
        session: &Session,
    ) -> Result<Dynamic, Failure> {
        let compiled = engine.compile_with_scope(scope, &self.text).map_err(|error| EvalAltResult::from(error).into());
        let value = compiled.and_then(|mut ast| {
            ast.set_source(self.name.as_str());
            check_names(&ast, &self.text)?;
            session.mentions(mentions::of(&ast));
            tell_branches(&ast, session);
            engine.eval_ast_with_scope::<Dynamic>(scope, &ast)
        });
        let value = value.map_err(|error| diagnose::explain(*error, &self.name, sources))?;
        // What ends the run or the planning at the very last step of a script is not followed by another one.
        if let Some(ending) = Ending::of(engine).failure() {
            return Err(ending);
        }
        session.planner().and_then(Planner::stopped).map_or(Ok(value), Err)
    }
}

pub(super) fn thread_refused(cause: &std::io::Error) -> Failure {
    Failure::new(Kind::Internal, "cannot start the script's thread").because(cause)
}

/// Refuses a function that would silently stand in for a native one, and an import that would hide a namespace.
pub(super) fn check_names(ast: &AST, text: &str) -> thrown::Result<()> {
    for function in ast.iter_functions() {
        let taken = natives::find(function.name).is_some()
            || catalogue::find(function.name).is_some_and(|endpoint| endpoint.name == function.name);
        if taken {
            let message = format!("the function \"{}\" has the name of a native one", function.name);
            let failure = Failure::new(Kind::Usage, message).hint("give it another name");
            return Err(thrown::at(&failure, place_of_function(text, function.name)));
        }
    }
    let mut hidden = None;
    ast.walk(&mut |nodes| {
        if let Some(ASTNode::Stmt(Stmt::Import(import, position))) = nodes.last()
            && check_alias(&import.1.name, *position).is_err()
        {
            hidden = Some((import.1.name.clone(), *position));
        }
        hidden.is_none()
    });
    hidden.map_or(Ok(()), |(name, position)| check_alias(&name, position))
}

/// Tells what plans of what may depend on a value without a word.
pub(super) fn tell_branches(ast: &AST, session: &Session) {
    if let (Some(planner), Some(word)) = (session.planner(), session.planner().and_then(|_| branches::of(ast))) {
        planner.branches_by(word);
    }
}

/// Refuses a name of an import that would hide a namespace.
pub(super) fn check_alias(name: &str, position: Position) -> thrown::Result<()> {
    if !natives::namespaces().any(|namespace| namespace == name) {
        return Ok(());
    }
    let failure = Failure::new(Kind::Usage, format!("\"import … as {name}\" would hide the namespace {name}::"))
        .hint("give the import another name");
    Err(thrown::at(&failure, position))
}

/// Where a function is defined, as the engine keeps no position of its name.
fn place_of_function(text: &str, name: &str) -> Position {
    let starts = |rest: &str| {
        let rest = rest.trim_start().strip_prefix(name)?;
        rest.trim_start().starts_with('(').then_some(())
    };
    for (number, line) in text.lines().enumerate() {
        let found = line.match_indices("fn ").find(|(at, _)| starts(&line[at + 3..]).is_some());
        if let Some((at, _)) = found {
            let spaces = line[at + 3..].chars().take_while(|c| c.is_whitespace()).count();
            let column = line[..at].chars().count() + 4 + spaces;
            return u16::try_from(number + 1)
                .ok()
                .zip(u16::try_from(column).ok())
                .map_or(Position::NONE, |(line, column)| Position::new(line, column));
        }
    }
    Position::NONE
}

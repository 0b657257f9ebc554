//! `import`: the embedded standard library, and files below the allowed directories only.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, ThreadId},
};

use rhai::{AST, ASTNode, Engine, EvalAltResult, Expr, Module, ModuleResolver, Position, Scope, Shared, Stmt};

type SharedModule = Shared<Module>;

use super::{reach::Library, sources::Sources, stdlib};
use crate::failure::{Failure, Kind};
use crate::session::Session;

/// Finds modules, compiles each once, and remembers their sources for error messages.
pub(super) struct Modules {
    session: Arc<Session>,
    roots: Vec<PathBuf>,
    constants: Scope<'static>,
    sources: Sources,
    library: Library,
    loaded: Mutex<HashMap<String, SharedModule>>,
    /// What each thread is loading now, outermost first.
    loading: Mutex<HashMap<ThreadId, Vec<String>>>,
}

impl Modules {
    /// `roots` are the directories, in full, that files may come from; `constants` are what modules see beside
    /// their own.
    pub(super) fn new(
        session: Arc<Session>,
        roots: Vec<PathBuf>,
        constants: Scope<'static>,
        sources: Sources,
        library: Library,
    ) -> Self {
        Self { session, roots, constants, sources, library, loaded: Mutex::default(), loading: Mutex::default() }
    }

    /// The name under which a module is kept, and its text.
    fn find(&self, importer: Option<&str>, path: &str) -> Result<(String, Text), Failure> {
        if let Some(name) = path.strip_prefix("std/") {
            let found = stdlib::find(name).ok_or_else(|| {
                let known: Vec<_> = stdlib::names().map(|name| format!("std/{name}")).collect();
                not_found(path).hint(format!("the standard library has {}", known.join(", ")))
            });
            return Ok((path.to_string(), Text::Embedded(found?)));
        }
        if Path::new(path).is_absolute() {
            return Err(refused(path, "a module is named relative to the file that imports it"));
        }
        let importer = self.sources.path_of(importer.unwrap_or_default());
        let directory = match importer.as_deref().and_then(Path::parent) {
            Some(directory) => directory.to_path_buf(),
            None => self.roots.first().cloned().ok_or_else(|| not_found(path))?,
        };
        let mut file = directory.join(path);
        if file.extension().is_none_or(|extension| extension != "rhai") {
            file.as_mut_os_string().push(".rhai");
        }
        let whole =
            file.canonicalize().map_err(|cause| not_found(path).because(format!("{}: {cause}", file.display())))?;
        if !self.roots.iter().any(|root| whole.starts_with(root)) {
            return Err(refused(path, "it lies outside of the allowed directories")
                .hint("--allow-path DIR allows one more directory"));
        }
        Ok((whole.display().to_string(), Text::File(whole)))
    }

    fn load(&self, engine: &Engine, name: &str, text: Text, position: Position) -> super::thrown::Result<SharedModule> {
        let unreadable = |cause| {
            let failure = Failure::new(Kind::Usage, format!("cannot read the module {name}")).because(cause);
            super::thrown::at(&failure, position)
        };
        let in_module = |inner: Box<EvalAltResult>| EvalAltResult::ErrorInModule(name.to_string(), inner, position);
        let (source, path) = match text {
            Text::Embedded(source) => (source.to_string(), None),
            Text::File(path) => (std::fs::read_to_string(&path).map_err(unreadable)?, Some(path)),
        };
        self.session.module(name, &source);
        self.sources.add(name, &source, path);
        let mut ast = engine
            .compile_with_scope(&self.constants, &source)
            .map_err(|error| in_module(EvalAltResult::from(error).into()))?;
        ast.set_source(name);
        super::script::check_names(&ast, &source).map_err(in_module)?;
        super::script::tell_branches(&ast, &self.session);
        let mut module = Module::eval_ast_as_new(self.constants.clone(), &ast, engine).map_err(in_module)?;
        module.set_id(name);
        module.build_index();
        let module = module.into();
        self.library.add(name, &module, self.imports(&ast, name));
        Ok(module)
    }

    /// The modules that a module imports, by the names that it gives them.
    fn imports(&self, ast: &AST, importer: &str) -> HashMap<String, String> {
        let mut imports = HashMap::new();
        ast.walk(&mut |nodes| {
            if let Some(ASTNode::Stmt(Stmt::Import(import, _))) = nodes.last()
                && let Expr::StringConstant(path, _) = &import.0
                && let Ok((id, _)) = self.find(Some(importer), path)
            {
                imports.insert(import.1.name.to_string(), id);
            }
            true
        });
        imports
    }
}

/// The text of a module by the name under which a run keeps it: one of the standard library, or a file.
///
/// # Errors
///
/// There is no such module any more, or its file cannot be read.
pub fn text(name: &str) -> std::io::Result<String> {
    match name.strip_prefix("std/") {
        Some(name) => stdlib::find(name).map(str::to_owned).ok_or_else(|| std::io::ErrorKind::NotFound.into()),
        None => std::fs::read_to_string(name),
    }
}

enum Text {
    Embedded(&'static str),
    File(PathBuf),
}

impl ModuleResolver for Modules {
    fn resolve(
        &self,
        engine: &Engine,
        source: Option<&str>,
        path: &str,
        position: Position,
    ) -> super::thrown::Result<SharedModule> {
        let (name, text) = self.find(source, path).map_err(|failure| super::thrown::at(&failure, position))?;
        if let Some(module) = lock(&self.loaded).get(&name) {
            return Ok(Arc::clone(module));
        }
        let this_thread = thread::current().id();
        {
            let mut loading = lock(&self.loading);
            let chain = loading.entry(this_thread).or_default();
            if chain.contains(&name) {
                let circle = [chain.as_slice(), &[name]].concat().join(" -> ");
                let failure = Failure::new(Kind::Usage, "modules import each other in a circle").because(circle);
                return Err(super::thrown::at(&failure, position));
            }
            chain.push(name.clone());
        }
        let module = self.load(engine, &name, text, position);
        lock(&self.loading).entry(this_thread).or_default().pop();
        let module = module?;
        // Two threads may have loaded it at once; the first one stays.
        Ok(Arc::clone(lock(&self.loaded).entry(name).or_insert(module)))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_found(path: &str) -> Failure {
    Failure::new(Kind::Usage, format!("no module \"{path}\""))
}

fn refused(path: &str, why: &str) -> Failure {
    Failure::new(Kind::Usage, format!("the module \"{path}\" is refused")).because(why)
}

//! `import`: the embedded standard library, and files below the allowed directories only.

use std::{
    borrow::Cow,
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rhai::{AST, ASTNode, Engine, EvalAltResult, Expr, Module, ModuleResolver, Position, Scope, Stmt};

use super::{
    context::Context,
    lex,
    loading::{Loading, SharedModule},
    reach::Library,
    sources::Sources,
    stdlib,
};
use crate::failure::{Failure, Kind};

/// Finds modules, compiles each once, and remembers their sources for error messages.
pub(super) struct Modules {
    context: Arc<Context>,
    constants: Scope<'static>,
    sources: Sources,
    library: Library,
    /// The texts that were read ahead, by name.
    ahead: HashMap<String, Cow<'static, str>>,
    loading: Loading,
}

impl Modules {
    /// `constants` are what modules see beside their own.
    pub(super) fn new(
        context: &Arc<Context>,
        constants: &Scope<'static>,
        sources: &Sources,
        library: &Library,
    ) -> Self {
        Self {
            context: Arc::clone(context),
            constants: constants.clone(),
            sources: sources.clone(),
            library: library.clone(),
            ahead: HashMap::new(),
            loading: Loading::default(),
        }
    }

    /// The texts of a script and of all modules that it can import, read once and for all; nothing where that cannot be
    /// told before it runs.
    pub(super) fn read_ahead<'t>(&'t mut self, name: &'t str, text: &'t str) -> Option<Vec<&'t str>> {
        let mut open = vec![(name.to_owned(), imported(text)?)];
        while let Some((importer, paths)) = open.pop() {
            for path in paths {
                let (name, place) = self.find(Some(&importer), &path).ok()?;
                if self.ahead.contains_key(&name) {
                    continue;
                }
                let text = self.read(&name, place).ok()?;
                open.push((name.clone(), imported(&text)?));
                self.ahead.insert(name, text);
            }
        }
        Some(self.ahead.values().map(|text| &**text).chain([text]).collect())
    }

    /// The name under which a module is kept, and where its text is.
    fn find(&self, importer: Option<&str>, path: &str) -> Result<(String, Place), Failure> {
        if let Some(name) = path.strip_prefix("std/") {
            let found = stdlib::find(name).ok_or_else(|| {
                let known: Vec<_> = stdlib::names().map(|name| format!("std/{name}")).collect();
                not_found(path).hint(format!("the standard library has {}", known.join(", ")))
            });
            return Ok((path.to_string(), Place::Embedded(found?)));
        }
        if Path::new(path).is_absolute() {
            return Err(refused(path, "a module is named relative to the file that imports it"));
        }
        let importer = self.sources.path_of(importer.unwrap_or_default());
        let directory = match importer.as_deref().and_then(Path::parent) {
            Some(directory) => directory.to_path_buf(),
            None => self.context.roots.first().cloned().ok_or_else(|| not_found(path))?,
        };
        let mut file = directory.join(path);
        if file.extension().is_none_or(|extension| extension != "rhai") {
            file.as_mut_os_string().push(".rhai");
        }
        let whole =
            file.canonicalize().map_err(|cause| not_found(path).because(format!("{}: {cause}", file.display())))?;
        if !self.context.roots.iter().any(|root| whole.starts_with(root)) {
            return Err(refused(path, "it lies outside of the allowed directories")
                .hint("--allow-path DIR allows one more directory"));
        }
        Ok((whole.display().to_string(), Place::File(whole)))
    }

    fn read(&self, name: &str, place: Place) -> io::Result<Cow<'static, str>> {
        let (text, path) = match place {
            Place::Embedded(text) => (Cow::Borrowed(text), None),
            Place::File(path) => (Cow::Owned(fs::read_to_string(&path)?), Some(path)),
        };
        self.sources.add(name, &text, path);
        Ok(text)
    }

    fn load(
        &self,
        engine: &Engine,
        name: &str,
        place: Place,
        position: Position,
    ) -> super::thrown::Result<SharedModule> {
        let unreadable = |cause| {
            let failure = Failure::new(Kind::Usage, format!("cannot read the module {name}")).because(cause);
            super::thrown::at(&failure, position)
        };
        let in_module = |inner: Box<EvalAltResult>| EvalAltResult::ErrorInModule(name.to_string(), inner, position);
        let source = match self.ahead.get(name) {
            Some(text) => Cow::Borrowed(&**text),
            None => self.read(name, place).map_err(unreadable)?,
        };
        self.context.session.module(name, &source);
        let mut ast = engine
            .compile_with_scope(&self.constants, &source)
            .map_err(|error| in_module(EvalAltResult::from(error).into()))?;
        ast.set_source(name);
        super::script::check_names(&ast, &source).map_err(in_module)?;
        super::script::tell_branches(&ast, &self.context.session);
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
pub fn text(name: &str) -> io::Result<String> {
    match name.strip_prefix("std/") {
        Some(name) => stdlib::find(name).map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into()),
        None => fs::read_to_string(name),
    }
}

enum Place {
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
        let (name, place) = self.find(source, path).map_err(|failure| super::thrown::at(&failure, position))?;
        let load = || self.load(engine, &name, place, position);
        let module = self.loading.once(&name, &self.context.interrupt, load);
        module.map_err(|failure| super::thrown::at(&failure, position))?
    }
}

/// The paths that a text imports; nothing where one is put together.
fn imported(text: &str) -> Option<Vec<String>> {
    if !text.contains("import") {
        return Some(Vec::new());
    }
    let tokens = lex::lex(text).tokens;
    let word = |at: usize| tokens.get(at).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    let imports = (0..tokens.len()).filter(|at| word(*at) == "import");
    imports
        .map(|at| {
            let path = word(at + 1).strip_prefix('"')?.strip_suffix('"')?;
            let is_whole = matches!(word(at + 2), "as" | ";" | "}" | "") && !path.contains('\\');
            is_whole.then(|| path.to_owned())
        })
        .collect()
}

fn not_found(path: &str) -> Failure {
    Failure::new(Kind::Usage, format!("no module \"{path}\""))
}

fn refused(path: &str, why: &str) -> Failure {
    Failure::new(Kind::Usage, format!("the module \"{path}\" is refused")).because(why)
}

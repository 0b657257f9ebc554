//! Reading files and standard input.

use std::{
    any::TypeId,
    io::Read as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rhai::{Dynamic, Engine, FnPtr, ImmutableString, NativeCallContext};

use super::options::{Options, wrong};
use crate::{
    engine::{
        context::Context,
        paths,
        thrown::{self, Result},
    },
    failure::{Failure, Kind},
    input::{self, CsvOptions, Loaded, Problem, Wanted},
    value::Row,
};

/// Makes a value of bytes.
type Reader = fn(&Source, &Options) -> Result<Dynamic>;

/// The functions with their options.
pub(super) const READERS: &[(&str, &[&str], Reader)] = &[
    ("read_csv", &["check", "delimiter", "encoding", "number", "problem", "required", "types"], csv),
    ("read_json", &[], json),
    ("read_ndjson", &[], ndjson),
    ("read_xlsx", &["check", "number", "problem", "required", "sheet", "types"], xlsx),
];

/// How standard input is named.
const STDIN: &str = "-";

/// What was read, and for whom.
pub(super) struct Source<'a> {
    context: &'a NativeCallContext<'a>,
    /// The file in errors.
    name: String,
    bytes: Vec<u8>,
}

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    let taken = Arc::new(AtomicBool::new(false));
    for (name, known, reader) in READERS {
        for count in 1..=2 {
            let types = [TypeId::of::<ImmutableString>(), TypeId::of::<Dynamic>()];
            let (world, taken) = (Arc::clone(context), Arc::clone(&taken));
            engine.register_raw_fn(*name, &types[..count], move |call: NativeCallContext, arguments| {
                let path = arguments[0].as_immutable_string_ref()?.to_string();
                let throw = |failure: Failure| thrown::throw(&failure, &call);
                let options = Options::read(arguments.get(1).map(|options| &**options), known).map_err(throw)?;
                let bytes = bytes(&path, &world, &taken).map_err(throw)?;
                let name = if path == STDIN { "standard input".into() } else { path };
                reader(&Source { context: &call, name, bytes }, &options)
            });
        }
    }
}

/// All of a file, which the run remembers: it must be the same when the run is resumed.
fn bytes(path: &str, context: &Context, taken: &AtomicBool) -> std::result::Result<Vec<u8>, Failure> {
    let bytes = all_of(path, context, taken)?;
    context.session.input(path, &bytes)?;
    Ok(bytes)
}

fn all_of(path: &str, context: &Context, taken: &AtomicBool) -> std::result::Result<Vec<u8>, Failure> {
    if path == STDIN {
        if taken.swap(true, Ordering::SeqCst) {
            return Err(Failure::new(Kind::Usage, "standard input was read before").hint("keep what was read"));
        }
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|cause| unreadable("standard input").because(cause));
    }
    let whole = paths::to_read(path, &context.roots).map_err(|why| Failure::new(Kind::Usage, why))?;
    std::fs::read(whole).map_err(|cause| unreadable(path).because(cause))
}

fn unreadable(name: &str) -> Failure {
    Failure::new(Kind::Usage, format!("{name} cannot be read"))
}

impl Source<'_> {
    /// Throws a failure of this file.
    fn throw(&self, mut failure: Failure) -> Box<rhai::EvalAltResult> {
        failure.message = format!("{}: {}", self.name, failure.message);
        thrown::throw(&failure, self.context)
    }

    /// The rows, if nothing is wrong with them; the script's own check comes to those that are right so far.
    fn rows(&self, mut loaded: Loaded, options: &Options) -> Result<Dynamic> {
        if let Some(check) = options.value("check") {
            let closure = check.read_lock::<FnPtr>();
            let closure = closure.ok_or_else(|| self.throw(wrong("check", "a closure, as |row| …")))?;
            for (row, fields) in &loaded.rows {
                let answer: Dynamic = closure.call_within_context(self.context, (fields.clone(),))?;
                if answer.is_unit() {
                    continue;
                }
                let what = answer.into_string().map_err(|_| {
                    self.throw(Failure::new(Kind::Usage, "the check gives what is wrong as text, or ()"))
                })?;
                loaded.problems.push(Problem { row: *row, what });
            }
        }
        let number = options.text("number").map_err(|failure| self.throw(failure))?;
        let problem = options.text("problem").map_err(|failure| self.throw(failure))?;
        if let Some(problem) = &problem {
            loaded.tell_in(problem);
        }
        if let Some(number) = &number {
            loaded.number_in(number);
        }
        loaded.all(&self.name).map(Dynamic::from).map_err(|failure| thrown::throw(&failure, self.context))
    }
}

fn csv(source: &Source, options: &Options) -> Result<Dynamic> {
    let throw = |failure| source.throw(failure);
    let delimiter = match options.text("delimiter").map_err(throw)? {
        Some(text) => Some(match text.as_bytes() {
            [delimiter] if delimiter.is_ascii() && *delimiter != b'"' => *delimiter,
            _ => return Err(throw(wrong("delimiter", "one character"))),
        }),
        None => None,
    };
    let form = CsvOptions { delimiter, encoding: options.text("encoding").map_err(throw)? };
    let loaded = input::csv(&source.bytes, &form, &wanted(options).map_err(throw)?).map_err(throw)?;
    source.rows(loaded, options)
}

fn xlsx(source: &Source, options: &Options) -> Result<Dynamic> {
    let throw = |failure| source.throw(failure);
    let sheet = options.text("sheet").map_err(throw)?;
    let wanted = wanted(options).map_err(throw)?;
    let loaded = input::xlsx(&source.bytes, sheet.as_deref(), &wanted).map_err(throw)?;
    source.rows(loaded, options)
}

fn json(source: &Source, _: &Options) -> Result<Dynamic> {
    input::json(&source.bytes).map_err(|failure| source.throw(failure))
}

fn ndjson(source: &Source, _: &Options) -> Result<Dynamic> {
    input::ndjson(&source.bytes).map(Dynamic::from).map_err(|failure| source.throw(failure))
}

fn wanted(options: &Options) -> std::result::Result<Wanted, Failure> {
    let wrong = || wrong("types", "a map of columns and their types");
    let mut types = Vec::new();
    if let Some(given) = options.value("types") {
        for (column, name) in Row::of(given).ok_or_else(wrong)?.iter() {
            let name = name.as_immutable_string_ref().map_err(|_| wrong())?;
            types.push((column.to_string(), name.parse().map_err(|why: String| Failure::new(Kind::Usage, why))?));
        }
    }
    Ok(Wanted { required: options.names("required")?.unwrap_or_default(), types })
}

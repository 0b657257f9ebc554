//! Writing files.

use std::{any::TypeId, path::Path, sync::Arc};

use rhai::{Dynamic, Engine, ImmutableString, NativeCallContext};

use super::options::Options;
use crate::{
    engine::{
        context::Context,
        paths,
        thrown::{self, Result},
    },
    failure::{Failure, Kind},
    output::{FileFormat, Style, Target},
};

/// The functions with their options.
pub(super) const WRITERS: &[(&str, &[&str], FileFormat)] = &[
    ("write_csv", &["bom", "columns", "formulas", "overwrite"], FileFormat::Csv),
    ("write_html", &["columns", "overwrite", "title"], FileFormat::Html),
    ("write_json", &["overwrite"], FileFormat::Json),
    ("write_md", &["columns", "overwrite"], FileFormat::Markdown),
    ("write_ndjson", &["overwrite"], FileFormat::Ndjson),
    ("write_xlsx", &["columns", "overwrite", "sheet"], FileFormat::Xlsx),
];

pub(super) fn register(engine: &mut Engine, context: &Arc<Context>) {
    for (name, known, format) in WRITERS {
        for count in 2..=3 {
            let types = [TypeId::of::<ImmutableString>(), TypeId::of::<Dynamic>(), TypeId::of::<Dynamic>()];
            let world = Arc::clone(context);
            engine.register_raw_fn(*name, &types[..count], move |call: NativeCallContext, arguments| -> Result<()> {
                let path = arguments[0].as_immutable_string_ref()?.to_string();
                let options = Options::read(arguments.get(2).map(|options| &**options), known);
                let written = options.and_then(|options| write(&world, *format, &path, arguments[1], &options));
                written.map_err(|failure| thrown::throw(&failure, &call))
            });
        }
    }
    for count in 1..=2 {
        let types = [TypeId::of::<ImmutableString>(), TypeId::of::<Dynamic>()];
        let world = Arc::clone(context);
        engine.register_raw_fn("can_write", &types[..count], move |call: NativeCallContext, arguments| {
            let path = arguments[0].as_immutable_string_ref()?.clone();
            let options = Options::read(arguments.get(1).map(|options| &**options), &["overwrite"]);
            let checked = options.and_then(|options| target(&world, &path, &options)?.check());
            checked.map(|()| path).map_err(|failure| thrown::throw(&failure, &call))
        });
    }
}

fn write(
    context: &Context,
    format: FileFormat,
    path: &str,
    value: &Dynamic,
    options: &Options,
) -> std::result::Result<(), Failure> {
    let style = Style {
        columns: options.names("columns")?,
        mark: options.flag("bom")?,
        formulas: options.flag("formulas")?,
        title: title(format, path, options)?,
    };
    target(context, path, options)?.write(|out| format.write(value, &style, out)).map_err(|mut failure| {
        if !failure.message.starts_with(path) {
            failure.message = format!("{path}: {}", failure.message);
        }
        failure
    })
}

/// The title of a page is the file's name, unless there is another.
fn title(format: FileFormat, path: &str, options: &Options) -> std::result::Result<String, Failure> {
    let given = options.text("title")?.or(options.text("sheet")?);
    let stem = || Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(given.unwrap_or_else(|| if format == FileFormat::Html { stem() } else { "Sheet1".into() }))
}

fn target(context: &Context, path: &str, options: &Options) -> std::result::Result<Target, Failure> {
    let whole = paths::to_write(path, &context.roots).map_err(|why| Failure::new(Kind::Usage, why))?;
    Ok(Target { path: whole, name: path.into(), overwrite: options.flag("overwrite")? })
}

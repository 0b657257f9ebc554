//! `cippsh connection`: the connections of the settings file.

mod add;
mod ask;

use std::path::PathBuf;

use rhai::{Array, Dynamic};

use super::{doctor, show::Shown};
use crate::{
    cli::{ConnectionVerb, ListConnections},
    failure::{Failure, Kind, exit},
    session::{self, Sources, keyring, settings_file},
    value::Row,
};

pub(super) fn run(verb: ConnectionVerb) -> Result<u8, Failure> {
    match verb {
        ConnectionVerb::Add(arguments) => add::run(*arguments),
        ConnectionVerb::List(arguments) => list(&arguments),
        ConnectionVerb::Remove(arguments) => remove(&arguments.name),
        ConnectionVerb::Test(arguments) => {
            doctor::examine(&doctor::Patient::of(arguments.name, arguments.journal), doctor::Form::Long)
        }
    }
}

/// The user's settings file.
fn file() -> Result<PathBuf, Failure> {
    session::default_file()
        .ok_or_else(|| Failure::new(Kind::Command, "this system names no place for settings").hint("set HOME"))
}

fn described() -> Result<Vec<session::Described>, Failure> {
    session::described(&Sources { named: None, variable: &|_| None, file: Some(file()?) })
}

fn list(arguments: &ListConnections) -> Result<u8, Failure> {
    let shown = Shown::new(&arguments.show);
    let row = |connection: session::Described| {
        let fields = [
            ("name", Dynamic::from(connection.name)),
            ("url", connection.url.into()),
            ("read_only", connection.read_only.into()),
            ("secret", connection.secret.into()),
        ];
        Dynamic::from(fields.into_iter().collect::<Row>())
    };
    let rows: Array = described()?.into_iter().map(row).collect();
    if rows.is_empty() {
        shown.notices()(&format!("no connections in {}: cippsh connection add", file()?.display()));
    }
    shown.write(&rows.into())?;
    Ok(exit::DONE)
}

fn remove(name: &str) -> Result<u8, Failure> {
    let path = file()?;
    let in_keyring = described()?.iter().any(|connection| connection.name == name && connection.in_keyring);
    settings_file::remove(&path, name)?;
    let secret = if in_keyring {
        keyring::forget(name).map_err(|failure| {
            failure.hint(format!("the connection is removed, but the keyring may still hold its secret: cippsh/{name}"))
        })?
    } else {
        false
    };
    let and = if secret { ", and its secret from the keyring" } else { "" };
    ask::tell(&format!("connection \"{name}\" is removed from {}{and}", path.display()));
    Ok(exit::DONE)
}

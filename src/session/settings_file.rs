//! Connections put into the user's settings file and taken out again, with everything else in it left as it is.
//!
//! The text is edited and not written anew: comments and order belong to the person. What comes of an edit is read
//! again before it is kept, so that an edit that meets a form it does not know is refused and spoils nothing.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::{
    failure::{Failure, Kind},
    output::Temporary,
};

const CONNECTIONS: &str = "connections";

/// A connection as it is written into the file.
#[derive(Debug, Clone, Default)]
pub struct NewConnection {
    /// What people call it: letters, digits, `-` and `_`.
    pub name: String,
    /// Where the server is.
    pub url: String,
    /// The partner's own tenant.
    pub tenant_id: String,
    /// The API client's application id.
    pub client_id: String,
    /// Where its secret comes from.
    pub secret: Option<SecretPlace>,
    /// Where tokens come from, when that is not Microsoft's usual place.
    pub token_url: Option<String>,
    /// What the token is for, when that is not the usual scope.
    pub scope: Option<String>,
    /// Certificates that are trusted beside the system's own.
    pub ca_file: Option<PathBuf>,
    /// Refuse everything that changes something.
    pub read_only: bool,
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretPlace {
    /// The system's keyring.
    Keyring,
    /// What a command line prints.
    Command(String),
    /// An environment variable.
    Env(String),
    /// A file that nobody else can read.
    File(PathBuf),
}

impl SecretPlace {
    fn value(&self) -> Value {
        let table = |name: &str, text: &str| Value::Table(Table::from_iter([(name.to_owned(), Value::from(text))]));
        match self {
            Self::Keyring => Value::from("keyring"),
            Self::Command(line) => table("command", line),
            Self::Env(name) => table("env", name),
            Self::File(path) => table("file", &path.display().to_string()),
        }
    }
}

impl NewConnection {
    fn fields(&self) -> Vec<(&'static str, Value)> {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let optional = [
            ("url", Some(Value::from(self.url.as_str()))),
            ("tenant_id", Some(Value::from(self.tenant_id.as_str()))),
            ("client_id", Some(Value::from(self.client_id.as_str()))),
            ("secret", self.secret.as_ref().map(SecretPlace::value)),
            ("token_url", text(&self.token_url)),
            ("scope", text(&self.scope)),
            ("ca_file", self.ca_file.as_ref().map(|path| Value::from(path.display().to_string()))),
            ("read_only", Some(Value::from(self.read_only))),
        ];
        optional.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Adds a connection to the file, which is made when there is none.
///
/// # Errors
///
/// A connection of that name is there, or the file cannot be read or written.
pub fn add(path: &Path, connection: &NewConnection) -> Result<(), Failure> {
    let text = text_of(path)?;
    let mut wanted = parsed(path, &text)?;
    let name = &connection.name;
    let all = wanted.entry(CONNECTIONS).or_insert_with(|| Table::new().into());
    let fields = connection.fields();
    let table = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Table>();
    match all.as_table_mut() {
        Some(all) if all.contains_key(name) => {
            return Err(Failure::new(Kind::Command, format!("there is a connection \"{name}\" already"))
                .because(format!("{} has it", path.display()))
                .hint(format!("cippsh connection remove {name}")));
        }
        Some(all) => drop(all.insert(name.clone(), table.into())),
        None => return Err(odd(path)),
    }
    let lines: String = fields.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let gap = if text.trim().is_empty() { "" } else { "\n" };
    keep(path, &format!("{text}{end}{gap}[{CONNECTIONS}.{name}]\n{lines}"), &wanted)
}

/// Takes a connection out of the file.
///
/// # Errors
///
/// There is none of that name, or the file cannot be read or written.
pub fn remove(path: &Path, name: &str) -> Result<(), Failure> {
    let text = text_of(path)?;
    let mut wanted = parsed(path, &text)?;
    let all = wanted.get_mut(CONNECTIONS).and_then(Value::as_table_mut);
    if all.and_then(|all| all.remove(name)).is_none() {
        return Err(Failure::new(Kind::Command, format!("there is no connection \"{name}\""))
            .because(format!("{} has none of that name", path.display())));
    }
    keep(path, &without(&text, name), &wanted)
}

/// The text without the tables of a connection. Comments that stand above the next table stay with it.
fn without(text: &str, name: &str) -> String {
    let own = [CONNECTIONS.to_owned(), name.to_owned()];
    let mut kept = String::new();
    let mut above = String::new();
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if let Some(keys) = header(line) {
            inside = keys.starts_with(&own);
            if !inside {
                kept.push_str(&above);
            }
            above.clear();
        }
        let start = line.trim_start();
        match inside {
            false => kept.push_str(line),
            // The blank line between two tables goes with the one that goes.
            true if start.starts_with('#') || (start.is_empty() && !above.is_empty()) => above.push_str(line),
            true => above.clear(),
        }
    }
    kept.push_str(&above);
    kept
}

/// The keys in the header of a table, `[a.b]`.
fn header(line: &str) -> Option<Vec<String>> {
    let line = line.trim_start();
    if !line.starts_with('[') {
        return None;
    }
    let table: Table = toml::from_str(line).ok()?;
    let mut keys = Vec::new();
    let mut value = &Value::Table(table);
    loop {
        match value {
            Value::Table(table) => match table.iter().next() {
                Some((key, inner)) => {
                    keys.push(key.clone());
                    value = inner;
                }
                None => return Some(keys),
            },
            Value::Array(tables) => value = tables.first()?,
            _ => return Some(keys),
        }
    }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(cause) => {
            Err(Failure::new(Kind::Command, format!("cannot read the settings in {}", path.display())).because(cause))
        }
    }
}

fn parsed(path: &Path, text: &str) -> Result<Table, Failure> {
    // The parser's own words may quote what somebody wrote in the place of a secret.
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        Failure::new(Kind::Command, format!("cannot read the settings in {}", path.display()))
            .because(format!("line {} is not TOML", before.matches('\n').count() + 1))
    })
}

/// Writes the text when it says what is wanted: through a file beside it, so that none is ever half written.
fn keep(path: &Path, text: &str, wanted: &Table) -> Result<(), Failure> {
    let is_empty = |table: &Table| table.get(CONNECTIONS).and_then(Value::as_table).is_some_and(Table::is_empty);
    let mut wanted = wanted.clone();
    let mut got = toml::from_str::<Table>(text).map_err(|_| odd(path))?;
    for table in [&mut wanted, &mut got] {
        if is_empty(table) {
            table.remove(CONNECTIONS);
        }
    }
    if got != wanted {
        return Err(odd(path));
    }
    write(path, text).map_err(|cause| {
        Failure::new(Kind::Command, format!("cannot write the settings to {}", path.display())).because(cause)
    })
}

fn odd(path: &Path) -> Failure {
    Failure::new(Kind::Command, format!("{} is written in a form that is not changed safely", path.display()))
        .hint("change it by hand: a connection is a table [connections.NAME]")
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    // A link stays one: what it points to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let mut temporary = Temporary::beside(&path)?;
    temporary.file.write_all(text.as_bytes())?;
    temporary.replace(&path, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(name: &str) -> NewConnection {
        NewConnection {
            name: name.into(),
            url: "https://a.example".into(),
            tenant_id: "t".into(),
            client_id: "c".into(),
            secret: Some(SecretPlace::Command("pass \"show\" cipp".into())),
            read_only: true,
            ..NewConnection::default()
        }
    }

    const TWO: &str = "# mine\n[connections.a] # first\nurl = 'x'\nlist = [\n  1,\n]\n# inside\n\n[connections.a.more]\nx = 1\n\n# about b\n[connections.b]\nurl = 'y'\n";

    #[test]
    fn what_is_there_stays_as_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("new/config.toml");
        add(&path, &sample("lab")).unwrap();
        let lab = "[connections.lab]\nurl = \"https://a.example\"\ntenant_id = \"t\"\nclient_id = \"c\"\nsecret = { command = 'pass \"show\" cipp' }\nread_only = true\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), lab);
        fs::write(&path, TWO).unwrap();
        add(&path, &sample("lab")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{TWO}\n{lab}"));
        assert!(add(&path, &sample("lab")).unwrap_err().message.contains("already"));
        remove(&path, "lab").unwrap();
        remove(&path, "a").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n# about b\n[connections.b]\nurl = 'y'\n\n");
        remove(&path, "b").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\n# about b\n");
        assert!(remove(&path, "b").unwrap_err().message.contains("no connection \"b\""));
    }

    #[test]
    fn a_form_that_is_not_known_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        for text in ["[connections]\na = { url = 'x' }\n", "connections.a.url = 'x'\n", "[connections.a\n"] {
            fs::write(&path, text).unwrap();
            assert!(remove(&path, "a").is_err(), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, "connections = {}\n").unwrap();
        assert!(add(&path, &sample("a")).unwrap_err().message.contains("not changed safely"));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        add(&path, &sample("a")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

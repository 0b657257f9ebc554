//! A file for the secrets of answers: each is on the disk before anybody sees the result that it belongs to.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::Timestamp;
use rhai::{Array, Dynamic, Map};
use serde_json::{Value, json};

use crate::{
    failure::{Failure, Kind},
    outcome::{Line, Outcome},
    value::{Row, Secret},
};

/// Such a file, open. One line of JSON for each secret.
#[derive(Debug)]
pub struct SecretsFile {
    path: PathBuf,
    file: Mutex<File>,
}

/// A secret and what it is.
#[derive(Debug)]
struct Found {
    /// Whose it is; empty when the answer does not say.
    of: String,
    field: String,
    secret: Secret,
}

impl SecretsFile {
    /// Opens it, at its end when there is one already.
    ///
    /// # Errors
    ///
    /// It cannot be written, or others can read it.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |cause: String| {
            Failure::new(Kind::Command, format!("secrets cannot be kept in {}", path.display())).because(cause)
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|cause| failed(cause.to_string()))?;
        // A new file is durable only when its directory says that it is there.
        #[cfg(unix)]
        if let Some(directory) = path.canonicalize().ok().as_deref().and_then(Path::parent) {
            File::open(directory)
                .and_then(|directory| directory.sync_all())
                .map_err(|cause| failed(cause.to_string()))?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let about = file.metadata().map_err(|cause| failed(cause.to_string()))?;
            if about.is_file() && about.permissions().mode() & 0o077 != 0 {
                return Err(failed("others can read it".into()).hint(format!("chmod 600 {}", path.display())));
            }
        }
        Ok(Self { path: path.to_owned(), file: Mutex::new(file) })
    }

    /// Keeps the secrets of an answer. `asked` is whom the call was about, where the answer does not say.
    ///
    /// # Errors
    ///
    /// They are not on the disk: what was asked for has been done all the same.
    pub(super) fn keep(&self, endpoint: &str, tenant: &str, asked: &str, outcome: &Outcome) -> Result<(), Failure> {
        let found = found_in(outcome);
        if found.is_empty() {
            return Ok(());
        }
        let time = Timestamp::now().to_string();
        let line = |found: &Found| {
            let of = if found.of.is_empty() { asked } else { &found.of };
            let value = found.secret.reveal();
            let line = json!({
                "time": time, "endpoint": endpoint, "tenant": tenant, "of": of, "field": found.field,
                "value": value.as_str(),
            });
            format!("{line}\n")
        };
        let lines: String = found.iter().map(line).collect();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()).map_err(|cause| {
            let message = format!("{endpoint} was carried out, but its secret is not in {}", self.path.display());
            // Whatever else the script does would lose more of them.
            Failure::new(Kind::Internal, message).because(cause).hint("make room there, and set it anew").finally()
        })
    }
}

/// Whom a call is about, by its arguments.
pub(super) fn asked(arguments: &Value) -> String {
    const NAMES: [&str; 7] = ["userPrincipalName", "upn", "username", "userId", "id", "user", "guid"];
    let Some(fields) = arguments.as_object() else { return String::new() };
    let text = |name: &str| {
        let value = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?.1;
        value.as_str().or_else(|| value.get("value")?.as_str()).filter(|text| !text.is_empty())
    };
    NAMES.iter().find_map(|name| text(name)).unwrap_or_default().to_owned()
}

fn found_in(outcome: &Outcome) -> Vec<Found> {
    let mut found = Vec::new();
    match outcome {
        Outcome::Rows(rows) => rows.iter().for_each(|row| gather(row, "", "", &mut found)),
        Outcome::Value(value) => gather(value, "", "", &mut found),
        Outcome::Done(written) => {
            let of = written.results.iter().find_map(told_name).unwrap_or_default();
            for line in &written.results {
                gather(&Dynamic::from(line.fields.clone()), "", &of, &mut found);
            }
            gather(&Dynamic::from(written.extra.clone()), "", &of, &mut found);
        }
    }
    found
}

/// The name of a user that a write has made.
fn told_name(line: &Line) -> Option<String> {
    line.text.strip_prefix("Username: ").map(|name| name.trim().to_owned())
}

/// Gathers the secrets of a value; `of` is whose they are as far as what is around it says.
fn gather(value: &Dynamic, field: &str, of: &str, found: &mut Vec<Found>) {
    if let Some(secret) = value.read_lock::<Secret>() {
        if secret.is_lost() {
            return;
        }
        found.push(Found { of: of.to_owned(), field: field.to_owned(), secret: secret.clone() });
    } else if let Some(array) = value.read_lock::<Array>() {
        array.iter().for_each(|element| gather(element, field, of, found));
    } else if let Some(row) = value.read_lock::<Row>() {
        let own = own_name(|name| row.get_ignoring_case(name).cloned());
        let of = own.as_deref().unwrap_or(of);
        row.iter().for_each(|(name, value)| gather(value, name, of, found));
    } else if let Some(map) = value.read_lock::<Map>() {
        let own = own_name(|name| map.get(name).cloned());
        let of = own.as_deref().unwrap_or(of);
        map.iter().for_each(|(name, value)| gather(value, name, of, found));
    }
}

fn own_name(field: impl Fn(&str) -> Option<Dynamic>) -> Option<String> {
    let text = |name: &&str| field(name)?.into_string().ok().filter(|text| !text.is_empty());
    ["userPrincipalName", "username", "upn", "deviceName", "displayName", "id"].iter().find_map(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::from_json;

    #[test]
    fn each_secret_is_a_line_that_says_whose_it_is() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets");
        let file = SecretsFile::open(&path).unwrap();
        let fields =
            [("userPrincipalName", Dynamic::from("ann@contoso.com")), ("password", Dynamic::from(Secret::new("hush")))];
        let row: Row = fields.into_iter().collect();
        let rows = vec![Dynamic::from(row), from_json(json!({ "none": 1 })), Dynamic::from(Secret::new("bare"))];
        file.keep("E", "contoso.com", "", &Outcome::Rows(rows)).unwrap();
        file.keep("E", "contoso.com", "", &Outcome::Rows(Vec::new())).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: Vec<_> = lines.iter().map(|line| (&line["of"], &line["field"], &line["value"])).collect();
        assert_eq!(
            told,
            [(&json!("ann@contoso.com"), &json!("password"), &json!("hush")), (&json!(""), &json!(""), &json!("bare"))]
        );
    }

    #[test]
    fn whom_a_call_is_about() {
        for (arguments, expected) in [
            (json!({ "tenantFilter": "x", "ID": "4711" }), "4711"),
            (json!({ "user": { "label": "Ann", "value": "ann@contoso.com" } }), "ann@contoso.com"),
            (json!({ "id": "", "username": "ann" }), "ann"),
            (json!([1]), ""),
        ] {
            assert_eq!(asked(&arguments), expected, "{arguments}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secrets");
        SecretsFile::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        SecretsFile::open(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(SecretsFile::open(&path).unwrap_err().causes, ["others can read it"]);
        assert!(SecretsFile::open(directory.path()).is_err());
    }
}

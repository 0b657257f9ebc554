//! Where the client secret of a connection comes from: never from the settings themselves.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use super::keyring;
use crate::failure::{Failure, Kind};

/// A place that holds a secret.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum SecretSource {
    /// The system's keyring, under the name of the connection.
    Keyring,
    /// What a command line prints; run by the system's shell.
    Command(String),
    /// An environment variable.
    Env(String),
    /// A file that nobody else can read.
    File(PathBuf),
}

impl fmt::Display for SecretSource {
    /// The place, for people; never the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyring => write!(f, "keyring"),
            Self::Command(_) => write!(f, "a command"),
            Self::Env(name) => write!(f, "variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
        }
    }
}

/// Gets the secret, without white space at its ends.
pub(super) fn fetch(
    source: &SecretSource,
    connection: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Failure> {
    let text = match source {
        SecretSource::Keyring => keyring::get(connection)?,
        SecretSource::Command(line) => printed_by(line)?,
        SecretSource::Env(name) => variable(name).ok_or_else(|| missing(format!("{name} is not set")))?,
        SecretSource::File(path) => {
            only_mine(path)?;
            std::fs::read_to_string(path).map_err(|cause| missing(format!("{}: {cause}", path.display())))?
        }
    };
    match text.trim() {
        "" => Err(missing("it is empty".into())),
        secret => Ok(secret.to_string()),
    }
}

fn missing(cause: String) -> Failure {
    Failure::new(Kind::Auth, "no client secret").because(cause)
}

/// Runs the command; what it prints to standard error is shown to the person, who may have to unlock something.
fn printed_by(line: &str) -> Result<String, Failure> {
    let mut command = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(line).stderr(Stdio::inherit());
    let output = command.output().map_err(|cause| missing(format!("the command cannot be run: {cause}")))?;
    if !output.status.success() {
        return Err(missing(format!("the command ended by {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| missing("the command prints something that is not text".into()))
}

#[cfg(unix)]
fn only_mine(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let about = std::fs::metadata(path).map_err(|cause| missing(format!("{}: {cause}", path.display())))?;
    if about.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(missing(format!("others can read {}", path.display())).hint(format!("chmod 600 {}", path.display())))
}

/// Elsewhere the file lies in the user's own directory, which the system closes to others.
#[cfg(not(unix))]
fn only_mine(_path: &Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(toml: &str) -> Result<String, String> {
        #[derive(Deserialize)]
        struct Holder {
            secret: SecretSource,
        }
        let holder: Holder = toml::from_str(&format!("secret = {toml}")).unwrap();
        let variable = |name: &str| (name == "SET").then(|| " from the environment\n".to_string());
        fetch(&holder.secret, "lab", &variable).map_err(|failure| failure.causes.join(" "))
    }

    #[test]
    fn from_the_keyring() {
        keyring::tests::in_memory();
        assert_eq!(fetched("'keyring'"), Err("the keyring has none for connection \"lab\"".into()));
    }

    #[test]
    fn from_the_environment() {
        assert_eq!(fetched("{ env = \"SET\" }"), Ok("from the environment".into()));
        assert_eq!(fetched("{ env = \"UNSET\" }"), Err("UNSET is not set".into()));
    }

    #[cfg(unix)]
    #[test]
    fn from_a_command_or_a_private_file() {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fetched("{ command = \"echo hush\" }"), Ok("hush".into()));
        assert_eq!(fetched("{ command = \"true\" }"), Err("it is empty".into()));
        assert!(fetched("{ command = \"exit 3\" }").unwrap_err().starts_with("the command ended by"));
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        std::fs::write(&path, "hush\n").unwrap();
        let toml = format!("{{ file = {:?} }}", path.display().to_string());
        for (mode, readable) in [(0o600, true), (0o644, false), (0o640, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(fetched(&toml).is_ok(), readable, "{mode:o}");
        }
    }
}

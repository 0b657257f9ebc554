//! Which server to talk to, and as whom: whole from one source, or refused.

mod described;
mod habits;

use std::{
    collections::BTreeMap,
    fmt,
    num::NonZeroU64,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, de::IgnoredAny};

pub use described::{Described, described, nothing_is_set};
pub use habits::{Habits, Keys, habits};

use super::secret::{self, SecretSource};
use crate::{
    client::{Credentials, Limits, Target},
    failure::{Failure, Kind},
};

/// A server and the client that asks it.
#[derive(Debug, Clone)]
pub struct Connection {
    /// What people call it: the name in the file, `environment`, or `demo`.
    pub name: String,
    /// The partner's own tenant.
    pub tenant_id: String,
    /// How to reach it.
    pub target: Target,
    /// Refuse everything that changes something.
    pub read_only: bool,
}

/// Where a connection may come from; a part of the world that tests can replace.
pub struct Sources<'a> {
    /// `--connection`.
    pub named: Option<&'a str>,
    /// The environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The user's `config.toml`.
    pub file: Option<PathBuf>,
}

impl fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").field("named", &self.named).field("file", &self.file).finish()
    }
}

/// The variables that together make a connection.
const URL: &str = "CIPP_API_URL";
const TENANT: &str = "CIPP_TENANT_ID";
const CLIENT: &str = "CIPP_CLIENT_ID";
const SECRET: &str = "CIPP_CLIENT_SECRET";

const WHERE_SECRETS_ARE: &str = "secret names the place of a secret: \"keyring\", { env = \"NAME\" }, { file = \"PATH\" } or { command = \"LINE\" }";

/// The connection to use: the one named, else the environment's, else `CIPPSH_CONNECTION`, else the only one in the
/// file.
///
/// # Errors
///
/// Half a connection, several and none named, an unknown name, none at all, an address that is not safe.
pub fn find(sources: &Sources) -> Result<Connection, Failure> {
    if let Some(name) = sources.named {
        return in_file(sources, name);
    }
    if let Some(connection) = in_environment(sources)? {
        return Ok(connection);
    }
    if let Some(name) = (sources.variable)("CIPPSH_CONNECTION").filter(|name| !name.is_empty()) {
        return in_file(sources, &name);
    }
    let file = read_file(sources)?;
    let names: Vec<_> = file.connections.keys().cloned().collect();
    match names.as_slice() {
        [] => Err(none()),
        [only] => in_file(sources, only),
        several => Err(Failure::new(Kind::Command, "several connections and none named")
            .because(format!("{} has {}", shown(sources), several.join(", ")))
            .hint("name one: --connection NAME or CIPPSH_CONNECTION=NAME")),
    }
}

/// Refuses the address of a server over which a secret could be read by others.
///
/// # Errors
///
/// Why it is refused.
pub fn check_address(url: &str) -> Result<(), Failure> {
    api_url(url).map(drop)
}

/// The place of the user's settings: `cippsh/config.toml` in the system's configuration directory.
pub fn default_file() -> Option<PathBuf> {
    Some(directories::BaseDirs::new()?.config_dir().join("cippsh").join("config.toml"))
}

fn none() -> Failure {
    Failure::new(Kind::Auth, "no connection to a CIPP server")
        .hint(format!("set {URL}, {TENANT}, {CLIENT} and {SECRET}, or describe one: cippsh connection add"))
        .hint("or try it without a server: --demo")
}

fn in_environment(sources: &Sources) -> Result<Option<Connection>, Failure> {
    let value = |name: &str| (sources.variable)(name).filter(|value| !value.is_empty());
    let names = [URL, TENANT, CLIENT, SECRET];
    let missing: Vec<_> = names.into_iter().filter(|name| value(name).is_none()).collect();
    if missing.len() == names.len() {
        return Ok(None);
    }
    let (Some(url), Some(tenant_id), Some(client_id), Some(client_secret)) =
        (value(URL), value(TENANT), value(CLIENT), value(SECRET))
    else {
        return Err(Failure::new(Kind::Command, "half a connection in the environment")
            .because(format!("{} is missing", missing.join(" and ")))
            .hint("set all four CIPP_* variables, or none"));
    };
    let limits = Limits { ca_file: value("CIPP_CA_FILE").map(PathBuf::from), ..Limits::default() };
    let parts =
        Parts { url, tenant_id, client_id, token_url: value("CIPP_TOKEN_URL"), scope: value("CIPP_SCOPE"), limits };
    let tenant_id = parts.tenant_id.clone();
    let target = parts.target(client_secret)?;
    Ok(Some(Connection { name: "environment".into(), tenant_id, target, read_only: false }))
}

fn seconds(number: NonZeroU64) -> Duration {
    Duration::from_secs(number.get())
}

fn in_file(sources: &Sources, name: &str) -> Result<Connection, Failure> {
    let mut file = read_file(sources)?;
    let Some(entry) = file.connections.remove(name) else {
        let known: Vec<_> = file.connections.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "none".to_string() } else { known.join(", ") };
        return Err(Failure::new(Kind::Command, format!("no connection named \"{name}\""))
            .because(format!("{} has {known}", shown(sources))));
    };
    let secret = secret::fetch(&entry.secret, name, sources.variable)
        .map_err(|failure| failure.hint(format!("the secret of connection \"{name}\" comes from there")))?;
    let defaults = Limits::default();
    let limits = Limits {
        connect: entry.connect_timeout.map_or(defaults.connect, seconds),
        request: entry.timeout.map_or(defaults.request, seconds),
        ca_file: entry.ca_file,
    };
    let parts = Parts {
        url: entry.url,
        tenant_id: entry.tenant_id,
        client_id: entry.client_id,
        token_url: entry.token_url,
        scope: entry.scope,
        limits,
    };
    let tenant_id = parts.tenant_id.clone();
    Ok(Connection { name: name.to_string(), tenant_id, target: parts.target(secret)?, read_only: entry.read_only })
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    connections: BTreeMap<String, Entry>,
    #[serde(rename = "guard")]
    _guard: Option<IgnoredAny>,
    #[serde(default)]
    repl: Habits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    url: String,
    tenant_id: String,
    client_id: String,
    secret: SecretSource,
    token_url: Option<String>,
    scope: Option<String>,
    ca_file: Option<PathBuf>,
    /// Seconds.
    timeout: Option<NonZeroU64>,
    /// Seconds.
    connect_timeout: Option<NonZeroU64>,
    #[serde(default)]
    read_only: bool,
    /// Read by the guard.
    #[serde(rename = "guard")]
    _guard: Option<IgnoredAny>,
}

fn read_file(sources: &Sources) -> Result<File, Failure> {
    let Some(path) = &sources.file else { return Ok(File::default()) };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(File::default()),
        Err(cause) => return Err(unreadable(path, cause)),
    };
    toml::from_str(&text).map_err(|cause| {
        let before = cause.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let number = before.matches('\n').count();
        // The parser's own words may quote what somebody wrote in the place of a secret.
        let about_secret = text.lines().nth(number).is_some_and(|line| line.to_lowercase().contains("secret"));
        let what = if about_secret { WHERE_SECRETS_ARE } else { cause.message() };
        unreadable(path, format!("line {}: {what}", number + 1))
    })
}

fn unreadable(path: &Path, cause: impl fmt::Display) -> Failure {
    Failure::new(Kind::Command, format!("cannot read the settings in {}", path.display())).because(cause)
}

fn shown(sources: &Sources) -> String {
    sources.file.as_ref().map_or_else(|| "the settings file".into(), |path| path.display().to_string())
}

/// What every source gives, before it is checked.
struct Parts {
    url: String,
    tenant_id: String,
    client_id: String,
    token_url: Option<String>,
    scope: Option<String>,
    limits: Limits,
}

impl Parts {
    fn target(self, client_secret: String) -> Result<Target, Failure> {
        let Self { url, tenant_id, client_id, token_url, scope, limits } = self;
        if let Some(file) = limits.ca_file.as_deref().filter(|file| !file.is_file()) {
            return Err(Failure::new(Kind::Command, format!("there is no file {} with certificates", file.display())));
        }
        let token_url =
            token_url.unwrap_or_else(|| format!("https://login.microsoftonline.com/{tenant_id}/oauth2/v2.0/token"));
        let api_url = api_url(&url)?;
        safe(&token_url)?;
        let scope = scope.unwrap_or_else(|| format!("api://{client_id}/.default"));
        Ok(Target { api_url, credentials: Credentials { token_url, client_id, client_secret, scope }, limits })
    }
}

/// The address of the endpoints, with `/api` at its end whether it was given so or not.
fn api_url(url: &str) -> Result<String, Failure> {
    let url = url.trim();
    safe(url)?;
    let url = url.trim_end_matches('/');
    let base = url.strip_suffix("/api").unwrap_or(url);
    Ok(format!("{base}/api"))
}

/// Refuses an address over which a secret could be read by others.
fn safe(url: &str) -> Result<(), Failure> {
    let refused =
        |why: &str| Err(Failure::new(Kind::Command, format!("the address \"{url}\" is refused")).because(why));
    let Some((scheme, rest)) = url.split_once("://") else {
        return refused("it does not start with https://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || rest.contains(['?', '#', ' ']) {
        return refused("it is not the address of a server");
    }
    if authority.contains('@') {
        return refused("it holds a user name");
    }
    match scheme {
        "https" => Ok(()),
        "http" if is_loopback(authority) => Ok(()),
        "http" => refused("plain http is taken for this machine only; use https"),
        _ => refused("it does not start with https://"),
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let cases: &[(&str, Result<&str, &str>)] = &[
            ("https://cipp.azurewebsites.net", Ok("https://cipp.azurewebsites.net/api")),
            ("https://cipp.azurewebsites.net/api/", Ok("https://cipp.azurewebsites.net/api")),
            ("http://127.0.0.1:7071/api", Ok("http://127.0.0.1:7071/api")),
            ("http://[::1]:7071", Ok("http://[::1]:7071/api")),
            ("http://localhost:7071", Ok("http://localhost:7071/api")),
            ("http://cipp.example", Err("plain http is taken for this machine only; use https")),
            ("http://127.0.0.1.example", Err("plain http is taken for this machine only; use https")),
            ("http://localhost@evil.example", Err("it holds a user name")),
            ("ftp://cipp.example", Err("it does not start with https://")),
            ("cipp.example", Err("it does not start with https://")),
            ("https://", Err("it is not the address of a server")),
        ];
        for (url, expected) in cases {
            let found = api_url(url).map_err(|failure| failure.causes.join(" "));
            assert_eq!(found.as_deref().map_err(String::as_str), *expected, "{url}");
        }
    }

    const WHOLE: &[(&str, &str)] =
        &[(URL, "https://a.example"), (TENANT, "t"), (CLIENT, "c"), (SECRET, "hush"), ("OTHER", "from-env")];

    fn find_with(named: Option<&str>, variables: &[(&str, &str)], file: Option<&str>) -> Result<Connection, Failure> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config.toml");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        let variable =
            |name: &str| variables.iter().find(|variable| variable.0 == name).map(|variable| variable.1.to_string());
        find(&Sources { named, variable: &variable, file: Some(path) })
    }

    fn entry(name: &str) -> String {
        format!(
            "[connections.{name}]\nurl = \"https://{name}.example\"\ntenant_id = \"t\"\nclient_id = \"c\"\nsecret = {{ env = \"OTHER\" }}\n"
        )
    }

    #[test]
    fn it_comes_whole_from_one_source() {
        let two = [entry("a"), entry("b")].concat();
        let one = entry("a");
        let other: &[(&str, &str)] = &[("OTHER", "s")];
        let named_by_variable: &[(&str, &str)] = &[("OTHER", "s"), ("CIPPSH_CONNECTION", "b")];
        let half: &[(&str, &str)] = &[(URL, "https://a.example"), (CLIENT, "c")];
        type Case<'a> = (&'a str, Option<&'a str>, &'a [(&'a str, &'a str)], Option<&'a str>, Result<&'a str, &'a str>);
        let cases: &[Case] = &[
            ("nothing", None, &[], None, Err("no connection to a CIPP server")),
            ("environment", None, WHOLE, Some(&two), Ok("environment")),
            ("half", None, half, Some(&one), Err("half a connection in the environment")),
            ("only one in the file", None, other, Some(&one), Ok("a")),
            ("several", None, other, Some(&two), Err("several connections and none named")),
            ("named", Some("b"), WHOLE, Some(&two), Ok("b")),
            ("named by variable", None, named_by_variable, Some(&two), Ok("b")),
            ("unknown", Some("z"), WHOLE, Some(&two), Err("no connection named \"z\"")),
        ];
        for (what, named, variables, file, expected) in cases {
            let found = find_with(*named, variables, *file);
            let found = found.as_ref().map(|c| c.name.as_str()).map_err(|f| f.message.as_str());
            assert_eq!(found, *expected, "{what}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        let connection = find_with(None, WHOLE, None).unwrap();
        assert!(!format!("{connection:?}").contains("hush"));
        let pasted = "[connections.a]\nurl = \"https://a.example\"\nsecret = \"hush\"\n";
        let failure = find_with(Some("a"), &[], Some(pasted)).unwrap_err();
        assert!(!failure.report().contains("hush"), "{}", failure.report());
        assert!(failure.report().contains("line 3"), "{}", failure.report());
    }
}

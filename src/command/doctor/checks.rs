//! The checks, in the order in which trouble is met: this machine, the way there, the token, what it is good for.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{
        connect::{self, Opened},
        runs, signals,
    },
    Patient,
};
use crate::{
    catalogue,
    engine::Sink,
    failure::{Failure, Kind},
    interrupt::Interrupt,
    journal,
    session::{self, Heard, Question, Session, Settings, Sources, Standing},
};

/// One check.
pub(super) struct Check {
    pub(super) name: &'static str,
    /// Checks without which this one tells nothing.
    pub(super) needs: &'static [&'static str],
    /// Looks; what was seen, or what is wrong.
    pub(super) look: fn(&mut Exam) -> Result<String, Failure>,
}

/// All of them. A check that fails keeps those from being made that need it, so that one fault is told once.
pub(super) const CHECKS: &[Check] = &[
    Check { name: "settings", needs: &[], look: settings },
    Check { name: "journal", needs: &[], look: journal },
    Check { name: "connection", needs: &[], look: connection },
    Check { name: "address", needs: &["connection"], look: address },
    Check { name: "clock", needs: &["address"], look: clock },
    Check { name: "token", needs: &["address"], look: token },
    Check { name: "accepted", needs: &["token"], look: accepted },
    Check { name: "role", needs: &["accepted"], look: role },
    Check { name: "tenants", needs: &["role"], look: tenants },
    Check { name: "version", needs: &["role"], look: version },
];

/// What is found on the way.
pub(super) struct Exam<'p> {
    patient: &'p Patient,
    interrupt: Interrupt,
    opened: Option<Opened>,
    /// The server's clock less ours, in seconds.
    skew: Option<i64>,
    /// What the server says of the caller.
    me: Option<Value>,
}

/// A token counts from a moment on the server's clock; further apart, it is refused at times.
const SKEW: i64 = 5 * 60;

const SETTINGS: &str = "Integrations > CIPP-API";

impl<'p> Exam<'p> {
    pub(super) fn new(patient: &'p Patient) -> Result<Self, Failure> {
        Ok(Self { patient, interrupt: signals::watch()?, opened: None, skew: None, me: None })
    }

    fn session(&self) -> Result<&Session, Failure> {
        let opened = self.opened.as_ref().ok_or_else(|| Failure::new(Kind::Internal, "there is no connection"))?;
        Ok(opened.session())
    }
}

fn settings(_: &mut Exam) -> Result<String, Failure> {
    let Some(path) = session::default_file() else { return Ok("this system names no place for a file".into()) };
    let sources = Sources { named: None, variable: &|_| None, file: Some(path.clone()) };
    let known = session::described(&sources)?.len();
    let connections = if known == 1 { "1 connection".to_owned() } else { format!("{known} connections") };
    Ok(if path.exists() { format!("{}: {connections}", path.display()) } else { format!("no file {}", path.display()) })
}

fn journal(exam: &mut Exam) -> Result<String, Failure> {
    let path = runs::file(exam.patient.journal.as_ref())?;
    journal::check(&path)?;
    Ok(format!("{} can be written", path.display()))
}

fn connection(exam: &mut Exam) -> Result<String, Failure> {
    let found = connect::find(exam.patient.connection.as_deref(), exam.patient.demo)?;
    let target = &found.connection.target;
    let told = format!(
        "\"{}\" to {}, client {}{}",
        found.connection.name,
        target.api_url,
        target.credentials.client_id,
        if found.connection.read_only { ", read-only" } else { "" }
    );
    exam.opened = Some(found.open(
        exam.interrupt.clone(),
        Box::new(|text| Sink::new(std::io::stderr()).line(text)),
        Settings::default(),
    ));
    Ok(told)
}

/// What anybody may ask, without a token: whether there is an API at all.
fn address(exam: &mut Exam) -> Result<String, Failure> {
    let session = exam.session()?;
    let Heard { status, time, body } = session.probe(Question::PublicPing, false)?;
    let skew = time.map(|time| time.as_second() - Timestamp::now().as_second());
    let server = session.server().to_owned();
    exam.skew = skew;
    match (status, body) {
        // Some platforms ask everybody for a token: somebody is at home.
        (401 | 403, _) => Ok(format!("{server} answers, to callers with a token")),
        (404, Err(failure)) => Err(Failure::new(Kind::Unavailable, format!("there is no CIPP API at {server}"))
            .because(failure.message)
            .hint(format!("use the function app URL that CIPP shows under {SETTINGS}"))),
        (_, Err(failure)) => Err(failure),
        (_, Ok(body)) if body.pointer("/Results/Message").is_some() => Ok(format!("{server} answers")),
        (_, Ok(_)) => Err(Failure::new(Kind::Unavailable, format!("{server} answers, but not as CIPP does"))
            .hint(format!("use the function app URL that CIPP shows under {SETTINGS}"))),
    }
}

fn clock(exam: &mut Exam) -> Result<String, Failure> {
    match exam.skew {
        None => Ok("the server does not tell its time".into()),
        Some(skew) if skew.abs() <= SKEW => Ok(format!("within {SKEW} s of the server's")),
        Some(skew) => {
            let way = if skew > 0 { "behind" } else { "ahead of" };
            Err(Failure::new(Kind::Command, format!("this machine's clock is {} s {way} the server's", skew.abs()))
                .because(
                    "tokens count from a moment on the server's clock, and times of a script from one on this one's",
                )
                .hint("set this machine's clock, best by NTP"))
        }
    }
}

fn token(exam: &mut Exam) -> Result<String, Failure> {
    let claims = exam.session()?.claims()?;
    let known = |text: String| if text.is_empty() { "it does not say whom".to_owned() } else { text };
    Ok(format!("given for {}", known(claims.audience)))
}

/// Whether the platform and the server let the client in.
fn accepted(exam: &mut Exam) -> Result<String, Failure> {
    let session = exam.session()?;
    let Heard { status, body, .. } = session.probe(Question::Me, true)?;
    let said = body.as_ref().err().and_then(|failure| failure.call.as_ref()?.results.first().cloned());
    let said = said.unwrap_or_default();
    match (status, body) {
        (401, _) => Err(unaccepted(session)),
        (403, Err(failure)) if said.is_empty() => Err(not_saved(failure.message)),
        (403, Err(_)) if said.starts_with("Access to this") => {
            let message = "the server refuses this machine: its address is not in the client's IP range";
            Err(Failure::new(Kind::Permission, message)
                .because(said)
                .hint(format!("look at the IP range of the API client under {SETTINGS}")))
        }
        // The server trips over a client that holds a base role only, but it has let it in.
        (403, Err(_)) if said.contains("Cannot bind argument") => Ok("the server lets the client in".into()),
        (_, Err(failure)) => Err(failure),
        (_, Ok(me)) => {
            exam.me = Some(me);
            Ok("the server lets the client in".into())
        }
    }
}

fn unaccepted(session: &Session) -> Failure {
    let expected = session.expected_audience();
    match session.claims() {
        Ok(claims) if !claims.audience.is_empty() && claims.audience != expected => {
            let message = "the server does not accept the token: it is for another audience";
            Failure::new(Kind::Auth, message)
                .because(format!("its aud is {}, and the server takes {expected}", claims.audience))
                .hint("set requestedAccessTokenVersion of the app registration to null or 1, so that aud is the Application ID URI")
                .hint("or leave scope and CIPP_SCOPE out, so that the token is for the client itself")
        }
        _ => not_saved("HTTP 401, although the token is good and for the right audience".into()),
    }
}

fn not_saved(cause: String) -> Failure {
    Failure::new(Kind::Auth, "the server does not know the API client: it is not saved to Azure")
        .because(cause)
        .hint(format!("enable the client under {SETTINGS} and press Save Azure Configuration"))
        .hint("check that client id and tenant id are those of this server")
}

/// What the client may do, as far as the server says.
fn role(exam: &mut Exam) -> Result<String, Failure> {
    let Some(me) = &exam.me else { return Ok("a base role; the server does not say which".into()) };
    let roles = me.pointer("/clientPrincipal/appRole").map(names).unwrap_or_default().join(", ");
    match session::granted(me) {
        Some(granted) => {
            let writing = granted.iter().filter(|name| name.ends_with("write")).count();
            Ok(format!("{roles}: {} permissions, {writing} of them to change something", granted.len()))
        }
        None => Err(Failure::new(Kind::Permission, "the client may do nothing")
            .because(format!("its role ({roles}) has no permissions, or does not exist"))
            .hint(format!("give the client a role under {SETTINGS}"))),
    }
}

fn names(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    }
}

fn tenants(exam: &mut Exam) -> Result<String, Failure> {
    let tenants = exam.session()?.tenants()?;
    let count = |standing| tenants.iter().filter(|listed| listed.standing == standing).count();
    let (managed, broken) = (count(Standing::Managed), count(Standing::Broken));
    Ok(format!("{managed} can be managed, {broken} cannot be reached"))
}

fn version(exam: &mut Exam) -> Result<String, Failure> {
    let told = exam.session()?.probe(Question::GetVersion, true)?.body?;
    let found = told["LocalCIPPAPIVersion"].as_str().unwrap_or_default();
    let known = catalogue::SERVER_VERSION;
    match (numbers(found), numbers(known)) {
        (Some(have), Some(want)) if have < want => {
            Err(Failure::new(Kind::NotFound, format!("the server is old: {found}, and {known} is what is known here"))
                .because("it lacks newer endpoints, and may read parameters otherwise")
                .hint("update CIPP"))
        }
        (Some(_), _) => Ok(format!("{found}; {known} is what is known here")),
        (None, _) => Ok("the server does not tell its version".into()),
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.trim_start_matches('v').split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_is_met_before() {
        for (at, check) in CHECKS.iter().enumerate() {
            for needed in check.needs {
                assert!(CHECKS[..at].iter().any(|before| before.name == *needed), "{} needs {needed}", check.name);
            }
        }
    }

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(numbers("9.12.0") < numbers("10.8.2") && numbers("v10.8.2") == numbers("10.8.2"));
        assert_eq!((numbers(""), numbers("10.x")), (None, None));
    }
}

//! Faults: what goes wrong on the way of a call, how often, and whether the call took effect all the same.
//!
//! They are described in a TOML file, one table for each rule:
//!
//! ```toml
//! [[fault]]
//! endpoint = "ExecPerUserMFA"       # an endpoint, "*" for all, "private" for all but Public…, or "token" for the token endpoint
//! containing = "ann@contoso.com"    # only calls whose query or body has this text, in any case of letters
//! after = 3                         # leaves the first three such calls alone
//! every = 5                         # then strikes each fifth
//! times = 2                         # and stops after two strikes
//! status = 503
//! headers = { Retry-After = "1" }
//! ```
//!
//! Every rule counts the calls that it is about, whatever other rules do; the first rule that strikes decides what
//! happens. A rule does one of these things:
//!
//! | key | what happens |
//! | --- | --- |
//! | `status`, `body`, `content_type` | this answer in place of the real one; the type is guessed from the body |
//! | `results = "Failed …"` | the text under `Results`, with status 200 unless `status` says otherwise |
//! | `stall = true` | no answer, ever; the connection stays open until the caller gives up |
//! | `reset = "before"` | the connection is closed before the answer |
//! | `reset = "in_body"` | the connection is closed after half of the body, whose whole length was announced |
//! | `truncate = true` | the first half of the body as if it were all of it |
//! | `expire_token = true` | the caller's token is worthless from now on, and the answer is 401 |
//! | `capacity = 4` | four calls at a time are served; others get `status`, or else 503 |
//! | `delay_ms = 200` | the answer comes later; alone, or with any other |
//! | `headers = { … }` | headers of the answer; alone, or with any other |
//!
//! A call whose answer is replaced or lost (`status`, `body`, `results`, `stall`, `reset = "before"`) is not carried
//! out, unless `apply = true` says so. Otherwise the matter is clear and `apply` cannot be given: a call whose real
//! answer is needed is carried out, one that is refused at the door (`expire_token`, `capacity`) is not.
//!
//! A line `broken = "wrong-audience"` above the rules makes the whole server one that is broken in a way that real ones
//! are: [`presets`] has the names.

mod broken;
mod file;
mod preset;
mod strike;

pub(crate) use broken::Broken;
pub use preset::presets;
pub(crate) use strike::{Injector, Strike, is_public};

/// The rules of a fault file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    rules: Vec<Rule>,
    /// Who the tokens are for; `None` for the caller, as it should be.
    audience: Option<String>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    target: Target,
    /// In lower case.
    containing: Option<String>,
    after: u64,
    every: u64,
    times: u64,
    harm: Harm,
    /// How many calls are served at a time; others come to harm.
    capacity: Option<usize>,
    apply: bool,
    delay_ms: u64,
    headers: Vec<(String, String)>,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// The token endpoint.
    Token,
    /// Every endpoint of the API.
    All,
    /// Every endpoint but those that anybody may call.
    Private,
    /// The endpoint of this name.
    Endpoint(String),
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Harm {
    /// Nothing; the answer may come late, or with other headers.
    None,
    /// Another answer takes the place of the real one.
    Answer {
        /// Its status.
        status: u16,
        /// Its type.
        content_type: String,
        /// Its body.
        body: String,
    },
    /// No answer comes.
    Stall,
    /// The connection is closed before the answer.
    Reset,
    /// The connection is closed in the middle of the body.
    ResetInBody,
    /// Half of the body comes as if it were all.
    Truncate,
    /// The token is worthless from now on.
    ExpireToken,
}

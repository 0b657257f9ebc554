//! The form of a record: everything that is known about one endpoint or parameter.
//!
//! The build script turns the TOML files of `data/` into one static table of these; nothing here is ever
//! built at run time. A fact is either *read* (checked against the server's source) or only *claimed* by the
//! server's generated OpenAPI document; claimed facts warn where read ones refuse.

// The build needs only some of them.
#[allow(unused_imports)]
pub use super::readback::{Condition, Expect, Lag, Look, Presence, Recipe};

/// One endpoint of the CIPP API, `/api/<name>`.
#[derive(Debug)]
pub struct Endpoint {
    /// The server's own spelling, for example `ListUsers`.
    pub name: &'static str,
    /// The data file that it comes from, for example `identity`.
    pub area: &'static str,
    /// What it does and what to beware of, in one to four sentences.
    pub about: &'static str,
    /// The verb to send. The server ignores it for all but three endpoints.
    pub method: Method,
    /// The permission that the server asks of the caller, for example `Identity.User.ReadWrite`.
    pub role: &'static str,
    /// The worst that a call can do.
    pub effect: Effect,
    /// Milder or equal effects by the presence or the value of a parameter; empty when `effect` always holds.
    pub effect_rules: &'static [EffectRule],
    /// Whether the same call can be sent twice without doing more than once.
    pub retry: Retry,
    /// What the body is at its root.
    pub body: Root,
    /// Passes names that are not listed in `params` through to the server.
    pub open: bool,
    /// The parameters, nested ones too, in order of their paths.
    pub params: &'static [Param],
    /// How many tenants one call acts on.
    pub scope: Scope,
    /// Takes the literal `AllTenants` as its tenant.
    pub all_tenants: bool,
    /// The form of a good answer.
    pub reply: Reply,
    /// The answer can be a queue notice instead of data.
    pub may_queue: bool,
    /// Lists that answer one row as a bare object and none as an empty body or `null`.
    pub unrolls: bool,
    /// How to tell a row that says "come back later" from data; `None` when the endpoint has no such row.
    pub placeholder: Option<Placeholder>,
    /// Answers 200 whatever happens, so that only the text tells success from failure.
    pub no_error_status: bool,
    /// Can read the nightly report database by `UseReportDB`.
    pub report_db: bool,
    /// Paths in the answer that hold secrets, for example `Results[].copyField`.
    pub secrets: &'static [&'static str],
    /// What happens only after the answer; empty when nothing does.
    pub deferred: &'static str,
    /// Names of properties that answers are claimed to carry, sorted, exact case.
    pub fields: &'static [&'static str],
    /// How to see that a write was carried out: what holds of a call together says so. Empty when there is no way.
    pub verify: &'static [Recipe],
    /// Why there is no way; empty when there is one, and for reads.
    pub verify_none: &'static str,
}

/// One parameter, named by its path on the wire.
#[derive(Debug)]
pub struct Param {
    /// The path in the server's spelling: `tenantFilter`, `Scheduled.date`, `permissions[].UserID`, or
    /// `[].userIds` where the body is an array at its root.
    pub path: &'static str,
    /// Where the server reads it.
    pub place: Place,
    /// The type of the value; for a list that of the whole, see `item`.
    pub kind: Kind,
    /// The type of each element where `kind` is a list; `Any` otherwise.
    pub item: Kind,
    /// Whether `kind` was read in the server's source (`true`) or is only claimed.
    pub kind_known: bool,
    /// Whether a call without it is refused.
    pub need: Need,
    /// The values that the server takes; empty when any will do. Compared without regard to case.
    pub values: &'static [&'static str],
    /// Whether `values` was read or is only claimed.
    pub values_known: bool,
    /// Whether the value (for a list each element) is read as `{label, value}`.
    pub wrap: Wrap,
    /// In a query: the server only looks whether it is there, so `false` is sent by leaving it out.
    pub presence: bool,
    /// The form in which it names tenants; `None` when it does not.
    pub tenant: Option<TenantForm>,
    /// The form in which it names users; `None` when it does not.
    pub user: Option<UserForm>,
    /// Whether what names no user of the tenant is refused; without, it may be something else and is sent as it is.
    pub users_only: bool,
    /// Holds a secret: never shown, logged or kept.
    pub secret: bool,
    /// What it means, when there is something to say; may be empty.
    pub about: &'static str,
}

/// The HTTP verb of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Parameters in the query, no body.
    Get,
    /// Parameters in a JSON body, and in the query where the record says so.
    Post,
}

/// What a call does to the world, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Changes nothing and returns nothing secret.
    Read,
    /// Changes nothing but returns secrets, or whatever the caller asks for.
    Sensitive,
    /// Changes something in a way that can be undone, or adds something.
    Write,
    /// Removes, replaces or weakens something.
    Destroy,
}

/// One row of a table that gives the effect of a call by its arguments.
#[derive(Debug)]
pub struct EffectRule {
    /// When the row holds.
    pub when: When,
    /// The effect then.
    pub effect: Effect,
}

/// The condition of an [`EffectRule`]. Paths and values are compared without regard to case.
#[derive(Debug)]
pub enum When {
    /// The parameter is there and is neither null, false nor empty.
    Present(&'static str),
    /// The parameter has this value (plain, in `{label, value}`, or in any element of a list).
    Is(&'static str, &'static str),
    /// No other row holds and no parameter of an `Is` row has an unlisted value.
    Otherwise,
}

/// Whether a call may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// It names the end state: twice is the same as once.
    Safe,
    /// It creates, sends, buys or starts something.
    Unsafe,
    /// Safe when this parameter, an id made by the caller, is sent.
    SafeWith(&'static str),
    /// Safe unless this parameter is sent.
    UnsafeWith(&'static str),
}

/// What the JSON body is at its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// An object.
    Object,
    /// An array of objects.
    Array,
    /// Either: paths that start with `[]` are those of the array's elements, the others those of the object.
    Both,
}

/// Where the server reads a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the query string.
    Query,
    /// In the JSON body.
    Body,
    /// In the query string and in the body: it is sent in both.
    Both,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not known, or anything will do.
    Any,
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Number,
    /// A JSON boolean.
    Bool,
    /// A point in time that the server reads as Unix seconds.
    UnixTime,
    /// An object.
    Map,
    /// An array; its elements are of the parameter's `item` kind.
    List,
}

/// Whether a parameter must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It may be left out.
    Optional,
    /// Claimed to be required: a call without it only warns.
    Claimed,
    /// Required: a call without it is refused.
    Required,
}

/// How the server reads a value that its own pages send as `{label, value}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrap {
    /// Plain only: an object would turn into text.
    No,
    /// `{label, value}` only: a plain value is silently ignored.
    Always,
    /// Both work; plain is sent.
    Either,
}

/// The form in which a parameter names tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantForm {
    /// The default domain, or whatever the caller resolved; the usual one.
    Domain,
    /// The customer id only.
    Id,
    /// In an object beside the tenant's other names: `{defaultDomainName, customerId, displayName}`. The path
    /// ends in `.defaultDomainName`.
    Object,
}

/// The form in which a parameter names users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserForm {
    /// A user principal name or an object id.
    Either,
    /// A user principal name only.
    Upn,
    /// An object id only.
    Id,
}

/// How many tenants one call acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// None: CIPP itself.
    None,
    /// One.
    One,
    /// As many as the call names, or all.
    Many,
}

/// The form of a good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// A list of rows, bare or under `Results`.
    Rows,
    /// One object.
    Object,
    /// `Results` that tell what was done, as texts or state objects; or rows under `Results` for a read.
    Results,
    /// Plain text.
    Text,
    /// Nothing.
    Empty,
    /// Bytes of a file.
    File,
}

/// A row that stands for "not ready yet": it has the field, and the field's text starts so.
#[derive(Debug, Clone, Copy)]
pub struct Placeholder {
    /// The property, exact case.
    pub field: &'static str,
    /// How its text starts; empty when the property alone tells.
    pub starts: &'static str,
}

//! What the settings say of connections, before one of them is used.

use super::{CLIENT, Entry, SECRET, Sources, TENANT, URL, read_file};
use crate::{failure::Failure, session::secret::SecretSource};

/// Whether neither the environment nor the settings name any server.
///
/// # Errors
///
/// The settings cannot be read.
pub fn nothing_is_set(sources: &Sources) -> Result<bool, Failure> {
    let is_set = |name: &str| (sources.variable)(name).is_some_and(|value| !value.is_empty());
    let names = [URL, TENANT, CLIENT, SECRET, "CIPPSH_CONNECTION"];
    Ok(sources.named.is_none() && !names.into_iter().any(is_set) && read_file(sources)?.connections.is_empty())
}

/// A connection of the file, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What people call it.
    pub name: String,
    /// Where the server is.
    pub url: String,
    /// Whether what changes something is refused.
    pub read_only: bool,
    /// Where its secret comes from; never the secret itself.
    pub secret: String,
    /// Whether the keyring holds its secret.
    pub in_keyring: bool,
}

/// All connections of the file, by name.
///
/// # Errors
///
/// The file cannot be read.
pub fn described(sources: &Sources) -> Result<Vec<Described>, Failure> {
    let one = |(name, entry): (String, Entry)| Described {
        name,
        url: entry.url,
        read_only: entry.read_only,
        in_keyring: matches!(entry.secret, SecretSource::Keyring),
        secret: entry.secret.to_string(),
    };
    Ok(read_file(sources)?.connections.into_iter().map(one).collect())
}

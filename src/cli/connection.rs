//! `cippsh connection` and its verbs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Show;

/// `cippsh connection`.
#[derive(Debug, Subcommand)]
pub enum ConnectionVerb {
    /// Add a connection to the settings file; what is not given is asked for on a terminal
    Add(Box<AddConnection>),
    /// List the connections of the settings file, without their secrets
    List(ListConnections),
    /// Remove a connection from the settings file, and its secret from the keyring
    Remove(RemoveConnection),
    /// Check whether a connection works, and if not why
    Test(TestConnection),
}

/// `cippsh connection add`.
#[derive(Debug, Args)]
pub struct AddConnection {
    /// What to call it: letters, digits, - and _
    pub name: Option<String>,
    /// The function app URL that CIPP shows under Integrations > CIPP-API
    #[arg(long)]
    pub url: Option<String>,
    /// The partner's own Entra tenant
    #[arg(long, value_name = "ID")]
    pub tenant_id: Option<String>,
    /// The application id of the API client
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// Where the secret is.
    #[command(flatten)]
    pub secret: SecretFlags,
    /// Where tokens come from, when that is not Microsoft's usual place
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,
    /// What tokens are for, when that is not api://CLIENT/.default
    #[arg(long)]
    pub scope: Option<String>,
    /// Trust the certificates in this file too
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Let it change something; without, whatever would is refused
    #[arg(long)]
    pub read_write: bool,
}

/// Where the client secret is; the secret itself is never given on a command line, which others can read.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct SecretFlags {
    /// Keep it in the keyring of this system; it is asked for
    #[arg(long)]
    pub secret_keyring: bool,
    /// Keep it in the keyring of this system; it is read from standard input
    #[arg(long)]
    pub secret_stdin: bool,
    /// It is what this command line prints
    #[arg(long, value_name = "LINE")]
    pub secret_command: Option<String>,
    /// It is in this environment variable
    #[arg(long, value_name = "NAME")]
    pub secret_env: Option<String>,
    /// It is in this file, which nobody else can read
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
}

/// `cippsh connection list`.
#[derive(Debug, Args)]
pub struct ListConnections {
    /// How to show the result.
    #[command(flatten)]
    pub show: Show,
}

/// `cippsh connection remove`.
#[derive(Debug, Args)]
pub struct RemoveConnection {
    /// Its name
    pub name: String,
}

/// `cippsh connection test`.
#[derive(Debug, Args)]
pub struct TestConnection {
    /// Its name; without, the one that a run would take
    pub name: Option<String>,
    /// The journal, where it is not the usual one
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

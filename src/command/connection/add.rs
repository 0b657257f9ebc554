//! `cippsh connection add`.

use std::io::Read as _;

use super::{ask, described, file};
use crate::{
    cli::AddConnection,
    failure::{Failure, Kind, exit},
    session::{
        self, keyring,
        settings_file::{self, NewConnection, SecretPlace},
    },
};

pub(super) fn run(arguments: AddConnection) -> Result<u8, Failure> {
    let path = file()?;
    let (new, place) = complete(arguments)?;
    let in_keyring = new.secret == Some(SecretPlace::Keyring);
    if in_keyring {
        keyring::check(&new.name).map_err(elsewhere)?;
        let secret = match place {
            Source::Stdin => from_stdin()?,
            Source::Person => ask::secret("Client secret")?,
        };
        if secret.is_empty() {
            return Err(Failure::new(Kind::Command, "the secret is empty"));
        }
        keyring::keep(&new.name, &secret).map_err(elsewhere)?;
    }
    if let Err(failure) = settings_file::add(&path, &new) {
        if in_keyring {
            // Nothing would ever look for it there.
            let _ = keyring::forget(&new.name);
        }
        return Err(failure);
    }
    let may = if new.read_only { "read-only" } else { "read and write" };
    ask::tell(&format!("connection \"{}\" ({may}) is added to {}", new.name, path.display()));
    ask::tell(&format!("whether it works: cippsh connection test {}", new.name));
    Ok(exit::DONE)
}

/// Who gives a secret that goes into the keyring.
#[derive(Clone, Copy)]
enum Source {
    Stdin,
    Person,
}

fn elsewhere(failure: Failure) -> Failure {
    failure.hint("add it with --secret-env NAME, --secret-file FILE or --secret-command LINE")
}

fn from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|cause| Failure::new(Kind::Command, "cannot read the secret from standard input").because(cause))?;
    Ok(text.trim().to_owned())
}

/// All that a connection needs: as given, else as the person answers.
fn complete(arguments: AddConnection) -> Result<(NewConnection, Source), Failure> {
    let asks = ask::can_ask() && !arguments.secret.secret_stdin;
    let place = place(&arguments);
    if !asks {
        complain(&arguments, place.is_none())?;
    }
    let part = |given: Option<String>, question: &str, check: &dyn Fn(&str) -> Result<(), Failure>| match given {
        Some(given) => check(given.trim()).map(|()| given.trim().to_owned()),
        None => ask::line(question, check),
    };
    let name = part(arguments.name.clone(), "Name of the connection", &is_new)?;
    let url = part(arguments.url.clone(), "Function app URL (Integrations > CIPP-API)", &session::check_address)?;
    let tenant_id = part(arguments.tenant_id.clone(), "Tenant id of the partner", &is_tenant)?;
    let client_id = part(arguments.client_id.clone(), "Client id of the API client", &is_client)?;
    let secret = match place {
        Some(place) => place,
        None if ask::yes("Keep the secret in the keyring of this system?")? => SecretPlace::Keyring,
        None => return Err(elsewhere(Failure::new(Kind::Command, "the secret has no place"))),
    };
    let read_only = !arguments.read_write && (!asks || ask::yes("Read-only: refuse whatever would change something?")?);
    let source = if arguments.secret.secret_stdin { Source::Stdin } else { Source::Person };
    let AddConnection { token_url, scope, ca_file, .. } = arguments;
    let secret = Some(secret);
    Ok((NewConnection { name, url, tenant_id, client_id, secret, token_url, scope, ca_file, read_only }, source))
}

fn place(arguments: &AddConnection) -> Option<SecretPlace> {
    let flags = &arguments.secret;
    let keyring = (flags.secret_keyring || flags.secret_stdin).then_some(SecretPlace::Keyring);
    let command = || flags.secret_command.clone().map(SecretPlace::Command);
    let env = || flags.secret_env.clone().map(SecretPlace::Env);
    keyring.or_else(command).or_else(env).or_else(|| flags.secret_file.clone().map(SecretPlace::File))
}

/// Tells all that is missing where nobody can be asked.
fn complain(arguments: &AddConnection, no_place: bool) -> Result<(), Failure> {
    let needed = [
        ("NAME", arguments.name.is_none()),
        ("--url", arguments.url.is_none()),
        ("--tenant-id", arguments.tenant_id.is_none()),
        ("--client-id", arguments.client_id.is_none()),
        ("--secret-stdin, --secret-env, --secret-file or --secret-command", no_place),
    ];
    let missing: Vec<_> = needed.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        return Err(Failure::new(Kind::Command, "there is nobody to ask for what is missing")
            .because(missing.join("; "))
            .hint("run it on a terminal, or give them"));
    }
    if arguments.secret.secret_keyring {
        return Err(Failure::new(Kind::Command, "there is nobody to ask for the secret")
            .hint("--secret-stdin reads it from standard input"));
    }
    Ok(())
}

/// A name that can be written without quotes, and is not taken.
fn is_new(name: &str) -> Result<(), Failure> {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !plain {
        return Err(Failure::new(Kind::Command, format!("\"{name}\" is no name of a connection"))
            .because("it has letters, digits, - and _ only"));
    }
    if described()?.iter().any(|known| known.name == name) {
        return Err(Failure::new(Kind::Command, format!("there is a connection \"{name}\" already"))
            .hint(format!("cippsh connection remove {name}")));
    }
    Ok(())
}

fn is_tenant(id: &str) -> Result<(), Failure> {
    let domain = id.contains('.') && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    if domain || is_id(id) { Ok(()) } else { Err(no_id(id, "a tenant", "a UUID or a domain")) }
}

fn is_client(id: &str) -> Result<(), Failure> {
    if is_id(id) { Ok(()) } else { Err(no_id(id, "a client", "a UUID")) }
}

fn is_id(id: &str) -> bool {
    uuid::Uuid::try_parse(id).is_ok()
}

/// What was given is not repeated: it may be the secret, pasted into the wrong place.
fn no_id(id: &str, of: &str, form: &str) -> Failure {
    let what = if id.is_empty() { "an empty text" } else { "what was given" };
    Failure::new(Kind::Command, format!("{what} is not the id of {of}")).because(format!("it is {form}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_and_never_repeated() {
        for (id, tenant, client) in [
            ("11111111-2222-4333-8444-555555555555", true, true),
            ("partner.onmicrosoft.com", true, false),
            ("hush~secret.value", false, false),
            ("", false, false),
        ] {
            assert_eq!((is_tenant(id).is_ok(), is_client(id).is_ok()), (tenant, client), "{id}");
        }
        assert!(!is_client("hush~secret").unwrap_err().report().contains("hush"));
    }
}

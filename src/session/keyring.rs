//! The operating system's keyring: where a secret of a connection is kept for people who sit at their own machine.

use std::{sync::mpsc, thread, time::Duration};

use keyring::{Entry, Error};

use crate::failure::{Failure, Kind};

/// The name under which the keyring shows what is ours.
const SERVICE: &str = "cippsh";

/// A keyring that is locked or whose service hangs would otherwise stop a run without a word.
const LIMIT: Duration = Duration::from_secs(3);

/// The secret of a connection.
///
/// # Errors
///
/// There is none, or no keyring that could be asked.
pub(super) fn get(connection: &str) -> Result<String, Failure> {
    match asked(connection, Entry::get_password)? {
        Ok(secret) => Ok(secret),
        Err(Error::NoEntry) => Err(Failure::new(Kind::Auth, "no client secret")
            .because(format!("the keyring has none for connection \"{connection}\""))
            .hint(format!("cippsh connection remove {connection}, then add it again"))),
        Err(cause) => Err(unusable(&cause.to_string())),
    }
}

/// Whether there is a keyring at all, before anybody is asked for a secret.
///
/// # Errors
///
/// There is none that could be asked.
pub fn check(connection: &str) -> Result<(), Failure> {
    match asked(connection, |entry| entry.get_password().map(drop))? {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(cause) => Err(unusable(&cause.to_string())),
    }
}

/// Keeps the secret of a connection, in place of one that was there.
///
/// # Errors
///
/// No keyring that could be asked.
pub fn keep(connection: &str, secret: &str) -> Result<(), Failure> {
    let secret = secret.to_owned();
    asked(connection, move |entry| entry.set_password(&secret))?.map_err(|cause| unusable(&cause.to_string()))
}

/// Takes the secret of a connection out; whether there was one.
///
/// # Errors
///
/// No keyring that could be asked.
pub fn forget(connection: &str) -> Result<bool, Failure> {
    match asked(connection, Entry::delete_credential)? {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(cause) => Err(unusable(&cause.to_string())),
    }
}

/// Asks the keyring on a thread of its own, which is left behind when no answer comes.
fn asked<T: Send + 'static>(
    connection: &str,
    work: impl FnOnce(&Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<keyring::Result<T>, Failure> {
    let connection = connection.to_owned();
    let (sender, receiver) = mpsc::sync_channel(1);
    let asking = move || {
        let answer = Entry::new(SERVICE, &connection).and_then(|entry| work(&entry));
        // Whoever asked may have given up.
        let _ = sender.send(answer);
    };
    let started = thread::Builder::new().name("keyring".into()).spawn(asking);
    started.map_err(|cause| Failure::new(Kind::Internal, "cannot start a thread for the keyring").because(cause))?;
    receiver.recv_timeout(LIMIT).map_err(|_| unusable(&format!("no answer within {} s", LIMIT.as_secs())))
}

fn unusable(cause: &str) -> Failure {
    Failure::new(Kind::Auth, "the keyring of this system cannot be used")
        .because(cause)
        .hint("unlock it; or let the secret come from elsewhere: { env = \"NAME\" }, { file = \"PATH\" } or { command = \"LINE\" }")
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        any::Any,
        collections::HashMap,
        sync::{Mutex, MutexGuard, Once, PoisonError},
    };

    use keyring::credential::{Credential, CredentialApi, CredentialBuilderApi};

    use super::*;

    static KEPT: Mutex<Option<HashMap<String, Vec<u8>>>> = Mutex::new(None);

    fn kept() -> MutexGuard<'static, Option<HashMap<String, Vec<u8>>>> {
        KEPT.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One user's place in a keyring that lives in memory.
    struct Place(String);

    impl CredentialApi for Place {
        fn set_secret(&self, secret: &[u8]) -> keyring::Result<()> {
            kept().get_or_insert_default().insert(self.0.clone(), secret.to_vec());
            Ok(())
        }

        fn get_secret(&self) -> keyring::Result<Vec<u8>> {
            kept().get_or_insert_default().get(&self.0).cloned().ok_or(Error::NoEntry)
        }

        fn delete_credential(&self) -> keyring::Result<()> {
            kept().get_or_insert_default().remove(&self.0).map(drop).ok_or(Error::NoEntry)
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    struct Memory;

    impl CredentialBuilderApi for Memory {
        fn build(&self, _: Option<&str>, service: &str, user: &str) -> keyring::Result<Box<Credential>> {
            if user == "hangs" {
                thread::park();
            }
            Ok(Box::new(Place(format!("{service}/{user}"))))
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    /// Puts a keyring in memory in the place of the system's, for all tests of this process.
    pub(in crate::session) fn in_memory() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| keyring::set_default_credential_builder(Box::new(Memory)));
    }

    #[test]
    fn a_secret_is_kept_read_and_forgotten() {
        in_memory();
        check("a").unwrap();
        assert_eq!(get("a").unwrap_err().causes, ["the keyring has none for connection \"a\""]);
        keep("a", "hush").unwrap();
        keep("a", "hush-hush").unwrap();
        assert_eq!(get("a").unwrap(), "hush-hush");
        assert_eq!((forget("a").unwrap(), forget("a").unwrap()), (true, false));
    }

    #[test]
    fn a_keyring_that_hangs_is_given_up() {
        in_memory();
        let failure = get("hangs").unwrap_err();
        assert_eq!(failure.causes, ["no answer within 3 s"]);
        assert!(failure.hints[0].contains("env"), "{failure:?}");
    }
}

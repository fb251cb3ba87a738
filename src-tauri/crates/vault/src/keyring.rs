//! The keyring of the operating system.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry};
use types::SecretRef;

use crate::{Error, Secret};

/// How long a keyring may take: a locked one asks the person for its password first.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long the health check waits; it is asked when the window opens.
const HEALTH_PATIENCE: Duration = Duration::from_secs(5);

/// The secrets of one namespace in the keyring.
pub(crate) struct Keyring {
    /// The `service` attribute under which the keyring files our entries.
    service: String,
    /// The open store; opened when first needed, and again after it failed, so that a keyring started later is found.
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl Keyring {
    pub(crate) fn new(namespace: &str) -> Self {
        let service = if namespace.is_empty() { "haetae".to_owned() } else { format!("haetae:{namespace}") };
        Self { service, store: Mutex::new(None) }
    }

    pub(crate) fn health(self: &Arc<Self>) -> Result<(), Error> {
        self.within(HEALTH_PATIENCE, |keyring| {
            keyring.with_entry("health-probe", |entry| {
                let written = format!("probe of process {}", std::process::id());
                entry.set_password(&written)?;
                let read = entry.get_password()?;
                entry.delete_credential()?;
                Ok(read == written)
            })
        })?
        .then_some(())
        .ok_or_else(|| Error::Denied { reason: "it did not give back what was written".into() })
    }

    pub(crate) fn get(self: &Arc<Self>, reference: &SecretRef) -> Result<Option<Secret>, Error> {
        let name = entry_name(reference);
        self.within(PATIENCE, move |keyring| keyring.with_entry(&name, |entry| absent_as_none(entry.get_password().map(Secret::new))))
    }

    pub(crate) fn set(self: &Arc<Self>, reference: &SecretRef, secret: Secret) -> Result<(), Error> {
        let name = entry_name(reference);
        self.within(PATIENCE, move |keyring| keyring.with_entry(&name, |entry| entry.set_password(secret.expose())))
    }

    pub(crate) fn delete(self: &Arc<Self>, reference: &SecretRef) -> Result<bool, Error> {
        let name = entry_name(reference);
        self.within(PATIENCE, move |keyring| keyring.with_entry(&name, |entry| Ok(absent_as_none(entry.delete_credential())?.is_some())))
    }

    /// Does the work on a thread of its own and waits for it with an end: a keyring whose password dialog nobody sees never answers.
    fn within<T: Send + 'static>(
        self: &Arc<Self>,
        patience: Duration,
        work: impl FnOnce(&Keyring) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = mpsc::channel();
        let keyring = Arc::clone(self);
        thread::Builder::new()
            .name("keyring".into())
            // The receiver may have given up; then nobody wants the answer any more.
            .spawn(move || drop(sender.send(work(&keyring))))
            .map_err(|error| Error::Denied { reason: error.to_string() })?;
        match receiver.recv_timeout(patience) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                Err(Error::Locked { reason: format!("no answer within {} s; it may be asking for its password", patience.as_secs()) })
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(Error::Denied { reason: "the keyring's library failed".into() }),
        }
    }

    /// Does the work on an entry; when the store itself fails, opens it afresh and tries once more (the daemon may have been restarted).
    fn with_entry<T>(&self, name: &str, work: impl Fn(&Entry) -> keyring_core::Result<T>) -> Result<T, Error> {
        let attempt = |store: &Arc<CredentialStore>| store.build(&self.service, name, None).and_then(|entry| work(&entry));
        let (store, fresh) = self.open()?;
        match attempt(&store) {
            Err(error @ keyring_core::Error::PlatformFailure(_)) => {
                self.close();
                if fresh {
                    return Err(named(&error));
                }
                tracing::debug!("the keyring's session ended; opening it again");
                attempt(&self.open()?.0).map_err(|error| named(&error))
            }
            result => result.map_err(|error| named(&error)),
        }
    }

    /// Returns the store and whether it was opened just now.
    fn open(&self) -> Result<(Arc<CredentialStore>, bool), Error> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = store.as_ref() {
            return Ok((Arc::clone(store), false));
        }
        let opened = open_store().map_err(|error| Error::NoKeyring { reason: error.to_string() })?;
        *store = Some(Arc::clone(&opened));
        Ok((opened, true))
    }

    fn close(&self) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Returns the `username` under which a secret is filed: unambiguous, because neither part is changed and the separator is escaped.
fn entry_name(reference: &SecretRef) -> String {
    format!("{}/{}", reference.credential.replace('%', "%25").replace('/', "%2F"), reference.field)
}

fn absent_as_none<T>(result: keyring_core::Result<T>) -> keyring_core::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns our error for theirs. Their texts name attributes, never a secret: the two that carry one are not printed.
fn named(error: &keyring_core::Error) -> Error {
    use keyring_core::Error as Theirs;
    match error {
        // The Secret Service says NoEntry on writing when it has no collection to write to.
        Theirs::NoDefaultStore | Theirs::NoEntry => Error::NoKeyring { reason: error.to_string() },
        Theirs::NoStorageAccess(_) => Error::Locked { reason: error.to_string() },
        Theirs::BadEncoding(_) | Theirs::BadDataFormat(..) => Error::Denied { reason: "the entry does not hold a text".into() },
        other => Error::Denied { reason: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_names_do_not_collide() {
        let name = |credential: &str, field: &str| entry_name(&SecretRef { credential: credential.into(), field: field.into() });
        assert_ne!(name("a/b", "c"), name("a", "b/c"));
        assert_eq!(name("virustotal-default", "api_key"), "virustotal-default/api_key");
    }
}

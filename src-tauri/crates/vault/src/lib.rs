//! Secrets: kept in the keyring of the operating system, wrapped so that they are never printed, and scrubbed from what comes back.
//!
//! Invariant: a secret is written nowhere but into the keyring. Everything else holds a [`types::SecretRef`].

mod keyring;
mod redactor;
mod secret;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use types::SecretRef;

pub use redactor::{MASK, Redactor};
pub use secret::Secret;

use keyring::Keyring;

/// Where secrets are kept; cloning gives another handle to the same place.
///
/// Every method blocks, a keyring may even ask the person for its password first: call them on a thread that may block.
#[derive(Clone)]
pub struct Vault {
    place: Place,
}

#[derive(Clone)]
enum Place {
    Keyring(Arc<Keyring>),
    Memory(Arc<Mutex<HashMap<SecretRef, Secret>>>),
}

impl Vault {
    /// Returns the vault in the keyring of the operating system; `namespace` keeps the data directories of one person apart.
    pub fn keyring(namespace: &str) -> Self {
        Self { place: Place::Keyring(Arc::new(Keyring::new(namespace))) }
    }

    /// Returns a vault that forgets everything with the process, for tests and trial runs.
    pub fn in_memory() -> Self {
        Self { place: Place::Memory(Arc::default()) }
    }

    /// Writes, reads and deletes a probe: the only proof that the keyring works, because a keyring can be there and still keep nothing.
    ///
    /// # Errors
    /// Says whether there is no keyring, it is locked, or it refuses.
    pub fn health(&self) -> Result<(), Error> {
        match &self.place {
            Place::Keyring(keyring) => keyring.health(),
            Place::Memory(_) => Ok(()),
        }
    }

    /// Returns a secret, or nothing when it was never set.
    ///
    /// # Errors
    /// The keyring cannot be read.
    pub fn get(&self, reference: &SecretRef) -> Result<Option<Secret>, Error> {
        match &self.place {
            Place::Keyring(keyring) => keyring.get(reference),
            Place::Memory(secrets) => Ok(secrets.lock().unwrap_or_else(PoisonError::into_inner).get(reference).cloned()),
        }
    }

    /// Keeps a secret in the place of the one before.
    ///
    /// # Errors
    /// The keyring cannot be written.
    pub fn set(&self, reference: &SecretRef, secret: Secret) -> Result<(), Error> {
        match &self.place {
            Place::Keyring(keyring) => keyring.set(reference, secret),
            Place::Memory(secrets) => {
                secrets.lock().unwrap_or_else(PoisonError::into_inner).insert(reference.clone(), secret);
                Ok(())
            }
        }
    }

    /// Forgets a secret; tells whether there was one.
    ///
    /// # Errors
    /// The keyring cannot be written.
    pub fn delete(&self, reference: &SecretRef) -> Result<bool, Error> {
        match &self.place {
            Place::Keyring(keyring) => keyring.delete(reference),
            Place::Memory(secrets) => Ok(secrets.lock().unwrap_or_else(PoisonError::into_inner).remove(reference).is_some()),
        }
    }
}

/// Why the keyring did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// No keyring is running.
    #[error("no keyring is running: {reason}")]
    NoKeyring {
        /// What the operating system said.
        reason: String,
    },
    /// The keyring is locked and nobody unlocked it.
    #[error("the keyring is locked: {reason}")]
    Locked {
        /// What the operating system said.
        reason: String,
    },
    /// The keyring is there and refuses.
    #[error("the keyring refused: {reason}")]
    Denied {
        /// What the operating system said.
        reason: String,
    },
}

impl Error {
    /// Returns the code that people see.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NoKeyring { .. } => "VAULT-NONE",
            Error::Locked { .. } => "VAULT-LOCKED",
            Error::Denied { .. } => "VAULT-DENIED",
        }
    }
}

impl From<Error> for types::Error {
    fn from(error: Error) -> Self {
        let code = error.code();
        match error {
            Error::NoKeyring { reason } => types::Error::new(
                code,
                "이 컴퓨터에서 실행 중인 키링이 없어 자격증명을 저장하거나 읽을 수 없습니다.",
                "No keyring is running on this computer, so credentials can be neither stored nor read.",
            )
            .hint(start_keyring_ko(), start_keyring_en())
            .details(serde_json::json!({ "reason": reason })),
            Error::Locked { reason } => types::Error::new(code, "키링이 잠겨 있습니다.", "The keyring is locked.")
                .hint(
                    "데스크톱의 키링 창에서 암호를 입력해 잠금을 풀고 다시 시도하세요. 자격증명이 필요한 태스크는 그때까지 기다립니다.",
                    "Unlock it with its password in the desktop's keyring dialog and try again. Tasks that need a credential wait until then.",
                )
                .details(serde_json::json!({ "reason": reason })),
            Error::Denied { reason } => {
                types::Error::new(code, "키링이 요청을 거절했습니다.", "The keyring refused the request.")
                    .hint(
                        "키링 프로그램에서 해태의 접근 권한과 항목을 확인하세요.",
                        "Look in the keyring's own program whether Haetae may use it and what it holds for Haetae.",
                    )
                    .details(serde_json::json!({ "reason": reason }))
            }
        }
    }
}

fn start_keyring_ko() -> &'static str {
    if cfg!(target_os = "macos") {
        "로그인 키체인이 있는지 '키체인 접근'에서 확인하세요."
    } else if cfg!(windows) {
        "Windows 자격 증명 관리자 서비스(VaultSvc)를 시작하세요."
    } else {
        "gnome-keyring(또는 KWallet)을 설치하고 데스크톱 세션에 로그인하세요. 데스크톱이 없다면 dbus-run-session 안에서 `gnome-keyring-daemon --unlock --components=secrets`로 시작할 수 있습니다."
    }
}

fn start_keyring_en() -> &'static str {
    if cfg!(target_os = "macos") {
        "Look in Keychain Access whether the login keychain exists."
    } else if cfg!(windows) {
        "Start the Windows Credential Manager service (VaultSvc)."
    } else {
        "Install gnome-keyring (or KWallet) and log in to a desktop session. Without a desktop, start one inside dbus-run-session with `gnome-keyring-daemon --unlock --components=secrets`."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(field: &str) -> SecretRef {
        SecretRef { credential: "virustotal-default".into(), field: field.into() }
    }

    #[test]
    fn a_vault_in_memory_keeps_replaces_and_forgets() {
        let vault = Vault::in_memory();
        assert!(vault.get(&reference("api_key")).unwrap().is_none());
        vault.set(&reference("api_key"), Secret::new("first")).unwrap();
        vault.set(&reference("api_key"), Secret::new("second")).unwrap();
        assert_eq!(vault.get(&reference("api_key")).unwrap().unwrap().expose(), "second");
        assert!(vault.get(&reference("password")).unwrap().is_none());
        assert!(vault.delete(&reference("api_key")).unwrap());
        assert!(!vault.delete(&reference("api_key")).unwrap());
    }

    #[test]
    fn every_error_says_what_to_do_in_both_languages() {
        for error in [Error::NoKeyring { reason: "x".into() }, Error::Locked { reason: "x".into() }, Error::Denied { reason: "x".into() }] {
            let shown = types::Error::from(error.clone());
            assert_eq!(shown.code, error.code());
            let hint = shown.hint.expect("every vault error has a hint");
            assert_ne!(hint.get(types::Language::Ko), hint.get(types::Language::En));
        }
    }
}

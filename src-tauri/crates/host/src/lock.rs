//! One process owns a data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use types::Error;

/// The lock of a data directory; the operating system releases it even when the process is killed.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock, or says who has it.
    pub(crate) fn take(directory: &Path) -> Result<Self, Error> {
        let path = directory.join("owner.lock");
        let unusable = |error: std::io::Error| crate::error::directory(directory, &error);
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0).map_err(unusable)?;
                file.seek(SeekFrom::Start(0)).map_err(unusable)?;
                write!(file, "{}", std::process::id()).map_err(unusable)?;
                file.sync_all().map_err(unusable)?;
                Ok(Self { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                // Windows refuses to read a locked file; the owner is then just not named.
                let _ = file.read_to_string(&mut owner);
                Err(crate::error::locked(directory, owner.trim()))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}

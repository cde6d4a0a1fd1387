//! Where secrets come from.

use std::env::VarError;
use std::fmt;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use payments_core::SensitiveString;
use zeroize::Zeroizing;

/// A private key of 16,384 bits as PEM is 13 KiB.
const MAX_BYTES: usize = 64 * 1024;

/// Fetches the secrets that a configuration names.
pub trait SecretSource {
    /// The value of the environment variable `name`.
    ///
    /// # Errors
    /// [`Unobtainable`].
    fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable>;

    /// The text of the file `path`, including a line end at its end.
    ///
    /// # Errors
    /// [`Unobtainable`].
    fn file(&self, path: &Path) -> Result<SensitiveString, Unobtainable>;
}

/// Why a secret could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unobtainable {
    /// It does not exist.
    Missing,
    /// It is not UTF-8 text.
    NotText,
    /// It has more than 64 KiB.
    TooLarge,
    /// It cannot be read.
    Unreadable(ErrorKind),
}

/// The predicate of a sentence whose subject is the variable or the file.
impl fmt::Display for Unobtainable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is not there"),
            Self::NotText => f.write_str("is not UTF-8 text"),
            Self::TooLarge => f.write_str("has more than 64 KiB"),
            Self::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
        }
    }
}

/// The process's environment and the machine's files.
#[derive(Clone, Debug, Default)]
pub struct SystemSecrets {
    folder: PathBuf,
}

impl SystemSecrets {
    /// Relative paths start at the working directory of the process.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Relative paths start at the folder of the configuration file `path`.
    #[must_use]
    pub fn beside(path: &Path) -> Self {
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { folder }
    }
}

impl SecretSource for SystemSecrets {
    fn variable(&self, name: &str) -> Result<SensitiveString, Unobtainable> {
        // `std::env::var` may panic at such names.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(Unobtainable::Missing);
        }
        match std::env::var(name) {
            Ok(text) => Ok(SensitiveString::from(text)),
            Err(VarError::NotPresent) => Err(Unobtainable::Missing),
            Err(VarError::NotUnicode(_)) => Err(Unobtainable::NotText),
        }
    }

    fn file(&self, path: &Path) -> Result<SensitiveString, Unobtainable> {
        let unreadable = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => Unobtainable::Missing,
            kind => Unobtainable::Unreadable(kind),
        };
        let file = std::fs::File::open(self.folder.join(path)).map_err(unreadable)?;
        // A buffer that grows would leave copies of the secret in memory.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 1));
        let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
        read.map_err(unreadable)?;
        if bytes.len() > MAX_BYTES {
            return Err(Unobtainable::TooLarge);
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Unobtainable::NotText)?;
        Ok(SensitiveString::from(text))
    }
}

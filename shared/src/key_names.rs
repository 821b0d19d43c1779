//! How partition keys are named where people read.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use hmac::digest::KeyInit as _;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// A hash without a secret begins with this.
const HASHED: &str = "sha256:";
/// A hash with a secret begins with this.
const KEYED: &str = "hmac-sha256:";
/// So many hexadecimal digits follow: 128 bits, so that no two keys of one stream have one name.
const DIGITS: usize = 32;
/// Fewer can be tried out.
const SHORTEST_SECRET: usize = 16;

/// How partition keys are written into log lines and errors: as they are, or as hashes.
///
/// A partition key is often personal data: an account, a device, a name. A hash tells the records of one key from those of
/// others, and is the same at both ends and in every process, so logs can be searched and the checker can check them. Both
/// ends have to be set alike, or the checker does not know the producer's keys for the consumer's.
///
/// **A hash without a secret hides a key only if the key cannot be guessed.** Account numbers, telephone numbers and e-mail
/// addresses can be guessed: a reader who has a list of them hashes it and compares. With a [secret](Self::keyed), which
/// both ends share, only a reader who knows the secret can do that.
///
/// ```
/// use kinetrace::KeyNames;
///
/// assert_eq!(KeyNames::default().name("N14228"), "N14228");
/// assert_eq!(KeyNames::hashed().name("N14228"), "sha256:b54635a3f9c69c3b63ebbcb5b5476f39");
/// ```
#[derive(Clone, Default)]
pub struct KeyNames(Naming);

#[derive(Clone, Default)]
enum Naming {
    #[default]
    Plain,
    Hashed,
    /// The state of HMAC once it has the secret.
    Keyed(Arc<Hmac<Sha256>>),
}

/// A variable that says how keys are to be named is malformed. The secret is not quoted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyNamesError {
    /// It is neither `true` nor `false`.
    #[error("KINETRACE_HASH_KEYS={0:?} is not understood: use `true` or `false`")]
    Switch(String),
    /// There is a secret, and no hash to use it for.
    #[error(
        "KINETRACE_HASH_KEYS_SECRET is set, and KINETRACE_HASH_KEYS is not `true`: keys would be written as they are"
    )]
    Unused,
    /// The secret could be guessed itself.
    #[error(
        "KINETRACE_HASH_KEYS_SECRET has {0} bytes, which can be guessed: use {SHORTEST_SECRET} or more, such as those of \
         `openssl rand -hex 32`, and the same at both ends"
    )]
    Short(usize),
}

impl KeyNames {
    /// The first 128 bits of the SHA-256 of the key, as `sha256:` and 32 hexadecimal digits.
    pub fn hashed() -> Self {
        Self(Naming::Hashed)
    }

    /// The first 128 bits of the HMAC-SHA-256 of the key (RFC 2104), as `hmac-sha256:` and 32 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// The secret has fewer than 16 bytes.
    pub fn keyed(secret: impl AsRef<[u8]>) -> Result<Self, KeyNamesError> {
        let secret = secret.as_ref();
        let short = |_| KeyNamesError::Short(secret.len());
        if secret.len() < SHORTEST_SECRET {
            return Err(KeyNamesError::Short(secret.len()));
        }
        Ok(Self(Naming::Keyed(Arc::new(Hmac::new_from_slice(secret).map_err(short)?))))
    }

    /// By `KINETRACE_HASH_KEYS` (`true` or `false`) and `KINETRACE_HASH_KEYS_SECRET`.
    ///
    /// # Errors
    ///
    /// One of them is malformed, or the secret has no effect.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, KeyNamesError> {
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let is_hashed = match get("KINETRACE_HASH_KEYS").as_deref().map(str::trim) {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => return Err(KeyNamesError::Switch(other.to_owned())),
        };
        match (is_hashed, get("KINETRACE_HASH_KEYS_SECRET")) {
            (false, None) => Ok(Self::default()),
            (false, Some(_)) => Err(KeyNamesError::Unused),
            (true, None) => Ok(Self::hashed()),
            (true, Some(secret)) => Self::keyed(secret.trim()),
        }
    }

    /// What the key is called.
    pub fn name<'k>(&self, key: &'k str) -> Cow<'k, str> {
        match &self.0 {
            Naming::Plain => Cow::Borrowed(key),
            Naming::Hashed => Cow::Owned(named(HASHED, &Sha256::digest(key))),
            Naming::Keyed(hmac) => {
                let mut hmac = Hmac::clone(hmac);
                hmac.update(key.as_bytes());
                Cow::Owned(named(KEYED, &hmac.finalize().into_bytes()))
            }
        }
    }

    /// Whether it has the form of a hash. A key that has this form by itself passes for one.
    pub fn is_hash(name: &str) -> bool {
        let digits = [HASHED, KEYED].into_iter().find_map(|kind| name.strip_prefix(kind));
        digits
            .is_some_and(|it| it.len() == DIGITS && it.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')))
    }
}

fn named(kind: &str, hash: &[u8]) -> String {
    let mut name = kind.to_owned();
    hex::push(&mut name, hash.get(..DIGITS / 2).unwrap_or(hash));
    name
}

/// Without the secret.
impl fmt::Debug for KeyNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Naming::Plain => "KeyNames(plain)",
            Naming::Hashed => "KeyNames(sha256)",
            Naming::Keyed(_) => "KeyNames(hmac-sha256)",
        })
    }
}

#[cfg(test)]
mod tests;

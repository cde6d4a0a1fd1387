//! The canonical text of a form, `name=value&` for each parameter, and its HMAC. Nothing here allocates.

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::optimization_barrier;

use crate::cpay::rules::Rules;
use crate::error::SignError;

/// The most parameters of one signature. The largest documented call has 30.
pub const MAX_PARAMS: usize = 64;

/// Room for the text of a usual call.
const BUFFER: usize = 512;

/// Name and value of a parameter.
pub(crate) type Param<'a> = (&'a str, &'a str);

/// Sorts all parameters but `sign` by name and passes them to `read`.
pub(crate) fn sorted<'a, T>(
    params: impl IntoIterator<Item = Param<'a>>,
    read: impl FnOnce(&[Param<'a>]) -> T,
) -> Result<T, SignError> {
    let mut room = [("", ""); MAX_PARAMS];
    let mut len = 0;
    for param @ (name, _) in params {
        match name {
            "" => return Err(SignError::EmptyName),
            "sign" => continue,
            _ => {}
        }
        let free = room.get_mut(len);
        *free.ok_or(SignError::TooManyParams { limit: MAX_PARAMS })? = param;
        len += 1;
    }
    let params = room.get_mut(..len).unwrap_or_default();
    // `str` compares by bytes: upper case before lower case, as the provider sorts.
    params.sort_unstable_by_key(|(name, _)| *name);
    let mut neighbours = params.iter().zip(params.iter().skip(1));
    match neighbours.find(|((a, _), (b, _))| a == b) {
        Some(((name, _), _)) => Err(SignError::DoubledName {
            name: (*name).to_owned(),
        }),
        None => Ok(read(params)),
    }
}

/// The HMAC of the canonical text: the signed ones of `params`, which are sorted, and then `tail`.
pub(crate) fn hmac(
    key: &Hmac<Sha256>,
    rules: Rules,
    params: &[Param<'_>],
    tail: &[u8],
) -> [u8; 32] {
    let mut text = Text {
        mac: key.clone(),
        buffer: Buffer([0; BUFFER]),
        used: 0,
    };
    for (name, value) in params {
        if rules.signs(value) {
            text.push_pair(name, value);
        }
    }
    text.push(tail);
    text.flush();
    text.mac.finalize().into_bytes().into()
}

/// Text on its way into an HMAC. One update with the joined text costs a third less than forty with its pieces.
struct Text {
    mac: Hmac<Sha256>,
    buffer: Buffer,
    used: usize,
}

impl Text {
    #[inline]
    fn push_pair(&mut self, name: &str, value: &str) {
        self.push(name.as_bytes());
        self.push(b"=");
        self.push(value.as_bytes());
        self.push(b"&");
    }

    #[inline]
    fn push(&mut self, piece: &[u8]) {
        let end = self.used + piece.len();
        if let Some(room) = self.buffer.0.get_mut(self.used..end) {
            room.copy_from_slice(piece);
            self.used = end;
        } else {
            self.flush();
            self.mac.update(piece);
        }
    }

    fn flush(&mut self) {
        self.mac
            .update(self.buffer.0.get(..self.used).unwrap_or_default());
        self.used = 0;
    }
}

/// Wiped when dropped, because the text holds the secret. `Zeroizing` would write byte by byte, which costs a
/// noticeable part of the signature.
struct Buffer([u8; BUFFER]);

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.fill(0);
        optimization_barrier(&self.0);
    }
}

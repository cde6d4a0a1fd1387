//! The canonical text of a form, `name=value&` for each parameter, and its HMAC. Nothing here allocates.

use arrayvec::ArrayVec;
use hmac::{HmacReset, Mac as _};
use sha2::Sha256;
use zeroize::optimization_barrier;

use crate::cpay::rules::Rules;
use crate::error::SignError;

/// The most parameters of one signature. The largest documented call has 30.
pub const MAX_PARAMS: usize = 64;

/// Room for the text of a usual call.
const BUFFER: usize = 384;

/// Name and value of a parameter.
pub(crate) type Param<'a> = (&'a str, &'a str);

/// Sorts all parameters but `sign` by name and passes them to `read`.
#[inline]
pub(crate) fn sorted<'a, T>(
    params: impl IntoIterator<Item = Param<'a>>,
    read: impl FnOnce(&[Param<'a>]) -> T,
) -> Result<T, SignError> {
    let mut sorted = ArrayVec::<Param<'a>, MAX_PARAMS>::new();
    let mut ascending = true;
    for param @ (name, _) in params {
        match name {
            "" => return Err(SignError::EmptyName),
            "sign" => continue,
            _ => {}
        }
        // The order of `str`: upper case before lower case, as the provider sorts. `Iterator::lt` is faster than a call
        // to `memcmp`, because most names differ early.
        ascending &= sorted
            .last()
            .is_none_or(|(last, _)| last.bytes().lt(name.bytes()));
        sorted
            .try_push(param)
            .map_err(|_| SignError::TooManyParams { limit: MAX_PARAMS })?;
    }
    if !ascending {
        sorted.sort_unstable_by(|(a, _), (b, _)| a.bytes().cmp(b.bytes()));
        let mut neighbours = sorted.iter().zip(sorted.iter().skip(1));
        if let Some(((name, _), _)) = neighbours.find(|((a, _), (b, _))| a == b) {
            return Err(SignError::DoubledName {
                name: (*name).to_owned(),
            });
        }
    }
    Ok(read(&sorted))
}

/// The HMAC of the canonical text: the signed ones of `params`, which are sorted, and then `tail`.
pub(crate) fn hmac(
    key: &HmacReset<Sha256>,
    rules: Rules,
    params: &[Param<'_>],
    tail: &[u8],
) -> [u8; 32] {
    let mut mac = key.clone();
    // Collecting the text first is faster than an update for each of its forty pieces.
    let mut buffer = Buffer([0; BUFFER]);
    let mut used = 0;
    for (name, value) in params {
        if !rules.signs(value) {
            continue;
        }
        let end = used + name.len() + value.len() + 2;
        if let Some(room) = buffer.0.get_mut(used..end) {
            write_pair(room, name, value);
            used = end;
        } else {
            mac.update(buffer.0.get(..used).unwrap_or_default());
            used = 0;
            for piece in [name, "=", value, "&"] {
                mac.update(piece.as_bytes());
            }
        }
    }
    // One update for everything, if the tail fits as well.
    let end = used + tail.len();
    if let Some(room) = buffer.0.get_mut(used..end) {
        room.copy_from_slice(tail);
        mac.update(buffer.0.get(..end).unwrap_or_default());
    } else {
        mac.update(buffer.0.get(..used).unwrap_or_default());
        mac.update(tail);
    }
    // `finalize` would move the state away and leave this copy unwiped. This one stays here and is wiped when dropped.
    mac.finalize_reset().into_bytes().into()
}

/// Writes `name=value&` to `room`, which has exactly this length.
#[inline]
fn write_pair(room: &mut [u8], name: &str, value: &str) {
    if let Some((start, [equals, middle @ .., ampersand])) = room.split_at_mut_checked(name.len()) {
        start.copy_from_slice(name.as_bytes());
        *equals = b'=';
        middle.copy_from_slice(value.as_bytes());
        *ampersand = b'&';
    }
}

/// Wiped when dropped, because the text contains the secret and personal data. `Zeroizing` would write byte by byte,
/// which takes a noticeable part of the time.
struct Buffer([u8; BUFFER]);

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.fill(0);
        optimization_barrier(&self.0);
    }
}

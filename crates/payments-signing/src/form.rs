//! The canonical text of a form: `name=value&` for each parameter, names ascending by bytes, values raw.
//!
//! Nothing here allocates. What runs once per parameter is a handful of instructions and is inlined by force: left to
//! itself the compiler makes calls of them, which cost a twentieth of the whole signature.

use core::cmp::Ordering;

use crate::error::SignError;
use crate::hmac::{Hmac, HmacKey};

/// The most parameters of one signature. The largest documented call has 30.
pub const MAX_PARAMS: usize = 64;

/// Room for the parameters of a usual call: initialising more than it needs would cost more than sorting.
const USUAL: usize = 16;

/// Who leaves empty values out of the signature, and who does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EmptyValues {
    /// They are not signed. The provider's text ("empty parameters should not be involved in the signature"), its
    /// Go SDK, its PHP SDK and its plugins.
    #[default]
    Skip,
    /// They are signed as `name=&`. The Java and PHP samples printed beside that text do this: their own parameters
    /// are never empty, so they do not show it.
    Sign,
}

/// Who leaves the value `0` out of the signature, and who does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ZeroValues {
    /// They are signed like any other value. The provider's text and its Go SDK; the gateway is taken to be written
    /// in Go as well (assumed).
    #[default]
    Sign,
    /// A value of exactly `0` is not signed. The official PHP SDK and plugins, because PHP's `empty("0")` is true.
    Drop,
}

/// Which parameters take part in a signature. The default is what the provider's text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Rules {
    /// What happens to empty values.
    pub empty_values: EmptyValues,
    /// What happens to the value `0`.
    pub zero_values: ZeroValues,
}

impl Rules {
    #[inline]
    pub(crate) fn signs(self, value: &str) -> bool {
        match value {
            "" => self.empty_values == EmptyValues::Sign,
            "0" => self.zero_values == ZeroValues::Sign,
            _ => true,
        }
    }
}

/// A name that compares by its first eight bytes as one number: two names of one form rarely share them.
#[derive(Clone, Copy)]
pub(crate) struct Name<'a> {
    head: u64,
    text: &'a str,
}

impl<'a> Name<'a> {
    #[inline(always)]
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            head: head(text.as_bytes()),
            text,
        }
    }

    #[inline]
    pub(crate) fn is_sign(self) -> bool {
        self.head == const { head(b"sign") } && self.text.len() == 4
    }

    #[cfg(feature = "explain")]
    pub(crate) const fn text(self) -> &'a str {
        self.text
    }

    /// Byte order. Padding a short head with zeros keeps it: where heads differ, the first differing byte is either
    /// inside both names or beyond the end of the smaller one.
    #[inline(always)]
    fn order(self, other: Self) -> Ordering {
        self.head
            .cmp(&other.head)
            .then_with(|| self.text.cmp(other.text))
    }

    fn doubled(self) -> SignError {
        SignError::DoubledName {
            name: self.text.to_owned(),
        }
    }
}

/// The first eight bytes as a big-endian number, zeros behind a shorter name.
#[inline(always)]
const fn head(name: &[u8]) -> u64 {
    if let Some(eight) = name.first_chunk::<8>() {
        return u64::from_be_bytes(*eight);
    }
    let shift = 8 * (8 - name.len() as u32);
    if let (Some(first), Some(last)) = (name.first_chunk::<4>(), name.last_chunk::<4>()) {
        // The two halves may overlap; where they do they agree.
        return ((u32::from_be_bytes(*first) as u64) << 32)
            | ((u32::from_be_bytes(*last) as u64) << shift);
    }
    match *name {
        [a, b, c] => u64::from_be_bytes([a, b, c, 0, 0, 0, 0, 0]),
        [a, b] => u64::from_be_bytes([a, b, 0, 0, 0, 0, 0, 0]),
        [a] => u64::from_be_bytes([a, 0, 0, 0, 0, 0, 0, 0]),
        _ => 0,
    }
}

/// Watches that names ascend strictly.
pub(crate) struct Ascending<'a> {
    last: Name<'a>,
}

impl<'a> Ascending<'a> {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self {
            last: Name { head: 0, text: "" },
        }
    }

    #[inline(always)]
    pub(crate) fn check(&mut self, name: Name<'a>) -> Result<(), SignError> {
        if self.last.head >= name.head {
            self.check_slowly(name)?;
        }
        self.last = name;
        Ok(())
    }

    #[inline(never)]
    fn check_slowly(&self, name: Name<'a>) -> Result<(), SignError> {
        match self.last.order(name) {
            _ if name.text.is_empty() => Err(SignError::EmptyName),
            Ordering::Less => Ok(()),
            Ordering::Equal => Err(name.doubled()),
            Ordering::Greater => Err(SignError::OutOfOrder {
                name: name.text.to_owned(),
            }),
        }
    }
}

/// One parameter.
#[derive(Clone, Copy)]
pub(crate) struct Param<'a> {
    pub(crate) name: Name<'a>,
    pub(crate) value: &'a str,
}

impl<'a> Param<'a> {
    const NONE: Self = Self {
        name: Name { head: 0, text: "" },
        value: "",
    };

    #[inline]
    pub(crate) fn new((name, value): (&'a str, &'a str)) -> Self {
        Self {
            name: Name::new(name),
            value,
        }
    }
}

/// Puts all parameters but `sign` in order and hands each one on. Nothing is allocated.
#[inline]
pub(crate) fn sorted<'a>(
    params: impl IntoIterator<Item = (&'a str, &'a str)>,
    each: impl FnMut(Param<'a>),
) -> Result<(), SignError> {
    let mut params = params
        .into_iter()
        .map(Param::new)
        .filter(|param| !param.name.is_sign());
    let mut usual = Sorted::<'a, USUAL>::new();
    while usual.len < USUAL {
        match params.next() {
            Some(param) => usual.insert(param)?,
            None => {
                usual.as_slice().iter().copied().for_each(each);
                return Ok(());
            }
        }
    }
    let mut many = Sorted::<'a, MAX_PARAMS>::new();
    for param in usual.as_slice().iter().copied().chain(params) {
        many.insert(param)?;
    }
    many.as_slice().iter().copied().for_each(each);
    Ok(())
}

/// Parameters put in order on the stack, room for `N` of them.
struct Sorted<'a, const N: usize> {
    params: [Param<'a>; N],
    len: usize,
}

impl<'a, const N: usize> Sorted<'a, N> {
    #[inline]
    const fn new() -> Self {
        Self {
            params: [Param::NONE; N],
            len: 0,
        }
    }

    #[inline]
    fn as_slice(&self) -> &[Param<'a>] {
        self.params.get(..self.len).unwrap_or_default()
    }

    /// Puts `param` in its place: an insertion sort, the fastest one for the ten parameters of a usual call.
    #[inline]
    fn insert(&mut self, param: Param<'a>) -> Result<(), SignError> {
        if param.name.text.is_empty() {
            return Err(SignError::EmptyName);
        }
        let taken = self.as_slice();
        let place = match taken
            .iter()
            .rposition(|other| other.name.order(param.name) != Ordering::Greater)
        {
            Some(before)
                if taken
                    .get(before)
                    .is_some_and(|other| other.name.order(param.name) == Ordering::Equal) =>
            {
                return Err(param.name.doubled());
            }
            Some(before) => before + 1,
            None => 0,
        };
        let Some(tail) = self.params.get_mut(place..=self.len) else {
            return Err(SignError::TooManyParams { limit: N });
        };
        tail.copy_within(..tail.len() - 1, 1);
        if let Some(gap) = tail.first_mut() {
            *gap = param;
        }
        self.len += 1;
        Ok(())
    }
}

/// The canonical text on its way into an HMAC.
pub(crate) struct Canonical<'k>(Hmac<'k>);

impl<'k> Canonical<'k> {
    #[inline(always)]
    pub(crate) fn new(key: &'k HmacKey) -> Self {
        Self(Hmac::new(key))
    }

    /// Appends `name=value&` if the rules have it signed.
    #[inline(always)]
    pub(crate) fn push(&mut self, rules: Rules, param: Param<'_>) {
        if !rules.signs(param.value) {
            return;
        }
        let (name, value) = (param.name.text.as_bytes(), param.value.as_bytes());
        match self.0.room(name.len() + value.len() + 2) {
            Some(room) => write_pair(room, name, value),
            None => self.push_slowly(name, value),
        }
    }

    #[cold]
    fn push_slowly(&mut self, name: &[u8], value: &[u8]) {
        for piece in [name, b"=", value, b"&"] {
            self.0.write(piece);
        }
    }

    /// Appends the last piece, which is the secret, and gives the HMAC of the text.
    #[inline(always)]
    pub(crate) fn finish(&mut self, secret: &[u8]) -> [u8; 32] {
        match self.0.room(secret.len()) {
            Some(room) => copy(room, secret),
            None => self.0.write(secret),
        }
        self.0.finish()
    }
}

/// Fills `room`, which is exactly two bytes longer than both texts.
#[inline(always)]
fn write_pair(room: &mut [u8], name: &[u8], value: &[u8]) {
    let Some((before, rest)) = room.split_at_mut_checked(name.len()) else {
        return;
    };
    copy(before, name);
    let Some((equals, rest)) = rest.split_first_mut() else {
        return;
    };
    *equals = b'=';
    let Some((ampersand, between)) = rest.split_last_mut() else {
        return;
    };
    copy(between, value);
    *ampersand = b'&';
}

/// `to.copy_from_slice(from)` for slices of one length, without a call for the usual short ones.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        0 => {}
        1..=3 => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
        4..=7 => copy_ends::<4>(to, from),
        8..=15 => copy_ends::<8>(to, from),
        16..=32 => copy_ends::<16>(to, from),
        33..=64 => copy_ends::<32>(to, from),
        _ => to.copy_from_slice(from),
    }
}

/// Copies `N` to `2 * N` bytes as their first and their last `N`, which may overlap.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>()) {
        *to = *from;
    }
}

use crate::Effect;

/// A call that a client knows, in the provider's words. A client publishes a list of them as `CALLS`.
///
/// ```
/// use payments_core::{Effect, KnownCall};
///
/// const CALLS: &[KnownCall] = &[
///     KnownCall::new("bill/info", Effect::Read, "API Deposit Order Information Interface"),
///     KnownCall::new("withdraw", Effect::Unkeyed, "Create a withdrawal order"),
/// ];
///
/// let known = KnownCall::find(CALLS, "/Withdraw/").ok_or("not in the list")?;
/// assert_eq!(known.effect(), Effect::Unkeyed);
/// assert_eq!(KnownCall::find(CALLS, "info"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownCall {
    name: &'static str,
    effect: Effect,
    source: &'static str,
    is_raw_read: bool,
    other_names: &'static [&'static str],
}

impl KnownCall {
    /// A call by the provider's name for it. `source` is the part of the provider's documents that describes it.
    pub const fn new(name: &'static str, effect: Effect, source: &'static str) -> Self {
        Self {
            name,
            effect,
            source,
            is_raw_read: matches!(effect, Effect::Read),
            other_names: &[],
        }
    }

    /// Further names and paths that the provider's documents have for the same call. A gateway may accept them, so a write
    /// must not pass as an unknown call under one of them.
    #[must_use]
    pub const fn also_named(self, other_names: &'static [&'static str]) -> Self {
        Self {
            other_names,
            ..self
        }
    }

    /// A keyed call that the provider documents in the form of a read, as a GET request. A raw call may send it as one:
    /// repeating it does no harm.
    #[must_use]
    pub const fn in_the_form_of_a_read(self) -> Self {
        Self {
            is_raw_read: true,
            ..self
        }
    }

    /// The call of this name or [other name](Self::also_named). Case and surplus slashes are ignored, because a gateway may
    /// ignore them, too.
    pub fn find(calls: &'static [Self], name: &str) -> Option<&'static Self> {
        let name = parts(name);
        calls.iter().find(|call| {
            let mut names = std::iter::once(&call.name).chain(call.other_names);
            names.any(|known| parts(known) == name)
        })
    }

    /// The provider's name of the call: the last part of the path, with its folder if it has one.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What a request of it does.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// The part of the provider's documents that describes it.
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Whether it is sent by [`RawCall::read`](crate::RawCall::read); all others are sent by
    /// [`RawCall::write`](crate::RawCall::write).
    pub const fn is_raw_read(&self) -> bool {
        self.is_raw_read
    }
}

fn parts(name: &str) -> Vec<String> {
    let parts = name.split('/').filter(|part| !part.is_empty());
    parts.map(str::to_ascii_lowercase).collect()
}

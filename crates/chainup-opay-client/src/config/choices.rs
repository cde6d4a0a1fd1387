//! Settings for points where the provider's documents contradict each other.

/// How `time` is written in a request: the provider's demo sends a number, its tables say string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeForm {
    /// A JSON number of milliseconds, as in the demo.
    #[default]
    Number,
    /// The same milliseconds as text.
    Text,
}

/// How `orderDetail` is asked and answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderDetailMode {
    /// In the envelope, like every other call (`assumed` from the general rule of the provider's development notes).
    /// A plain answer is refused.
    #[default]
    Envelope,
    /// Plain JSON without a signature, as the pay page itself asks. **Only TLS then proves that the answer comes from
    /// the platform**, and everyone who knows the app id and `orderNum`, which are both in the pay page's URL, gets the
    /// same answer. The order may be in `data` or be the answer itself, as one page of the provider shows it.
    Plain,
}

/// The path of `cancelOrder`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelPath {
    /// `/platformapi/chainup/open/opay/cancelOrder`, like the other calls: the provider's newest pages.
    #[default]
    Prefixed,
    /// `/opay/cancelOrder`: the specification.
    Bare,
}

/// The form of the reply to a callback. No document says which one the platform expects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AckForm {
    /// `{"code":"0","msg":"success","data":"success","sign":…}`, `sign` being the signature of the text `success`: the
    /// fields of the provider's newer pages (that `data` is plain and what `sign` covers is `assumed`).
    #[default]
    Signed,
    /// The same with `data` encrypted to the platform.
    Encrypted,
    /// The bare text `success`.
    Bare,
}

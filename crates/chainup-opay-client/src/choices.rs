//! Where the provider's documents leave a choice.

use http::HeaderValue;

/// How `time` stands in a request: the provider's demo sends a number, its tables say string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeForm {
    /// A JSON number of milliseconds, as the demo sends it.
    #[default]
    Number,
    /// The same milliseconds as text.
    Text,
}

/// How `orderDetail` is asked and answered: the provider's documents contradict each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderDetailMode {
    /// In the envelope, like every other call (`assumed` from the general rule of the provider's development notes).
    /// A plain answer is refused.
    #[default]
    Envelope,
    /// Plain JSON without a signature, as the pay page itself asks. **Nothing but TLS then says that the answer is the
    /// platform's**, and whoever knows app id and `orderNum`, both of which stand in the pay page's URL, gets the same
    /// answer. The object may stand in `data` or be the whole answer, as one page of the provider shows it.
    Plain,
}

/// Where `cancelOrder` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelPath {
    /// `/platformapi/chainup/open/opay/cancelOrder`: beside the other calls, as the provider's newest pages have it.
    #[default]
    Prefixed,
    /// `/opay/cancelOrder`: as the specification has it.
    Bare,
}

/// What a reply to a callback looks like. Which one the platform wants is not documented for certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AckForm {
    /// `{"code":"0","msg":"success","data":"success","sign":…}`, `sign` being that of the text `success`: the fields of
    /// the provider's newer pages (that `data` stays plain and what `sign` covers is `assumed`).
    #[default]
    Signed,
    /// The same with `data` encrypted to the platform.
    Encrypted,
    /// The bare text `success`.
    Bare,
}

/// What requests need to know beside keys and URL.
pub(crate) struct Choices {
    pub(crate) user_agent: HeaderValue,
    pub(crate) time_form: TimeForm,
    pub(crate) order_detail_mode: OrderDetailMode,
    pub(crate) cancel_path: CancelPath,
}

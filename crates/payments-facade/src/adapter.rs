//! The adapters of this crate, and helpers for gateways that you write yourself.
//!
//! An adapter implements [`Gateway`](crate::Gateway) and the groups its provider has. It lists the options it supports per
//! call, calls `options().check(LIST)` and `options().require(LIST)` before any I/O, and makes its errors with the functions below.

#[cfg(feature = "ccpayment")]
#[cfg_attr(docsrs, doc(cfg(feature = "ccpayment")))]
pub mod ccpayment;
#[cfg(feature = "ccpayment")]
mod ccpayment_shared;
#[cfg(feature = "ccpayment")]
#[cfg_attr(docsrs, doc(cfg(feature = "ccpayment")))]
pub mod ccpayment_v2;
#[cfg(feature = "chainup-opay")]
#[cfg_attr(docsrs, doc(cfg(feature = "chainup-opay")))]
pub mod chainup_opay;
#[cfg(feature = "cpay")]
#[cfg_attr(docsrs, doc(cfg(feature = "cpay")))]
pub mod cpay;

use payments_core::InvalidRequest;

use crate::error::Error;
use crate::options::missing_option;
use crate::ticket::Ticket;

/// The error of a call that moves no money: a query, or a call that may be made again.
#[must_use]
pub fn read_error(cause: payments_core::Error) -> Error {
    Error::of_read(cause)
}

/// The error of a call that moves money. It holds a ticket unless it is certain that no order exists under the reference.
///
/// The ticket is made for an unknown outcome, for a success that differs from the request, for a reference that exists
/// already (an earlier run of the same program may have used it), and for "not possible in this state".
#[must_use]
pub fn money_error(cause: payments_core::Error, ticket: impl FnOnce() -> Ticket) -> Error {
    Error::of_move(cause, ticket)
}

/// The error of a request that was refused before any I/O.
#[must_use]
pub fn refused(provider: &'static str, operation: &'static str, invalid: InvalidRequest) -> Error {
    Error::local(provider, operation, invalid)
}

/// The value of an option that this provider requires.
///
/// # Errors
/// [`InvalidRequest`] that names the option, if it is not set.
pub fn required<'a, T>(name: &'static str, value: &'a Option<T>) -> Result<&'a T, InvalidRequest> {
    value.as_ref().ok_or_else(|| missing_option(name))
}

/// Calls a setter of a client's request for each value that is set.
#[cfg(any(feature = "ccpayment", feature = "cpay"))]
macro_rules! with {
    ($request:expr, $($setter:ident: $value:expr),+ $(,)?) => {{
        let mut request = $request;
        $(if let Some(value) = &$value {
            request = request.$setter(value);
        })+
        request
    }};
}
#[cfg(any(feature = "ccpayment", feature = "cpay"))]
use with;

//! The adapters: one folder per provider, one feature each.

#[cfg(feature = "ccpayment")]
pub mod ccpayment;
#[cfg(feature = "chainup-opay")]
pub mod chainup_opay;
#[cfg(feature = "cpay")]
pub mod cpay;

#[cfg(any(feature = "ccpayment", feature = "cpay"))]
/// Gives a request of the client those of the options that are set.
macro_rules! with {
    ($request:expr, $($setter:ident: $value:expr),+ $(,)?) => {{
        let request = $request;
        $(let request = match $value {
            Some(value) => request.$setter(value),
            None => request,
        };)+
        request
    }};
}
#[cfg(any(feature = "ccpayment", feature = "cpay"))]
use with;

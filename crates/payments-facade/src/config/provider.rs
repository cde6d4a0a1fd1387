//! The providers that a configuration may name. A new one is a file here and a line in [`PROVIDERS`].

#[cfg(feature = "ccpayment")]
pub(super) mod ccpayment;
#[cfg(feature = "chainup-opay")]
pub(super) mod chainup_opay;
#[cfg(feature = "cpay")]
pub(super) mod cpay;

use super::entry::Provider;

pub(super) const PROVIDERS: &[Provider] = &[
    #[cfg(feature = "ccpayment")]
    ccpayment::PROVIDER,
    #[cfg(feature = "chainup-opay")]
    chainup_opay::PROVIDER,
    #[cfg(feature = "cpay")]
    cpay::PROVIDER,
];

//! Faults with a code, as ChainUp OPay's part of [`Fault`].

use crate::shared::fault::Fault;
use crate::shared::gateway::Gateway;

/// A refusal for the next valid ChainUp OPay request: short for a [`Fault`] with a code.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use payments_sandbox::{ChainupOpayFault, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// // The next call is carried out, but the answer is that it timed out.
/// sandbox.chainup_opay_fault(ChainupOpayFault::after(50_009))?;
/// // 12345 is not a published code.
/// assert!(sandbox.chainup_opay_fault(ChainupOpayFault::instead(12_345)).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainupOpayFault {
    code: u32,
    carried_out: bool,
}

impl ChainupOpayFault {
    /// The request is answered with this code and not carried out.
    #[must_use]
    pub fn instead(code: u32) -> Self {
        Self {
            code,
            carried_out: false,
        }
    }

    /// The request is carried out and answered with this code, as if its real answer had been lost.
    #[must_use]
    pub fn after(code: u32) -> Self {
        Self {
            code,
            carried_out: true,
        }
    }
}

impl From<ChainupOpayFault> for Fault {
    fn from(fault: ChainupOpayFault) -> Self {
        let of = if fault.carried_out {
            Fault::after
        } else {
            Fault::instead
        };
        of(Gateway::CHAINUP_OPAY).code(fault.code.into())
    }
}

//! Faults on demand: codes that no request can cause.

use super::answer::{self, Refusal};

/// A refusal for the next valid ChainUp OPay request, one that passed decryption and signature.
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

    pub(super) fn is_carried_out(self) -> bool {
        self.carried_out
    }

    pub(super) fn refusal(self) -> Refusal {
        Refusal::new(
            self.code,
            if self.carried_out {
                "this fault was asked for; the request was carried out"
            } else {
                "this fault was asked for; the request was not carried out"
            },
        )
    }

    /// Whether the code is one of the provider's error codes.
    pub(super) fn is_published(self) -> bool {
        self.code != answer::OK && answer::words(self.code).is_some()
    }

    pub(super) fn code(self) -> u32 {
        self.code
    }
}

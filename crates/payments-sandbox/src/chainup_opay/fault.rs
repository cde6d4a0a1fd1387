//! Faults on demand: codes that no right or wrong request can bring about by itself.

use super::answer::{self, Refusal};
use crate::actions::ActionError;
use crate::app::App;

const MOST_WAITING: usize = 100;

/// A refusal that the next ChainUp OPay request meets which would otherwise be carried out: one that came through
/// decryption and signature.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use payments_sandbox::{ChainupOpayFault, Sandbox};
///
/// let sandbox = Sandbox::builder().start().await?;
/// // The next call is carried out, and its caller is told that it timed out.
/// sandbox.chainup_opay_fault(ChainupOpayFault::after(50_009))?;
/// // 12345 is no published code.
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
    /// The request is answered with this code, and nothing is done.
    #[must_use]
    pub fn instead(code: u32) -> Self {
        Self {
            code,
            carried_out: false,
        }
    }

    /// The request is carried out, and answered with this code all the same: what a client sees whose answer was lost.
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

    pub(super) fn instead_of_it(self) -> Refusal {
        Refusal::new(
            self.code,
            "this fault was asked for; the request was not carried out",
        )
    }

    pub(super) fn after_the_deed(self) -> Refusal {
        Refusal::new(
            self.code,
            "this fault was asked for; the request was carried out all the same",
        )
    }
}

/// Lets the next request meet a fault; several wait in line.
pub(crate) fn prepare(app: &App, fault: ChainupOpayFault) -> Result<(), ActionError> {
    if fault.code == answer::OK || answer::words(fault.code).is_none() {
        return Err(ActionError::Invalid(format!(
            "{} is no error code of ChainUp.",
            fault.code
        )));
    }
    let mut tables = app.store.lock();
    if tables.chainup_opay.faults.len() >= MOST_WAITING {
        return Err(ActionError::Conflict(format!(
            "{MOST_WAITING} faults are waiting already."
        )));
    }
    tables.chainup_opay.faults.push_back(fault);
    Ok(())
}

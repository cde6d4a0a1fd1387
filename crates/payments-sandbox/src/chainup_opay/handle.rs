//! The provider's part of the builder and of the handle.

use std::time::Duration;

use super::fault::ChainupOpayFault;
use crate::builder::SandboxBuilder;
use crate::sandbox::Sandbox;
use crate::shared::action::ActionError;
use crate::shared::clock::millis;

/// ChainUp OPay.
impl SandboxBuilder {
    /// How far the `time` of a ChainUp OPay request may be from the sandbox's clock; others are refused with 50010. A client
    /// on the machine's clock needs a wide window when the sandbox has a manual clock: `Duration::MAX` accepts every time.
    /// Default: five minutes (assumed).
    pub fn chainup_opay_time_window(mut self, window: Duration) -> Self {
        self.settings.chainup_opay.time_window_ms = millis(window);
        self
    }

    /// Answers ChainUp OPay's `orderDetail` also without an envelope, to a plain and unsigned `{appKey, orderNum}` as the
    /// provider's payment page sends it. The answer is plain too. Default: off.
    pub fn chainup_opay_plain_order_detail(mut self, accept: bool) -> Self {
        self.settings.chainup_opay.plain_order_detail = accept;
        self
    }

    /// The scene types (`orderSceneType`) in the merchant's ChainUp console, as texts of digits; orders with others are
    /// refused with 70009. Default: `1000011`, `1001` and `202`, those of the documents' samples.
    pub fn chainup_opay_scene_types<T: Into<String>>(
        mut self,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        let types = types.into_iter().map(Into::into);
        self.settings.chainup_opay.scene_types = types.collect();
        self
    }
}

/// ChainUp OPay.
impl Sandbox {
    /// Refuses the next valid request to ChainUp OPay with a code: short for [`fault`](Self::fault).
    ///
    /// # Errors
    /// [`ActionError`]: a code that ChainUp does not have, too many faults waiting.
    pub fn chainup_opay_fault(&self, fault: ChainupOpayFault) -> Result<(), ActionError> {
        self.fault(fault.into()).map(|_| ())
    }
}

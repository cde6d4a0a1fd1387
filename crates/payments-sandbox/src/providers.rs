//! The list of the providers. To add one, add it here, in `credentials.rs` and in `lib.rs`.

use std::sync::Arc;

use crate::ccpayment::{self, Ccpayment};
use crate::ccpayment_v2::{self, CcpaymentV2};
use crate::chainup_opay::{self, ChainupOpay};
use crate::cpay::{self, Cpay};
use crate::credentials::Credentials;
use crate::shared::context::Context;
use crate::shared::gateway::Gateway;
use crate::shared::provider::Provider;
use crate::shared::setting::MOST_DELAY_MS;
use crate::start_error::StartError;

impl Gateway {
    /// All gateways, in the order of the pages.
    pub const ALL: [Self; 4] = [
        Self::CPAY,
        Self::CHAINUP_OPAY,
        Self::CCPAYMENT,
        Self::CCPAYMENT_V2,
    ];
}

/// The settings of each provider.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) cpay: cpay::Settings,
    pub(crate) chainup_opay: chainup_opay::Settings,
    pub(crate) ccpayment: ccpayment::Settings,
    pub(crate) ccpayment_v2: ccpayment_v2::Settings,
}

impl Settings {
    /// Refuses what no provider starts with.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        cpay::opening(&self.cpay)?;
        ccpayment::opening(&self.ccpayment)?;
        ccpayment_v2::opening(&self.ccpayment_v2)?;
        let delays_ms = [
            self.cpay.payout_delay_ms,
            self.ccpayment.payout_delay_ms,
            self.ccpayment_v2.payout_delay_ms,
        ];
        match delays_ms.into_iter().flatten().any(|ms| ms > MOST_DELAY_MS) {
            true => Err(StartError::PayoutDelay),
            false => Ok(()),
        }
    }
}

/// The providers of one sandbox.
pub(crate) struct Providers {
    pub(crate) cpay: Arc<Cpay>,
    pub(crate) chainup_opay: Arc<ChainupOpay>,
    pub(crate) ccpayment: Arc<Ccpayment>,
    pub(crate) ccpayment_v2: Arc<CcpaymentV2>,
}

impl Providers {
    pub(crate) fn new(
        context: &Arc<Context>,
        credentials: &Credentials,
        settings: Settings,
    ) -> Result<Self, StartError> {
        let context = || Arc::clone(context);
        let cpay = Cpay::new(context(), &credentials.cpay, settings.cpay)?;
        let chainup_opay =
            ChainupOpay::new(context(), &credentials.chainup_opay, settings.chainup_opay)?;
        let ccpayment = Ccpayment::new(context(), &credentials.ccpayment, settings.ccpayment)?;
        let ccpayment_v2 = CcpaymentV2::new(
            context(),
            &credentials.ccpayment_v2,
            &credentials.ccpayment.app_id,
            settings.ccpayment_v2,
        )?;
        Ok(Self {
            cpay: Arc::new(cpay),
            chainup_opay: Arc::new(chainup_opay),
            ccpayment: Arc::new(ccpayment),
            ccpayment_v2: Arc::new(ccpayment_v2),
        })
    }

    /// In the order of the pages.
    pub(crate) fn list(&self) -> Vec<Arc<dyn Provider>> {
        vec![
            Arc::clone(&self.cpay) as Arc<dyn Provider>,
            Arc::clone(&self.chainup_opay) as _,
            Arc::clone(&self.ccpayment) as _,
            Arc::clone(&self.ccpayment_v2) as _,
        ]
    }
}

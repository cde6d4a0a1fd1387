//! Which gateway a scenario is played at, as accounts, the sandbox and its file name it.

use payments_core::InvalidRequest;
use payments_facade::GatewayId;

/// One of the sandbox's gateways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Cpay,
    ChainupOpay,
    Ccpayment,
    CcpaymentV2,
}

impl At {
    /// The names in scenarios.
    pub(super) const ALL: [(&'static str, Self); 4] = [
        ("cpay", Self::Cpay),
        ("chainup-opay", Self::ChainupOpay),
        ("ccpayment", Self::Ccpayment),
        ("ccpayment-v2", Self::CcpaymentV2),
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Cpay => "cpay",
            Self::ChainupOpay => "chainup-opay",
            Self::Ccpayment => "ccpayment",
            Self::CcpaymentV2 => "ccpayment-v2",
        }
    }

    /// The name in the sandbox's JSON.
    pub(super) fn in_json(self) -> &'static str {
        match self {
            Self::Cpay => "cpay",
            Self::ChainupOpay => "chainup_opay",
            Self::Ccpayment => "ccpayment",
            Self::CcpaymentV2 => "ccpayment_v2",
        }
    }

    /// The account in the sandbox's accounts file. A version of CCPayment is a property of the account.
    pub(super) fn account(self) -> Result<GatewayId, InvalidRequest> {
        match self {
            Self::CcpaymentV2 => GatewayId::new("ccpayment", "sandbox-v2"),
            other => GatewayId::new(other.name(), "sandbox"),
        }
    }

    /// The key of the account's secret, of gateways whose secrets can be rotated in the accounts file.
    pub(super) fn secret(self) -> Option<&'static str> {
        match self {
            Self::Cpay => Some("secret"),
            Self::Ccpayment | Self::CcpaymentV2 => Some("app_secret"),
            Self::ChainupOpay => None,
        }
    }

    /// Whether the payer of an order without a coin chooses it on the gateway's page.
    pub(super) fn has_choice(self) -> bool {
        matches!(self, Self::Ccpayment | Self::CcpaymentV2)
    }
}

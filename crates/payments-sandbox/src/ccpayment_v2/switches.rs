//! What a person or a test switches while the sandbox runs.

use serde::Serialize;

use super::account::Settings;
use crate::shared::setting::{Field, Setting};

/// How CCPayment v2 behaves where the documents leave a choice or contradict each other, and what its console decides.
///
/// [`Sandbox::ccpayment_v2_switch`](crate::Sandbox::ccpayment_v2_switch) changes it, and so do the settings of the same names;
/// a reset restores what it was at the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CcpaymentV2Switches {
    /// Deposits that arrive or are confirmed are flagged as risky, and not credited.
    pub risky: bool,
    /// Withdrawals wait for an approval.
    pub approval: bool,
    /// `Processing` and `WaitingApproval` are not pushed.
    pub final_states_only: bool,
    /// A timestamp may also have 13 digits, which are milliseconds: one document has them.
    pub millisecond_timestamps: bool,
    /// Answers carry `Appid`, `Timestamp` and `Sign` as those of version 1 do. No document describes it for version 2.
    pub signed_answers: bool,
    /// Only a body that is `Success` and nothing else, white space aside, acknowledges a webhook.
    pub exact_acknowledgement: bool,
    /// Requests a second from one address; more get 11004. 0: no limit.
    pub requests_per_second: u32,
    /// So many requests in a row from one address with a wrong app id or signature ban it for five days (11014). 0: never.
    pub ban_after: u32,
}

/// What changes while the sandbox runs.
pub(super) const SETTINGS: &[Setting<Settings>] = &[
    Setting {
        name: "ccpayment_v2_webhook_url",
        about: "The webhook URL in the console",
        field: Field::Url(|settings| &mut settings.webhook_url),
    },
    Setting {
        name: "ccpayment_v2_allowed_ips",
        about: "The only addresses that may call",
        field: Field::Addresses(|settings| &mut settings.allowed_ips),
    },
    Setting {
        name: "ccpayment_v2_payouts_complete_after_ms",
        about: "How long a withdrawal takes; none: until an action",
        field: Field::Delay(|settings| &mut settings.payout_delay_ms),
    },
    Setting {
        name: "ccpayment_v2_risky",
        about: "Deposits are flagged as risky",
        field: Field::Flag(|settings| &mut settings.switches.risky),
    },
    Setting {
        name: "ccpayment_v2_approval",
        about: "Withdrawals wait for an approval",
        field: Field::Flag(|settings| &mut settings.switches.approval),
    },
    Setting {
        name: "ccpayment_v2_final_states_only",
        about: "Webhooks of final states only",
        field: Field::Flag(|settings| &mut settings.switches.final_states_only),
    },
    Setting {
        name: "ccpayment_v2_millisecond_timestamps",
        about: "Timestamps of 13 digits are accepted",
        field: Field::Flag(|settings| &mut settings.switches.millisecond_timestamps),
    },
    Setting {
        name: "ccpayment_v2_signed_answers",
        about: "Answers are signed as in version 1",
        field: Field::Flag(|settings| &mut settings.switches.signed_answers),
    },
    Setting {
        name: "ccpayment_v2_exact_acknowledgement",
        about: "Only Success acknowledges",
        field: Field::Flag(|settings| &mut settings.switches.exact_acknowledgement),
    },
    Setting {
        name: "ccpayment_v2_requests_per_second",
        about: "The requests a second that are accepted from one address; 0: no limit",
        field: Field::Number {
            at: |settings| &mut settings.switches.requests_per_second,
            least: 0,
            most: u32::MAX,
        },
    },
    Setting {
        name: "ccpayment_v2_ban_after",
        about: "The wrong app ids or signatures in a row that ban an address; 0: never",
        field: Field::Number {
            at: |settings| &mut settings.switches.ban_after,
            least: 0,
            most: u32::MAX,
        },
    },
];

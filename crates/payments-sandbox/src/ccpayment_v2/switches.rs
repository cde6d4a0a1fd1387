//! What a person or a test switches while the sandbox runs.

use serde::{Deserialize, Serialize};

use crate::shared::admin_request::spelled;

/// How CCPayment v2 behaves where the documents leave a choice or contradict each other, and what its console decides.
///
/// [`Sandbox::ccpayment_v2_switch`](crate::Sandbox::ccpayment_v2_switch) and `POST /_sandbox/ccpayment_v2/switches` change it;
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

/// Changes of the switches; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    #[serde(default, deserialize_with = "spelled")]
    risky: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    approval: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    final_states_only: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    millisecond_timestamps: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    signed_answers: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    exact_acknowledgement: Option<bool>,
    #[serde(default, deserialize_with = "spelled")]
    requests_per_second: Option<u32>,
    #[serde(default, deserialize_with = "spelled")]
    ban_after: Option<u32>,
}

impl Changes {
    pub(super) fn apply(&self, to: &mut CcpaymentV2Switches) {
        fn set<T: Copy>(to: &mut T, from: Option<T>) {
            *to = from.unwrap_or(*to);
        }
        set(&mut to.risky, self.risky);
        set(&mut to.approval, self.approval);
        set(&mut to.final_states_only, self.final_states_only);
        set(&mut to.millisecond_timestamps, self.millisecond_timestamps);
        set(&mut to.signed_answers, self.signed_answers);
        set(&mut to.exact_acknowledgement, self.exact_acknowledgement);
        set(&mut to.requests_per_second, self.requests_per_second);
        set(&mut to.ban_after, self.ban_after);
    }
}

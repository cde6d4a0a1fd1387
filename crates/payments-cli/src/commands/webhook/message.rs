//! Test webhooks as the providers send them, written from their documents and without the clients' code.

mod ccpayment;
mod ccpayment_v2;
mod chainup_opay;
mod cpay;
pub(super) mod event;

use payments_facade::config::{
    AccountConfig, CcpaymentAccount, CcpaymentV2Account, ChainupOpayAccount, CpayAccount,
};
use payments_sandbox::Credentials;

use crate::failure::Failure;
use event::{Message, TestEvent};

/// A test webhook, signed for the account. `sandbox` has the keys that only a provider has.
pub(super) fn compose(
    account: &AccountConfig,
    event: &TestEvent<'_>,
    sandbox: &Credentials,
) -> Result<Message, Failure> {
    if let Some(account) = account.provider::<CpayAccount>() {
        cpay::compose(account, event)
    } else if let Some(account) = account.provider::<CcpaymentAccount>() {
        ccpayment::compose(account, event)
    } else if let Some(account) = account.provider::<CcpaymentV2Account>() {
        ccpayment_v2::compose(account, event)
    } else if let Some(account) = account.provider::<ChainupOpayAccount>() {
        chainup_opay::compose(account, event, sandbox)
    } else {
        Err(Failure::bad(
            "nothing was sent: test webhooks of this provider are not supported",
        ))
    }
}

//! Test webhooks as the providers send them, written from their documents and without the clients' code.

mod ccpayment;
mod chainup_opay;
mod cpay;
pub(super) mod event;

use payments_facade::config::{AccountConfig, ProviderConfig};
use payments_sandbox::Credentials;

use crate::failure::Failure;
use event::{Message, TestEvent};

/// A test webhook, signed for the account. `sandbox` provides the credentials that only a provider has.
pub(super) fn compose(
    account: &AccountConfig,
    event: &TestEvent<'_>,
    sandbox: impl FnOnce() -> Result<Credentials, Failure>,
) -> Result<Message, Failure> {
    match account.provider() {
        ProviderConfig::Cpay(account) => cpay::compose(account, event),
        ProviderConfig::Ccpayment(account) => ccpayment::compose(account, event),
        ProviderConfig::ChainupOpay(account) => chainup_opay::compose(account, event, &sandbox()?),
        _ => Err(Failure::bad(
            "nothing was sent: test webhooks of this provider are not supported",
        )),
    }
}

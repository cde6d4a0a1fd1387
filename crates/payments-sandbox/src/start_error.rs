//! Why a sandbox did not start.

use std::net::SocketAddr;

use crate::credentials::value::CredentialsError;
use crate::shared::gateway::Gateway;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not a loopback address, and remote listening is not allowed.
    #[error(
        "{0} is not a loopback address: others could reach the sandbox; allow_remote_listen (--allow-remote) permits it"
    )]
    RemoteListen(SocketAddr),
    /// The public URL is no http or https URL, or has a query or a fragment, which every link would have in its middle.
    #[error("the public URL must begin with http:// or https:// and have no ? or #")]
    PublicUrl,
    /// Payouts complete after thirty days at the latest.
    #[error(
        "the time after which payouts complete (…_payouts_complete_after, --payouts-complete-after) is at most 30 days"
    )]
    PayoutDelay,
    /// An attempt to send a webhook may take between a millisecond and an hour.
    #[error(
        "the longest attempt to send a webhook (webhook_timeout, --webhook-timeout) is between 1ms and 1h"
    )]
    WebhookTimeout,
    /// The credentials cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The sandbox cannot listen on the address.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address in the settings.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The state file cannot be used.
    #[cfg(feature = "state-file")]
    #[error(transparent)]
    StateFile(#[from] crate::state_file::StateFileError),
    /// An opening balance cannot be used.
    #[error("{}: the balance of {currency} {problem}", .gateway.name())]
    Balance {
        /// The gateway it is for.
        gateway: Gateway,
        /// The currency in the settings.
        currency: String,
        /// What is wrong.
        problem: String,
    },
}

impl StartError {
    /// For a currency and what is wrong with its opening balance at this gateway.
    pub(crate) fn balance(gateway: Gateway) -> impl FnOnce((String, String)) -> Self {
        move |(currency, problem)| Self::Balance {
            gateway,
            currency,
            problem,
        }
    }
}

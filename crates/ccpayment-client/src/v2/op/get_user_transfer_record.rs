//! `getUserTransferRecord`: one transfer between users.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, NonEmpty, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v2::protocol::{Account, Call};
use crate::v2::record::{Key, Record};
use crate::v2::status::TransferStatus;

/// Asks for a transfer between users: `POST getUserTransferRecord`.
///
/// **Effect: read.** An unknown transfer is [`Refusal::NotFound`](payments_core::Refusal::NotFound), code 11003. Right after a
/// transfer was sent, that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[must_use = "a query is made by `Client::user_transfer_record`"]
pub struct UserTransferQuery {
    key: Key,
}

impl UserTransferQuery {
    /// By the merchant's id.
    pub const fn by_order(order_id: MerchantRef) -> Self {
        Self {
            key: Key::Order(order_id),
        }
    }

    /// By the gateway's id.
    pub const fn by_record(record_id: ProviderRef) -> Self {
        Self {
            key: Key::Record(record_id),
        }
    }
}

impl Operation for UserTransferQuery {
    type Output = UserTransferRecord;
    const NAME: &'static str = "user_transfer_record";
    const EFFECT: Effect = Effect::Read;

    fn check(&self) -> Result<(), InvalidRequest> {
        self.key.check()
    }
}

impl Call for UserTransferQuery {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("getUserTransferRecord", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<UserTransferRecord, Fault> {
        self.key.read(answer)
    }
}

/// A transfer between users.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserTransferRecord {
    /// The gateway's id.
    #[serde_as(as = "NonEmpty")]
    pub record_id: ProviderRef,
    /// The merchant's id.
    #[serde_as(as = "NonEmpty")]
    pub order_id: String,
    /// The coin.
    #[serde_as(as = "Scalar")]
    pub coin_id: u64,
    /// The symbol of the coin, which the provider may change.
    #[serde_as(as = "Lenient")]
    pub coin_symbol: Option<String>,
    /// Who gave it.
    #[serde_as(as = "Optional")]
    pub from_user_id: Option<String>,
    /// Who got it. The app id is the merchant.
    #[serde_as(as = "Optional")]
    pub to_user_id: Option<String>,
    /// The amount, in units of the coin.
    #[serde_as(as = "Scalar")]
    pub amount: Amount,
    /// The status. Only [`TransferStatus::Success`] means that it was carried out.
    #[serde_as(as = "NonEmpty")]
    pub status: TransferStatus,
    /// The note of the transfer.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    /// US dollars for one unit.
    #[serde(rename = "coinUSDPrice")]
    #[serde_as(as = "Lenient")]
    pub coin_usd_price: Option<Amount>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(UserTransferRecord);

debug_masked!(UserTransferRecord shows record_id, order_id, coin_id, coin_symbol, amount, status, coin_usd_price, raw;
    masks from_user_id, to_user_id, remark);

impl Record for UserTransferRecord {
    fn coin_id(&self) -> Option<u64> {
        Some(self.coin_id)
    }

    fn record_id(&self) -> Option<&ProviderRef> {
        Some(&self.record_id)
    }

    fn order_id(&self) -> Option<&str> {
        Some(&self.order_id)
    }
}

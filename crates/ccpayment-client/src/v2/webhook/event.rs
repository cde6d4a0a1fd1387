//! The event of a webhook: `{"type": …, "msg": {…}}`.

use std::fmt;

use bytes::Bytes;
use payments_core::{ProviderRef, WebhookError, debug_masked};

use crate::fields::Fields;
use crate::v2::op::{DepositQuery, UserDepositQuery, UserWithdrawalQuery, WithdrawalQuery};
use crate::v2::status::{DepositStatus, WebhookType, WithdrawalStatus};

/// The content of a webhook. Handlers take a [`Verified<Event>`](crate::v2::Verified), which only
/// [`Webhooks::receive`](super::Webhooks::receive) creates.
///
/// No kind has an amount that could be booked: query the record. Its status may be old when it arrives, and a later webhook may
/// arrive first.
///
/// Source: the provider's page, and for [`Activation`](Self::Activation) third parties that received it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The console checks the URL that is being saved. Acknowledge it; there is nothing else to do.
    Activation,
    /// A payment of an order or an invoice, which may have several.
    ApiDeposit(ApiDeposit),
    /// A payment to a permanent address.
    DirectDeposit(DirectDeposit),
    /// A withdrawal to an address on a chain. Withdrawals to Cwallet users have no webhook.
    ApiWithdrawal(ApiWithdrawal),
    /// A deposit of a user of the user wallet system.
    UserDeposit(UserDeposit),
    /// A withdrawal of a user of the user wallet system.
    UserWithdrawal(UserWithdrawal),
    /// A kind that no page lists, or none at all, such as the notice of a risky address. Acknowledge it: a refusal would make
    /// the gateway send it six times more.
    Unlisted(Unlisted),
}

/// `ApiDeposit`: a payment of an order or an invoice.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiDeposit {
    /// The gateway's id of the payment.
    pub record_id: ProviderRef,
    /// The merchant's id of the order or the invoice.
    pub order_id: Option<String>,
    /// The coin.
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The status when it was sent.
    pub status: DepositStatus,
    /// Whether it is flagged as risky: then it is not credited to the merchant. `None` does not mean that it is not: the record
    /// states it.
    pub is_flagged_as_risky: Option<bool>,
    raw: Bytes,
}

/// `DirectDeposit`: a payment to a permanent address.
#[derive(Clone)]
#[non_exhaustive]
pub struct DirectDeposit {
    /// The gateway's id of the payment.
    pub record_id: ProviderRef,
    /// The merchant's id of the user whose address it is.
    pub reference_id: Option<String>,
    /// The coin.
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The status when it was sent.
    pub status: DepositStatus,
    /// As in [`ApiDeposit`].
    pub is_flagged_as_risky: Option<bool>,
    raw: Bytes,
}

/// `ApiWithdrawal`: a withdrawal to an address on a chain.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiWithdrawal {
    /// The gateway's id of the withdrawal.
    pub record_id: ProviderRef,
    /// The merchant's id of the withdrawal.
    pub order_id: Option<String>,
    /// The coin.
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The status when it was sent. `Processing` may be missing or come late.
    pub status: WithdrawalStatus,
    raw: Bytes,
}

/// `UserDeposit`: a deposit of a user of the user wallet system. The `amount` of the page's sample is not read: no document
/// explains it.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserDeposit {
    /// The gateway's id of the payment.
    pub record_id: ProviderRef,
    /// The user.
    pub user_id: Option<String>,
    /// The coin.
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The status when it was sent.
    pub status: DepositStatus,
    /// As in [`ApiDeposit`].
    pub is_flagged_as_risky: Option<bool>,
    raw: Bytes,
}

/// `UserWithdrawal`: a withdrawal of a user of the user wallet system.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserWithdrawal {
    /// The gateway's id of the withdrawal.
    pub record_id: ProviderRef,
    /// The merchant's id of the withdrawal.
    pub order_id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// The coin.
    pub coin_id: Option<u64>,
    /// The symbol of the coin, which the provider may change.
    pub coin_symbol: Option<String>,
    /// The status when it was sent.
    pub status: WithdrawalStatus,
    raw: Bytes,
}

/// A webhook of a kind that no page lists.
#[derive(Clone)]
#[non_exhaustive]
pub struct Unlisted {
    /// The kind as received, if it has one.
    pub kind: Option<String>,
    raw: Bytes,
}

/// `raw()` of a kind.
macro_rules! has_raw {
    ($($kind:ident)+) => {$(
        impl $kind {
            /// The body as received, for fields that are not listed here. Treat it as confidential.
            #[must_use]
            pub const fn raw(&self) -> &Bytes {
                &self.raw
            }
        }
    )+};
}

has_raw!(ApiDeposit DirectDeposit ApiWithdrawal UserDeposit UserWithdrawal Unlisted);

debug_masked!(ApiDeposit shows record_id, order_id, coin_id, coin_symbol, status, is_flagged_as_risky; hides raw);
debug_masked!(DirectDeposit shows record_id, coin_id, coin_symbol, status, is_flagged_as_risky; masks reference_id; hides raw);
debug_masked!(ApiWithdrawal shows record_id, order_id, coin_id, coin_symbol, status; hides raw);
debug_masked!(UserDeposit shows record_id, coin_id, coin_symbol, status, is_flagged_as_risky; masks user_id; hides raw);
debug_masked!(UserWithdrawal shows record_id, order_id, coin_id, coin_symbol, status; masks user_id; hides raw);

impl fmt::Debug for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlisted")
            .field("kind", &self.kind)
            .field("body_bytes", &self.raw.len())
            .finish()
    }
}

impl ApiDeposit {
    /// The query for the record, from which the payment is booked.
    pub fn query(&self) -> DepositQuery {
        DepositQuery::new(self.record_id.clone())
    }
}

impl DirectDeposit {
    /// The query for the record, from which the payment is booked.
    pub fn query(&self) -> DepositQuery {
        DepositQuery::new(self.record_id.clone())
    }
}

impl ApiWithdrawal {
    /// The query for the record, from which the withdrawal is booked.
    pub fn query(&self) -> WithdrawalQuery {
        WithdrawalQuery::by_record(self.record_id.clone())
    }
}

impl UserDeposit {
    /// The query for the record, from which the user is credited.
    pub fn query(&self) -> UserDepositQuery {
        UserDepositQuery::new(self.record_id.clone())
    }
}

impl UserWithdrawal {
    /// The query for the record, from which the withdrawal is booked.
    pub fn query(&self) -> UserWithdrawalQuery {
        UserWithdrawalQuery::by_record(self.record_id.clone())
    }
}

impl Event {
    /// The kind; `None` if the webhook does not name one.
    #[must_use]
    pub fn kind(&self) -> Option<WebhookType> {
        Some(match self {
            Self::Activation => WebhookType::ActivateWebhookUrl,
            Self::ApiDeposit(_) => WebhookType::ApiDeposit,
            Self::DirectDeposit(_) => WebhookType::DirectDeposit,
            Self::ApiWithdrawal(_) => WebhookType::ApiWithdrawal,
            Self::UserDeposit(_) => WebhookType::UserDeposit,
            Self::UserWithdrawal(_) => WebhookType::UserWithdrawal,
            Self::Unlisted(event) => WebhookType::Other(event.kind.clone()?),
        })
    }

    /// The gateway's id of the record, for the kinds that have one.
    #[must_use]
    pub const fn record_id(&self) -> Option<&ProviderRef> {
        match self {
            Self::ApiDeposit(event) => Some(&event.record_id),
            Self::DirectDeposit(event) => Some(&event.record_id),
            Self::ApiWithdrawal(event) => Some(&event.record_id),
            Self::UserDeposit(event) => Some(&event.record_id),
            Self::UserWithdrawal(event) => Some(&event.record_id),
            Self::Activation | Self::Unlisted(_) => None,
        }
    }

    /// The identity of the event: record and status. The same pair arrives again until it is acknowledged, and whenever it is
    /// resent on request; another payment of the same order has another record. `None` for kinds without a record.
    #[must_use]
    pub fn dedup_key(&self) -> Option<(&str, &str)> {
        let status = match self {
            Self::ApiDeposit(event) => event.status.as_str(),
            Self::DirectDeposit(event) => event.status.as_str(),
            Self::ApiWithdrawal(event) => event.status.as_str(),
            Self::UserDeposit(event) => event.status.as_str(),
            Self::UserWithdrawal(event) => event.status.as_str(),
            Self::Activation | Self::Unlisted(_) => return None,
        };
        Some((self.record_id()?.as_str(), status))
    }

    pub(super) fn read(body: &[u8]) -> Result<Self, WebhookError> {
        let fields = Fields::read(body)?;
        let kind: Option<String> = fields.lenient("type");
        let raw = Bytes::copy_from_slice(body);
        let msg = || fields.object("msg");
        // Exactly as listed: a similar kind may be another one.
        Ok(match kind.as_deref() {
            Some("ActivateWebhookURL") => Self::Activation,
            Some("ApiDeposit") => {
                let msg = msg()?;
                Self::ApiDeposit(ApiDeposit {
                    record_id: msg.required("recordId")?,
                    order_id: msg.name("orderId")?,
                    coin_id: msg.lenient("coinId"),
                    coin_symbol: msg.lenient("coinSymbol"),
                    status: msg.required("status")?,
                    is_flagged_as_risky: msg.optional("isFlaggedAsRisky")?,
                    raw,
                })
            }
            Some("DirectDeposit") => {
                let msg = msg()?;
                Self::DirectDeposit(DirectDeposit {
                    record_id: msg.required("recordId")?,
                    reference_id: msg.name("referenceId")?,
                    coin_id: msg.lenient("coinId"),
                    coin_symbol: msg.lenient("coinSymbol"),
                    status: msg.required("status")?,
                    is_flagged_as_risky: msg.optional("isFlaggedAsRisky")?,
                    raw,
                })
            }
            Some("ApiWithdrawal") => {
                let msg = msg()?;
                Self::ApiWithdrawal(ApiWithdrawal {
                    record_id: msg.required("recordId")?,
                    order_id: msg.name("orderId")?,
                    coin_id: msg.lenient("coinId"),
                    coin_symbol: msg.lenient("coinSymbol"),
                    status: msg.required("status")?,
                    raw,
                })
            }
            Some("UserDeposit") => {
                let msg = msg()?;
                Self::UserDeposit(UserDeposit {
                    record_id: msg.required("recordId")?,
                    user_id: msg.name("userId")?,
                    coin_id: msg.lenient("coinId"),
                    coin_symbol: msg.lenient("coinSymbol"),
                    status: msg.required("status")?,
                    is_flagged_as_risky: msg.optional("isFlaggedAsRisky")?,
                    raw,
                })
            }
            Some("UserWithdrawal") => {
                let msg = msg()?;
                Self::UserWithdrawal(UserWithdrawal {
                    record_id: msg.required("recordId")?,
                    order_id: msg.name("orderId")?,
                    user_id: msg.name("userId")?,
                    coin_id: msg.lenient("coinId"),
                    coin_symbol: msg.lenient("coinSymbol"),
                    status: msg.required("status")?,
                    raw,
                })
            }
            _ => Self::Unlisted(Unlisted { kind, raw }),
        })
    }
}

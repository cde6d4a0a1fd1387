//! `bill/info`: the state of orders and of withdrawals.

mod deposit;
mod trade;
mod wire;
mod withdrawal;

use std::collections::HashSet;

use bytes::Bytes;
use http::Request;
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, RawAnswer, Timestamp, keeps_raw,
};
use serde::Serialize;

use crate::v1::protocol::{Account, Call, rows};
use wire::WireRow;

pub use deposit::DepositOrder;
pub use trade::{RefundItem, Trade};
pub use withdrawal::WithdrawalOrder;

/// The most ids of one query.
const MAX_IDS: usize = 100;

/// Deposits and withdrawals have the same query and answer, except for their names and the type of the rows.
macro_rules! query {
    ($(#[$doc:meta])* $query:ident, $name:literal, $answer:ident { $rows:ident: $row:ident }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[must_use = "a query is made by a method of `Client`"]
        pub struct $query {
            merchant_order_ids: Vec<MerchantRef>,
        }

        impl $query {
            /// By the merchant's own ids: 1 to 100, each once. For more use [`split`](Self::split).
            pub fn new(merchant_order_ids: impl IntoIterator<Item = MerchantRef>) -> Self {
                Self {
                    merchant_order_ids: merchant_order_ids.into_iter().collect(),
                }
            }

            /// By one id: this resolves an unknown outcome.
            pub fn one(merchant_order_id: MerchantRef) -> Self {
                Self::new([merchant_order_id])
            }

            /// Any number of ids, as queries of up to 100 each.
            #[must_use]
            pub fn split(merchant_order_ids: &[MerchantRef]) -> Vec<Self> {
                merchant_order_ids
                    .chunks(MAX_IDS)
                    .map(|ids| Self::new(ids.iter().cloned()))
                    .collect()
            }
        }

        impl Operation for $query {
            type Output = $answer;
            const NAME: &'static str = $name;
            const EFFECT: Effect = Effect::Read;

            fn check(&self) -> Result<(), InvalidRequest> {
                check(&self.merchant_order_ids)
            }
        }

        impl Call for $query {
            fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
                account.post("bill/info", self, now)
            }

            fn decode(&self, answer: Answer<'_>) -> Result<$answer, Fault> {
                let rows: Vec<WireRow<'_>> = rows(&answer)?;
                let orders = rows.into_iter().map($row::read);
                let orders = orders.collect::<Result<Vec<_>, _>>()?;
                check_ids(
                    &self.merchant_order_ids,
                    orders.iter().map(|order| order.merchant_order_id.as_str()),
                )?;
                Ok(answer.keep($answer {
                    $rows: orders,
                    raw: None,
                }))
            }
        }

        keeps_raw!($answer);

        impl $answer {
            /// The order with this id; an answer with two rows of one id is refused. `None` does not prove that the order
            /// does not exist: no document states how an unknown id is answered, and the gateway may show an order late.
            #[must_use]
            pub fn find(&self, merchant_order_id: &MerchantRef) -> Option<&$row> {
                let id = merchant_order_id.as_str();
                self.$rows.iter().find(|order| order.merchant_order_id == id)
            }
        }
    };
}

query! {
    /// Asks for orders of deposits: `POST bill/info`, "API Deposit Order Information Interface".
    ///
    /// **Effect: read.** Use a [`WithdrawalQuery`] for ids of withdrawals: the gateway does not allow both in one query.
    ///
    /// An answer with two rows of one id, with the row of a withdrawal or with an id that was not requested is
    /// [`Kind::Integrity`](payments_core::Kind::Integrity). One row that cannot be read fails the entire answer: query its
    /// id separately.
    ///
    /// ```
    /// use ccpayment_client::v1::DepositQuery;
    /// use payments_core::MerchantRef;
    ///
    /// let query = DepositQuery::one(MerchantRef::new("order-1001")?);
    ///
    /// let ids = (0..250).map(|n| MerchantRef::new(format!("order-{n}"))).collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(DepositQuery::split(&ids).len(), 3);
    /// # let _ = query;
    /// # Ok::<(), payments_core::InvalidRequest>(())
    /// ```
    DepositQuery, "deposits", Deposits { deposits: DepositOrder }
}

query! {
    /// Asks for withdrawals: `POST bill/info`, "Withdrawal Order Information Interface".
    ///
    /// **Effect: read.** Use a [`DepositQuery`] for ids of deposits: the gateway does not allow both in one query.
    ///
    /// Two rows of one id, and two transfers in one row, mean that money may have been paid out twice: either is
    /// [`Kind::Integrity`](payments_core::Kind::Integrity), as is the row of a deposit or an id that was not requested. The
    /// error contains the answer as received.
    WithdrawalQuery, "withdrawals", Withdrawals { withdrawals: WithdrawalOrder }
}

fn check(ids: &[MerchantRef]) -> Result<(), InvalidRequest> {
    let problem = if ids.is_empty() {
        "is empty"
    } else if ids.len() > MAX_IDS {
        "is too long"
    } else if has_repeats(ids.iter().map(MerchantRef::as_str)) {
        // The answer may have two rows of it, which would look like an order that exists twice.
        "contains an id twice"
    } else {
        return Ok(());
    };
    Err(InvalidRequest::request("merchant_order_ids", problem)
        .allowed("1 to 100 ids, each once; more by `split`"))
}

/// Every id of the answer must have been requested, and each is one order: a second row must not hide behind the first.
fn check_ids<'a>(
    requested: &[MerchantRef],
    received: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Fault> {
    let is_requested = |id| requested.iter().any(|requested| requested.as_str() == id);
    if !received.clone().all(is_requested) {
        Err(Fault::foreign("merchant_order_id"))
    } else if has_repeats(received) {
        Err(Fault::mismatch("merchant_order_id: two rows of one"))
    } else {
        Ok(())
    }
}

fn has_repeats<'a>(mut ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    !ids.all(|id| seen.insert(id))
}

/// The answer to a [`DepositQuery`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deposits {
    /// The requested orders that were found.
    pub deposits: Vec<DepositOrder>,
    raw: Option<RawAnswer>,
}

/// The answer to a [`WithdrawalQuery`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Withdrawals {
    /// The requested withdrawals that were found.
    pub withdrawals: Vec<WithdrawalOrder>,
    raw: Option<RawAnswer>,
}

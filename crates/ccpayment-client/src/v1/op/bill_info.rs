//! `bill/info`: what became of orders, of deposits and of withdrawals.

mod deposit;
mod withdrawal;

use std::collections::HashSet;

use payments_core::wire::{self, Json};
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{RefundItem, Trade};
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};

pub use deposit::DepositOrder;
pub use withdrawal::WithdrawalOrder;

/// The most ids of one question.
const MOST: usize = 100;

/// The two questions differ in what they ask for and how the answer's rows are read, and in nothing else.
macro_rules! query {
    ($(#[$doc:meta])* $query:ident, $name:literal, $answer:ident { $rows:ident: $row:ident }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "a query is made by a method of `Client`"]
        pub struct $query {
            merchant_order_ids: Vec<MerchantRef>,
        }

        impl $query {
            /// By the merchant's own ids, 1 to 100 of them and each once. [`split`](Self::split) takes more.
            pub fn new(merchant_order_ids: impl IntoIterator<Item = MerchantRef>) -> Self {
                Self {
                    merchant_order_ids: merchant_order_ids.into_iter().collect(),
                }
            }

            /// By one id: the way to resolve an unknown outcome.
            pub fn one(merchant_order_id: MerchantRef) -> Self {
                Self::new([merchant_order_id])
            }

            /// Any number of ids, as questions of up to 100 each.
            #[must_use]
            pub fn split(merchant_order_ids: &[MerchantRef]) -> Vec<Self> {
                merchant_order_ids
                    .chunks(MOST)
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

        impl Wired for $query {
            const PATH: &'static str = "bill/info";

            fn body(&self) -> impl Serialize {
                Body {
                    merchant_order_ids: &self.merchant_order_ids,
                }
            }

            fn read(&self, answer: Answer<'_>) -> Result<$answer, Fault> {
                let rows: Vec<Row<'_>> = answer.rows()?;
                let orders: Vec<$row> = rows
                    .into_iter()
                    .map(|row| {
                        let order = $row::read(row)?;
                        asked_for(&self.merchant_order_ids, &order.merchant_order_id)?;
                        Ok(order)
                    })
                    .collect::<Result<_, Fault>>()?;
                each_once(orders.iter().map(|order| order.merchant_order_id.as_str()))?;
                Ok(answer.keep($answer {
                    $rows: orders,
                    raw: None,
                }))
            }
        }

        keeps_raw!($answer);

        impl $answer {
            /// The order of this id; an answer with two of one id is refused as a whole. None is no proof that there is
            /// none: what becomes of an unknown id, no document says, and the gateway may show an order late.
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
    /// **Effect: read.** Ids of withdrawals are asked for by a [`WithdrawalQuery`]: the gateway wants the two kept apart.
    ///
    /// An answer with two rows of one id, with a row of a withdrawal or of another id is
    /// [`Kind::Integrity`](payments_core::Kind::Integrity). One row that cannot be read fails the whole answer: ask for its id
    /// alone.
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
    /// **Effect: read.** Ids of deposits are asked for by a [`DepositQuery`]: the gateway wants the two kept apart.
    ///
    /// Two rows of one id, and two transfers in one row, mean that money may have gone out twice: either is
    /// [`Kind::Integrity`](payments_core::Kind::Integrity), as is a row of a deposit or of another id. The answer as it came
    /// stands in the error.
    WithdrawalQuery, "withdrawals", Withdrawals { withdrawals: WithdrawalOrder }
}

fn check(ids: &[MerchantRef]) -> Result<(), InvalidRequest> {
    let problem = if ids.is_empty() {
        "are none"
    } else if ids.len() > MOST {
        "are too many"
    } else if repeats(ids.iter().map(MerchantRef::as_str)) {
        // The answer to it may well have two rows, and then it could not be told from an order that stands twice.
        "name an id twice"
    } else {
        return Ok(());
    };
    Err(InvalidRequest::request("merchant_order_ids", problem)
        .allowed("1 to 100 ids, each once; more by `split`"))
}

fn repeats<'a>(mut ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    !ids.all(|id| seen.insert(id))
}

/// One id is one order: a second row of it is an order that stands twice, and must not hide behind the first.
fn each_once<'a>(told: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    if repeats(told) {
        Err(Fault::mismatch("merchant_order_id: two rows of one"))
    } else {
        Ok(())
    }
}

/// A row about another order is no answer.
fn asked_for(ids: &[MerchantRef], told: &str) -> Result<(), Fault> {
    if ids.iter().any(|id| id.as_str() == told) {
        Ok(())
    } else {
        Err(Fault::mismatch("merchant_order_id"))
    }
}

#[derive(Serialize)]
struct Body<'a> {
    merchant_order_ids: &'a [MerchantRef],
}

/// A row of either kind.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    order_detail: Json<'a>,
    #[serde(default, deserialize_with = "wire::list")]
    trade_list: Vec<Trade>,
    #[serde(default, deserialize_with = "wire::list")]
    refund_list: Vec<RefundItem>,
}

/// `order_detail` of either kind. The states differ and are read as text first.
#[derive(Deserialize)]
struct Detail {
    #[serde(deserialize_with = "super::present_text")]
    merchant_order_id: String,
    #[serde(deserialize_with = "super::present_text")]
    status: String,
    #[serde(default, deserialize_with = "wire::optional_provider_ref")]
    order_id: Option<ProviderRef>,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    product_price: Option<Amount>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    denominated_currency: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    product_name: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    crypto: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    chain: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    contract: Option<String>,
    #[serde(default, deserialize_with = "wire::optional_amount")]
    order_amount: Option<Amount>,
    /// The table's name for it; the examples have the other one.
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    rate: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    token_rate: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::moment")]
    created: Option<Timestamp>,
}

impl Detail {
    /// The rows of the two kinds tell each other apart by the price alone: a withdrawal has none. That a price of zero is
    /// none, whatever currency stands beside it, is `assumed`: a server in Go writes unset fields so, and no order can be
    /// made at zero.
    fn is_priced(&self) -> bool {
        match self.product_price {
            Some(price) => !price.is_zero(),
            None => self.denominated_currency.is_some(),
        }
    }
}

/// What `bill/info` answers to a [`DepositQuery`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Deposits {
    /// The orders that were found, of those that were asked for.
    pub deposits: Vec<DepositOrder>,
    raw: Option<RawAnswer>,
}

/// What `bill/info` answers to a [`WithdrawalQuery`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Withdrawals {
    /// The withdrawals that were found, of those that were asked for.
    pub withdrawals: Vec<WithdrawalOrder>,
    raw: Option<RawAnswer>,
}

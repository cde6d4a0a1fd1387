//! `getSwapCoinList`, `estimate` and `swap`: coins for coins, at once.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::{self, Outcome, Refusal};
use super::codes::Code;
use super::coins::{COINS, Coin};
use super::state::CcpaymentV2;
use super::verify::Verified;
use crate::shared::decimal::Decimal;
use crate::shared::gateway::Gateway;
use crate::shared::ledger::{Account, Move};
use crate::shared::order::{self, Exchanged, Funds, OrderKind, OrderStatus};
use crate::shared::order_table::Stored;

pub(super) const ESTIMATE_FIELDS: &[&str] = &["coinIdIn", "amountIn", "coinIdOut"];
pub(super) const FIELDS: &[&str] = &[
    "orderId",
    "coinIdIn",
    "amountIn",
    "coinIdOut",
    "amountOutMinimum",
];

/// Quotients have 16 decimals in the samples (cut: assumed).
const PLACES: i32 = 16;

/// What a swap gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quote {
    pub(super) coin_in: &'static Coin,
    pub(super) coin_out: &'static Coin,
    pub(super) amount_in: Decimal,
    pub(super) amount_out: Decimal,
    /// Out for one in, as in the samples and unlike the prose.
    pub(super) rate: Decimal,
    pub(super) fee_rate: Decimal,
    pub(super) fee: Decimal,
    pub(super) net: Decimal,
}

/// A swap that was carried out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Swap {
    pub(super) record_id: String,
    /// Continues a list after this record.
    pub(super) cursor: String,
    pub(super) merchant_ref: String,
    pub(super) quote: Quote,
    pub(super) amount_out_minimum: Option<Decimal>,
    pub(super) at_ms: u64,
}

impl Stored for Swap {
    fn order_id(&self) -> &str {
        &self.record_id
    }

    fn merchant_ref(&self) -> &str {
        &self.merchant_ref
    }

    fn view(&self) -> order::Order {
        let (gateway, kind) = (Gateway::CCPAYMENT_V2, OrderKind::Exchange);
        let id = self.record_id.clone();
        let mut view = order::Order::new(gateway, kind, id, self.at_ms);
        let quote = &self.quote;
        self.merchant_ref.clone_into(&mut view.merchant_ref);
        view.status = OrderStatus::Completed;
        view.funds = Funds::Exact;
        quote.coin_out.symbol.clone_into(&mut view.currency);
        view.amount = quote.amount_out.to_string();
        view.actual_amount.clone_from(&view.amount);
        view.received_amount = quote.net.to_string();
        view.fee = quote.fee.to_string();
        let rate = quote.coin_out.price.over(quote.coin_in.price);
        view.exchanged = Some(Exchanged {
            currency: quote.coin_in.symbol.to_owned(),
            amount: quote.amount_in.to_string(),
            rate: rate.unwrap_or_default().cut(PLACES).to_string(),
        });
        view.settled_ms = Some(self.at_ms);
        view
    }
}

pub(super) fn coin_list(_: &CcpaymentV2, _: &Verified) -> Outcome {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        coin_id: u64,
        symbol: &'static str,
        logo_url: String,
    }
    let coins = COINS.into_iter().filter(|coin| coin.swappable);
    let coins = coins.map(|coin| Row {
        coin_id: coin.id,
        symbol: coin.symbol,
        logo_url: coin.logo(),
    });
    let coins: Vec<Row> = coins.collect();
    answer::data(&json!({ "coins": coins }))
}

/// What is to be swapped.
struct Wish {
    coin_in: &'static Coin,
    amount_in: Decimal,
    coin_out: &'static Coin,
}

fn wish(fields: &Verified) -> Result<Wish, Refusal> {
    let amount_in = fields.amount("amountIn")?.value();
    fields.required_integer("coinIdOut")?;
    let coin_in = fields.coin("coinIdIn")?;
    let coin_out = fields.coin("coinIdOut")?;
    for coin in [coin_in, coin_out] {
        if !coin.swappable {
            return Err(Refusal::new(
                Code::CoinUnavailableForSwap,
                format!("{} is not in getSwapCoinList", coin.symbol),
            ));
        }
    }
    if coin_in.id == coin_out.id {
        return Err(Refusal::field("coinIdOut", "is coinIdIn"));
    }
    Ok(Wish {
        coin_in,
        amount_in,
        coin_out,
    })
}

/// 0.5 %, and at least what 0.1 USDT is worth; then the rate is that of the least fee.
fn quote(wish: &Wish) -> Result<Quote, Refusal> {
    let too_much = || Refusal::field("amountIn", "is more than the sandbox can count");
    compute(wish.coin_in, wish.amount_in, wish.coin_out)
        .ok_or_else(too_much)?
        .ok_or_else(|| {
            Refusal::new(
                Code::SwapAmountInTooLow,
                "amountIn is not worth more than the fee, at least 0.1 USD",
            )
        })
}

/// The outer `None`: too large to count. The inner one: too little.
fn compute(
    coin_in: &'static Coin,
    amount_in: Decimal,
    coin_out: &'static Coin,
) -> Option<Option<Quote>> {
    let usd = amount_in.times(coin_in.price)?;
    let amount_out = usd.over(coin_out.price)?.cut(PLACES);
    if !amount_out.is_positive() {
        return Some(None);
    }
    let rate = coin_in.price.over(coin_out.price)?.cut(PLACES);
    let usual = Decimal::constant(5, 3);
    let least = Decimal::constant(1, 1).over(coin_out.price)?.cut(PLACES);
    let (mut fee_rate, mut fee) = (usual, amount_out.times(usual)?);
    if fee < least {
        fee = least;
        fee_rate = fee.over(amount_out)?.cut(PLACES);
    }
    let net = amount_out.minus(fee)?;
    Some(net.is_positive().then_some(Quote {
        coin_in,
        coin_out,
        amount_in,
        amount_out,
        rate,
        fee_rate,
        fee,
        net,
    }))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Estimate {
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<String>,
    coin_id_in: u64,
    coin_id_out: u64,
    amount_in: String,
    amount_out: String,
    swap_rate: String,
    fee_rate: String,
    fee: String,
    net_amount_out: String,
}

fn estimate_of(quote: &Quote) -> Estimate {
    Estimate {
        record_id: None,
        order_id: None,
        coin_id_in: quote.coin_in.id,
        coin_id_out: quote.coin_out.id,
        amount_in: quote.amount_in.to_string(),
        amount_out: quote.amount_out.to_string(),
        swap_rate: quote.rate.to_string(),
        fee_rate: quote.fee_rate.to_string(),
        fee: quote.fee.to_string(),
        net_amount_out: quote.net.to_string(),
    }
}

pub(super) fn estimate(_: &CcpaymentV2, fields: &Verified) -> Outcome {
    answer::data(&estimate_of(&quote(&wish(fields)?)?))
}

pub(super) fn swap(provider: &CcpaymentV2, fields: &Verified) -> Outcome {
    let merchant_ref = fields.reference("orderId")?;
    let minimum = fields.optional_amount("amountOutMinimum")?;
    let minimum = minimum.map(|minimum| minimum.value());
    let wish = wish(fields)?;
    let mut state = provider.state();
    state.swaps.room_for(merchant_ref)?;
    let quote = quote(&wish)?;
    // Compared with what the merchant gets (assumed).
    if minimum.is_some_and(|minimum| quote.net < minimum) {
        return Err(Refusal::new(
            Code::AmountOutMinimumTooHigh,
            format!("netAmountOut would be {}", quote.net),
        ));
    }
    let now_ms = provider.context.clock.now_ms();
    let swap = Swap {
        record_id: provider.new_id(now_ms),
        cursor: provider.context.ids.hex(32),
        merchant_ref: merchant_ref.to_owned(),
        quote,
        amount_out_minimum: minimum,
        at_ms: now_ms,
    };
    let data = answer::data(&Estimate {
        record_id: Some(swap.record_id.clone()),
        order_id: Some(swap.merchant_ref.clone()),
        ..estimate_of(&swap.quote)
    });
    let Quote {
        coin_in,
        coin_out,
        amount_in,
        fee,
        net,
        ..
    } = swap.quote;
    let entry = |coin: &'static Coin, from, to, amount| Move {
        currency: coin.symbol,
        from,
        to,
        amount,
    };
    state.ledger.post(&[
        entry(coin_in, Account::Available, Account::Exchange, amount_in),
        entry(coin_out, Account::Exchange, Account::Available, net),
        entry(coin_out, Account::Exchange, Account::Fees, fee),
    ])?;
    state.swaps.add(swap, provider.context.next_order())?;
    data
}

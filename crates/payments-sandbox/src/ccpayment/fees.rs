//! The costs of a transfer, and who pays them.

use super::coins::Token;
use super::order::Fee;
use super::rates;
use crate::shared::decimal::Decimal;

/// What a transfer takes from the balance and what arrives.
pub(super) struct Costs {
    /// Leaves the balance of the coin.
    pub(super) debit: Decimal,
    pub(super) net: Decimal,
    pub(super) fee: Fee,
}

/// The costs of a transfer. `None` if nothing would arrive, or if the numbers are larger than the sandbox can count.
///
/// The fee of a token may be in another coin. The merchant pays such a fee from that coin's balance. The receiver pays it
/// with its value in the token, and what arrives is cut to the coin's decimals (assumed: the only sample does not add up).
pub(super) fn of(
    token: &'static Token,
    value: Decimal,
    merchant_pays: bool,
    internal: bool,
    now_ms: u64,
) -> Option<Costs> {
    let fee_rate = rates::usd(token.fee_coin, now_ms);
    let none = Decimal::default();
    if internal {
        return Some(Costs {
            debit: value,
            net: value,
            fee: Fee {
                coin: token.coin,
                amount: none,
                value: none.padded(2),
                apart: false,
            },
        });
    }
    let apart = token.fee_coin.id != token.coin.id;
    let fee = Fee {
        coin: token.fee_coin,
        amount: token.fee,
        value: token.fee.times(fee_rate)?.rounded(2).padded(2),
        apart: apart && merchant_pays,
    };
    let (debit, net) = match (merchant_pays, apart) {
        (true, true) => (value, value),
        (true, false) => (value.plus(token.fee)?, value),
        (false, false) => (value, value.minus(token.fee)?),
        (false, true) => {
            let rate = rates::usd(token.coin, now_ms);
            let worth = token.fee.times_up(fee_rate)?.over_up(rate)?;
            let places = i32::try_from(token.coin.precision).ok()?;
            (value, value.minus(worth)?.cut(places))
        }
    };
    net.is_positive().then_some(Costs { debit, net, fee })
}

//! Prices in USD, which move around a fixed average with the sandbox's clock. The same instant has the same price in every
//! run (assumed).

use super::coins::{COINS, Coin};
use crate::shared::decimal::Decimal;

/// A price moves by 0.01 % per minute, this many steps up and down from its average.
const STEPS: u64 = 20;
/// Minutes between the cycles of two coins.
const APART: u64 = 11;

/// The price of one coin in USD at an instant.
pub(super) fn usd(coin: &Coin, now_ms: u64) -> Decimal {
    if !coin.moves {
        return coin.price;
    }
    // Satoshis are bitcoins, so their price moves in the same way.
    let symbol = if coin.symbol == "SATS" {
        "BTC"
    } else {
        coin.symbol
    };
    let place = COINS.iter().position(|known| known.symbol == symbol);
    let minute = (now_ms / 60_000).wrapping_add(APART * place.unwrap_or_default() as u64);
    let phase = minute % (4 * STEPS);
    // 0 … 2 × STEPS and back.
    let height = phase.min(4 * STEPS - phase);
    let factor = Decimal::constant(10_000 + i128::from(height) - i128::from(STEPS), 4);
    // The prices have few decimals: nothing is cut, and the fallback is never needed.
    coin.price.times(factor).unwrap_or(coin.price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ccpayment::coins::by_symbol;

    #[test]
    fn prices_move_by_one_step_per_minute_and_return() {
        let trx = by_symbol("TRX").unwrap();
        let prices: Vec<Decimal> = (0..=80).map(|minute| usd(trx, minute * 60_000)).collect();
        assert_eq!(prices.first(), prices.last());
        let (least, most) = (Decimal::constant(7_984, 5), Decimal::constant(8_016, 5));
        assert_eq!(prices.iter().min(), Some(&least));
        assert_eq!(prices.iter().max(), Some(&most));
        assert!(prices.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn dollars_are_fixed_and_satoshis_follow_bitcoin() {
        let (usdt, sats, btc) = ("USDT", "SATS", "BTC");
        let price = |symbol| usd(by_symbol(symbol).unwrap(), 1_700_000_000_000);
        assert_eq!(price(usdt).to_string(), "1");
        let whole = price(sats).times(Decimal::constant(100_000_000, 0));
        assert_eq!(whole, Some(price(btc)));
    }
}

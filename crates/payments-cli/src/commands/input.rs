//! What several commands take: money, times, references.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::Money;

use crate::failure::Failure;

/// A sum, as two words and an option: `10.50 USDT --network tron`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Sum {
    /// How much, as 10.50
    #[arg(value_name = "AMOUNT")]
    amount: Amount,
    /// Of what, as USDT
    #[arg(value_name = "ASSET", value_parser = asset)]
    asset: Asset,
}

impl Sum {
    pub(crate) fn money(&self) -> Money {
        Money::new(self.amount, self.asset.clone())
    }

    pub(crate) fn on(&self, network: Option<&str>) -> Result<Money, Failure> {
        match network {
            None => Ok(self.money()),
            Some(network) => Ok(self.money().on_network(network)?),
        }
    }
}

/// `USDT`, or `USDT@tron` for one network of it.
pub(crate) fn asset(text: &str) -> Result<Asset, String> {
    let made = match text.split_once('@') {
        None => Asset::new(text),
        Some((symbol, network)) => Asset::new(symbol).and_then(|asset| asset.on_network(network)),
    };
    made.map_err(|invalid| invalid.to_string())
}

pub(crate) fn reference(text: &str) -> Result<MerchantRef, String> {
    MerchantRef::new(text).map_err(|invalid| invalid.to_string())
}

/// `90s`, `30m`, `2h`.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    let wrong = "write it as 90s, 30m or 2h";
    let (number, unit) = match text.char_indices().last() {
        Some((at, unit)) => (text.get(..at).unwrap_or_default(), unit),
        None => return Err(wrong),
    };
    let number = u64::from_str(number).map_err(|_| wrong)?;
    let seconds = match unit {
        's' => Some(number),
        'm' => number.checked_mul(60),
        'h' => number.checked_mul(3_600),
        _ => None,
    };
    seconds.map(Duration::from_secs).ok_or(wrong)
}

/// Gives a request those of the options that were said.
macro_rules! with {
    ($request:expr, $($setter:ident: $value:expr),+ $(,)?) => {{
        let request = $request;
        $(let request = match $value {
            Some(value) => request.$setter(value),
            None => request,
        };)+
        request
    }};
}
pub(crate) use with;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7_200)));
        for wrong in ["", "5", "m", "5 m", "-5m", "5d", "99999999999999999h", "5µ"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_asset_may_name_its_network() {
        assert_eq!(asset("USDT").unwrap().network(), None);
        assert_eq!(asset("USDT@tron").unwrap().network(), Some("tron"));
        assert!(asset("@tron").is_err() && asset("").is_err() && asset("USDT@").is_err());
    }
}

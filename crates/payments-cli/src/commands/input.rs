//! Values that several commands read: money, times, days, references.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, civil};
use payments_core::Date;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::Money;

use crate::failure::Failure;

/// An amount of an asset, as two arguments: `10.50 USDT`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Sum {
    /// The amount, as in 10.50
    #[arg(value_name = "AMOUNT", allow_negative_numbers = true)]
    amount: Amount,
    /// The asset, as in USDT
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

/// A price whose asset may be left out: `10.50`, or `10.50 USDT`.
#[derive(Clone, Debug)]
pub(crate) struct Price {
    pub(crate) amount: Amount,
    pub(crate) asset: Option<Asset>,
}

pub(crate) fn price(text: &str) -> Result<Price, String> {
    let (sum, symbol) = match text.split_once(' ') {
        Some((sum, symbol)) => (sum, Some(symbol)),
        None => (text, None),
    };
    let amount = sum.parse::<Amount>();
    Ok(Price {
        amount: amount.map_err(|invalid| invalid.to_string())?,
        asset: symbol.map(asset).transpose()?,
    })
}

/// `USDT`, or `USDT@tron` on one network. `usdt` is read as `USDT`: no provider documents a symbol in small letters, and a
/// gateway may refuse it after the call was sent.
pub(crate) fn asset(text: &str) -> Result<Asset, String> {
    let capitals = |symbol: &str| match symbol.contains(|c: char| c.is_ascii_uppercase()) {
        true => symbol.to_owned(),
        false => symbol.to_ascii_uppercase(),
    };
    let made = match text.split_once('@') {
        None => Asset::new(capitals(text)),
        Some((symbol, network)) => {
            Asset::new(capitals(symbol)).and_then(|asset| asset.on_network(network))
        }
    };
    made.map_err(|invalid| invalid.to_string())
}

pub(crate) fn reference(text: &str) -> Result<MerchantRef, String> {
    MerchantRef::new(text).map_err(|invalid| invalid.to_string())
}

/// `90s`, `30m`, `1h30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    let time: Option<SignedDuration> = text.parse().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.ok_or("write a time with its unit, as in 90s, 30m or 2h")
}

pub(crate) fn socket_address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "write IP:PORT, as in 127.0.0.1:8420")
}

/// `2026-11-22`.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    let wrong = "write YEAR-MONTH-DAY, as in 2026-11-22";
    let day = civil::Date::strptime("%Y-%m-%d", text).map_err(|_| wrong)?;
    let year = u16::try_from(day.year()).map_err(|_| wrong)?;
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    Date::new(year, month, day).map_err(|invalid| invalid.to_string())
}

/// Sets the options that were given on a request.
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
    fn reads_times_with_units() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5_400)));
        for wrong in ["", "5", "m", "-5m", "5d", "99999999999999999h", "5µ"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_asset_can_have_a_network() {
        assert_eq!(asset("USDT").unwrap().network(), None);
        assert_eq!(asset("USDT@tron").unwrap().network(), Some("tron"));
        for (text, symbol) in [("usdt", "USDT"), ("usdt@TRX", "USDT"), ("stETH", "stETH")] {
            assert_eq!(asset(text).unwrap().symbol(), symbol);
        }
        assert!(asset("@tron").is_err() && asset("").is_err() && asset("USDT@").is_err());
    }

    #[test]
    fn reads_days_of_the_calendar() {
        assert_eq!(day("2026-11-22").unwrap().parts(), (2026, 11, 22));
        for wrong in [
            "",
            "2026-11",
            "2026-11-22-1",
            "22.11.2026",
            "2026-02-30",
            "a-b-c",
        ] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}

//! Values that several commands read: money, times, days, references.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, civil};
use payments_core::Date;
use payments_core::{Amount, Asset, MerchantRef};
use payments_facade::webhook::EffectKey;
use payments_facade::{Money, network};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as PlainError, StrDeserializer};

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
        match (network, self.asset.network()) {
            (None, _) => Ok(self.money()),
            (Some(named), Some(of_asset)) if !network::is_same(named, of_asset) => {
                Err(Failure::bad(
                    "ASSET and --network name two different networks: name the one that you mean",
                ))
            }
            (Some(named), _) => Ok(self.money().on_network(named)?),
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

pub(crate) fn effect_key(text: &str) -> Result<EffectKey, &'static str> {
    let is_key = text.len() <= EffectKey::MAX_CHARS && text.bytes().all(|it| it.is_ascii_graphic());
    let text: StrDeserializer<'_, PlainError> = text.into_deserializer();
    let key = EffectKey::deserialize(text).ok();
    key.filter(|key| is_key && !key.as_str().is_empty())
        .ok_or("write an effect key as `payments inbox list` prints it")
}

/// `90s`, `30m`, `1h30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    let time: Option<SignedDuration> = text.parse().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.ok_or("write a time with its unit, as in 90s, 30m or 2h")
}

/// As [`duration`], or a number of days: `30d`.
pub(crate) fn age(text: &str) -> Result<Duration, &'static str> {
    if text.starts_with('-') {
        return Err("the time must not be negative: write it with its unit, as in 30d or 12h");
    }
    let days = text.strip_suffix('d').map(|days| days.parse::<u32>().ok());
    match days {
        Some(Some(days)) => Ok(Duration::from_secs(u64::from(days) * 24 * 3_600)),
        _ => duration(text).map_err(|_| "write a time with its unit, as in 30d or 12h"),
    }
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
    fn reads_ages_in_days_and_hours() {
        assert_eq!(age("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(age("12h"), Ok(Duration::from_secs(43_200)));
        for wrong in ["", "d", "-1d", "1.5d", "99999999999d", "30", "a month"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_effect_keys() {
        assert_eq!(
            effect_key("cpay/main:71:14").unwrap().as_str(),
            "cpay/main:71:14"
        );
        for wrong in ["", "a b", "a\n", "é", &"a".repeat(256)] {
            assert!(effect_key(wrong).is_err(), "{wrong}");
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

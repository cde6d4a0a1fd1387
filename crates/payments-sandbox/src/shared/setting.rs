//! Settings that change while the sandbox runs. Each is declared once, in a table of its provider: its name, what it means, and the
//! field that it changes. The admin API, the page and [`Sandbox::settings`](crate::Sandbox::settings) come from the tables.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

use super::masking;
use super::text::is_web_url;

/// What unsets a URL, a list or a delay.
const NONE: &str = "none";

/// The longest delay, of settings and faults: thirty days.
pub(crate) const MOST_DELAY_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// A setting of `S`.
pub(crate) struct Setting<S> {
    /// The name of the builder's method, with the unit if there is one.
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) field: Field<S>,
}

/// The field of a setting, and what it may be.
pub(crate) enum Field<S> {
    Flag(fn(&mut S) -> &mut bool),
    Number {
        at: fn(&mut S) -> &mut u32,
        least: u32,
        most: u32,
    },
    /// Milliseconds.
    Time {
        at: fn(&mut S) -> &mut u64,
        least: u64,
        most: u64,
    },
    /// Milliseconds up to [`MOST_DELAY_MS`], or `none`: only by an action.
    Delay(fn(&mut S) -> &mut Option<u64>),
    /// A URL, or `none`.
    Url(fn(&mut S) -> &mut String),
    /// IP addresses with commas between them, or `none`: every address.
    Addresses(fn(&mut S) -> &mut Option<Vec<IpAddr>>),
    /// Texts of digits with commas between them.
    Digits(fn(&mut S) -> &mut Vec<String>),
}

/// The value of a [`SandboxSetting`]. `Display` prints it as it is set; JSON has its own type for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum SettingValue {
    /// On or off.
    Flag(bool),
    /// A number, also of milliseconds.
    Number(u64),
    /// A text.
    Text(String),
    /// Several texts.
    List(Vec<String>),
    /// Not set: `null` in JSON, `none` as a text.
    None,
}

impl fmt::Display for SettingValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(on) => on.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::List(texts) => f.write_str(&texts.join(",")),
            Self::None => f.write_str(NONE),
        }
    }
}

/// A setting of a sandbox, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SandboxSetting {
    /// The name of the builder's method, with the unit if there is one: `cpay_kyc_required`, `webhook_timeout_ms`.
    pub name: &'static str,
    /// Its value.
    pub value: SettingValue,
    /// What it was at the start, and is again after a reset.
    pub start: SettingValue,
    /// Whether it changes while the sandbox runs.
    pub changes: bool,
    /// What it means, or what else changes it.
    pub about: &'static str,
}

impl SandboxSetting {
    /// One that only the start decides.
    pub(crate) fn fixed(name: &'static str, value: SettingValue, about: &'static str) -> Self {
        Self {
            name,
            start: value.clone(),
            value,
            changes: false,
            about,
        }
    }
}

impl<S> Field<S> {
    fn value(&self, of: &mut S) -> SettingValue {
        match self {
            Self::Flag(at) => SettingValue::Flag(*at(of)),
            Self::Number { at, .. } => SettingValue::Number((*at(of)).into()),
            Self::Time { at, .. } => SettingValue::Number(*at(of)),
            Self::Delay(at) => (*at(of)).map_or(SettingValue::None, SettingValue::Number),
            Self::Url(at) if at(of).is_empty() => SettingValue::None,
            Self::Url(at) => SettingValue::Text(at(of).clone()),
            Self::Addresses(at) => match at(of) {
                Some(addresses) => {
                    SettingValue::List(addresses.iter().map(IpAddr::to_string).collect())
                }
                None => SettingValue::None,
            },
            Self::Digits(at) => SettingValue::List(at(of).clone()),
        }
    }

    /// Sets the field, or returns what the text should be.
    fn set(&self, of: &mut S, text: &str) -> Result<(), String> {
        fn parse<T: std::str::FromStr>(text: &str, is: &str) -> Result<T, String> {
            text.parse().map_err(|_| is.to_owned())
        }
        const TIME: &str = "a number of milliseconds";
        const ADDRESSES: &str = "IP addresses with commas between them, or none";
        let parts = || text.split(',').map(str::trim);
        match self {
            Self::Flag(at) => *at(of) = parse(text, "true or false")?,
            Self::Number { at, least, most } => {
                let is = format!("a number from {least} to {most}");
                let number: u32 = parse(text, &is)?;
                let fits = (*least..=*most).contains(&number);
                *at(of) = fits.then_some(number).ok_or(is)?;
            }
            Self::Time { at, least, most } => {
                let is = match *most {
                    u64::MAX => TIME.to_owned(),
                    most => format!("{TIME} from {least} to {most}"),
                };
                let time: u64 = parse(text, &is)?;
                let fits = (*least..=*most).contains(&time);
                *at(of) = fits.then_some(time).ok_or(is)?;
            }
            Self::Delay(at) if text == NONE => *at(of) = None,
            Self::Delay(at) => {
                let is = format!("{TIME} up to {MOST_DELAY_MS}, or none");
                let delay: u64 = parse(text, &is)?;
                *at(of) = Some((delay <= MOST_DELAY_MS).then_some(delay).ok_or(is)?);
            }
            Self::Url(at) if text == NONE => at(of).clear(),
            Self::Url(at) if is_web_url(text) => text.clone_into(at(of)),
            Self::Url(_) => {
                return Err("a URL that begins with http:// or https://, or none".to_owned());
            }
            Self::Addresses(at) if text == NONE => *at(of) = None,
            Self::Addresses(at) => {
                let addresses = parts().map(|part| parse::<IpAddr>(part, ADDRESSES));
                let addresses = addresses.map(|address| Ok(address?.to_canonical()));
                *at(of) = Some(addresses.collect::<Result<_, String>>()?);
            }
            Self::Digits(at) => {
                let is_digits = |part: &str| {
                    (1..=32).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
                };
                if !parts().all(is_digits) {
                    return Err("digits, several with commas between them".to_owned());
                }
                *at(of) = parts().map(str::to_owned).collect();
            }
        }
        Ok(())
    }
}

/// The settings of a part of the sandbox, as they are and as they were at the start.
pub(crate) struct Live<S: 'static> {
    table: &'static [Setting<S>],
    start: S,
    now: RwLock<Arc<S>>,
}

impl<S: Clone> Live<S> {
    pub(crate) fn new(table: &'static [Setting<S>], start: S) -> Self {
        let now = RwLock::new(Arc::new(start.clone()));
        Self { table, start, now }
    }

    /// As they are now; a later change does not show in it.
    pub(crate) fn get(&self) -> Arc<S> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut now))
    }

    /// Makes them as at the start.
    pub(crate) fn restore(&self) {
        self.change(|now| now.clone_from(&self.start));
    }
}

/// [`Live`] settings of any type.
pub(crate) trait Adjust: Send + Sync {
    fn rows(&self) -> Vec<SandboxSetting>;

    /// Whether a setting can be this: `None` if it is not one of these, else the result, or what the text should be.
    fn check(&self, name: &str, text: &str) -> Option<Result<(), String>>;

    /// Changes a setting of these that can be this.
    fn set(&self, name: &str, text: &str);
}

impl<S: Clone + Send + Sync> Adjust for Live<S> {
    fn rows(&self) -> Vec<SandboxSetting> {
        let (mut now, mut start) = (S::clone(&self.get()), self.start.clone());
        let row = |setting: &Setting<S>| SandboxSetting {
            name: setting.name,
            value: setting.field.value(&mut now),
            start: setting.field.value(&mut start),
            changes: true,
            about: setting.about,
        };
        self.table.iter().map(row).collect()
    }

    fn check(&self, name: &str, text: &str) -> Option<Result<(), String>> {
        let setting = self.table.iter().find(|setting| setting.name == name)?;
        let set = setting.field.set(&mut self.start.clone(), text);
        Some(set.map_err(|is| format!("{name} is {is}, not `{}`", masking::repeated(text))))
    }

    fn set(&self, name: &str, text: &str) {
        if let Some(setting) = self.table.iter().find(|setting| setting.name == name) {
            // It was checked.
            let _ = self.change(|now| setting.field.set(now, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Shop {
        open: bool,
        seats: u32,
        break_ms: u64,
        rest: Option<u64>,
        url: String,
        guests: Option<Vec<IpAddr>>,
        kinds: Vec<String>,
    }

    const TABLE: [Setting<Shop>; 7] = [
        setting("open", Field::Flag(|shop| &mut shop.open)),
        setting(
            "seats",
            Field::Number {
                at: |shop| &mut shop.seats,
                least: 1,
                most: 7,
            },
        ),
        setting(
            "break_ms",
            Field::Time {
                at: |shop| &mut shop.break_ms,
                least: 1,
                most: 60_000,
            },
        ),
        setting("rest_ms", Field::Delay(|shop| &mut shop.rest)),
        setting("url", Field::Url(|shop| &mut shop.url)),
        setting("guests", Field::Addresses(|shop| &mut shop.guests)),
        setting("kinds", Field::Digits(|shop| &mut shop.kinds)),
    ];

    const fn setting(name: &'static str, field: Field<Shop>) -> Setting<Shop> {
        Setting {
            name,
            about: "",
            field,
        }
    }

    #[test]
    fn what_is_shown_can_be_set_again() {
        let live = Live::new(&TABLE, Shop::default());
        for (name, text) in [
            ("open", "true"),
            ("seats", "7"),
            ("break_ms", "60000"),
            ("rest_ms", "2592000000"),
            ("rest_ms", "none"),
            ("url", "http://127.0.0.1:1/a"),
            ("url", "none"),
            ("guests", "10.0.0.1,::1"),
            ("guests", "none"),
            ("kinds", "1,22"),
        ] {
            assert_eq!(live.check(name, text), Some(Ok(())), "{name}={text}");
            live.set(name, text);
            let rows = live.rows();
            let row = rows.iter().find(|row| row.name == name).unwrap();
            assert_eq!(row.value.to_string(), text, "{name}");
        }
        live.restore();
        assert!(live.rows().iter().all(|row| row.value == row.start));
    }

    #[test]
    fn refuses_what_a_setting_cannot_be() {
        let live = Live::new(&TABLE, Shop::default());
        for (name, text) in [
            ("open", "yes"),
            ("seats", "0"),
            ("seats", "8"),
            ("break_ms", "0"),
            ("break_ms", "60001"),
            ("rest_ms", "-1"),
            ("rest_ms", "2592000001"),
            ("url", "shop"),
            ("guests", "10.0.0"),
            ("guests", ""),
            ("kinds", ""),
            ("kinds", "1,,2"),
            ("kinds", "a"),
        ] {
            let refused = live.check(name, text).unwrap().unwrap_err();
            assert!(refused.starts_with(&format!("{name} is ")), "{refused}");
        }
        assert_eq!(live.check("chairs", "1"), None);
    }
}

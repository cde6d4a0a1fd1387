//! Reads the fields of a verified body. An option that is missing, `null`, `""` or `0` is not set, as the official SDKs send it.
//! An integer may be a number or a text, as JSON forms of its type allow.

use serde_json::Value;

use super::answer::Refusal;
use super::chains::Chain;
use super::codes::Code;
use super::coins::{self, Coin, Network};
use super::verify::Verified;
use crate::shared::amount::Amount;
use crate::shared::decimal::PLACES;
use crate::shared::text::is_web_url;

/// The longest text of a field without a documented limit.
pub(super) const TEXT: usize = 256;
/// Of `notifyUrl`, `returnUrl` and `closeUrl`.
const URL: usize = 150;

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn as_integer(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

impl Verified {
    fn given(&self, name: &str) -> Option<&Value> {
        self.value(name).filter(|value| !is_unset(value))
    }

    /// A text of at most `longest` characters; empty if it is not set.
    pub(super) fn optional(&self, name: &str, longest: usize) -> Result<&str, Refusal> {
        let text = match self.given(name) {
            None => return Ok(""),
            Some(Value::String(text)) => text,
            Some(_) => return Err(Refusal::field(name, "is not a text")),
        };
        if text.chars().count() > longest {
            return Err(Refusal::field(
                name,
                format!("is longer than {longest} characters"),
            ));
        }
        Ok(text)
    }

    /// A required text.
    pub(super) fn required(&self, name: &str, longest: usize) -> Result<&str, Refusal> {
        match self.optional(name, longest)? {
            "" => Err(Refusal::field(name, "is missing or empty")),
            text => Ok(text),
        }
    }

    /// A reference of the merchant: 3 to 64 characters.
    pub(super) fn reference(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.required(name, 64)?;
        if text.chars().count() < 3 {
            return Err(Refusal::field(name, "is shorter than 3 characters"));
        }
        if text.chars().any(char::is_control) {
            return Err(Refusal::field(name, "has control characters"));
        }
        Ok(text)
    }

    /// A web URL; empty if it is not set.
    pub(super) fn web(&self, name: &str) -> Result<&str, Refusal> {
        let url = self.optional(name, URL)?;
        if !url.is_empty() && !is_web_url(url) {
            return Err(Refusal::field(name, "is not an http or https URL"));
        }
        Ok(url)
    }

    /// A positive integer; `None` if it is not set.
    pub(super) fn integer(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let read = |value| {
            as_integer(value).ok_or_else(|| Refusal::field(name, "is not a positive integer"))
        };
        self.given(name).map(read).transpose()
    }

    /// A required positive integer.
    pub(super) fn required_integer(&self, name: &str) -> Result<u64, Refusal> {
        self.integer(name)?
            .ok_or_else(|| Refusal::field(name, "is missing"))
    }

    /// A switch that is off if it is not set.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Refusal> {
        match self.given(name) {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(*on),
            Some(_) => Err(Refusal::field(name, "is not true or false")),
        }
    }

    /// A list of at most `most` texts; empty if it is not set.
    pub(super) fn texts(&self, name: &str, most: usize) -> Result<Vec<&str>, Refusal> {
        let bad = || Refusal::field(name, "is not a list of texts");
        let items = match self.given(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(bad()),
        };
        if items.len() > most {
            let why = format!("{name} has more than {most} members");
            return Err(Refusal::new(Code::QueryNumMax, why));
        }
        let texts = items.iter().map(|item| item.as_str().ok_or_else(bad));
        texts.collect()
    }

    /// A required list of integers.
    pub(super) fn integers(&self, name: &str) -> Result<Vec<u64>, Refusal> {
        let bad = || Refusal::field(name, "is not a list of integers, or it is empty");
        let Some(Value::Array(items)) = self.given(name) else {
            return Err(bad());
        };
        let numbers = items.iter().map(|item| as_integer(item).ok_or_else(bad));
        numbers.collect()
    }

    /// A positive decimal text of at most 18 decimals; `None` if it is not set.
    pub(super) fn optional_amount(&self, name: &str) -> Result<Option<Amount>, Refusal> {
        match self.optional(name, 64)? {
            "" => Ok(None),
            text => Amount::parse(text, PLACES)
                .map(Some)
                .map_err(|bad| Refusal::field(name, bad)),
        }
    }

    /// A required positive decimal text of at most 18 decimals.
    pub(super) fn amount(&self, name: &str) -> Result<Amount, Refusal> {
        self.optional_amount(name)?
            .ok_or_else(|| Refusal::field(name, "is missing or empty"))
    }

    /// The coin of a required id.
    pub(super) fn coin(&self, name: &str) -> Result<&'static Coin, Refusal> {
        known_coin(name, self.required_integer(name)?)
    }

    /// The chain of `chain`.
    pub(super) fn chain(&self) -> Result<Chain, Refusal> {
        known_chain(self.required("chain", 32)?)
    }

    /// The coin of `coinId` on the chain of `chain`. The coin is checked first (assumed).
    pub(super) fn network(&self) -> Result<&'static Network, Refusal> {
        let id = self.required_integer("coinId")?;
        let chain = self.required("chain", 32)?;
        let coin = known_coin("coinId", id)?;
        let chain = known_chain(chain)?;
        coin.on(chain).ok_or_else(|| {
            let (symbol, chain) = (coin.symbol, chain.name());
            Refusal::new(
                Code::InvalidChain,
                format!("{symbol} is not on the chain {chain}; getCoinList has its networks"),
            )
        })
    }
}

pub(super) fn known_coin(name: &str, id: u64) -> Result<&'static Coin, Refusal> {
    coins::coin(id).ok_or_else(|| {
        Refusal::new(
            Code::InvalidCoin,
            format!("{name} is not a coin of this sandbox; getCoinList lists them"),
        )
    })
}

fn known_chain(name: &str) -> Result<Chain, Refusal> {
    Chain::by_name(name).ok_or_else(|| {
        Refusal::new(
            Code::InvalidChain,
            "chain is not a chain of this sandbox; getChainList lists them",
        )
    })
}

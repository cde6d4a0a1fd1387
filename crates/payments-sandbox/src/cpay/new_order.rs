//! What all calls that make an order have in common.

use super::answer::{Done, Refusal};
use super::order::{Kind, Order};
use super::state::{Cpay, State};
use super::verify::Verified;
use crate::shared::amount::Amount;
use crate::shared::clock;

/// The last digits of an order id. Every pay-in of the documents ends with 014, the one payout with 003; the ending of
/// exchanges is assumed.
fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::Payout | Kind::FiatPayout => "003",
        Kind::Exchange => "004",
        _ => "014",
    }
}

/// A new order with its id, its time and the account's callback URL.
pub(super) fn order(
    cpay: &Cpay,
    state: &State,
    kind: Kind,
    currency: &'static str,
    amount: Amount,
) -> Order {
    let now_ms = cpay.context.clock.now_ms();
    let order_id = order_id(cpay, state, now_ms, ending(kind));
    Order {
        callback_url: cpay.account.settings.get().callback_url.clone(),
        ..Order::new(kind, order_id, currency, amount, now_ms)
    }
}

/// The parameters that mean the same in every call that makes an order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<'a> {
    pub(super) merchant_ref: &'a str,
    pub(super) user_id: &'a str,
    callback_url: Option<&'a str>,
    success_url: &'a str,
    fail_url: &'a str,
    create_time: u64,
    /// The callback URL's name that this call does not read.
    ignored: Option<&'static str>,
}

/// Both spellings of the callback URL's name in the specification.
const SPELLINGS: [&str; 2] = ["callbackURL", "callBackURL"];

impl<'a> Common<'a> {
    /// Reads them. `spellings` are the callback URL's names in the table and the example of the call; the first that is set counts
    /// (assumed), and the other name is ignored with a note, unless the account takes both.
    pub(super) fn read(
        cpay: &Cpay,
        params: &'a Verified,
        spellings: &[&'static str],
    ) -> Result<Self, Refusal> {
        let merchant_ref = params.required("merchantTradeNo", 64)?;
        let create_time = params.long("createTime")?;
        let user_id = params.required("userId", 64)?;
        let mut spellings = spellings.to_vec();
        if !spellings.is_empty() && cpay.account.settings.get().any_callback_spelling {
            let others = SPELLINGS.into_iter();
            let others: Vec<_> = others.filter(|name| !spellings.contains(name)).collect();
            spellings.extend(others);
        }
        let mut callback_url = None;
        for name in &spellings {
            let url = params.optional(name, 256)?;
            callback_url = callback_url.or(Some(url).filter(|url| !url.is_empty()));
        }
        let mut others = SPELLINGS.into_iter();
        Ok(Self {
            merchant_ref,
            user_id,
            callback_url,
            success_url: params.optional("successURL", 256)?,
            fail_url: params.optional("failURL", 256)?,
            create_time,
            ignored: others.find(|name| !spellings.contains(name) && params.get(name).is_some()),
        })
    }

    /// Adds to the record what the gateway may do with these parameters and no answer shows.
    pub(super) fn noted(&self, mut done: Done) -> Done {
        if let Some(name) = self.ignored {
            done.notes.push(format!(
                "{name} is not how the table of this call spells the callback URL: it was ignored (assumed)."
            ));
        }
        let form = match self.create_time {
            0..100_000_000_000 => Some("seconds"),
            20_000_101_000_000..=21_000_000_000_000 => Some("yyyyMMddHHmmss"),
            _ => None,
        };
        if let Some(form) = form {
            done.notes.push(format!(
                "createTime looks like {form}; the table wants milliseconds. It was accepted (assumed), because samples of the document have that form."
            ));
        }
        done
    }

    /// A new order with these parameters. Its callback URL wins over the account's.
    pub(super) fn order(
        &self,
        cpay: &Cpay,
        state: &State,
        kind: Kind,
        currency: &'static str,
        amount: Amount,
    ) -> Result<Order, Refusal> {
        state.orders.room_for(self.merchant_ref)?;
        let order = order(cpay, state, kind, currency, amount);
        let callback_url = self.callback_url.map(str::to_owned);
        Ok(Order {
            merchant_ref: self.merchant_ref.to_owned(),
            user_id: self.user_id.to_owned(),
            callback_url: callback_url.unwrap_or(order.callback_url),
            success_url: self.success_url.to_owned(),
            fail_url: self.fail_url.to_owned(),
            ..order
        })
    }
}

/// `yyMMddHHmmss` in UTC, six digits, the ending of the kind.
fn order_id(cpay: &Cpay, state: &State, now_ms: u64, ending: &str) -> String {
    const NUMBERS: u32 = 1_000_000;
    let stamp = clock::stamp(now_ms);
    let mut number = cpay.context.ids.below(NUMBERS);
    loop {
        let id = format!("{stamp}{number:06}{ending}");
        if !state.orders.has_id(&id) {
            return id;
        }
        // The loop ends: there are far fewer orders than numbers.
        number = (number + 1) % NUMBERS;
    }
}

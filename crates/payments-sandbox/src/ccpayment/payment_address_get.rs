//! `payment/address/get`: a user's permanent address on a chain, the same every time.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::chains::Chain;
use super::limits;
use super::state::{Ccpayment, MOST_ADDRESSES, Permanent};
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &["user_id", "chain", "notify_url"];

#[derive(Serialize)]
struct Address<'a> {
    address: &'a str,
    memo: &'a str,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let user_id = fields.required("user_id", limits::USER_ID)?;
    if user_id.chars().count() < 3 {
        return Err(Refusal::field("user_id", "has fewer than 3 characters"));
    }
    let name = fields.required("chain", 32)?;
    let chain = Chain::by_name(name)
        // Every Lightning payment has its own invoice.
        .filter(|chain| *chain != Chain::Lightning)
        .ok_or_else(|| {
            Refusal::new(
                Class::Token,
                "chain has no permanent addresses here; TRX, ETH, BSC, POLYGON, FTM, BTC and XRP have",
            )
        })?;
    let notify_url = fields.web("notify_url")?;
    let addresses = &mut ccpayment.state().addresses;
    let key = (user_id.to_owned(), chain);
    let known = addresses.get(&key).cloned();
    if known.is_none() && addresses.len() >= MOST_ADDRESSES {
        return Err(Refusal::new(
            Class::Quota,
            format!("the app has its {MOST_ADDRESSES} permanent addresses already"),
        ));
    }
    let mut row = known.unwrap_or_else(|| Permanent {
        place: chain.place(&ccpayment.account.address_salt, &["user", user_id]),
        notify_url: String::new(),
    });
    // The last one wins (assumed).
    if !notify_url.is_empty() {
        notify_url.clone_into(&mut row.notify_url);
    }
    let made = answer::data(&Address {
        address: &row.place.address,
        memo: &row.place.memo,
    });
    addresses.insert(key, row);
    made
}

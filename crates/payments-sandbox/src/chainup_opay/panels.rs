//! The provider's sections of the front page and of the overview.

use askama::Template;

use super::coins::{self, Coin};
use super::payers::{self, Payer};

#[derive(Template)]
#[template(path = "chainup_opay/front.html")]
pub(super) struct Front<'a> {
    app_id: &'a str,
    payers: &'static [Payer],
    coins: String,
}

impl<'a> Front<'a> {
    pub(super) fn new(app_id: &'a str) -> Self {
        let coin = |coin: &Coin| format!("{} ({} decimals)", coin.symbol, coin.decimals);
        Self {
            app_id,
            payers: &payers::ALL,
            coins: coins::ALL.each_ref().map(coin).join(", "),
        }
    }
}

//! Finds CCPayment's `token_id` of an asset.
//!
//! The facade names a coin and a network; CCPayment v1 uses a UUID for both. It is one of the tokens set with `with_token`,
//! without a request or further checks, or it is looked up in the list of `coin/all`.

use ccpayment_client::v1::{Client, Coin, Coins, Token, TokenStatus};
use payments_core::{Asset, InvalidRequest, Timestamp, check};

use super::{PROVIDER, names};
use crate::adapter::ccpayment_shared::coins::{CoinList, Row, Use};
use crate::error::Error;
use crate::payout;

pub(super) use crate::adapter::ccpayment_shared::coins::{Purpose, Wanted, missing_network};

/// A value of the right format, to check the other values of a request before the token is known.
pub(super) const ANY_TOKEN: &str = "00000000-0000-0000-0000-000000000000";

fn row(coin: &Coin, token: &Token) -> Option<Row<String>> {
    let either =
        |status| coin.status.as_ref() == Some(status) || token.status.as_ref() == Some(status);
    let (receive, send) = if either(&TokenStatus::Maintenance) {
        (Use::Busy, Use::Busy)
    } else if either(&TokenStatus::Delisting) {
        let problem = "is being delisted by the provider: it can only be paid out";
        (Use::Ended(problem), Use::Possible)
    } else {
        (Use::Possible, Use::Possible)
    };
    let symbol = [&token.crypto, &coin.crypto, &coin.symbol];
    Some(Row {
        symbol: symbol.into_iter().flatten().next()?.clone(),
        chain: token.chain.clone(),
        label: token.network.clone(),
        id: token.token_id.clone(),
        coin: coin.coin_id.clone(),
        contract: token.contract.clone(),
        receive,
        send,
        has_memo: token.is_support_memo == Some(true),
        precision: token.precision.or(coin.precision),
        min: coin.min,
        max: None,
    })
}

fn rows(list: &Coins) -> Vec<Row<String>> {
    let rows = list.coins.iter().flat_map(|coin| {
        let tokens = coin.tokens.iter();
        tokens.filter_map(|token| row(coin, token))
    });
    rows.collect()
}

/// The known tokens. Clones share the list.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    fixed: Vec<(Asset, String)>,
    listed: CoinList<String>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            fixed: Vec::new(),
            listed: CoinList::new("its token id, in the account's settings"),
        }
    }
}

impl Tokens {
    /// Sets a token. It replaces an earlier one for the same asset.
    pub(super) fn fix(&mut self, asset: &Asset, token_id: String) -> Result<(), InvalidRequest> {
        let network = asset.network().ok_or_else(missing_network)?;
        check::text("token_id", &token_id, 64)?;
        let wanted = (asset.symbol(), Some(network));
        self.fixed.retain(|(known, _)| !is_like(known, wanted));
        self.fixed.push((asset.clone(), token_id));
        Ok(())
    }

    fn fixed(&self, wanted: Wanted<'_>) -> Option<&str> {
        let mut fixed = self.fixed.iter();
        let found = fixed.find(|(known, _)| is_like(known, (wanted.symbol, wanted.network)));
        found.map(|(_, token_id)| token_id.as_str())
    }

    /// The `token_id` of the wanted coin, as described at the top of this file.
    pub(super) async fn id(
        &self,
        client: &Client,
        now: Timestamp,
        operation: &'static str,
        wanted: Wanted<'_>,
    ) -> Result<String, Error> {
        if let Some(token_id) = self.fixed(wanted) {
            return Ok(token_id.to_owned());
        }
        let fetch = || async { client.coins().await.map(|list| rows(&list)) };
        let found = self.listed.find(now, (PROVIDER, operation), wanted, fetch);
        Ok(found.await?.id)
    }

    /// The coin of a token that is in the list.
    pub(super) fn coin(&self, token_id: &str) -> Option<payout::Coin> {
        self.listed.known(&token_id.to_owned())?.on_chain()
    }
}

fn is_like(known: &Asset, (symbol, network): (&str, Option<&str>)) -> bool {
    let networks = match (known.network(), network) {
        (Some(known), Some(network)) => names::is_same(known, network),
        _ => true,
    };
    networks && known.symbol().eq_ignore_ascii_case(symbol)
}

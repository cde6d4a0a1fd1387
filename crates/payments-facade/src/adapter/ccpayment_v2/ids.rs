//! The provider's ids of coins and currencies, which its calls take in place of symbols.

use std::sync::Arc;

use ccpayment_client::v2::{Coin, CoinStatus, Coins, Network, Price};
use payments_core::{Amount, InvalidRequest};

use super::{CcpaymentV2, NAME};
use crate::adapter::ccpayment_shared::Cached;
use crate::adapter::ccpayment_shared::coins::{
    CoinList, Purpose, RECENT, Row, Use, VALID_FOR, Wanted,
};
use crate::adapter::ccpayment_shared::names::DOLLARS;
use crate::adapter::{read_error, refused};
use crate::error::Error;
use crate::payout;

/// A coin on a chain, as calls name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OnChain {
    pub(super) coin_id: u64,
    pub(super) chain: String,
}

impl OnChain {
    /// One of the right format, to check the other values of a request before it is known.
    pub(super) fn any() -> Self {
        Self {
            coin_id: 1,
            chain: String::from("CHAIN"),
        }
    }
}

/// A currency: its symbol and its id.
type Fiat = (String, u64);

/// The lists. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Ids {
    coins: CoinList<OnChain>,
    fiats: Cached<Fiat>,
}

impl Default for Ids {
    fn default() -> Self {
        Self {
            coins: CoinList::new("a symbol that only one enabled coin has"),
            fiats: Cached::default(),
        }
    }
}

/// What a price is in.
pub(super) enum Unit {
    Fiat(u64),
    Coin(u64),
}

impl Unit {
    pub(super) fn price(&self, amount: Amount) -> Price {
        match self {
            Self::Fiat(id) => Price::fiat(amount, *id),
            Self::Coin(id) => Price::coin(amount, *id),
        }
    }
}

impl CcpaymentV2 {
    /// The wanted coin.
    pub(super) async fn coin(
        &self,
        operation: &'static str,
        wanted: Wanted<'_>,
    ) -> Result<OnChain, Error> {
        let now = self.executor.now();
        let fetch = || async { self.client.coins().await.map(|list| rows(&list)) };
        let found = self.ids.coins.find(now, (NAME, operation), wanted, fetch);
        Ok(found.await?.id)
    }

    /// The coin with this symbol, on any chain.
    pub(super) async fn coin_id(
        &self,
        operation: &'static str,
        symbol: &str,
        field: &'static str,
    ) -> Result<u64, Error> {
        let wanted = Wanted {
            symbol,
            network: None,
            purpose: Purpose::Price,
            field,
        };
        Ok(self.coin(operation, wanted).await?.coin_id)
    }

    /// Which coin of its chain it is, for a payment URI.
    pub(super) fn on_chain(&self, coin: &OnChain) -> Option<payout::Coin> {
        self.ids.coins.known(coin)?.on_chain()
    }

    /// The currency or coin with this symbol. The US dollar's id is documented, so it needs no list.
    pub(super) async fn unit(
        &self,
        operation: &'static str,
        symbol: &str,
        field: &'static str,
    ) -> Result<Unit, Error> {
        if symbol.eq_ignore_ascii_case(DOLLARS) {
            return Ok(Unit::Fiat(Price::USD));
        }
        let fiat = self.fiat_id(symbol).await?;
        match (fiat, self.coin_id(operation, symbol, field).await) {
            (Some(id), Err(error)) if error.field().is_some() => Ok(Unit::Fiat(id)),
            (None, Ok(id)) => Ok(Unit::Coin(id)),
            (Some(_), Ok(_)) => {
                let problem = "is the symbol of a currency and of a coin at the provider";
                let invalid = InvalidRequest::request(field, problem).allowed("another price");
                Err(refused(NAME, operation, invalid))
            }
            (_, Err(error)) => Err(error),
        }
    }

    /// The id of a currency.
    ///
    /// # Errors
    /// If the list cannot be fetched.
    pub(super) async fn fiat_id(&self, symbol: &str) -> Result<Option<u64>, Error> {
        if symbol.eq_ignore_ascii_case(DOLLARS) {
            return Ok(Some(Price::USD));
        }
        let now = self.executor.now();
        let find = |fiats: &[Fiat]| {
            let mut fiats = fiats.iter();
            let found = fiats.find(|(known, _)| known.eq_ignore_ascii_case(symbol));
            found.map(|(_, id)| *id)
        };
        if let Some((fiats, age)) = self.ids.fiats.get(now) {
            match find(&fiats) {
                Some(id) if age < VALID_FOR => return Ok(Some(id)),
                None if age < RECENT => return Ok(None),
                _ => {}
            }
        }
        let list = self.client.fiats().await.map_err(read_error)?;
        let fiats = list.fiats.into_iter();
        let fiats: Arc<[Fiat]> = fiats
            .filter_map(|fiat| Some((fiat.symbol?, fiat.fiat_id)))
            .collect();
        self.ids.fiats.keep(now, Arc::clone(&fiats));
        Ok(find(&fiats))
    }
}

/// The rows of a list.
fn rows(list: &Coins) -> Vec<Row<OnChain>> {
    let rows = list.coins.iter().flat_map(|coin| {
        let networks = coin.networks.iter();
        networks.filter_map(|(chain, network)| row(coin, chain, network))
    });
    rows.collect()
}

fn row(coin: &Coin, chain: &str, network: &Network) -> Option<Row<OnChain>> {
    let status = coin.status.as_ref();
    let ended = |problem| match status {
        Some(CoinStatus::Delisted) => Some(Use::Ended("was delisted by the provider")),
        Some(CoinStatus::PreDelisting) => problem,
        _ => None,
    };
    let pre_delisting = Use::Ended("is being delisted by the provider: it can only be paid out");
    let state = |is_possible: Option<bool>| match is_possible {
        Some(false) => Use::Busy,
        Some(true) | None => Use::Possible,
    };
    let can_withdraw = network
        .can_withdraw
        .filter(|_| status != Some(&CoinStatus::Maintain))
        .or_else(|| (status == Some(&CoinStatus::Maintain)).then_some(false));
    Some(Row {
        symbol: coin.symbol.clone()?,
        chain: Some(chain.to_owned()),
        label: network.chain_full_name.clone(),
        id: OnChain {
            coin_id: coin.coin_id,
            chain: chain.to_owned(),
        },
        coin: coin.coin_id.to_string(),
        contract: network.contract.clone(),
        receive: ended(Some(pre_delisting)).unwrap_or_else(|| state(network.can_deposit)),
        send: ended(None).unwrap_or_else(|| state(can_withdraw)),
        has_memo: network.is_support_memo == Some(true),
        precision: network.precision,
        min: network.minimum_withdraw_amount,
        // Zero means that there is no maximum.
        max: network
            .maximum_withdraw_amount
            .filter(|most| !most.is_zero()),
    })
}

//! Balances.

use async_trait::async_trait;
use payments_core::{Asset, InvalidRequest};
use payments_facade::balance::{Balance, Balances};
use payments_facade::layer::Call;
use payments_facade::{Answer, Error, adapter};

use super::features::FakeGroup;
use super::gateway::{FakeGateway, plain};
use super::request::FakeRequest;

#[async_trait]
impl Balances for FakeGateway {
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error> {
        if !self.offers(FakeGroup::Balances) {
            let unsupported = InvalidRequest::unsupported("balances");
            return Err(self.refuse(Call::Balances)(unsupported));
        }
        let answer = self.send(FakeRequest::Balances, |state| {
            let accounts = state.ledger.accounts();
            let rows = accounts.filter_map(|(symbol, account)| {
                Some(Balance {
                    asset: Asset::new(symbol).ok()?,
                    available: Some(account.available),
                    held: Some(account.held),
                })
            });
            Ok(plain(rows.collect()))
        });
        answer.await.map_err(adapter::read_error)
    }
}

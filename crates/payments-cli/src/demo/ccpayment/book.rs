//! The merchant's own books: what each payment and each payout should have done to the assets.

use std::collections::BTreeMap;

use ccpayment_client::v1::{Asset, Assets, DepositOrder, Fee};
use payments_core::Amount;

/// What there should be of each coin.
pub(super) struct Book {
    expected: BTreeMap<String, Amount>,
}

impl Book {
    pub(super) fn open(assets: &Assets) -> Result<Self, String> {
        let value = |asset: &Asset| asset.value.map(|value| (asset.crypto.clone(), value));
        let expected = assets.assets.iter().map(value).collect::<Option<_>>();
        Ok(Self {
            expected: expected.ok_or("an asset without a value")?,
        })
    }

    pub(super) fn credit(&mut self, crypto: &str, amount: Option<Amount>) -> Result<(), String> {
        self.book(crypto, amount, Amount::checked_add)
    }

    pub(super) fn debit(&mut self, crypto: &str, amount: Option<Amount>) -> Result<(), String> {
        self.book(crypto, amount, Amount::checked_sub)
    }

    /// A fee is taken from the coin it is in.
    pub(super) fn debit_fee(&mut self, fee: &Fee) -> Result<(), String> {
        let (amount, crypto) = fee.parts();
        self.debit(crypto.ok_or("the fee's coin is not told")?, Some(amount))
    }

    /// What all payments of an order bring: each one less the service fee of it.
    pub(super) fn credit_payments(&mut self, order: &DepositOrder) -> Result<(), String> {
        for payment in &order.payments {
            let crypto = payment
                .crypto
                .as_deref()
                .ok_or("a payment without a coin")?;
            let told = payment.amount.zip(payment.service_fee.as_ref());
            self.credit(
                crypto,
                told.and_then(|(amount, fee)| fee.net(amount, crypto)),
            )?;
        }
        Ok(())
    }

    fn book(
        &mut self,
        crypto: &str,
        amount: Option<Amount>,
        apply: fn(Amount, Amount) -> Option<Amount>,
    ) -> Result<(), String> {
        let amount = amount.ok_or_else(|| format!("no amount of {crypto} was told"))?;
        let entry = self
            .expected
            .entry(crypto.to_owned())
            .or_insert(Amount::ZERO);
        *entry = apply(*entry, amount).ok_or_else(|| format!("the {crypto} do not suffice"))?;
        Ok(())
    }

    /// Holds the books against the gateway's assets, to the last digit; gives how many coins agree.
    pub(super) fn settle(&self, assets: &Assets) -> Result<usize, String> {
        for (crypto, expected) in &self.expected {
            let told = assets.of(crypto).and_then(|asset| asset.value);
            if told != Some(*expected) {
                return Err(format!(
                    "{crypto}: the books say {expected}, the gateway {told:?}"
                ));
            }
        }
        Ok(self.expected.len())
    }
}

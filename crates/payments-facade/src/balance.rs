//! The merchant's balances at the provider.

use async_trait::async_trait;
use payments_core::{Amount, Asset};

use crate::answer::Answer;
use crate::error::Error;
use crate::money::{Money, comparable};

/// The merchant's balances.
#[async_trait]
pub trait Balances: Send + Sync {
    /// All balances that the provider lists, including empty ones. Effect: read.
    ///
    /// # Errors
    /// [`Error`].
    async fn list(&self) -> Result<Answer<Vec<Balance>>, Error>;
}

/// The balance of one asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The asset.
    pub asset: Asset,
    /// What can be paid out now. `None` if the provider's number cannot be read, such as a negative one.
    pub available: Option<Amount>,
    /// What is held back. `None` if the provider does not state it, or its number cannot be read.
    pub held: Option<Amount>,
}

/// Whether a balance covers a payout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// This much can be paid out, which is at least the amount. The fee is not known before the payout.
    Covered(Money),
    /// Only this much can be paid out.
    Short(Money),
    /// The provider shows no balance of the asset.
    Unstated,
}

impl dyn Balances + '_ {
    /// Queries the balances and compares the highest of the asset with `money`. Call it before a payout if a refusal by the
    /// provider would be an unknown outcome, as at C-Pay and CCPayment v1: the call itself never asks. Effect: read. Another payout
    /// may use the balance before yours does.
    ///
    /// # Errors
    /// [`Error`] of [`list`](Balances::list).
    ///
    /// ```
    /// use payments_core::scripted::block_on;
    /// use payments_facade::balance::Coverage;
    /// use payments_facade::{Gateway, Money};
    /// use payments_testkit::FakeGateway;
    ///
    /// let ten = Money::of("10", "USDT")?;
    /// let gateway = FakeGateway::builder("imaginary", "main").balance(&ten).build()?;
    /// let balances = gateway.balances().ok_or("no balances")?;
    /// let coverage = block_on(balances.coverage(&Money::of("11", "USDT")?))?;
    /// assert_eq!(coverage, Coverage::Short(ten));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn coverage(&self, money: &Money) -> Result<Coverage, Error> {
        let balances = self.list().await?;
        let of_asset = balances
            .iter()
            .filter(|one| comparable(&one.asset, &money.asset));
        let most = of_asset.filter_map(|one| one.available).max();
        let Some(available) = most else {
            return Ok(Coverage::Unstated);
        };
        let shown = Money::new(available, money.asset.clone());
        Ok(if available >= money.amount {
            Coverage::Covered(shown)
        } else {
            Coverage::Short(shown)
        })
    }
}

//! Payments, made by a payer, a person or a test: to orders, invoices and permanent addresses.

use super::chains::{Chain, Place};
use super::checkout::{Checkout, Choice, Family, WATCHED_MS};
use super::coins::{self, Network};
use super::deposit::{Deposit, Link, PayStatus};
use super::messages::queue_deposit;
use super::state::{CcpaymentV2, State};
use crate::shared::action::ActionError;
use crate::shared::amount::Amount;
use crate::shared::decimal::Decimal;
use crate::shared::order_table::Stored as _;

/// Coins that arrive at a customer's permanent address.
///
/// The address is made by `getOrCreateAppDepositAddress`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CcpaymentV2Deposit {
    /// `referenceId` of the address; empty if the deposit is [to an address](Self::to_address).
    pub reference_id: String,
    /// The address itself.
    pub address: String,
    /// The coin, e.g. 1280 for USDT.
    pub coin_id: u64,
    /// The chain, e.g. `TRX`.
    pub chain: String,
    /// A decimal text.
    pub amount: String,
    /// Whether the deposit is only seen: process it further with [`Sandbox::pay`](crate::Sandbox::pay) or
    /// [`Sandbox::fail`](crate::Sandbox::fail).
    pub seen_only: bool,
}

impl CcpaymentV2Deposit {
    /// A deposit that is confirmed at once.
    pub fn new(
        reference_id: impl Into<String>,
        coin_id: u64,
        chain: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        Self {
            reference_id: reference_id.into(),
            address: String::new(),
            coin_id,
            chain: chain.into(),
            amount: amount.into(),
            seen_only: false,
        }
    }

    /// A deposit to this permanent address, which may be unbound: then it is credited, and belongs to no reference.
    pub fn to_address(
        address: impl Into<String>,
        coin_id: u64,
        chain: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        Self {
            address: address.into(),
            ..Self::new("", coin_id, chain, amount)
        }
    }

    /// A deposit that is seen and not yet confirmed.
    #[must_use]
    pub fn seen_only(mut self) -> Self {
        self.seen_only = true;
        self
    }
}

pub(super) fn network_of(coin_id: u64, chain: &str) -> Result<&'static Network, ActionError> {
    let coin = coins::coin(coin_id);
    let network = coin.and_then(|coin| coin.on(Chain::by_name(chain)?));
    let network = network.ok_or_else(|| {
        ActionError::Invalid(
            "No coin has this coin_id on this chain; getCoinList has all.".to_owned(),
        )
    })?;
    if !network.takes_deposits() {
        return Err(ActionError::Conflict(format!(
            "{} takes no deposits on {}.",
            network.coin.symbol,
            network.chain.name()
        )));
    }
    Ok(network)
}

pub(super) fn amount_on(network: &Network, text: &str) -> Result<Decimal, ActionError> {
    let places = usize::try_from(network.precision).unwrap_or_default();
    let amount = Amount::parse(text, places).map_err(ActionError::amount)?;
    Ok(amount.value())
}

/// A payment that is not yet in the table.
struct Arrival<'a> {
    link: Link,
    network: &'static Network,
    place: &'a Place,
    amount: Decimal,
    status: PayStatus,
    url: &'a str,
}

impl CcpaymentV2 {
    /// Adds a payment, credits it if it counts, and queues its webhook.
    fn arrive(&self, state: &mut State, arrival: &Arrival<'_>) -> Result<Deposit, ActionError> {
        let Arrival { network, place, .. } = arrival;
        let too_much =
            || ActionError::Invalid("The amount is more than the sandbox can count.".to_owned());
        let (now_ms, ids) = (self.context.clock.now_ms(), &self.context.ids);
        let from = if network.chain.is_utxo() {
            String::new()
        } else {
            let payer = network.chain.place(&ids.hex(16), &["payer"]);
            payer.address
        };
        let deposit = Deposit {
            record_id: self.new_id(now_ms),
            cursor: ids.hex(32),
            link: arrival.link.clone(),
            network,
            from,
            to: place.address.clone(),
            memo: place.memo.clone(),
            amount: arrival.amount,
            service_fee: network.service_fee(arrival.amount).ok_or_else(too_much)?,
            txid: self.new_txid(network.chain.is_evm()),
            status: arrival.status,
            risky: self.account.settings.get().switches.risky
                && arrival.status != PayStatus::Processing,
            refunded: false,
            at_ms: now_ms,
            url: arrival.url.to_owned(),
        };
        state.deposits.room_for("")?;
        if deposit.counts() {
            state.ledger.credit(network.coin.symbol, deposit.net())?;
        }
        let place = self.context.next_order();
        state.deposits.add(deposit.clone(), place)?;
        queue_deposit(self, state, &deposit);
        Ok(deposit)
    }

    /// Confirms a payment that was seen, or lets it fail.
    fn finish(
        &self,
        state: &mut State,
        record_id: &str,
        amount: Option<Decimal>,
        status: PayStatus,
    ) -> Result<Deposit, ActionError> {
        let mut deposit = state.deposits.find(record_id)?.clone();
        if deposit.status != PayStatus::Processing {
            return Err(ActionError::Conflict(format!(
                "Deposit {record_id} is final: {}.",
                deposit.status.as_str()
            )));
        }
        if let Some(amount) = amount {
            deposit.amount = amount;
            let fee = deposit.network.service_fee(amount);
            deposit.service_fee = fee.ok_or_else(|| {
                ActionError::Invalid("The amount is more than the sandbox can count.".to_owned())
            })?;
        }
        deposit.status = status;
        deposit.risky = self.account.settings.get().switches.risky;
        if deposit.counts() {
            let symbol = deposit.network.coin.symbol;
            state.ledger.credit(symbol, deposit.net())?;
        }
        *state.deposits.find_mut(record_id)? = deposit.clone();
        queue_deposit(self, state, &deposit);
        Ok(deposit)
    }

    /// Coins arrive at a permanent address.
    pub(super) fn deposit(&self, new: &CcpaymentV2Deposit) -> Result<Deposit, ActionError> {
        let network = network_of(new.coin_id, &new.chain)?;
        let amount = amount_on(network, &new.amount)?;
        let mut state = self.state();
        let known = if new.address.is_empty() {
            state.addresses.of(&new.reference_id, network.chain)
        } else {
            state.addresses.at(network.chain, &new.address)
        };
        let known = known.cloned().ok_or_else(|| {
            ActionError::NotFound(
                "No such permanent address on this chain; getOrCreateAppDepositAddress makes one."
                    .to_owned(),
            )
        })?;
        let reference = if known.unbound { "" } else { &known.reference };
        let settings = self.account.settings.get();
        let url = if known.notify_url.is_empty() {
            &settings.webhook_url
        } else {
            &known.notify_url
        };
        let arrival = Arrival {
            link: Link::Reference(reference.to_owned()),
            network,
            place: &known.place,
            amount,
            status: if new.seen_only {
                PayStatus::Processing
            } else {
                PayStatus::Success
            },
            url,
        };
        self.arrive(&mut state, &arrival)
    }

    /// Ends a deposit to a permanent address that was seen.
    pub(super) fn finish_deposit(
        &self,
        record_id: &str,
        amount: Option<&str>,
        status: PayStatus,
    ) -> Result<Deposit, ActionError> {
        let mut state = self.state();
        let network = state.deposits.find(record_id)?.network;
        let amount = amount.map(|text| amount_on(network, text)).transpose()?;
        self.finish(&mut state, record_id, amount, status)
    }

    /// The payer of an invoice chooses a coin and a chain; also again, for another payment.
    pub(super) fn choose(
        &self,
        id: &str,
        coin_id: u64,
        chain: &str,
    ) -> Result<Checkout, ActionError> {
        let network = network_of(coin_id, chain)?;
        let mut state = self.state();
        let invoice = state.checkouts_mut(Family::Invoice).find_mut(id)?;
        if invoice.over_time(self.context.clock.now_ms()) || invoice.seen.is_some() {
            return Err(ActionError::Conflict(format!(
                "Invoice {} has expired or waits for the confirmation of a payment.",
                invoice.merchant_ref
            )));
        }
        let salt = &self.account.address_salt;
        let owner = ["invoice", invoice.merchant_ref.as_str()];
        let place = network.chain.place(salt, &owner);
        let before = invoice.choice.replace(Choice { network, place });
        let invoice = invoice.clone();
        state.moved(before.as_ref(), invoice.choice.as_ref());
        Ok(invoice)
    }

    /// The same by the names of coin and chain, e.g. `USDT` and `TRX` or `TRON`.
    pub(super) fn choose_coin(
        &self,
        id: &str,
        coin: &str,
        network: &str,
    ) -> Result<Checkout, ActionError> {
        let of_coin = || {
            let all = coins::NETWORKS.iter();
            all.filter(|known| known.coin.symbol == coin)
        };
        let is_on = |known: &&Network| {
            [known.chain.name(), known.chain.full_name()]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(network))
        };
        let chosen = of_coin().find(is_on).ok_or_else(|| {
            let known: Vec<&str> = of_coin().map(|known| known.chain.name()).collect();
            ActionError::no_coin(coin, network, &known)
        })?;
        self.choose(id, chosen.coin.id, chosen.chain.name())
    }

    /// One payment to an order or invoice, of `amount` or of what is still due; or the confirmation of the one that was seen.
    pub(super) fn pay_checkout(
        &self,
        family: Family,
        id: &str,
        amount: Option<&str>,
        status: PayStatus,
    ) -> Result<Checkout, ActionError> {
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        let mut checkout = state.checkouts(family).find(id)?.clone();
        let conflict = |why: &str| {
            let id = &checkout.merchant_ref;
            Err(ActionError::Conflict(format!("Order {id} {why}.")))
        };
        if now_ms >= checkout.expires_ms.saturating_add(WATCHED_MS) {
            return conflict("expired more than 7 days ago, so payments are no longer noticed");
        }
        let Some(Choice { network, place }) = checkout.choice.clone() else {
            return conflict("has no coin yet: choose one on the payer's page");
        };
        let amount = amount.map(|text| amount_on(network, text)).transpose()?;
        let deposit = match (checkout.seen.clone(), status) {
            (Some(_), PayStatus::Processing) => {
                return conflict("has a payment that was seen already");
            }
            (Some(record_id), _) => self.finish(&mut state, &record_id, amount, status)?,
            (None, _) => {
                let Some(amount) = amount.or_else(|| checkout.still_due()) else {
                    return conflict("is paid in full; name the amount of a further payment");
                };
                let merchant_ref = checkout.merchant_ref.clone();
                let arrival = Arrival {
                    link: match family {
                        Family::Order => Link::Order(merchant_ref),
                        Family::Invoice => Link::Invoice(merchant_ref),
                    },
                    network,
                    place: &place,
                    amount,
                    status,
                    url: &checkout.url,
                };
                self.arrive(&mut state, &arrival)?
            }
        };
        checkout.seen = (status == PayStatus::Processing).then(|| deposit.record_id.clone());
        checkout.last_txid.clone_from(&deposit.txid);
        if deposit.counts() {
            let value = match family {
                Family::Order => Some(deposit.amount),
                Family::Invoice => checkout.unit.worth(network.coin, deposit.amount),
            };
            let paid = value.and_then(|value| checkout.paid.plus(value));
            checkout.paid = paid.unwrap_or(checkout.paid);
        }
        if checkout.is_paid() {
            checkout.settled_ms = checkout.settled_ms.or(Some(now_ms));
        }
        *state.checkouts_mut(family).find_mut(checkout.order_id())? = checkout.clone();
        Ok(checkout)
    }

    /// The time to pay ends.
    pub(super) fn expire(&self, family: Family, id: &str) -> Result<Checkout, ActionError> {
        let now_ms = self.context.clock.now_ms();
        let mut state = self.state();
        let checkout = state.checkouts_mut(family).find_mut(id)?;
        if checkout.due_ms.is_none() || checkout.is_paid() {
            return Err(ActionError::Conflict(format!(
                "Order {} is paid or has expired already.",
                checkout.merchant_ref
            )));
        }
        checkout.expires_ms = checkout.expires_ms.min(now_ms);
        checkout.due_ms = None;
        checkout.settled_ms = Some(now_ms);
        Ok(checkout.clone())
    }
}

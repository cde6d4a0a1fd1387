//! `createInvoiceUrl` and `createAppOrderDepositAddress`.

use std::time::Duration;

use async_trait::async_trait;
use ccpayment_client::v2::{CreateInvoice, CreateOrder, Price};
use payments_core::{Amount, Asset, InvalidRequest, SensitiveString, Timestamp, check};

use super::confirm::Made;
use super::facts::LIFETIME;
use super::ids::{OnChain, Unit};
use super::{CcpaymentV2, NAME, check_request, reading, recovery};
use crate::adapter::ccpayment_shared::coins::{Purpose, Wanted, missing_network};
use crate::adapter::ccpayment_shared::names;
use crate::adapter::{money_error, refused, required, with};
use crate::answer::Answer;
use crate::checkout::{Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout, CustomerStep};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::payout::Destination;
use crate::ticket::Ticket;

const CREATE: &str = "create_checkout";

/// The options of `createInvoiceUrl`.
const HOSTED: &[&str] = &["notify_url", "success_url", "valid_for", "title", "email"];

/// The options of `createAppOrderDepositAddress`.
const NATIVE: &[&str] = &["notify_url", "valid_for", "pay_with", "email"];

/// The longest that a native order can be paid: code 11012 refuses more.
const LONGEST: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// An order with an address to pay to, before the ids of its coin and currency are known.
struct Native<'a> {
    order: &'a CheckoutOrder,
    /// Whether the price is in the coin to pay with.
    is_in_coin: bool,
    /// The coin to pay with.
    symbol: &'a str,
    network: &'a str,
    /// The field of the order that names the coin.
    field: &'static str,
}

/// Until when the order can be paid. Only whole seconds are sent.
fn expires_at(order: &CheckoutOrder, now: Timestamp) -> Result<Timestamp, InvalidRequest> {
    let length = order.options().valid_for.unwrap_or(LIFETIME);
    let longest = match order.kind() {
        CheckoutKind::Native => Some(LONGEST),
        _ => None,
    };
    let refused = |problem: &'static str| InvalidRequest::request("valid_for", problem);
    if length < Duration::from_secs(1) {
        return Err(refused("is less than a second"));
    }
    if longest.is_some_and(|longest| length > longest) {
        return Err(refused("is too long").allowed("up to 10 days"));
    }
    now.checked_add(length)
        .ok_or_else(|| refused("is too long"))
}

/// The price must be one that the provider takes, whatever its id will be.
fn check_price(amount: Amount, is_fiat: bool) -> Result<(), InvalidRequest> {
    let most = if is_fiat { 2 } else { 18 };
    check::positive("amount", amount)?;
    check::decimals("amount", amount.without_zeros_beyond(0), most)
}

/// A price to check the other fields of a request with: [`check_price`] checks the order's.
fn any_price() -> Price {
    Price::coin(Amount::from(1), OnChain::any().coin_id)
}

fn check_hosted(order: &CheckoutOrder, now: Timestamp) -> Result<(), InvalidRequest> {
    let Money { amount, asset } = order.money();
    let network = match asset.network() {
        Some(_) => Err(InvalidRequest::unsupported("network")),
        None => Ok(()),
    };
    let end = expires_at(order, now);
    let request = invoice(order, any_price(), *end.as_ref().unwrap_or(&now));
    let reference = order.reference().as_str();
    InvalidRequest::all([
        order.options().check(HOSTED),
        network,
        end.map(drop),
        check_price(*amount, is_dollars(asset)),
        check_request("reference", reference, &request),
    ])
}

fn invoice(order: &CheckoutOrder, price: Price, end: Timestamp) -> CreateInvoice {
    let options = order.options();
    let request = CreateInvoice::new(order.reference().clone(), price, end);
    with!(request,
        product: options.title,
        return_url: options.success_url,
        notify_url: options.notify_url,
        buyer_email: options.email.as_ref().map(|email| email.expose().to_owned()),
    )
}

impl<'a> Native<'a> {
    fn of(order: &'a CheckoutOrder, now: Timestamp) -> Result<Self, InvalidRequest> {
        let options = order.options();
        let Money { amount, asset } = order.money();
        let coin = options.pay_with.as_ref().unwrap_or(asset);
        let is_in_coin = coin.symbol().eq_ignore_ascii_case(asset.symbol());
        let price = match !is_in_coin && asset.network().is_some() {
            true => Err(InvalidRequest::request(
                "asset",
                "is another coin than the one to pay with",
            )
            .allowed("a currency, or the coin to pay with")),
            false => check_price(*amount, !is_in_coin),
        };
        let priced_on = asset.network().filter(|_| is_in_coin);
        let network = match (coin.network(), priced_on) {
            (Some(one), Some(other)) if !names::is_same(one, other) => Err(
                InvalidRequest::request("network", "is not the same in price and payment"),
            ),
            (Some(network), _) | (None, Some(network)) => Ok(network),
            // A currency has no network: then the coin is missing.
            (None, None) if is_dollars(asset) => {
                required("pay_with", &options.pay_with).and_then(|_| Err(missing_network()))
            }
            (None, None) => Err(missing_network()),
        };
        // Defaults stand for what is refused below.
        let native = Self {
            order,
            is_in_coin,
            symbol: coin.symbol(),
            network: network.as_ref().copied().unwrap_or_default(),
            field: match options.pay_with {
                Some(_) => "pay_with",
                None => "asset",
            },
        };
        let any = OnChain::any();
        let end = expires_at(order, now);
        let request = native.request(&any, any_price(), *end.as_ref().unwrap_or(&now));
        let reference = order.reference().as_str();
        InvalidRequest::all([
            options.check(NATIVE),
            price,
            network.map(drop),
            end.map(drop),
            check_request("reference", reference, &request),
        ])?;
        Ok(native)
    }

    fn request(&self, coin: &OnChain, price: Price, end: Timestamp) -> CreateOrder {
        let options = self.order.options();
        let reference = self.order.reference().clone();
        let request = CreateOrder::new(reference, coin.coin_id, &coin.chain, price, end);
        with!(request,
            notify_url: options.notify_url,
            buyer_email: options.email.as_ref().map(|email| email.expose().to_owned()),
        )
    }

    fn wanted(&self) -> Wanted<'a> {
        Wanted {
            symbol: self.symbol,
            network: Some(self.network),
            purpose: Purpose::Receive,
            field: self.field,
        }
    }

    /// This amount of the coin to pay with.
    fn money(&self, amount: Amount) -> Option<Money> {
        let coin = reading::asset(Some(self.symbol), Some(self.network))?;
        Some(Money::new(amount, coin))
    }
}

fn is_dollars(asset: &Asset) -> bool {
    asset.symbol().eq_ignore_ascii_case(names::DOLLARS)
}

/// Where to send the money. `None` if the address lacks the memo that its network needs: it must not be shown.
fn send(address: &str, memo: Option<&str>, network: &str) -> Option<Destination> {
    let network = names::common(network);
    match memo {
        Some(memo) => Destination::with_memo(address, network, memo),
        None => Destination::new(address, network),
    }
    .ok()
}

impl CcpaymentV2 {
    fn check_checkout(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        let now = self.executor.now();
        match order.kind() {
            CheckoutKind::Hosted => check_hosted(order, now),
            CheckoutKind::Native => Native::of(order, now).map(drop),
            CheckoutKind::CardPage => Err(InvalidRequest::unsupported(order.kind().as_str())),
        }
    }

    /// The new order as it was requested, and what else is stated of it.
    fn created(&self, order: &CheckoutOrder, source: Source, stated: Option<Payment>) -> Payment {
        let observation = Observation::new(source, PaymentKind::Checkout)
            .reference(Some(order.reference().clone()))
            .expected(Some(order.money().clone()))
            .phase(Phase::Open, "");
        let mut payment = Payment::new(self.id.clone(), observation);
        if let Some(stated) = stated {
            // Both have the same reference and kind, so this cannot fail.
            let _ = payment.merge(stated);
        }
        payment
    }

    async fn create_hosted(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let refusal = |invalid| refused(NAME, CREATE, invalid);
        let Money { amount, asset } = order.money();
        let unit = self.unit(CREATE, asset.symbol(), "asset").await?;
        check_price(*amount, matches!(unit, Unit::Fiat(_))).map_err(refusal)?;
        let now = self.executor.now();
        let end = expires_at(order, now).map_err(refusal)?;
        let request = invoice(order, unit.price(*amount), end);
        let made = match self.client.call(&request).await {
            Ok(accepted) => Ok(Made::Accepted(accepted, None)),
            Err(error) => self.confirm_failed(&request, error).await,
        };
        let made = made.map_err(|error| self.checkout_error(order, error))?;
        let (stated, url) = match &made {
            Made::Accepted(made, _) => (None, Some(&made.invoice_url)),
            Made::Found(found) => {
                let stated = reading::invoice(&self.id, order.reference(), found, now);
                (Some(stated), found.invoice_url.as_ref())
            }
        };
        let created = CreatedCheckout {
            payment: self.created(order, made.source(), stated),
            next: url.map_or(CustomerStep::Nothing, |url| {
                CustomerStep::Visit(SensitiveString::from(url.as_str()))
            }),
        };
        Ok(Answer::new(created, made.into_response()))
    }

    async fn create_native(
        &self,
        order: &CheckoutOrder,
        native: &Native<'_>,
    ) -> Result<Answer<CreatedCheckout>, Error> {
        let refusal = |invalid| refused(NAME, CREATE, invalid);
        let Money { amount, asset } = order.money();
        let price = match native.is_in_coin {
            true => None,
            false => Some(self.fiat(asset.symbol()).await?),
        };
        let coin = self.coin(CREATE, native.wanted()).await?;
        let price = price.map_or_else(
            || Price::coin(*amount, coin.coin_id),
            |fiat| Price::fiat(*amount, fiat),
        );
        let now = self.executor.now();
        let end = expires_at(order, now).map_err(refusal)?;
        let request = native.request(&coin, price, end);
        let made = match self.client.call(&request).await {
            Ok(accepted) => Ok(Made::Accepted(accepted, None)),
            Err(error) => self.confirm_failed(&request, error).await,
        };
        let made = made.map_err(|error| self.checkout_error(order, error))?;
        let (stated, to, due) = match &made {
            Made::Accepted(made, _) => {
                let due = Observation::new(Source::Created, PaymentKind::Checkout)
                    .reference(Some(order.reference().clone()))
                    .expected(native.money(made.amount));
                let to = Some((made.address.as_str(), made.memo.as_deref()));
                (Payment::new(self.id.clone(), due), to, made.amount)
            }
            Made::Found(found) => {
                let stated = reading::order(&self.id, order.reference(), found, now);
                let to = found.to_address.as_deref();
                let to = to.map(|address| (address, found.to_memo.as_deref()));
                (stated, to, found.amount_to_pay)
            }
        };
        let to = to.and_then(|(address, memo)| send(address, memo, native.network));
        let next = to.map_or(CustomerStep::Nothing, |to| CustomerStep::Send {
            to: match self.on_chain(&coin) {
                Some(coin) => to.paid_in(coin),
                None => to,
            },
            money: native.money(due),
        });
        let created = CreatedCheckout {
            payment: self.created(order, made.source(), Some(stated)),
            next,
        };
        Ok(Answer::new(created, made.into_response()))
    }

    /// The id of a price's currency.
    async fn fiat(&self, symbol: &str) -> Result<u64, Error> {
        let unknown = || {
            InvalidRequest::request("asset", "is not a currency of the provider")
                .allowed("USD, another currency of the provider, or the coin itself")
        };
        let id = self.fiat_id(symbol).await?;
        id.ok_or_else(|| refused(NAME, CREATE, unknown()))
    }

    fn checkout_error(&self, order: &CheckoutOrder, error: payments_core::Error) -> Error {
        money_error(error, || Checkout::ticket(self, order, self.executor.now()))
    }
}

#[async_trait]
impl Checkout for CcpaymentV2 {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        match kind {
            CheckoutKind::Hosted => Some(HOSTED),
            CheckoutKind::Native => Some(NATIVE),
            CheckoutKind::CardPage => None,
        }
    }

    /// By the provider's id: that of a payment, of an order or to a permanent address.
    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.check_checkout(order)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        let kind = order.kind().as_str();
        order
            .ticket(&self.id, now)
            .detail(recovery::CHECKOUT_KIND, kind)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let refusal = |invalid| refused(NAME, CREATE, invalid);
        self.check_checkout(order).map_err(refusal)?;
        match order.kind() {
            CheckoutKind::Native => {
                let native = Native::of(order, self.executor.now()).map_err(refusal)?;
                self.create_native(order, &native).await
            }
            CheckoutKind::Hosted | CheckoutKind::CardPage => self.create_hosted(order).await,
        }
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_checkout(by).await
    }
}

//! `concise/url/get` and `bill/create`.

use async_trait::async_trait;
use ccpayment_client::v1::{CreateCheckout, CreateOrder, CreatedOrder, Price};
use payments_core::{Amount, Asset, InvalidRequest, Operation, SensitiveString, Timestamp};

use super::names::DOLLARS;
use super::token::{ANY_TOKEN, Purpose, Wanted, missing_network};
use super::{Ccpayment, PROVIDER, names, reading, recovery};
use crate::adapter::{money_error, refused, required, with};
use crate::answer::{Answer, ProviderResponse};
use crate::checkout::{Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout, CustomerStep};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::payout::{Coin, Destination};
use crate::ticket::Ticket;

const NAME: &str = "create_checkout";

/// The options of `concise/url/get`.
const HOSTED: &[&str] = &[
    "notify_url",
    "valid_for",
    "metadata",
    "title",
    "success_url",
];

/// The options of `bill/create`.
const NATIVE: &[&str] = &["notify_url", "valid_for", "metadata", "pay_with", "note"];

/// Its orders can be paid for two hours at most.
const SATOSHI: &str = "SATS";

/// The request to CCPayment, checked except for the token.
enum Plan<'a> {
    Page(CreateCheckout),
    Address(Native<'a>),
}

/// An order with an address to pay to, before its token is known.
struct Native<'a> {
    order: &'a CheckoutOrder,
    price: Price,
    /// The coin to pay with.
    symbol: &'a str,
    network: &'a str,
    /// The field of the order that names the coin.
    field: &'static str,
}

fn page(order: &CheckoutOrder) -> Result<CreateCheckout, InvalidRequest> {
    let options = order.options();
    let Money { amount, asset } = order.money();
    // A missing title is a problem of the options, and this one is never sent.
    let title = options.title.as_deref().unwrap_or("title");
    let request = CreateCheckout::new(order.reference().clone(), *amount, title);
    let request = match options.valid_for {
        Some(length) => request.valid_for(length),
        None => request,
    };
    let request = with!(request,
        notify_url: options.notify_url,
        return_url: options.success_url,
        custom_value: options.metadata,
    );
    InvalidRequest::all([
        options.check(HOSTED),
        match asset.network() {
            Some(_) => Err(InvalidRequest::unsupported("network")),
            None => Ok(()),
        },
        options.require(&["title"]),
        match asset.symbol().eq_ignore_ascii_case(DOLLARS) {
            true => Ok(()),
            false => Err(
                InvalidRequest::request("asset", "is not the currency of hosted orders")
                    .allowed(DOLLARS),
            ),
        },
        request.check(),
    ])?;
    Ok(request)
}

impl<'a> Native<'a> {
    fn request(&self, token_id: &str) -> CreateOrder {
        let reference = self.order.reference().clone();
        let request = CreateOrder::new(reference, self.price.clone(), token_id);
        let options = self.order.options();
        let request = match options.valid_for {
            Some(length) if self.symbol.eq_ignore_ascii_case(SATOSHI) => {
                request.valid_for_satoshi(length)
            }
            Some(length) => request.valid_for(length),
            None => request,
        };
        with!(request,
            custom_value: options.metadata,
            notify_url: options.notify_url,
            remark: options.note,
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

impl Ccpayment {
    fn plan<'a>(&self, order: &'a CheckoutOrder) -> Result<Plan<'a>, InvalidRequest> {
        match order.kind() {
            CheckoutKind::Hosted => page(order).map(Plan::Page),
            CheckoutKind::Native => self.native(order).map(Plan::Address),
            CheckoutKind::CardPage => Err(InvalidRequest::unsupported(order.kind().as_str())),
        }
    }

    /// The provider's name of the currency.
    fn currency(&self, asset: &Asset) -> Option<&str> {
        let known = self.currencies.iter().map(String::as_str);
        let mut known = known.filter(|_| asset.network().is_none());
        known.find(|currency| currency.eq_ignore_ascii_case(asset.symbol()))
    }

    fn native<'a>(&self, order: &'a CheckoutOrder) -> Result<Native<'a>, InvalidRequest> {
        let options = order.options();
        let Money { amount, asset } = order.money();
        let currency = self.currency(asset);
        let coin = options.pay_with.as_ref().unwrap_or(asset);
        let is_in_coin = coin.symbol().eq_ignore_ascii_case(asset.symbol());
        let price = match currency {
            _ if is_in_coin => Ok(Price::in_token(*amount)),
            Some(currency) => Ok(Price::fiat(*amount, currency)),
            None => Err(
                InvalidRequest::request("asset", "is not a currency of native orders")
                    .allowed("USD, a currency of the account's settings, or the coin itself"),
            ),
        };
        let priced_on = asset.network().filter(|_| is_in_coin);
        let network = match (coin.network(), priced_on) {
            (Some(one), Some(other)) if !names::is_same(one, other) => Err(
                InvalidRequest::request("network", "is not the same in price and payment"),
            ),
            (Some(network), _) | (None, Some(network)) => Ok(network),
            // A currency has no network: then the coin is missing.
            (None, None) if currency.is_some() => {
                required("pay_with", &options.pay_with).and_then(|_| Err(missing_network()))
            }
            (None, None) => Err(missing_network()),
        };
        // Defaults stand for what is refused below.
        let native = Native {
            order,
            price: price.clone().unwrap_or(Price::in_token(*amount)),
            symbol: coin.symbol(),
            network: network.as_ref().copied().unwrap_or_default(),
            field: if options.pay_with.is_some() {
                "pay_with"
            } else {
                "asset"
            },
        };
        InvalidRequest::all([
            options.check(NATIVE),
            price.map(drop),
            network.map(drop),
            native.request(ANY_TOKEN).check(),
        ])?;
        Ok(native)
    }

    fn observed(&self, order: &CheckoutOrder) -> Observation {
        Observation::new(Source::Created, PaymentKind::Checkout)
            .reference(Some(order.reference().clone()))
            .expected(Some(order.money().clone()))
            .phase(Phase::Open, "")
    }

    async fn make_page(
        &self,
        order: &CheckoutOrder,
        request: CreateCheckout,
    ) -> Result<Answer<CreatedCheckout>, payments_core::Error> {
        let made = self.client.create_checkout(request).await?;
        let created = CreatedCheckout {
            payment: Payment::new(self.id.clone(), self.observed(order)),
            next: CustomerStep::Visit(SensitiveString::from(made.payment_url.as_str())),
        };
        Ok(Answer::new(created, ProviderResponse::new(made)))
    }

    async fn make_native(
        &self,
        native: &Native<'_>,
        token_id: &str,
    ) -> Result<Answer<CreatedCheckout>, payments_core::Error> {
        let request = native.request(token_id);
        let made = self.client.call(&request).await?;
        let observation = self.observed(native.order);
        let observation = observation.provider_ref(Some(made.order_id.clone()));
        let mut payment = Payment::new(self.id.clone(), observation);
        let due = self.due(native, &request, &mut payment).await;
        let money = due.and_then(|due| native.money(due));
        let next = send(&made, native.network, self.tokens.coin(token_id), money);
        let created = CreatedCheckout { payment, next };
        Ok(Answer::new(created, ProviderResponse::new(made)))
    }

    /// The amount the customer has to send. The order exists already, so a failure here is not a failure of the call.
    async fn due(
        &self,
        native: &Native<'_>,
        request: &CreateOrder,
        payment: &mut Payment,
    ) -> Option<Amount> {
        if native.price.currency().is_none() {
            return Some(native.price.amount());
        }
        // The amount that CCPayment has fixed for the order is the binding one.
        let reference = native.order.reference();
        if let Ok(response) = self.client.deposits(request.query()).await
            && let Some(row) = response.find(reference)
        {
            // Both have the same reference, so this cannot fail.
            let _ = payment.merge(reading::deposit(&self.id, reference, row));
            let is_coin = |crypto: &String| crypto.eq_ignore_ascii_case(native.symbol);
            if let Some(due) = row
                .order_amount
                .filter(|_| row.crypto.as_ref().is_some_and(is_coin))
            {
                return Some(due);
            }
        }
        self.client.amount_due(request).await.ok()
    }
}

fn send(
    made: &CreatedOrder,
    network: &str,
    coin: Option<Coin>,
    money: Option<Money>,
) -> CustomerStep {
    let network = names::common(network);
    let to = match &made.memo {
        Some(memo) => Destination::with_memo(&made.pay_address, network, memo),
        None => Destination::new(&made.pay_address, network),
    };
    // An address without the memo that its network needs must not be shown.
    let Ok(to) = to else {
        return CustomerStep::Nothing;
    };
    let to = match coin {
        Some(coin) => to.paid_in(coin),
        None => to,
    };
    CustomerStep::Send { to, money }
}

#[async_trait]
impl Checkout for Ccpayment {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        match kind {
            CheckoutKind::Hosted => Some(HOSTED),
            CheckoutKind::Native => Some(NATIVE),
            CheckoutKind::CardPage => None,
        }
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.plan(order).map(drop)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        order.ticket(&self.id, now)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let plan = self
            .plan(order)
            .map_err(|invalid| refused(PROVIDER, NAME, invalid))?;
        let made = match plan {
            Plan::Page(request) => self.make_page(order, request).await,
            Plan::Address(native) => {
                let token_id = self.token_id(NAME, native.wanted()).await?;
                self.make_native(&native, &token_id).await
            }
        };
        made.map_err(|error| money_error(error, || order.ticket(&self.id, self.executor.now())))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_checkout(by).await
    }
}

//! `concise/url/get` and `bill/create`.

use std::time::Duration;

use async_trait::async_trait;
use ccpayment_client::v1::{CreateCheckout, CreateOrder, CreatedOrder, Price};
use payments_core::{Amount, Asset, InvalidRequest, Operation, Timestamp};

use super::tokens::{ANY_TOKEN, Purpose, Wanted, missing_network};
use super::{Ccpayment, DOLLARS, PROVIDER, lookup, names, reading};
use crate::adapter::with;
use crate::options::{Carrier, required, survey};
use crate::{
    Answer, Checkout, CheckoutKind, CheckoutOptions, CheckoutOrder, CreatedCheckout, CustomerStep,
    Destination, Error, Lookup, LookupKind, Money, MoneyCall, Observation, OptionNames, Payment,
    PaymentKind, Phase, ProviderResponse, SensitiveString, Source, Ticket,
};

const NAME: &str = "create_checkout";

/// Its orders can be paid for two hours at most.
const SATOSHI: &str = "SATS";

/// What CCPayment makes of an order. Every value of it was checked.
enum Plan<'a> {
    Page(CreateCheckout),
    Address(Native<'a>),
}

/// An order with an address to pay to, as far as it is known before its token is.
struct Native<'a> {
    order: &'a CheckoutOrder,
    price: Price,
    /// What is paid with.
    symbol: &'a str,
    network: &'a str,
    /// Which part of the order says so.
    field: &'static str,
    options: NativeOptions<'a>,
}

struct CommonOptions<'a> {
    notify_url: Option<&'a String>,
    valid_for: Option<&'a Duration>,
    metadata: Option<&'a String>,
}

fn common_options<'a>(options: &mut Carrier<'a, CheckoutOptions>) -> CommonOptions<'a> {
    CommonOptions {
        notify_url: options.notify_url(),
        valid_for: options.valid_for(),
        metadata: options.metadata(),
    }
}

struct PageOptions<'a> {
    common: CommonOptions<'a>,
    title: Option<&'a String>,
    success_url: Option<&'a String>,
}

fn page_options<'a>(options: &mut Carrier<'a, CheckoutOptions>) -> PageOptions<'a> {
    PageOptions {
        common: common_options(options),
        title: options.title(),
        success_url: options.success_url(),
    }
}

struct NativeOptions<'a> {
    common: CommonOptions<'a>,
    pay_with: Option<&'a Asset>,
    note: Option<&'a String>,
}

fn native_options<'a>(options: &mut Carrier<'a, CheckoutOptions>) -> NativeOptions<'a> {
    NativeOptions {
        common: common_options(options),
        pay_with: options.pay_with(),
        note: options.note(),
    }
}

fn page(order: &CheckoutOrder) -> Result<CreateCheckout, InvalidRequest> {
    let options = order.carry(page_options)?;
    let Money { amount, asset } = order.money();
    if asset.network().is_some() {
        return Err(InvalidRequest::unsupported("network"));
    }
    if !asset.symbol().eq_ignore_ascii_case(DOLLARS) {
        return Err(
            InvalidRequest::request("asset", "is not what pages are priced in").allowed(DOLLARS),
        );
    }
    let title = required("title", options.title)?;
    let request = CreateCheckout::new(order.reference().clone(), *amount, title);
    let request = with!(request,
        valid_for: options.common.valid_for.copied(),
        notify_url: options.common.notify_url,
        return_url: options.success_url,
        custom_value: options.common.metadata,
    );
    request.check()?;
    Ok(request)
}

impl<'a> Native<'a> {
    fn request(&self, token_id: &str) -> CreateOrder {
        let reference = self.order.reference().clone();
        let request = CreateOrder::new(reference, self.price.clone(), token_id);
        let request = match self.options.common.valid_for {
            Some(length) if self.symbol.eq_ignore_ascii_case(SATOSHI) => {
                request.valid_for_satoshi(*length)
            }
            Some(length) => request.valid_for(*length),
            None => request,
        };
        with!(request,
            custom_value: self.options.common.metadata,
            notify_url: self.options.common.notify_url,
            remark: self.options.note,
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

    /// So much of what is paid with.
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

    /// The currency in the provider's spelling.
    fn currency(&self, asset: &Asset) -> Option<&str> {
        let known = self.currencies.iter().map(String::as_str);
        let mut known = known.filter(|_| asset.network().is_none());
        known.find(|currency| currency.eq_ignore_ascii_case(asset.symbol()))
    }

    fn native<'a>(&self, order: &'a CheckoutOrder) -> Result<Native<'a>, InvalidRequest> {
        let options = order.carry(native_options)?;
        let Money { amount, asset } = order.money();
        let currency = self.currency(asset);
        let coin = match (options.pay_with, currency) {
            (Some(coin), _) => coin,
            (None, Some(_)) => required("pay_with", None)?,
            (None, None) => asset,
        };
        let is_in_coin = coin.symbol().eq_ignore_ascii_case(asset.symbol());
        let price = match currency {
            _ if is_in_coin => Price::in_token(*amount),
            Some(currency) => Price::fiat(*amount, currency),
            None => {
                return Err(InvalidRequest::request(
                    "asset",
                    "is no currency that orders are priced in",
                )
                .allowed("USD, what `with_currency` names, or the coin itself"));
            }
        };
        let priced_on = asset.network().filter(|_| is_in_coin);
        let network = match (coin.network(), priced_on) {
            (Some(one), Some(other)) if !names::is_same(one, other) => {
                return Err(InvalidRequest::request(
                    "network",
                    "is not the same in price and payment",
                ));
            }
            (Some(network), _) | (None, Some(network)) => network,
            (None, None) => return Err(missing_network()),
        };
        let native = Native {
            order,
            price,
            symbol: coin.symbol(),
            network,
            field: if options.pay_with.is_some() {
                "pay_with"
            } else {
                "asset"
            },
            options,
        };
        native.request(ANY_TOKEN).check()?;
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
        let made = self.client.create_order(request.clone()).await?;
        let observation = self.observed(native.order);
        let observation = observation.provider_ref(Some(made.order_id.clone()));
        let mut payment = Payment::new(self.id.clone(), observation);
        let due = self.due(native, &request, &mut payment).await;
        let next = send(&made, native.network, due.and_then(|due| native.money(due)));
        let created = CreatedCheckout { payment, next };
        Ok(Answer::new(created, ProviderResponse::new(made)))
    }

    /// What the customer has to send. The order stands, so no failure in here is one of the call.
    async fn due(
        &self,
        native: &Native<'_>,
        request: &CreateOrder,
        payment: &mut Payment,
    ) -> Option<Amount> {
        if native.price.currency().is_none() {
            return Some(native.price.amount());
        }
        // What binds is the amount that CCPayment has fixed for the order.
        let reference = native.order.reference();
        if let Ok(told) = self.client.deposits(request.query()).await
            && let Some(row) = told.find(reference)
        {
            // It is found by this reference, so it merges.
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

fn send(made: &CreatedOrder, network: &str, money: Option<Money>) -> CustomerStep {
    let network = names::common(network);
    let to = match &made.memo {
        Some(memo) => Destination::with_memo(&made.pay_address, network, memo),
        None => Destination::new(&made.pay_address, network),
    };
    // An address that lacks the memo its network needs is none to be shown.
    to.map_or(CustomerStep::Nothing, |to| CustomerStep::Send { to, money })
}

#[async_trait]
impl Checkout for Ccpayment {
    fn offers(&self, kind: CheckoutKind) -> Option<OptionNames> {
        match kind {
            CheckoutKind::Hosted => Some(survey(|options| {
                page_options(options);
            })),
            CheckoutKind::Native => Some(survey(|options| {
                native_options(options);
            })),
            CheckoutKind::CardPage => None,
        }
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        lookup::finds_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.plan(order).map(drop)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        Ticket::new(
            self.id.clone(),
            MoneyCall::Checkout,
            order.reference().clone(),
            order.money().clone(),
            now,
        )
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let plan = self
            .plan(order)
            .map_err(|invalid| Error::local(PROVIDER, NAME, invalid))?;
        let made = match plan {
            Plan::Page(request) => self.make_page(order, request).await,
            Plan::Address(native) => {
                let token_id = self.token_id(NAME, native.wanted()).await?;
                self.make_native(&native, &token_id).await
            }
        };
        made.map_err(|error| {
            Error::of_move(error, || Checkout::ticket(self, order, self.executor.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_checkout(by).await
    }
}

//! `createOrder` and `createOrderByCreditCard`.

use std::sync::Arc;

use async_trait::async_trait;
use cpay_client::{CardOrder, CreateCardOrder, CreateOrder, CreatedOrder, Product, Purchase};
use payments_core::{Amount, InvalidRequest, Operation, SensitiveString, Timestamp};

use super::{Cpay, PROVIDER, reading, recovery};
use crate::adapter::{money_error, refused, required, with};
use crate::answer::{Answer, ProviderResponse};
use crate::checkout::{Checkout, CheckoutKind, CheckoutOrder, CreatedCheckout, CustomerStep, Item};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::ticket::Ticket;

/// The options of `createOrder`.
const HOSTED: &[&str] = &[
    "customer",
    "notify_url",
    "success_url",
    "failure_url",
    "metadata",
];

/// The options of `createOrderByCreditCard`.
const CARD_PAGE: &[&str] = &[
    "customer",
    "notify_url",
    "success_url",
    "failure_url",
    "metadata",
    "language",
    "items",
    "country",
    "email",
    "ip",
];

fn coins(order: &CheckoutOrder) -> Result<CreateOrder, InvalidRequest> {
    let options = order.options();
    InvalidRequest::all([
        options.check(HOSTED),
        // The customer chooses the network on the page.
        refuse_network(order.money()),
        options.require(&["customer"]),
    ])?;
    let request = CreateOrder::new(
        order.reference().clone(),
        required("customer", &options.customer)?,
        order.money().amount,
        order.money().asset.symbol(),
    );
    Ok(with!(request,
        callback_url: options.notify_url,
        success_url: options.success_url,
        fail_url: options.failure_url,
        ext_info: options.metadata,
    ))
}

fn card(order: &CheckoutOrder) -> Result<CreateCardOrder, InvalidRequest> {
    let options = order.options();
    InvalidRequest::all([
        options.check(CARD_PAGE),
        refuse_network(order.money()),
        options.require(&["customer", "items", "country", "email", "ip"]),
    ])?;
    let request = CreateCardOrder::new(
        order.reference().clone(),
        required("customer", &options.customer)?,
        purchase(order.money(), required("items", &options.items)?),
        required("country", &options.country)?,
        required("email", &options.email)?.expose(),
        *required("ip", &options.ip)?,
    );
    Ok(with!(request,
        callback_url: options.notify_url,
        success_url: options.success_url,
        fail_url: options.failure_url,
        ext_info: options.metadata,
        language: options.language,
    ))
}

fn purchase(money: &Money, items: &[Item]) -> Purchase {
    let currency = money.asset.symbol();
    let products = items
        .iter()
        .map(|item| Product::new(item.name.as_str(), item.price, item.quantity, currency))
        .collect();
    Purchase::new(money.amount, currency, products)
}

fn refuse_network(money: &Money) -> Result<(), InvalidRequest> {
    match money.asset.network() {
        Some(_) => Err(InvalidRequest::unsupported("network")),
        None => Ok(()),
    }
}

impl Cpay {
    fn coins_request(&self, order: &CheckoutOrder) -> Result<CreateOrder, InvalidRequest> {
        Ok(self.named(coins(order)?, CreateOrder::allow_unlisted))
    }

    fn card_request(&self, order: &CheckoutOrder) -> Result<CreateCardOrder, InvalidRequest> {
        Ok(self.named(card(order)?, CreateCardOrder::allow_unlisted))
    }

    fn made(&self, order: &CheckoutOrder, made: Made<'_>) -> CreatedCheckout {
        let observation = Observation::new(Source::Created, PaymentKind::Checkout)
            .reference(Some(order.reference().clone()))
            .expected(Some(order.money().clone()))
            .fee(
                made.fee
                    .map(|fee| Money::new(fee, order.money().asset.clone())),
            );
        let observation = match made.status {
            None => observation.phase(made.without_status, ""),
            Some(_) => observation,
        };
        let observation = reading::observed(&self.id, observation, made.id, made.status);
        let next = match made.url.filter(|_| made.is_live) {
            Some(url) => CustomerStep::Visit(SensitiveString::from(url)),
            None => CustomerStep::Nothing,
        };
        CreatedCheckout {
            payment: Payment::new(self.id.clone(), observation),
            next,
        }
    }

    fn coins_made(
        &self,
        order: &CheckoutOrder,
        made: Arc<CreatedOrder>,
    ) -> Answer<CreatedCheckout> {
        let created = Made {
            id: &made.order_id,
            status: made.status.as_ref(),
            // The example of a success has no status.
            without_status: Phase::Open,
            fee: made.fee,
            url: made.cashier_url.as_deref(),
            is_live: !made
                .status
                .as_ref()
                .is_some_and(cpay_client::OrderStatus::is_final),
        };
        Answer::new(self.made(order, created), ProviderResponse::shared(made))
    }

    fn card_made(&self, order: &CheckoutOrder, made: Arc<CardOrder>) -> Answer<CreatedCheckout> {
        let created = Made {
            id: &made.order_id,
            status: made.status.as_ref(),
            without_status: Phase::Unrecognised,
            fee: made.fee,
            url: made.cashier_url.as_deref(),
            is_live: made.is_live(),
        };
        Answer::new(self.made(order, created), ProviderResponse::shared(made))
    }
}

/// The common part of both responses.
struct Made<'a> {
    id: &'a payments_core::ProviderRef,
    status: Option<&'a cpay_client::OrderStatus>,
    without_status: Phase,
    fee: Option<Amount>,
    url: Option<&'a str>,
    is_live: bool,
}

#[async_trait]
impl Checkout for Cpay {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        match kind {
            CheckoutKind::Hosted => Some(HOSTED),
            CheckoutKind::CardPage => Some(CARD_PAGE),
            CheckoutKind::Native => None,
        }
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        match order.kind() {
            CheckoutKind::Hosted => self.coins_request(order)?.check(),
            CheckoutKind::CardPage => self.card_request(order)?.check(),
            kind @ CheckoutKind::Native => Err(InvalidRequest::unsupported(kind.as_str())),
        }
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        let customer = order.options().customer.as_ref();
        Self::of_customer(order.ticket(&self.id, now), customer)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let refused = |invalid| refused(PROVIDER, "create_checkout", invalid);
        let failed =
            |error| money_error(error, || Checkout::ticket(self, order, self.executor.now()));
        match order.kind() {
            CheckoutKind::Hosted => {
                let request = self.coins_request(order).map_err(refused)?;
                let made = self.client.call(&request).await.map(Arc::new);
                let made = made.map_err(failed)?;
                Ok(self.coins_made(order, made))
            }
            CheckoutKind::CardPage => {
                let request = self.card_request(order).map_err(refused)?;
                let made = self.client.call(&request).await.map(Arc::new);
                let made = made.map_err(failed)?;
                Ok(self.card_made(order, made))
            }
            kind @ CheckoutKind::Native => Err(refused(InvalidRequest::unsupported(kind.as_str()))),
        }
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.detail(by).await.map(Some)
    }
}

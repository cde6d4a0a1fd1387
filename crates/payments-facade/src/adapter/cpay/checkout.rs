//! `createOrder` and `createOrderByCreditCard`.

use async_trait::async_trait;
use cpay_client::{CardOrder, CreateCardOrder, CreateOrder, CreatedOrder, Product, Purchase};
use payments_core::{Amount, InvalidRequest, Operation, Timestamp};

use super::{Cpay, PROVIDER, lookup, reading};
use crate::adapter::with;
use crate::options::{Carrier, required, survey};
use crate::{
    Answer, Checkout, CheckoutKind, CheckoutOptions, CheckoutOrder, CreatedCheckout, CustomerStep,
    Error, Item, Lookup, LookupKind, Money, MoneyCall, Observation, OptionNames, Payment,
    PaymentKind, Phase, ProviderResponse, SensitiveString, Source, Ticket,
};

/// What C-Pay makes of an order.
enum Plan {
    Coins(CreateOrder),
    Card(CreateCardOrder),
}

fn plan(order: &CheckoutOrder) -> Result<Plan, InvalidRequest> {
    match order.kind() {
        CheckoutKind::Hosted => coins(order).map(Plan::Coins),
        CheckoutKind::CardPage => card(order).map(Plan::Card),
        CheckoutKind::Native => Err(InvalidRequest::unsupported(order.kind().as_str())),
    }
}

struct CoinOptions<'a> {
    customer: Option<&'a String>,
    notify_url: Option<&'a String>,
    success_url: Option<&'a String>,
    failure_url: Option<&'a String>,
    metadata: Option<&'a String>,
}

fn coin_options<'a>(options: &mut Carrier<'a, CheckoutOptions>) -> CoinOptions<'a> {
    CoinOptions {
        customer: options.customer(),
        notify_url: options.notify_url(),
        success_url: options.success_url(),
        failure_url: options.failure_url(),
        metadata: options.metadata(),
    }
}

fn coins(order: &CheckoutOrder) -> Result<CreateOrder, InvalidRequest> {
    let options = order.carry(coin_options)?;
    // The customer chooses the network on the page.
    refuse_network(order.money())?;
    let request = CreateOrder::new(
        order.reference().clone(),
        required("customer", options.customer)?,
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

struct CardOptions<'a> {
    coins: CoinOptions<'a>,
    language: Option<&'a String>,
    items: Option<&'a Vec<Item>>,
    country: Option<&'a String>,
    email: Option<&'a SensitiveString>,
    ip: Option<&'a std::net::IpAddr>,
}

fn card_options<'a>(options: &mut Carrier<'a, CheckoutOptions>) -> CardOptions<'a> {
    CardOptions {
        coins: coin_options(options),
        language: options.language(),
        items: options.items(),
        country: options.country(),
        email: options.email(),
        ip: options.ip(),
    }
}

fn card(order: &CheckoutOrder) -> Result<CreateCardOrder, InvalidRequest> {
    let options = order.carry(card_options)?;
    let request = CreateCardOrder::new(
        order.reference().clone(),
        required("customer", options.coins.customer)?,
        purchase(order.money(), required("items", options.items)?)?,
        required("country", options.country)?,
        required("email", options.email)?.expose(),
        *required("ip", options.ip)?,
    );
    Ok(with!(request,
        callback_url: options.coins.notify_url,
        success_url: options.coins.success_url,
        fail_url: options.coins.failure_url,
        ext_info: options.coins.metadata,
        language: options.language,
    ))
}

fn purchase(money: &Money, items: &[Item]) -> Result<Purchase, InvalidRequest> {
    refuse_network(money)?;
    let currency = money.asset.symbol();
    let products = items
        .iter()
        .map(|item| Product::new(item.name.as_str(), item.price, item.quantity, currency))
        .collect();
    Ok(Purchase::new(money.amount, currency, products))
}

fn refuse_network(money: &Money) -> Result<(), InvalidRequest> {
    match money.asset.network() {
        Some(_) => Err(InvalidRequest::unsupported("network")),
        None => Ok(()),
    }
}

impl Cpay {
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

    fn coins_made(&self, order: &CheckoutOrder, made: CreatedOrder) -> Answer<CreatedCheckout> {
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
        Answer::new(self.made(order, created), ProviderResponse::new(made))
    }

    fn card_made(&self, order: &CheckoutOrder, made: CardOrder) -> Answer<CreatedCheckout> {
        let created = Made {
            id: &made.order_id,
            status: made.status.as_ref(),
            without_status: Phase::Unrecognised,
            fee: made.fee,
            url: made.cashier_url.as_deref(),
            is_live: made.is_live(),
        };
        Answer::new(self.made(order, created), ProviderResponse::new(made))
    }
}

/// What the two answers have in common.
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
    fn offers(&self, kind: CheckoutKind) -> Option<OptionNames> {
        match kind {
            CheckoutKind::Hosted => Some(survey(|options| {
                coin_options(options);
            })),
            CheckoutKind::CardPage => Some(survey(|options| {
                card_options(options);
            })),
            CheckoutKind::Native => None,
        }
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        lookup::finds_by(kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        match plan(order)? {
            Plan::Coins(request) => request.check(),
            Plan::Card(request) => request.check(),
        }
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
        let failed =
            |error| Error::of_move(error, || Checkout::ticket(self, order, self.executor.now()));
        let plan =
            plan(order).map_err(|invalid| Error::local(PROVIDER, "create_checkout", invalid))?;
        match plan {
            Plan::Coins(request) => {
                let made = self.client.create_order(request).await.map_err(failed)?;
                Ok(self.coins_made(order, made))
            }
            Plan::Card(request) => {
                let made = self.client.create_card_order(request).await;
                Ok(self.card_made(order, made.map_err(failed)?))
            }
        }
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.detail(by).await.map(Some)
    }
}

//! The calls that move money or change an order.

use chainup_opay_client::CancelOrder;
use cpay_client::{
    BillingAddress, Browser, Card, CardExpiry, CardNumber, CardPayment, Contact, Cvv, FullName,
    Payer, Product, Purchase,
};
use payments_core::{Error, MerchantRef, Outcome};
use payments_sandbox::OrderStatus;
use payments_testkit::conformance::{Env as _, Op};

use crate::providers::faulty_transport::Fault;
use crate::providers::fixture::{Provider, ProviderFixture};

/// A call whose first request has the effect.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    /// A call of the facade.
    Order(Op),
    /// A payment by card, of C-Pay's client.
    Card,
    /// The cancellation of an order, of ChainUp's client.
    Cancel,
}

/// What the caller learns of a failure.
#[derive(Debug)]
pub(super) struct Reported {
    pub(super) outcome: Outcome,
    pub(super) operation: &'static str,
    #[allow(dead_code)] // shown by `Debug` in a failed test
    text: String,
}

impl From<&Error> for Reported {
    fn from(error: &Error) -> Self {
        Self {
            outcome: error.outcome(),
            operation: error.operation(),
            text: error.to_string(),
        }
    }
}

impl Call {
    /// Makes the call under a new reference; its first request meets the fault.
    pub(super) async fn make<P: Provider>(
        self,
        fixture: &ProviderFixture<P>,
        fault: Fault,
    ) -> (MerchantRef, Result<(), Reported>) {
        let reference = fixture.reference();
        let result = self.make_under(fixture, reference.clone(), fault).await;
        (reference, result)
    }

    async fn make_under<P: Provider>(
        self,
        fixture: &ProviderFixture<P>,
        reference: MerchantRef,
        fault: Fault,
    ) -> Result<(), Reported> {
        let gateway = fixture.gateway.as_ref();
        match self {
            Self::Order(op) => {
                let order = P::order(op, reference, fixture.receiver.url()).unwrap();
                fixture.transport.plan([fault]);
                let created = order.create(gateway).await;
                created.map(drop).map_err(|error| error.cause().into())
            }
            Self::Card => {
                let client: &cpay_client::Client = gateway.client().unwrap();
                fixture.transport.plan([fault]);
                let paid = client.pay_by_card(card_payment(reference)).await;
                paid.map(drop).map_err(|error| (&error).into())
            }
            Self::Cancel => {
                let client: &chainup_opay_client::Client = gateway.client().unwrap();
                let op = Op::all_of(gateway).remove(0);
                let order = P::order(op, reference.clone(), fixture.receiver.url()).unwrap();
                order.create(gateway).await.unwrap();
                let number = fixture.sandbox.order(reference.as_str()).unwrap().order_id;
                let cancel = CancelOrder::new(number.parse().unwrap());
                fixture.transport.plan([fault]);
                let cancelled = client.cancel_order(cancel).await;
                cancelled.map(drop).map_err(|error| (&error).into())
            }
        }
    }
}

impl Call {
    /// Whether the gateway queries what became of the call.
    pub(super) fn is_confirmed<P: Provider>(self) -> bool {
        match self {
            Self::Order(op) => P::query(op).is_some(),
            Self::Card | Self::Cancel => false,
        }
    }

    /// Whether the provider executed the call under this reference.
    pub(super) async fn took_effect<P: Provider>(
        self,
        fixture: &ProviderFixture<P>,
        reference: &MerchantRef,
    ) -> bool {
        match self {
            Self::Order(_) | Self::Card => fixture.count(reference).await == 1,
            Self::Cancel => {
                let order = fixture.sandbox.order(reference.as_str());
                order.is_some_and(|order| order.status == OrderStatus::Closed)
            }
        }
    }
}

fn card_payment(reference: MerchantRef) -> CardPayment {
    let card = Card::new(
        CardNumber::new("4242424242424242").unwrap(),
        CardExpiry::new(12, 2099).unwrap(),
        Cvv::new("123").unwrap(),
    );
    let price = "19.01".parse().unwrap();
    let purchase = Purchase::new(price, "EUR", vec![Product::new("teapot", price, 1, "EUR")]);
    let payer = Payer::new(
        FullName::new("Ana", "Lima"),
        Contact::new("ana@cliente.example", "35", "712345678"),
        BillingAddress::new("Main-Street_1.a", "Lisboa", "1000-001", "PT"),
    );
    let browser = Browser::new(
        "203.0.113.7".parse().unwrap(),
        "text/html",
        "Mozilla/5.0 (X11; Linux x86_64)",
    );
    CardPayment::new(reference, "customer-7", purchase, card, payer, browser)
}

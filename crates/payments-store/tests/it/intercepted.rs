//! A fake gateway between which and its caller a test stands.

use std::fmt::Debug;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use payments_core::{Date, InvalidRequest, Timestamp};
use payments_facade::checkout::{Checkout, CheckoutKind, CreatedCheckout};
use payments_facade::facts::{Fact, Facts};
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::PaymentKind;
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::recovery::Recovery;
use payments_facade::statement::{DayZone, Rows, StatementQuery, Statements};
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, CheckoutOrder, Error, Fee, Gateway, GatewayId, Lookup, Payment, PayoutOrder, Ticket,
};
use payments_testkit::{FakeFault, FakeGateway};
use tokio::sync::Notify;

use crate::breaking::Breaking;

/// What happens between the caller and the gateway.
#[async_trait]
pub(crate) trait Intercept: Debug + Send + Sync + 'static {
    /// Makes the payout at `inner`, if it gets there.
    async fn create(
        &self,
        inner: &FakeGateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, Error> {
        Payouts::create(inner, order).await
    }

    /// The ticket of a payout.
    fn ticket(&self, inner: &FakeGateway, order: &PayoutOrder, now: Timestamp) -> Ticket {
        Payouts::ticket(inner, order, now)
    }

    /// Finds a checkout order at `inner`.
    async fn find(
        &self,
        inner: &FakeGateway,
        by: &Lookup,
    ) -> Result<Option<Answer<Payment>>, Error> {
        Checkout::find(inner, by).await
    }

    fn webhooks<'a>(&'a self, inner: &'a FakeGateway) -> &'a dyn Webhooks {
        Gateway::webhooks(inner)
    }

    fn has_statements(&self) -> bool {
        false
    }

    /// What happens to the statement of a day.
    fn fault_of(&self, _: Date) -> Option<FakeFault> {
        None
    }

    fn rows<'a>(&'a self, inner: &'a FakeGateway, query: &StatementQuery) -> Rows<'a> {
        inner.rows(query)
    }
}

#[derive(Debug)]
pub(crate) struct Intercepted<I> {
    pub(crate) inner: FakeGateway,
    pub(crate) by: I,
}

/// Payouts take until the test ends them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slow {
    /// A request is about to leave.
    pub(crate) started: Arc<Notify>,
    /// Lets it leave.
    pub(crate) end: Arc<Notify>,
}

#[async_trait]
impl Intercept for Slow {
    async fn create(
        &self,
        inner: &FakeGateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, Error> {
        self.started.notify_one();
        self.end.notified().await;
        Payouts::create(inner, order).await
    }
}

impl<I: Intercept> Gateway for Intercepted<I> {
    fn id(&self) -> &GatewayId {
        self.inner.id()
    }

    fn facts(&self) -> &Facts {
        self.inner.facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self.by.webhooks(&self.inner)
    }

    fn recovery(&self) -> &dyn Recovery {
        self.inner.recovery()
    }

    fn checkout(&self) -> Option<&dyn Checkout> {
        Some(self)
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        Some(self)
    }

    fn statements(&self) -> Option<&dyn Statements> {
        match self.by.has_statements() {
            true => Some(self),
            false => None,
        }
    }
}

impl<I: Intercept> Statements for Intercepted<I> {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        if let Some(fault) = self.by.fault_of(query.day) {
            self.inner.script(Call::Statement, fault);
        }
        self.by.rows(&self.inner, query)
    }

    fn selects(&self, kind: PaymentKind) -> bool {
        self.inner.selects(kind)
    }

    fn day_zone(&self) -> Fact<DayZone> {
        self.inner.day_zone()
    }
}

#[async_trait]
impl<I: Intercept> Checkout for Intercepted<I> {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        Checkout::supported_options(&self.inner, kind)
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        Checkout::finds_by(&self.inner, kind)
    }

    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        Checkout::check(&self.inner, order)
    }

    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        Checkout::ticket(&self.inner, order, now)
    }

    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        Checkout::create(&self.inner, order).await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.by.find(&self.inner, by).await
    }
}

#[async_trait]
impl<I: Intercept> Payouts for Intercepted<I> {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        Payouts::supported_options(&self.inner, kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.inner.takes_fee(kind, fee)
    }

    fn takes_memo(&self) -> bool {
        self.inner.takes_memo()
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        Payouts::finds_by(&self.inner, kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        Payouts::check(&self.inner, payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        self.by.ticket(&self.inner, payout, now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        self.by.create(&self.inner, payout).await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        Payouts::find(&self.inner, by).await
    }
}

/// Records every payout in a file before it leaves, which survives the process.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) file: PathBuf,
    pub(crate) breaking: Option<Breaking>,
}

impl Recorder {
    fn pass(&self, point: &str) {
        if let Some(breaking) = &self.breaking {
            breaking.before(point).unwrap();
        }
    }
}

#[async_trait]
impl Intercept for Recorder {
    async fn create(
        &self,
        inner: &FakeGateway,
        order: &PayoutOrder,
    ) -> Result<Answer<Payment>, Error> {
        self.pass("payout leaves");
        let mut file = OpenOptions::new();
        let mut file = file.create(true).append(true).open(&self.file).unwrap();
        let line = format!("{}\n", order.reference());
        file.write_all(line.as_bytes()).unwrap();
        let answer = Payouts::create(inner, order).await;
        self.pass("payout is answered");
        answer
    }
}

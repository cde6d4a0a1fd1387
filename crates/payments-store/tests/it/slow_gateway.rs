//! A gateway whose payouts take until the test ends them.

use async_trait::async_trait;
use payments_core::{InvalidRequest, Timestamp};
use payments_facade::facts::Facts;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::recovery::Recovery;
use payments_facade::webhook::Webhooks;
use payments_facade::{
    Answer, Error, Fee, Gateway, GatewayId, Lookup, Payment, PayoutOrder, Ticket,
};
use payments_testkit::FakeGateway;
use tokio::sync::Notify;

#[derive(Debug)]
pub(crate) struct SlowGateway {
    inner: FakeGateway,
    /// A request is about to leave.
    pub(crate) started: Notify,
    /// Lets it leave.
    pub(crate) end: Notify,
}

impl SlowGateway {
    pub(crate) fn new(inner: FakeGateway) -> Self {
        let (started, end) = (Notify::new(), Notify::new());
        Self {
            inner,
            started,
            end,
        }
    }

    fn payouts_of_inner(&self) -> &dyn Payouts {
        self.inner.payouts().unwrap()
    }
}

impl Gateway for SlowGateway {
    fn id(&self) -> &GatewayId {
        self.inner.id()
    }

    fn facts(&self) -> &Facts {
        self.inner.facts()
    }

    fn webhooks(&self) -> &dyn Webhooks {
        self.inner.webhooks()
    }

    fn recovery(&self) -> &dyn Recovery {
        self.inner.recovery()
    }

    fn payouts(&self) -> Option<&dyn Payouts> {
        Some(self)
    }
}

#[async_trait]
impl Payouts for SlowGateway {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        self.payouts_of_inner().supported_options(kind)
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.payouts_of_inner().takes_fee(kind, fee)
    }

    fn takes_memo(&self) -> bool {
        self.payouts_of_inner().takes_memo()
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        self.payouts_of_inner().finds_by(kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.payouts_of_inner().check(payout)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        self.payouts_of_inner().ticket(payout, now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        self.started.notify_one();
        self.end.notified().await;
        self.payouts_of_inner().create(payout).await
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.payouts_of_inner().find(by).await
    }
}

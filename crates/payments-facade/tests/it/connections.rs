//! Kept connections that are closed or carry late answers, over real sockets: what becomes of calls that move money, and of
//! reads.

mod relay;

use std::sync::Arc;
use std::time::Duration;

use payments_core::{Executor, MerchantRef, Outcome, Policy};
use payments_facade::ccpayment::{self, Ccpayment};
use payments_facade::chainup_opay::{self, ChainupOpay};
use payments_facade::{
    Answer, CheckoutOrder, Destination, Error, Fee, Gateway, Payee, Payment, PayoutOrder, network,
    standard_executor,
};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::Sandbox;

use self::relay::{Habit, Relay};
use crate::support::{reference, to_chain, usdt};

const CALLS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Provider {
    Ccpayment,
    ChainupOpay,
    Cpay,
}

use Provider::{Ccpayment as CC, ChainupOpay as OPAY, Cpay as CPAY};

impl Provider {
    fn gateway(self, sandbox: &Sandbox, url: &str, executor: Executor) -> Arc<dyn Gateway> {
        // Without waiting between the attempts of a read.
        let policy = Policy::new().with_backoff(Duration::ZERO, Duration::ZERO);
        let executor = executor.with_policy(policy);
        let all = sandbox.credentials();
        match self {
            CC => {
                let own = &all.ccpayment;
                let url = format!("{url}/ccpayment/v1/");
                let config = ccpayment::Config::new(url, &own.app_id, &own.app_secret).unwrap();
                Arc::new(Ccpayment::new("main", &config, executor).unwrap())
            }
            OPAY => {
                let own = &all.chainup_opay;
                let (private, platform) = (&own.merchant_private_key, &own.platform_public_key);
                let config =
                    chainup_opay::Config::new(url, &own.app_id, private, platform).unwrap();
                Arc::new(ChainupOpay::new("main", &config, executor).unwrap())
            }
            CPAY => {
                let own = &all.cpay;
                let config =
                    payments_facade::cpay::Config::new(url, &own.merchant_id, &own.secret).unwrap();
                let gateway = payments_facade::cpay::Cpay::new("main", &config, executor);
                Arc::new(gateway.unwrap())
            }
        }
    }

    /// A withdrawal, or the order of the provider that has none.
    async fn write(self, gateway: &dyn Gateway, reference: &MerchantRef) -> Result<Payment, Error> {
        match self {
            CC => {
                let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
                let to = Payee::Chain(to.unwrap());
                let order = PayoutOrder::new(reference.clone(), to, usdt("4"), Fee::OnTop);
                let made = gateway.payouts().unwrap().create(&order).await;
                made.map(Answer::into_inner)
            }
            CPAY => {
                let made = gateway
                    .payouts()
                    .unwrap()
                    .create(&to_chain(reference.as_str()))
                    .await;
                made.map(Answer::into_inner)
            }
            OPAY => {
                let order = CheckoutOrder::hosted(reference.clone(), usdt("10.50"))
                    .customer("22033390")
                    .success_url("https://shop.example/return")
                    .notify_url("http://127.0.0.1:9/hook");
                let made = gateway.checkout().unwrap().create(&order).await;
                made.map(|created| created.into_inner().payment)
            }
        }
    }

    /// ChainUp OPay finds orders by its own id only.
    async fn read(self, gateway: &dyn Gateway, of: &Payment) -> Result<Option<Payment>, Error> {
        let (reference, id) = (of.reference().cloned(), of.provider_ref().cloned());
        let found = match self {
            OPAY => gateway.checkout().unwrap().find(&id.unwrap().into()).await,
            CC | CPAY => {
                gateway
                    .payouts()
                    .unwrap()
                    .find(&reference.unwrap().into())
                    .await
            }
        };
        Ok(found?.map(Answer::into_inner))
    }
}

#[derive(Debug, Default)]
struct Figures {
    unknown: usize,
    refused: usize,
    foreign: usize,
    reads_failed: usize,
    reads_foreign: usize,
}

/// [`CALLS`] orders, and after each a read of it, which leaves a connection that is kept.
async fn run(provider: Provider, habit: Habit) {
    let sandbox = Sandbox::builder()
        .ccpayment_requests_per_second(u32::MAX)
        .start()
        .await
        .unwrap();
    let relay = Relay::start(habit, sandbox.base_url()).await;
    let transport = ReqwestTransport::builder().keep_connections(true);
    let gateway = provider.gateway(&sandbox, &relay.url, transport.build_executor().unwrap());
    let mut figures = Figures::default();
    for number in 0..CALLS {
        let order = reference(&format!("order-{number}"));
        let is_own = |payment: &Payment| {
            let own = sandbox.order(order.as_str()).map(|own| own.order_id);
            let id = payment.provider_ref().map(ToString::to_string);
            payment.reference() == Some(&order) && own.is_some() && own == id
        };
        let made = match provider.write(&*gateway, &order).await {
            Ok(made) => made,
            Err(error) if error.outcome() == Outcome::Unknown => {
                figures.unknown += 1;
                continue;
            }
            Err(_) => {
                figures.refused += 1;
                continue;
            }
        };
        figures.foreign += usize::from(!is_own(&made));
        match provider.read(&*gateway, &made).await {
            Ok(Some(found)) => figures.reads_foreign += usize::from(!is_own(&found)),
            Ok(None) | Err(_) => figures.reads_failed += 1,
        }
    }
    let (connections, spoiled) = (relay.connections(), relay.spoiled());
    println!(
        "{provider:?}: {CALLS} orders and reads on {connections} connections, {spoiled} spoiled requests: {figures:?}"
    );
    assert_eq!(
        (figures.unknown, figures.refused, figures.foreign),
        (0, 0, 0)
    );
    assert_eq!(sandbox.orders().len(), CALLS);
    assert_eq!(
        figures.reads_foreign, 0,
        "a read accepted the answer about another order"
    );
    // The kept connections were there: without them the figures would prove nothing.
    assert!(spoiled > 0, "no request came on a kept connection");
    if habit == Habit::CloseKept {
        assert_eq!(figures.reads_failed, 0, "a read is repeated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_never_meets_a_kept_connection_that_is_being_closed() {
    for provider in [CPAY, CC, OPAY] {
        run(provider, Habit::CloseKept).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_never_takes_a_late_answer_to_another_request() {
    for provider in [CPAY, CC, OPAY] {
        run(provider, Habit::AnswerLate).await;
    }
}

/// The balance after each of [`CALLS`] payouts, read through the relay. Returns how many were those before the payout.
async fn stale_balances(executor: Executor) -> usize {
    let sandbox = Sandbox::builder()
        .ccpayment_requests_per_second(u32::MAX)
        .start()
        .await
        .unwrap();
    let relay = Relay::start(Habit::AnswerLate, sandbox.base_url()).await;
    let gateway = CPAY.gateway(&sandbox, &relay.url, executor);
    let direct = CPAY.gateway(&sandbox, sandbox.base_url(), standard_executor().unwrap());
    let mut stale = 0;
    for number in 0..CALLS {
        let order = reference(&format!("order-{number}"));
        CPAY.write(&*gateway, &order).await.unwrap();
        let read = gateway.balances().unwrap().list().await.unwrap();
        let right = direct.balances().unwrap().list().await.unwrap();
        stale += usize::from(*read != *right);
    }
    stale
}

/// A balance repeats nothing of its request, so a late one looks like the right one.
#[tokio::test(flavor = "multi_thread")]
async fn by_default_no_read_takes_a_late_answer() {
    let keeping = ReqwestTransport::builder().keep_connections(true);
    let with_kept = stale_balances(keeping.build_executor().unwrap()).await;
    let by_default = stale_balances(standard_executor().unwrap()).await;
    println!(
        "stale balances of {CALLS} from a server that answers late: {with_kept} with kept connections, {by_default} by default"
    );
    assert_eq!(by_default, 0);
}

//! The store: a webhook is taken, the process that handles it is killed, and another one handles it once.

mod process;
pub(super) mod receiver;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use payments_facade::config::SystemSecrets;
use payments_facade::{CheckoutOrder, Gateways, Money};
use payments_reqwest::{SystemClock, SystemEntropy};
use payments_sandbox::{DeliveryState, Sandbox};
use payments_store::engine::{Engine as _, Sqlite};
use payments_store::{ReconcileSettings, Store, schema};

use self::process::Process;
use super::story::{Result, Story, ensure, ensure_eq};
use crate::{accounts_file, private_file};

/// ChainUp OPay, because it has statements.
const GATEWAY: &str = "chainup-opay/sandbox";
/// The sandbox's test payer with enough of every coin.
const PAYER: &str = "22033390";
const REFERENCE: &str = "order-1001";
const TWO_DAYS: Duration = Duration::from_secs(48 * 60 * 60);

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say("Store: a process is killed while it handles a webhook\n")?;
    let sandbox = story.start_sandbox(Sandbox::builder()).await?;
    let folder = tempfile::tempdir()?;
    let accounts = accounts_file::text(&sandbox)?;
    private_file::write(&folder.path().join(receiver::ACCOUNTS), &accounts)?;
    let gateways = Gateways::from_toml(&accounts, &SystemSecrets::new())?;
    let clock = Arc::new(SystemClock::new());
    let engine = Sqlite::open(folder.path().join(receiver::DATABASE))?;
    let migrations = schema::migrate(&engine, clock.now()).await?;
    receiver::make_table(&engine).await?;
    let store = Store::open(engine.clone(), clock, Arc::new(SystemEntropy)).await?;
    let made = format!("one SQLite file, {migrations} migrations");
    story.step("make_database", made)?;

    // Free until the receiver takes it; the second one listens where the first did.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut first = Process::start(folder.path(), address).await?;
    let started = format!("process {} at {address}", first.id());
    story.step("start_receiver", started)?;
    let id = GATEWAY.parse()?;
    let gateway = gateways.get(&id).ok_or("there is no such gateway")?;
    let order = CheckoutOrder::hosted(REFERENCE.parse()?, Money::of("66.123456", "USDT1742")?)
        .customer(PAYER)
        .success_url("https://shop.example/return")
        .notify_url(format!("http://{address}/webhooks/{GATEWAY}"));
    store.checkout(gateway, &order).await?;
    let again = store.checkout(gateway, &order).await;
    ensure(again.is_err(), &again)?;
    story.step("create_order", "recorded first; again: refused, not sent")?;

    sandbox.pay(REFERENCE, None).await?;
    first.line(receiver::HANDLING).await?;
    sandbox.webhooks_quiet().await;
    let states: Vec<_> = sandbox.deliveries().iter().map(|it| it.state).collect();
    ensure_eq(states, vec![DeliveryState::Delivered])?;
    story.step("webhook_taken", "committed, acknowledged, being handled")?;
    let status = first.kill().await?;
    ensure_eq(goods(&engine).await?, Vec::<String>::new())?;
    story.step("kill", format!("{status}; nothing is delivered"))?;

    let mut second = Process::start(folder.path(), address).await?;
    until_handled(&store).await?;
    ensure_eq(goods(&engine).await?, vec![REFERENCE.to_owned()])?;
    let restarted = format!("process {}: delivered", second.id());
    story.step("restart", restarted)?;
    let webhook = sandbox.deliveries().first().map(|it| it.id);
    sandbox
        .resend(webhook.ok_or("there is no webhook")?)
        .await?;
    sandbox.webhooks_quiet().await;
    let repeats: Vec<_> = store
        .deliveries(10)
        .await?
        .iter()
        .map(|it| it.repeats)
        .collect();
    ensure_eq(repeats, vec![1])?;
    ensure_eq(goods(&engine).await?, vec![REFERENCE.to_owned()])?;
    story.step("webhook_again", "acknowledged; still delivered once")?;
    second.kill().await?;

    // In two days, the statement of today is complete. A query states the coin, which the webhook does not.
    let clock = Arc::new(InTwoDays(SystemClock::new()));
    let store = Store::open(engine.clone(), clock, Arc::new(SystemEntropy)).await?;
    let settings = ReconcileSettings::default();
    let report = store.reconcile(&gateways, &settings).await?;
    ensure_eq(report.statement_rows, 1)?;
    ensure_eq(store.findings(10).await?, Vec::new())?;
    let payments = store
        .payments(&id, &order.reference().clone().into())
        .await?;
    let received = payments.first().and_then(|it| it.funds().received);
    ensure_eq(received.as_ref(), Some(order.money()))?;
    story.step("reconcile", "the statement states this payment, no other")
}

/// A clock that is two days ahead.
#[derive(Debug)]
struct InTwoDays(SystemClock);

#[async_trait]
impl Clock for InTwoDays {
    fn now(&self) -> Timestamp {
        let now = self.0.now();
        now.checked_add(TWO_DAYS).unwrap_or(now)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

/// Waits until the second process has taken over, which it does when the lease of the first one ends.
async fn until_handled(store: &Store) -> Result<()> {
    for _ in 0..300 {
        let all = store.deliveries(10).await?;
        if all
            .iter()
            .all(|it| it.state == payments_store::DeliveryState::Done)
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the event is not handled after 30 seconds".into())
}

/// The references of the orders that were delivered, once for each delivery.
async fn goods(engine: &Sqlite) -> Result<Vec<String>> {
    let mut tx = engine.begin().await?;
    let rows = tx.query("SELECT reference FROM goods", &[]).await?;
    let references = rows.iter().map(|row| Ok(row.text(0)?.to_owned()));
    references.collect()
}

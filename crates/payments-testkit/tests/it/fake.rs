//! The fake gateway: strict, deterministic, and it adds up.

mod sums;

use std::time::Duration;

use crate::support::{checkout_order, collect, money, payout_order, reference};
use bytes::Bytes;
use payments_core::Date;
use payments_core::scripted::block_on;
use payments_core::{Amount, Kind, Outcome, Refusal, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::checkout::CheckoutKind;
use payments_facade::exchange::ExchangeOrder;
use payments_facade::facts::Basis;
use payments_facade::layer::Call;
use payments_facade::lookup::LookupKind;
use payments_facade::payment::Closure;
use payments_facade::payout::PayeeKind;
use payments_facade::rate::RateRequest;
use payments_facade::statement::StatementQuery;
use payments_facade::{
    Capabilities, CheckoutOrder, CustomerStep, Fee, Gateway, Gateways, Lookup, Phase, Resolution,
    Settlement, Ticket, WebhookError,
};
use payments_testkit::{FakeBuilder, FakeError, FakeFault, FakeGateway, FakeGroup, FakeRequest};

fn builder() -> FakeBuilder {
    FakeGateway::builder("fake", "main")
        .balance(&money("100", "USDT"))
        .rate("USDT", "BTC", "50000".parse().unwrap())
}

fn fake() -> FakeGateway {
    builder().build().unwrap()
}

fn balance(fake: &FakeGateway, symbol: &str) -> (String, String) {
    let rows = block_on(fake.balances().unwrap().list()).unwrap();
    let row = rows.iter().find(|row| row.asset.symbol() == symbol);
    row.map_or(("0".into(), "0".into()), |row| {
        let text = |amount: Option<Amount>| amount.unwrap().to_string();
        (text(row.available), text(row.held))
    })
}

fn status(
    fake: &FakeGateway,
    webhook: &payments_testkit::FakeWebhook,
) -> (Phase, Settlement, bool) {
    let received = fake
        .webhooks()
        .receive(&webhook.headers, &webhook.body, fake.now())
        .unwrap();
    let status = received.event().status();
    (status.phase, status.funds.settlement(), status.funds.late)
}

#[test]
fn a_customer_pays_too_little_then_too_much() {
    let fake = fake();
    let checkout = fake.checkout().unwrap();
    let order = CheckoutOrder::native(reference("o-1"), money("10.50", "USDT"));
    let created = block_on(checkout.create(&order)).unwrap();
    assert!(matches!(created.next, CustomerStep::Send { .. }));

    let missing = Settlement::Missing(money("0.5", "USDT"));
    let under = fake.underpay("o-1", "0.5").unwrap();
    assert_eq!(status(&fake, &under), (Phase::Processing, missing, false));
    let excess = Settlement::Excess(money("2", "USDT"));
    let over = fake.overpay("o-1", "2").unwrap();
    assert_eq!(
        status(&fake, &over),
        (Phase::Completed, excess.clone(), false)
    );
    assert_eq!(balance(&fake, "USDT").0, "112.50");

    // Answers and webhooks in any order make one payment.
    let found = block_on(checkout.find(&reference("o-1").into()))
        .unwrap()
        .unwrap();
    let mut payment = found.into_inner();
    for webhook in [&over, &under, &over] {
        let received = fake
            .webhooks()
            .receive(&webhook.headers, &webhook.body, fake.now())
            .unwrap();
        payment.merge(received.into_event().into_payment()).unwrap();
    }
    payment.merge(created.into_inner().payment).unwrap();
    assert_eq!(payment.funds().settlement(), excess);
    assert!(!payment.is_contested());
}

#[test]
fn money_after_the_end_is_late_and_is_there() {
    let fake = fake();
    block_on(fake.checkout().unwrap().create(&checkout_order("o-1"))).unwrap();
    let expired = fake.expire("o-1").unwrap();
    let closed = Phase::Closed(Closure::Expired);
    assert_eq!(
        status(&fake, &expired),
        (closed, Settlement::Unstated, false)
    );
    let late = fake.pay("o-1").unwrap();
    assert_eq!(
        status(&fake, &late),
        (Phase::Completed, Settlement::Exact, true)
    );
    assert_eq!(balance(&fake, "USDT").0, "110");
    assert_eq!(fake.expire("o-1"), Err(FakeError::NotNow("o-1".into())));
    assert!(matches!(fake.pay("o-2"), Err(FakeError::NoSuchOrder(_))));
}

#[test]
fn a_payout_is_held_then_leaves_or_comes_back() {
    let fake = FakeGateway::builder("fake", "main")
        .balance(&money("20", "USDT"))
        .payout_fee("1".parse().unwrap())
        .build()
        .unwrap();
    let payouts = fake.payouts().unwrap();
    let create = |name, fee| block_on(payouts.create(&payout_order(name, "5", fee)));
    let made = create("p-1", Fee::OnTop).unwrap();
    assert_eq!(made.phase(), Phase::Processing);
    assert_eq!(
        made.funds().settlement(),
        Settlement::Unstated,
        "nothing has arrived yet"
    );
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "6".into()));
    create("p-2", Fee::Included).unwrap();
    assert_eq!(balance(&fake, "USDT"), ("9".into(), "11".into()));

    let done = fake.complete("p-1").unwrap();
    assert_eq!(
        status(&fake, &done),
        (Phase::Completed, Settlement::Exact, false)
    );
    fake.reject("p-2").unwrap();
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "0".into()));
    assert!(fake.complete("p-2").is_err(), "an end is an end");

    let error = block_on(payouts.create(&payout_order("p-3", "14", Fee::OnTop))).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Funds));
    assert_eq!(error.outcome(), Outcome::NotApplied);
    let error = create("p-1", Fee::OnTop).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
    assert_eq!(balance(&fake, "USDT"), ("14".into(), "0".into()));
}

#[test]
fn every_scripted_fault_says_what_it_did() {
    let unknown = [
        |applied| FakeFault::Lost { applied },
        |applied| FakeFault::Broken { applied },
        |applied| FakeFault::Unavailable { applied },
        |applied| FakeFault::Undecodable { applied },
        |applied| FakeFault::Unverified { applied },
        |applied| FakeFault::Ambiguous { applied },
    ];
    let faults = unknown
        .iter()
        .flat_map(|fault| [true, false].map(|applied| (fault(applied), Outcome::Unknown, applied)))
        .chain([
            (FakeFault::NoConnection, Outcome::NotApplied, false),
            (
                FakeFault::Refused(Refusal::Limit),
                Outcome::NotApplied,
                false,
            ),
            (FakeFault::Code("10003"), Outcome::NotApplied, false),
            (FakeFault::Busy, Outcome::NotApplied, false),
            (FakeFault::Mismatch, Outcome::Applied, true),
        ]);
    for (fault, outcome, applied) in faults {
        let fake = builder().not_found_proves().build().unwrap();
        let mut gateways = Gateways::new();
        gateways.add(fake.clone()).unwrap();
        fake.script(Call::CreatePayout, fault);
        let payout = payout_order("p-1", "5", Fee::OnTop);
        let error = block_on(fake.payouts().unwrap().create(&payout)).unwrap_err();
        assert_eq!(error.outcome(), outcome, "{fault:?}");
        assert_eq!(
            error.ticket().is_some(),
            outcome != Outcome::NotApplied,
            "{fault:?}"
        );
        assert_eq!(fake.order("p-1").is_some(), applied, "{fault:?}");
        let sent = usize::from(fault != FakeFault::NoConnection);
        assert_eq!(fake.sent(Call::CreatePayout), sent, "{fault:?}");

        let Some(ticket) = error.ticket() else {
            continue;
        };
        let ticket: Ticket = ticket.export().expose().parse().unwrap();
        // Not found is no proof before the quiet period is over.
        let early = block_on(ticket.resolve(&gateways, fake.now())).unwrap();
        assert_eq!(matches!(early, Resolution::Found(_)), applied, "{fault:?}");
        fake.advance(Duration::from_secs(61));
        match block_on(ticket.resolve(&gateways, fake.now())).unwrap() {
            Resolution::Found(_) => assert!(applied, "{fault:?}"),
            Resolution::Absent => assert!(!applied, "{fault:?}"),
            Resolution::Pending(pending) => panic!("{fault:?}: {pending:?}"),
        }
        assert_eq!(
            fake.sent(Call::CreatePayout),
            sent,
            "{fault:?}: never sent again"
        );
    }
}

#[test]
fn not_found_proves_nothing_unless_it_is_asked_for() {
    for proves in [false, true] {
        let fake = match proves {
            true => builder().not_found_proves().build().unwrap(),
            false => fake(),
        };
        let is_documented = matches!(fake.facts().not_found_proves.source, Basis::Documented(_));
        assert_eq!(
            (fake.facts().not_found_proves.value, is_documented),
            (proves, proves)
        );
        fake.script(Call::CreatePayout, FakeFault::Lost { applied: false });
        let payout = payout_order("p-1", "5", Fee::OnTop);
        let error = block_on(fake.payouts().unwrap().create(&payout)).unwrap_err();
        let ticket = error.ticket().unwrap();
        fake.advance(Duration::from_secs(3_600));
        match block_on(ticket.resolve_at(&fake, fake.now())) {
            Resolution::Absent => assert!(proves),
            Resolution::Pending(pending) => assert!(!proves && pending.until > fake.now()),
            Resolution::Found(_) => panic!("it was lost"),
        }
    }
}

#[test]
fn a_cancellation_is_told_by_a_webhook() {
    let fake = fake();
    let checkout = fake.checkout().unwrap();
    let created = block_on(checkout.create(&checkout_order("o-1"))).unwrap();
    let by = Lookup::Reference(reference("o-1"));
    let cancellation = checkout.cancellation().unwrap();
    let cancelled = block_on(cancellation.cancel(&by)).unwrap();
    let closed = Phase::Closed(Closure::Cancelled);
    assert_eq!(cancelled.phase(), closed);
    let [webhook] = &*fake.webhooks_sent() else {
        panic!("one webhook: {:?}", fake.webhooks_sent());
    };
    assert_eq!(
        status(&fake, webhook),
        (closed, Settlement::Unstated, false)
    );
    let received = fake
        .webhooks()
        .receive(&webhook.headers, &webhook.body, fake.now())
        .unwrap();
    let mut payment = created.into_inner().payment;
    payment.merge(received.into_event().into_payment()).unwrap();
    assert_eq!(payment.phase(), closed);
    // A second time nothing happens, and nothing is told.
    let error = block_on(cancellation.cancel(&by)).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::State));
    assert_eq!(fake.webhooks_sent().len(), 1);
}

#[test]
fn a_query_that_lags_is_no_proof() {
    let fake = fake();
    let mut gateways = Gateways::new();
    gateways.add(fake.clone()).unwrap();
    fake.lag(&reference("p-1"), 2);
    fake.script(Call::CreatePayout, FakeFault::Lost { applied: true });
    let payout = payout_order("p-1", "5", Fee::OnTop);
    let error = block_on(fake.payouts().unwrap().create(&payout)).unwrap_err();
    let ticket = error.ticket().unwrap();
    for _ in 0..2 {
        let early = block_on(ticket.resolve(&gateways, fake.now())).unwrap();
        assert!(matches!(early, Resolution::Pending(_)));
    }
    let found = block_on(ticket.resolve(&gateways, fake.now())).unwrap();
    assert!(matches!(found, Resolution::Found(_)));
}

#[test]
fn a_capability_is_known_by_its_whole_name() {
    let all = fake_capabilities();
    for name in all.iter().map(|one| one.to_string()) {
        assert!(all.has(&name), "{name}");
        let shorter = &name[..name.len() - 1];
        let longer = [format!("{name}."), format!("{name}x"), format!(".{name}")];
        for other in longer.iter().map(String::as_str).chain([shorter]) {
            let is_there = all.iter().any(|one| one.to_string() == other);
            assert_eq!(all.has(other), is_there, "{other}");
        }
    }
    assert!(!all.has(""));
}

#[test]
fn what_is_switched_off_sends_nothing() {
    for group in FakeGroup::ALL.iter().copied() {
        let fake = FakeGateway::builder("fake", "main")
            .without(group)
            .build()
            .unwrap();
        let whole = fake_capabilities();
        let without = Capabilities::of(&fake);
        assert_ne!(whole, without, "{group:?}");
        // Also where a group is called past its accessor.
        let all: &FakeGateway = &fake;
        let by = Lookup::Reference(reference("o-1"));
        let kinds = block_on(async {
            use payments_facade::address::Addresses;
            use payments_facade::balance::Balances;
            use payments_facade::checkout::{Cancellation, Checkout};
            use payments_facade::exchange::Exchange;
            use payments_facade::payout::Payouts;
            use payments_facade::rate::Rates;
            match group {
                FakeGroup::Checkout => vec![
                    Checkout::create(all, &checkout_order("o-1"))
                        .await
                        .unwrap_err()
                        .kind(),
                    Checkout::find(all, &by).await.unwrap_err().kind(),
                ],
                FakeGroup::Cancellation => {
                    vec![Cancellation::cancel(all, &by).await.unwrap_err().kind()]
                }
                FakeGroup::Payouts => vec![
                    Payouts::create(all, &payout_order("p-1", "1", Fee::OnTop))
                        .await
                        .unwrap_err()
                        .kind(),
                    Payouts::find(all, &by).await.unwrap_err().kind(),
                ],
                FakeGroup::Addresses => vec![
                    Addresses::get(all, &AddressRequest::new("c-1"))
                        .await
                        .unwrap_err()
                        .kind(),
                ],
                FakeGroup::Rates => vec![Rates::quote(all, &rate()).await.unwrap_err().kind()],
                FakeGroup::Exchange => vec![
                    Exchange::execute(all, &exchange("x-1"))
                        .await
                        .unwrap_err()
                        .kind(),
                    Exchange::find(all, &by).await.unwrap_err().kind(),
                ],
                FakeGroup::Balances => vec![Balances::list(all).await.unwrap_err().kind()],
                FakeGroup::Statements => {
                    let rows = payments_facade::statement::Statements::rows(all, &today());
                    vec![collect(rows).await.unwrap_err().kind()]
                }
                other => panic!("{other:?} is not tested"),
            }
        });
        assert!(
            kinds.iter().all(|kind| *kind == Kind::Unsupported),
            "{group:?}: {kinds:?}"
        );
        assert_eq!(fake.requests(), [], "{group:?}");
    }
}

fn fake_capabilities() -> Capabilities {
    Capabilities::of(&FakeGateway::new("fake", "main").unwrap())
}

fn rate() -> RateRequest {
    RateRequest::spending(money("100", "USDT"), money("0", "BTC").asset)
}

fn exchange(name: &str) -> ExchangeOrder {
    ExchangeOrder::new(
        reference(name),
        money("60", "USDT"),
        money("0", "BTC").asset,
    )
}

fn today() -> StatementQuery {
    StatementQuery {
        day: Date::new(2023, 11, 14).unwrap(),
    }
}

#[test]
fn kinds_options_assets_and_lookups_are_refused_before_a_request() {
    let fake = FakeGateway::builder("fake", "main")
        .balance(&money("100", "USDT"))
        .checkout_kinds(&[CheckoutKind::Hosted])
        .payee_kinds(&[PayeeKind::Chain])
        .fees(&[Fee::Included])
        .lookups(&[LookupKind::Provider])
        .without_option("notify_url")
        .assets(&["USDT"])
        .build()
        .unwrap();
    let checkout = fake.checkout().unwrap();
    let payouts = fake.payouts().unwrap();
    let native = CheckoutOrder::native(reference("o-1"), money("1", "USDT"));
    let notified = checkout_order("o-1").notify_url("https://shop.example/hook");
    let bitcoin = CheckoutOrder::hosted(reference("o-1"), money("1", "BTC"));
    let free = CheckoutOrder::hosted(reference("o-1"), money("0", "USDT"));
    for order in [&native, &notified, &bitcoin, &free] {
        let refused = checkout.check(order).unwrap_err();
        let error = block_on(checkout.create(order)).unwrap_err();
        assert_eq!(error.field(), Some(refused.field()));
        assert_eq!(error.attempts(), 0);
    }
    let on_top = payout_order("p-1", "5", Fee::OnTop);
    assert_eq!(
        block_on(payouts.create(&on_top)).unwrap_err().field(),
        Some("fee_on_top")
    );
    let by = Lookup::Reference(reference("o-1"));
    assert!(block_on(checkout.find(&by)).is_err());
    assert_eq!(fake.requests(), []);

    let offers = checkout.supported_options(CheckoutKind::Hosted).unwrap();
    assert!(offers.contains(&"customer") && !offers.contains(&"notify_url"));
    let order = checkout_order("o-2").customer("customer-7");
    block_on(checkout.create(&order)).unwrap();
    assert_eq!(fake.requests(), [FakeRequest::CreateCheckout(order)]);
}

#[test]
fn exchanges_rates_and_statements() {
    let fake = fake();
    let quote = block_on(fake.rates().unwrap().quote(&rate())).unwrap();
    assert_eq!(quote.target, Some(money("0.002", "BTC")));
    let getting = RateRequest::getting(money("0.5", "BTC"), money("0", "USDT").asset);
    let quote = block_on(fake.rates().unwrap().quote(&getting)).unwrap();
    assert_eq!(quote.source, Some(money("25000", "USDT")));

    let exchanged = block_on(fake.exchange().unwrap().execute(&exchange("x-1"))).unwrap();
    assert_eq!(exchanged.target, money("0.0012", "BTC"));
    assert_eq!(balance(&fake, "USDT").0, "40");
    let error = block_on(fake.exchange().unwrap().execute(&exchange("x-2"))).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Funds));

    for name in ["o-1", "o-2", "o-3"] {
        block_on(fake.checkout().unwrap().create(&checkout_order(name))).unwrap();
    }
    fake.deposit(&money("7", "USDT")).unwrap();
    let rows = block_on(collect(fake.statements().unwrap().rows(&today()))).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(fake.sent(Call::Statement), 3, "two rows to a page");
    let yesterday = StatementQuery {
        day: Date::new(2023, 11, 13).unwrap(),
    };
    assert!(
        block_on(collect(fake.statements().unwrap().rows(&yesterday)))
            .unwrap()
            .is_empty()
    );

    let addresses = block_on(fake.addresses().unwrap().get(&AddressRequest::new("c-1"))).unwrap();
    let again = block_on(fake.addresses().unwrap().get(&AddressRequest::new("c-1"))).unwrap();
    assert_eq!(addresses.into_inner(), again.into_inner());
}

#[test]
fn only_its_own_webhooks_are_genuine() {
    let secret = || payments_signing::Secret::new("shared").unwrap();
    let [fake, other] = ["main", "other"].map(|account| {
        let builder = FakeGateway::builder("fake", account);
        builder.webhook_secret(secret()).build().unwrap()
    });
    let odd = "o-1 & o-2=\"%\"";
    block_on(fake.checkout().unwrap().create(&checkout_order(odd))).unwrap();
    let webhook = fake.pay(odd).unwrap();
    let receive = |gateway: &FakeGateway, body: &Bytes| {
        gateway
            .webhooks()
            .receive(&webhook.headers, body, fake.now())
    };
    let received = receive(&fake, &webhook.body).unwrap();
    assert_eq!(received.event().reference(), Some(&reference(odd)));
    assert_eq!(received.ack().status(), 200);
    assert_eq!(fake.webhooks().nack().status(), 500);
    assert_eq!(
        receive(&other, &webhook.body).unwrap_err(),
        WebhookError::Refused
    );
    for at in 0..webhook.body.len() {
        let mut body = webhook.body.to_vec();
        body[at] ^= 1;
        assert!(receive(&fake, &body.into()).is_err(), "byte {at}");
    }
}

#[test]
fn a_previous_secret_is_good_until_its_end() {
    let secret = |text: &str| payments_signing::Secret::new(text).unwrap();
    let old = FakeGateway::builder("fake", "main")
        .webhook_secret(secret("old"))
        .build()
        .unwrap();
    let end = Timestamp::from_secs(1_700_000_100);
    let new = FakeGateway::builder("fake", "main")
        .webhook_secret(secret("new"))
        .previous_webhook_secret(secret("old"), end)
        .build()
        .unwrap();
    block_on(old.checkout().unwrap().create(&checkout_order("o-1"))).unwrap();
    let webhook = old.pay("o-1").unwrap();
    let receive = |now| {
        new.webhooks()
            .receive(&webhook.headers, &webhook.body, now)
            .is_ok()
    };
    assert!(receive(old.now()));
    assert!(!receive(end));
}

//! Groups, kinds and options that are switched off.

use payments_core::Kind;
use payments_core::scripted::block_on;
use payments_facade::address::AddressRequest;
use payments_facade::checkout::CheckoutKind;
use payments_facade::lookup::LookupKind;
use payments_facade::payout::PayeeKind;
use payments_facade::{Capabilities, CheckoutOrder, Fee, Gateway, Lookup};
use payments_testkit::{FakeGateway, FakeGroup, FakeRequest};

use super::{day_of, exchange, rate};
use crate::support::{checkout_order, collect, money, payout_order, reference};

fn fake_capabilities() -> Capabilities {
    Capabilities::of(&FakeGateway::new("fake", "main").unwrap())
}

#[test]
fn has_requires_the_full_name_of_a_capability() {
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
fn a_disabled_group_sends_nothing() {
    for group in FakeGroup::ALL.iter().copied() {
        let fake = FakeGateway::builder("fake", "main")
            .without(group)
            .build()
            .unwrap();
        let complete = fake_capabilities();
        let without = Capabilities::of(&fake);
        assert_ne!(complete, without, "{group:?}");
        // The traits themselves refuse as well.
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
                    let rows = payments_facade::statement::Statements::rows(all, &day_of(all));
                    vec![collect(rows).await.unwrap_err().kind()]
                }
                other => panic!("no test for {other:?}"),
            }
        });
        assert!(
            kinds.iter().all(|kind| *kind == Kind::Unsupported),
            "{group:?}: {kinds:?}"
        );
        assert_eq!(fake.requests(), [], "{group:?}");
    }
}

#[test]
fn unsupported_kinds_options_assets_and_lookups_send_nothing() {
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

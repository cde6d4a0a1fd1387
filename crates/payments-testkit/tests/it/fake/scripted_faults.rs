//! Scripted faults, and the tickets they lead to.

use std::time::Duration;

use payments_core::scripted::block_on;
use payments_core::{Outcome, Refusal};
use payments_facade::facts::Basis;
use payments_facade::layer::Call;
use payments_facade::payment::Agreement;
use payments_facade::ticket::Difference;
use payments_facade::{
    Destination, Fee, Gateway, Gateways, Payee, PayoutOrder, Resolution, Ticket, network,
};
use payments_testkit::FakeFault;

use super::{builder, fake};
use crate::support::{checkout_order, money, payout_order, reference};

#[test]
fn every_scripted_fault_has_a_true_outcome() {
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
        // "Not found" proves nothing before the quiet period is over.
        let early = block_on(ticket.resolve(&gateways, fake.now())).unwrap();
        assert_eq!(matches!(early, Resolution::Found(_)), applied, "{fault:?}");
        fake.advance(Duration::from_secs(61));
        match block_on(ticket.resolve(&gateways, fake.now())).unwrap() {
            Resolution::Found(_) => assert!(applied, "{fault:?}"),
            Resolution::Absent => assert!(!applied, "{fault:?}"),
            other => panic!("{fault:?}: {other:?}"),
        }
        assert_eq!(
            fake.sent(Call::CreatePayout),
            sent,
            "{fault:?}: never sent again"
        );
    }
}

#[test]
fn not_found_is_a_proof_only_if_configured() {
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
            other => panic!("the request was lost: {other:?}"),
        }
    }
}

#[test]
fn a_lagging_query_leaves_the_ticket_pending() {
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
fn an_order_of_another_call_under_the_reference_is_a_conflict() {
    let fake = fake();
    let payouts = fake.payouts().unwrap();
    block_on(payouts.create(&payout_order("p-1", "5", Fee::OnTop))).unwrap();
    block_on(fake.checkout().unwrap().create(&checkout_order("o-1"))).unwrap();
    let to = |address: &str| Payee::Chain(Destination::new(address, network::TRON).unwrap());
    let payout = |payee: Payee, amount: &str, asset: &str| {
        PayoutOrder::new(reference("p-1"), payee, money(amount, asset), Fee::OnTop)
    };
    let same = payout_order("p-1", "5", Fee::OnTop).payee().clone();
    for (other, difference) in [
        (payout(same.clone(), "500", "USDT"), Difference::Amount),
        (payout(same.clone(), "5", "TRX"), Difference::Asset),
        (payout(to("TAnother"), "5", "USDT"), Difference::Payee),
    ] {
        let ticket = payouts.ticket(&other, fake.now());
        // Before the call, and after the provider refused it.
        for ticket in [ticket.clone(), ticket.refused()] {
            let resolution = block_on(ticket.resolve_at(&fake, fake.now()));
            let Resolution::Conflict { differences, found } = resolution else {
                panic!("{difference}: {resolution:?}");
            };
            assert_eq!(differences, [difference]);
            assert!(!ticket.is_confirmed_by(&found));
        }
    }
    let own = payouts.ticket(&payout(same, "5", "USDT"), fake.now());
    for ticket in [own.clone(), own.clone().refused()] {
        let resolution = block_on(ticket.resolve_at(&fake, fake.now()));
        let Resolution::Found(found) = resolution else {
            panic!("{resolution:?}");
        };
        assert!(ticket.is_confirmed_by(&found), "the fake states everything");
    }
    // A ticket without the payee, as in a log or of an earlier release, finds the payout but confirms nothing.
    let label: Ticket = own.to_string().parse().unwrap();
    let Resolution::Found(found) = block_on(label.resolve_at(&fake, fake.now())) else {
        panic!("it is there");
    };
    assert_eq!(label.agreement(&found), Agreement::Same);
    assert!(!label.is_confirmed_by(&found));
    let refused = label.refused();
    let resolution = block_on(refused.resolve_at(&fake, fake.now()));
    assert!(
        matches!(&resolution, Resolution::Conflict { differences, .. } if *differences == [Difference::EarlierCall]),
        "{resolution:?}"
    );
}

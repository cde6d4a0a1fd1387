//! Scripted faults, and the tickets they lead to.

use std::time::Duration;

use payments_core::scripted::block_on;
use payments_core::{Outcome, Refusal};
use payments_facade::facts::Basis;
use payments_facade::layer::Call;
use payments_facade::{Fee, Gateway, Gateways, Resolution, Ticket};
use payments_testkit::FakeFault;

use super::{builder, fake};
use crate::support::{payout_order, reference};

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
            Resolution::Found(_) => panic!("the request was lost"),
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

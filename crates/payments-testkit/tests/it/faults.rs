//! Money calls over a wire that breaks: nothing is sent twice, no outcome contradicts the truth, every ticket is resolved.

mod kinds;
mod run;
mod story;

use crate::providers::liar::{Liar, Lie};
use crate::providers::world::{Party, World};
use payments_testkit::conformance::Op;

use kinds::Kind;
use run::{Figures, run};

/// Every money call of the provider × every fault that fits it × the seeds.
async fn simulate<P: Party>(
    world: &World<P>,
    gateway: &dyn payments_facade::Gateway,
    seeds: u64,
) -> Figures {
    let mut figures = Figures::default();
    for op in Op::all_of(gateway) {
        for kind in Kind::ALL.iter().filter(|kind| kind.fits::<P>(gateway, op)) {
            for seed in 0..seeds {
                figures.add(run(world, gateway, op, *kind, seed).await);
            }
            figures.settle(world, &format!("{} {kind:?}", op.name()));
            world.reset();
        }
    }
    figures
}

/// What no fault of a provider may do: `runs` is the product it must come to.
async fn withstands<P: Party>(runs: u64) {
    let world = World::<P>::start().await;
    let gateway = world.gateway.clone();
    let figures = simulate(&world, gateway.as_ref(), 20).await;
    println!("{}: {figures}", P::NAME);
    assert!(figures.violations.is_empty(), "{:#?}", figures.violations);
    assert_eq!(figures.runs, runs);
    // Both halves of the matter were met, and not only one of them.
    assert!(
        figures.applied > runs / 4 && figures.not_applied > runs / 10,
        "{figures}"
    );
    assert!(figures.tickets > runs / 4, "{figures}");
}

/// A simulation that believes everybody proves nothing.
async fn finds_liars<P: Party>(lies: &[Lie]) {
    for lie in lies {
        let world = World::<P>::start().await;
        let liar = Liar::new(world.gateway.clone(), *lie);
        let figures = simulate(&world, &liar, 1).await;
        println!(
            "{} {lie:?}: {} violations in {} runs",
            P::NAME,
            figures.violations.len(),
            figures.runs
        );
        assert!(!figures.violations.is_empty(), "{lie:?} was believed");
    }
    let world = World::<P>::start().await;
    let honest = Liar::new(world.gateway.clone(), Lie::Honest);
    let figures = simulate(&world, &honest, 1).await;
    assert!(figures.violations.is_empty(), "{:#?}", figures.violations);
}

mod cpay {
    use super::*;
    use crate::providers::cpay::CpayParty;

    /// Five money calls × 13 faults of the wire, four of them × 3 faults of webhooks (no webhook tells of an exchange).
    #[tokio::test]
    async fn withstands() {
        super::withstands::<CpayParty>((5 * 13 + 4 * 3) * 20).await;
    }

    #[tokio::test]
    async fn liars_are_found() {
        finds_liars::<CpayParty>(Lie::IN_FAULTS).await;
    }
}

mod chainup_opay {
    use super::*;
    use crate::providers::chainup_opay::ChainupOpayParty;

    /// One money call × 13 faults of the wire (signed answers; no queries by reference, so none that lag) and 3 of webhooks.
    #[tokio::test]
    async fn withstands() {
        super::withstands::<ChainupOpayParty>((13 + 3) * 20).await;
    }

    /// Those that are not of payouts.
    #[tokio::test]
    async fn liars_are_found() {
        let own = Lie::IN_FAULTS.iter().filter(|lie| !lie.is_of_payouts());
        finds_liars::<ChainupOpayParty>(&own.copied().collect::<Vec<_>>()).await;
    }
}

mod ccpayment {
    use super::*;
    use crate::providers::ccpayment::CcpaymentParty;

    /// Six money calls (page, address, two payees by two ways to bear the fee) × 14 faults of the wire, for answers are
    /// signed, and 3 of webhooks.
    #[tokio::test]
    async fn withstands() {
        super::withstands::<CcpaymentParty>(6 * (14 + 3) * 20).await;
    }

    #[tokio::test]
    async fn liars_are_found() {
        finds_liars::<CcpaymentParty>(Lie::IN_FAULTS).await;
    }
}

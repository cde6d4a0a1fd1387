//! The suite, in both directions: every gateway here conforms, and none that lies does.

mod fake;
mod history;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::providers::liar::{Liar, Lie};
use crate::providers::world::{Party, World};
use payments_facade::layer::{RateLimited, RateLimiter};
use payments_facade::{Capabilities, Gateway};
use payments_testkit::conformance::{self, Report, Verdict};

async fn conforms<P: Party>() -> Report {
    let world = World::<P>::start().await;
    let report = conformance::run(world.gateway.as_ref(), &world).await;
    println!("{report}");
    assert!(report.is_pass(), "{report}");

    // Whatever is around it keeps all of its promises.
    let honest = || Liar::new(world.gateway.clone(), Lie::Honest);
    let limit = RateLimiter::new(Arc::new(world.clock.clone()));
    let limited = RateLimited::new(honest(), limit);
    is_the_same(&report, conformance::run(&limited, &world).await);
    {
        let clock = Arc::new(world.clock.clone());
        let metered = payments_facade::layer::Metered::new(limited, clock);
        is_the_same(&report, conformance::run(&metered, &world).await);
    }
    report
}

fn is_the_same(report: &Report, wrapped: Report) {
    assert!(wrapped.is_pass(), "{wrapped}");
    assert_eq!(wrapped.passed(), report.passed());
    assert_eq!(wrapped.entries().len(), report.entries().len());
}

/// The liars are found, each by the trial of the promise it breaks.
async fn finds_liars<P: Party>(lies: &[(Lie, &str)]) {
    let world = World::<P>::start().await;
    for (lie, trial) in lies {
        let liar = Liar::new(world.gateway.clone(), *lie);
        let report = conformance::run(&liar, &world).await;
        let failed: BTreeSet<_> = report
            .failures()
            .map(|entry| entry.trial.as_str())
            .collect();
        assert!(
            !report.is_pass() && failed.contains(trial),
            "{lie:?} was believed: {report}"
        );
        println!(
            "{} {lie:?}: {} trials fail",
            P::NAME,
            report.failures().count()
        );
        world.reset();
    }
}

/// What is claimed was run and passed, and everything else was refused: together they are all there is.
fn is_complete(gateway: &dyn Gateway, report: &Report) {
    let passed: BTreeSet<&str> = report
        .entries()
        .iter()
        .filter(|entry| entry.verdict == Verdict::Passed)
        .map(|entry| entry.capability.as_str())
        .collect();
    for capability in Capabilities::of(gateway).iter() {
        let name = capability.to_string();
        let within = format!("{name}.");
        assert!(
            passed
                .iter()
                .any(|one| *one == name || one.starts_with(&within)),
            "{name} was not proven"
        );
    }
    assert!(
        passed.iter().any(|one| one.starts_with("no ")),
        "nothing was refused"
    );
}

mod cpay {
    use super::*;
    use crate::providers::cpay::CpayParty;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<CpayParty>().await;
        let world = World::<CpayParty>::start().await;
        is_complete(world.gateway.as_ref(), &report);
        assert!(report.passed() > 100, "{report}");
    }

    #[tokio::test]
    async fn histories_merge() {
        history::all_orders_are_one::<CpayParty>().await;
    }

    #[tokio::test]
    async fn liars_are_found() {
        finds_liars::<CpayParty>(Lie::ALL).await;
    }
}

mod chainup_opay {
    use super::*;
    use crate::providers::chainup_opay::ChainupOpayParty;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<ChainupOpayParty>().await;
        let world = World::<ChainupOpayParty>::start().await;
        is_complete(world.gateway.as_ref(), &report);
        assert!(report.passed() > 35, "{report}");
    }

    #[tokio::test]
    async fn histories_merge() {
        history::all_orders_are_one::<ChainupOpayParty>().await;
    }

    /// Those that are of its groups.
    #[tokio::test]
    async fn liars_are_found() {
        // It has no payouts, no partial payments, and nothing is found by reference.
        let others = [
            Lie::SendsTheSameAgain,
            Lie::HidesUnderpayment,
            Lie::FindsEverything,
        ];
        let own = Lie::ALL.iter().filter(|(lie, _)| !others.contains(lie));
        let lies: Vec<_> = own.copied().collect();
        finds_liars::<ChainupOpayParty>(&lies).await;
    }
}

mod ccpayment {
    use super::*;
    use crate::providers::ccpayment::CcpaymentParty;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<CcpaymentParty>().await;
        let world = World::<CcpaymentParty>::start().await;
        is_complete(world.gateway.as_ref(), &report);
        assert!(report.passed() > 80, "{report}");
    }

    #[tokio::test]
    async fn histories_merge() {
        history::all_orders_are_one::<CcpaymentParty>().await;
    }

    #[tokio::test]
    async fn liars_are_found() {
        finds_liars::<CcpaymentParty>(Lie::ALL).await;
    }
}

mod of_the_fake {
    use super::*;
    use fake::FakeEnv;

    #[tokio::test]
    async fn conforms() {
        let env = FakeEnv::new();
        let report = conformance::run(&env.fake, &env).await;
        println!("{report}");
        assert!(report.is_pass(), "{report}");
        assert!(report.passed() > 150, "{report}");

        let limited = RateLimited::new(
            env.fake.clone(),
            RateLimiter::new(Arc::new(crate::providers::clock::SimClock::new())),
        );
        is_the_same(&report, conformance::run(&limited, &env).await);
    }
}

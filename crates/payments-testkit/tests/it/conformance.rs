//! The conformance suite passes every adapter and the fake gateway, and fails every gateway with a defect.

mod fake;
mod history;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::providers::dishonest_gateway::{Defect, DishonestGateway};
use crate::providers::fixture::{Provider, ProviderFixture};
use payments_facade::layer::{RateLimited, RateLimiter};
use payments_facade::{Capabilities, Gateway};
use payments_testkit::conformance::{self, Report, Verdict};

async fn conforms<P: Provider>() -> Report {
    let fixture = ProviderFixture::<P>::start().await;
    let report = conformance::run(fixture.gateway.as_ref(), &fixture).await;
    println!("{report}");
    assert!(report.is_pass(), "{report}");
    assert_complete(fixture.gateway.as_ref(), &report);

    // Wrappers conform as well.
    let wrapped = || DishonestGateway::new(fixture.gateway.clone(), Defect::None);
    let limit = RateLimiter::new(Arc::new(fixture.clock.clone()));
    let limited = RateLimited::new(wrapped(), limit);
    assert_same_result(&report, conformance::run(&limited, &fixture).await);
    {
        let clock = Arc::new(fixture.clock.clone());
        let metered = payments_facade::layer::Metered::new(limited, clock);
        assert_same_result(&report, conformance::run(&metered, &fixture).await);
    }
    report
}

fn assert_same_result(report: &Report, wrapped: Report) {
    assert!(wrapped.is_pass(), "{wrapped}");
    assert_eq!(wrapped.passed(), report.passed());
    assert_eq!(wrapped.entries().len(), report.entries().len());
}

/// Every defect makes its trial fail.
async fn detects_defects<P: Provider>(defects: &[(Defect, &str)]) {
    let fixture = ProviderFixture::<P>::start().await;
    for (defect, trial) in defects {
        let gateway = DishonestGateway::new(fixture.gateway.clone(), *defect);
        let report = conformance::run(&gateway, &fixture).await;
        let failed: BTreeSet<_> = report
            .failures()
            .map(|entry| entry.trial.as_str())
            .collect();
        assert!(
            !report.is_pass() && failed.contains(trial),
            "{defect:?} was not detected: {report}"
        );
        println!(
            "{} {defect:?}: {} trials fail",
            P::NAME,
            report.failures().count()
        );
        fixture.reset();
    }
}

/// Every capability has a trial that passed, and some trials tested refusals.
fn assert_complete(gateway: &dyn Gateway, report: &Report) {
    let passed: BTreeSet<&str> = report
        .entries()
        .iter()
        .filter(|entry| entry.verdict == Verdict::Passed)
        .map(|entry| entry.capability.as_str())
        .collect();
    for capability in Capabilities::of(gateway).iter() {
        let name = capability.to_string();
        let prefix = format!("{name}.");
        assert!(
            passed
                .iter()
                .any(|one| *one == name || one.starts_with(&prefix)),
            "{name} was not proven"
        );
    }
    assert!(
        passed.iter().any(|one| one.starts_with("no ")),
        "no refusal was tested"
    );
}

mod cpay {
    use super::*;
    use crate::providers::cpay::CpayProvider;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<CpayProvider>().await;
        assert!(report.passed() > 100, "{report}");
    }

    #[tokio::test]
    async fn merges_observations_in_any_order() {
        history::merges_observations_in_any_order::<CpayProvider>().await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CpayProvider>(Defect::IN_CONFORMANCE).await;
    }
}

mod chainup_opay {
    use super::*;
    use crate::providers::chainup_opay::ChainupOpayProvider;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<ChainupOpayProvider>().await;
        assert!(report.passed() > 35, "{report}");
    }

    #[tokio::test]
    async fn merges_observations_in_any_order() {
        history::merges_observations_in_any_order::<ChainupOpayProvider>().await;
    }

    #[tokio::test]
    async fn detects_defects() {
        // This gateway has no payouts, no partial payments, and no lookup by reference.
        let not_applicable = [
            Defect::RepeatsUnderSameReference,
            Defect::HidesUnderpayment,
            Defect::FindsEverything,
        ];
        let applicable = Defect::IN_CONFORMANCE
            .iter()
            .filter(|(defect, _)| !not_applicable.contains(defect));
        let defects: Vec<_> = applicable.copied().collect();
        super::detects_defects::<ChainupOpayProvider>(&defects).await;
    }
}

mod ccpayment {
    use super::*;
    use crate::providers::ccpayment::CcpaymentProvider;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<CcpaymentProvider>().await;
        assert!(report.passed() > 80, "{report}");
    }

    #[tokio::test]
    async fn merges_observations_in_any_order() {
        history::merges_observations_in_any_order::<CcpaymentProvider>().await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CcpaymentProvider>(Defect::IN_CONFORMANCE).await;
    }
}

mod ccpayment_v2 {
    use super::*;
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;

    #[tokio::test]
    async fn conforms() {
        let report = super::conforms::<CcpaymentV2Provider>().await;
        assert!(report.passed() > 100, "{report}");
    }

    #[tokio::test]
    async fn conforms_without_confirmation() {
        let report = super::conforms::<CcpaymentV2Provider<false>>().await;
        assert!(report.passed() > 100, "{report}");
    }

    #[tokio::test]
    async fn merges_observations_in_any_order() {
        history::merges_observations_in_any_order::<CcpaymentV2Provider>().await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CcpaymentV2Provider<false>>(Defect::IN_CONFORMANCE).await;
    }
}

mod fake_gateway {
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
        assert_same_result(&report, conformance::run(&limited, &env).await);
    }
}

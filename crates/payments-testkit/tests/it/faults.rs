//! Money calls with injected faults: no payout is sent twice, every reported outcome is true, and every ticket is resolved.

mod figures;
mod run;
mod scenario;
mod webhooks;

use crate::providers::dishonest_gateway::{Defect, DishonestGateway};
use crate::providers::fixture::{Provider, ProviderFixture};
use payments_facade::{Error, Gateway};
use payments_testkit::conformance::Op;

use figures::{Figures, RunResult};
use run::Run;
use scenario::Scenario;

/// Runs every money call with every applicable scenario and this number of seeds.
async fn simulate<P: Provider>(
    fixture: &ProviderFixture<P>,
    gateway: &dyn Gateway,
    scenarios: &[Scenario],
    seeds: u64,
) -> Figures {
    let mut figures = Figures::default();
    for op in Op::all_of(gateway) {
        let applies = |scenario: &Scenario| scenario.applies_to::<P>(gateway, op);
        for scenario in scenarios.iter().copied().filter(applies) {
            for seed in 0..seeds {
                figures.add(run_once(fixture, gateway, op, scenario, seed).await);
            }
            let made = fixture.sandbox.orders().len() as u64;
            figures.compare_orders(made, &format!("{} {scenario:?}", op.name()));
            fixture.reset();
        }
    }
    figures
}

async fn run_once<P: Provider>(
    fixture: &ProviderFixture<P>,
    gateway: &dyn Gateway,
    op: Op,
    scenario: Scenario,
    seed: u64,
) -> RunResult {
    let mut run = Run::new(fixture, gateway, op, scenario, seed);
    let result = run.call().await;
    if let Some(ticket) = result.as_ref().err().and_then(Error::ticket) {
        run.resolve(ticket).await;
    }
    if scenario.concerns_webhooks() {
        run.end(result.ok().map(|created| created.payment)).await;
    }
    run.finish().await
}

/// No fault leads to a violation. `runs` is the expected number of runs.
async fn withstands_random_faults<P: Provider>(runs: u64) {
    let fixture = ProviderFixture::<P>::start().await;
    let gateway = fixture.gateway.clone();
    let figures = simulate(&fixture, gateway.as_ref(), Scenario::ALL, 20).await;
    println!("{}: {figures}", P::NAME);
    assert!(figures.violations.is_empty(), "{:#?}", figures.violations);
    assert_eq!(figures.runs, runs);
    // Both outcomes and tickets must occur often enough.
    assert!(
        figures.applied > runs / 4 && figures.not_applied > runs / 10,
        "{figures}"
    );
    assert!(figures.tickets > runs / 4, "{figures}");
}

/// No kind of the sandbox's faults leads to a violation, with as many seeds as `FAULT_SEEDS` says, else one. `runs` is the expected
/// number of runs for a seed.
async fn withstands_every_kind<P: Provider>(runs: u64) {
    let fixture = ProviderFixture::<P>::start().await;
    let gateway = fixture.gateway.clone();
    let kinds: Vec<_> = Scenario::kinds().collect();
    let seeds = std::env::var("FAULT_SEEDS").map_or(1, |text| text.parse().unwrap());
    let figures = simulate(&fixture, gateway.as_ref(), &kinds, seeds).await;
    println!("{}, every kind: {figures}", P::NAME);
    assert!(figures.violations.is_empty(), "{:#?}", figures.violations);
    let runs = runs * seeds;
    assert_eq!(figures.runs, runs);
    assert!(figures.applied > runs / 2, "{figures}");
}

/// Every defect leads to a violation.
async fn detects_defects<P: Provider>(defects: &[Defect]) {
    for defect in defects {
        let fixture = ProviderFixture::<P>::start().await;
        let gateway = DishonestGateway::new(fixture.gateway.clone(), *defect);
        let figures = simulate(&fixture, &gateway, Scenario::ALL, 1).await;
        println!(
            "{} {defect:?}: {} violations in {} runs",
            P::NAME,
            figures.violations.len(),
            figures.runs
        );
        assert!(
            !figures.violations.is_empty(),
            "{defect:?} was not detected"
        );
    }
    let fixture = ProviderFixture::<P>::start().await;
    let honest = DishonestGateway::new(fixture.gateway.clone(), Defect::None);
    let figures = simulate(&fixture, &honest, Scenario::ALL, 1).await;
    assert!(figures.violations.is_empty(), "{:#?}", figures.violations);
}

mod cpay {
    use super::*;
    use crate::providers::cpay::CpayProvider;

    /// Five money calls with 13 faults of requests, four of them with 3 of webhooks (exchanges have no webhook).
    #[tokio::test]
    async fn withstands_random_faults() {
        super::withstands_random_faults::<CpayProvider>((5 * 13 + 4 * 3) * 20).await;
    }

    #[tokio::test]
    async fn withstands_every_kind() {
        super::withstands_every_kind::<CpayProvider>(5 * 58).await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CpayProvider>(Defect::IN_FAULTS).await;
    }
}

mod chainup_opay {
    use super::*;
    use crate::providers::chainup_opay::ChainupOpayProvider;

    /// One money call with 13 faults of requests (answers are signed, and there are no lagging queries because there is no
    /// query by reference) and 3 of webhooks.
    #[tokio::test]
    async fn withstands_random_faults() {
        super::withstands_random_faults::<ChainupOpayProvider>((13 + 3) * 20).await;
    }

    #[tokio::test]
    async fn withstands_every_kind() {
        super::withstands_every_kind::<ChainupOpayProvider>(60).await;
    }

    #[tokio::test]
    async fn detects_defects() {
        let defects = Defect::IN_FAULTS.iter();
        let applicable = defects.filter(|defect| !defect.concerns_payouts());
        super::detects_defects::<ChainupOpayProvider>(&applicable.copied().collect::<Vec<_>>())
            .await;
    }
}

mod ccpayment {
    use super::*;
    use crate::providers::ccpayment::CcpaymentProvider;

    /// Six money calls (hosted and native checkout, and payouts to two kinds of payees with two fee modes) with 14 faults of
    /// requests (answers are signed) and 3 of webhooks.
    #[tokio::test]
    async fn withstands_random_faults() {
        super::withstands_random_faults::<CcpaymentProvider>(6 * (14 + 3) * 20).await;
    }

    #[tokio::test]
    async fn withstands_every_kind() {
        super::withstands_every_kind::<CcpaymentProvider>(6 * 61).await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CcpaymentProvider>(Defect::IN_FAULTS).await;
    }
}

mod ccpayment_v2 {
    use super::*;
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;

    /// Seven money calls (hosted and native checkout, payouts to two kinds of payees with two fee modes, and exchanges) with
    /// 14 faults of requests, four of them with 3 of webhooks (payouts to Cwallet and exchanges have none).
    #[tokio::test]
    async fn withstands_random_faults() {
        super::withstands_random_faults::<CcpaymentV2Provider>((7 * 14 + 4 * 3) * 20).await;
    }

    #[tokio::test]
    async fn withstands_every_kind() {
        super::withstands_every_kind::<CcpaymentV2Provider>(7 * 58).await;
        super::withstands_every_kind::<CcpaymentV2Provider<false>>(7 * 58).await;
    }

    /// As above, without the fault of the query after the call.
    #[tokio::test]
    async fn withstands_random_faults_without_confirmation() {
        super::withstands_random_faults::<CcpaymentV2Provider<false>>((7 * 13 + 4 * 3) * 20).await;
    }

    #[tokio::test]
    async fn detects_defects() {
        super::detects_defects::<CcpaymentV2Provider<false>>(Defect::IN_FAULTS).await;
    }
}

//! The sandbox's faults, chosen by the seed.

use std::sync::Arc;
use std::time::Duration;

use payments_sandbox::{Fault, FaultKind, FaultWhen, Gateway as Provider};

use super::day::{HOUR, Scene};
use super::wire::Wire;

/// Nothing is planned later, so that what is late has come when the day is over.
const LAST: Duration = Duration::from_secs(21 * 3_600);

/// Plans faults until the day is over, all kinds of them.
pub(super) fn plan(scene: &Arc<Scene>, wire: &Wire) {
    for _ in 0..10 + scene.chance.below(15) {
        let at = scene.chance.up_to(LAST);
        let (scene, wire) = (Arc::clone(scene), wire.clone());
        tokio::spawn(async move {
            tokio::time::sleep(at).await;
            let (provider, _) = scene.chance.pick(&scene.pair.providers());
            let kind = kind(&scene);
            let when = scene.chance.pick(kind.when());
            let fault = fault(&scene, provider, kind, when);
            // Not every provider has every kind.
            if wire.sandbox().fault(fault).is_ok() {
                scene.totals.count("faults");
                let (kind, when) = (kind.as_str(), when.as_str());
                scene.journal.write(format_args!(
                    "{} will meet {kind} {when}",
                    provider.as_str()
                ));
            }
        });
    }
}

/// Any kind. An answer of ten mebibytes takes as long as half a day, so it is rarer than the others.
fn kind(scene: &Scene) -> FaultKind {
    match scene.chance.pick(FaultKind::ALL) {
        FaultKind::Huge => scene.chance.pick(FaultKind::ALL),
        kind => kind,
    }
}

fn fault(scene: &Scene, provider: Provider, kind: FaultKind, when: FaultWhen) -> Fault {
    let fault = match when {
        FaultWhen::Instead => Fault::instead(provider).kind(kind),
        FaultWhen::After => Fault::after(provider).kind(kind),
        _ => Fault::webhook(provider, kind),
    };
    let times = u32::try_from(1 + scene.chance.below(3)).unwrap();
    let fault = fault.times(times).lasting(3 * HOUR);
    let fault = match kind {
        // To a request and to its repetition.
        FaultKind::Lagging => fault.times(1 + times),
        FaultKind::Late | FaultKind::WebhookDelay | FaultKind::AfterWebhook => {
            fault.delay(Duration::from_secs(1) + scene.chance.up_to(HOUR))
        }
        FaultKind::Code => fault.code(scene.chance.pick(codes(provider))),
        _ => fault,
    };
    match lies(kind) {
        // Nothing shows that the answer to a query lies. That to a call is compared with the request.
        true => fault.call(scene.chance.pick(writes(provider))),
        false => fault,
    }
}

/// Whether the provider itself states what is not so.
fn lies(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::OtherAmount
            | FaultKind::OtherCoin
            | FaultKind::OtherOrder
            | FaultKind::OtherReference
            | FaultKind::UnknownStatus
    )
}

/// The calls that make orders and payouts.
fn writes(provider: Provider) -> &'static [&'static str] {
    match provider {
        Provider::CPAY => &["createOrder", "withdraw"],
        Provider::CHAINUP_OPAY => &["createThirdOrder"],
        Provider::CCPAYMENT => &["bill/create", "withdraw"],
        _ => &["createAppOrderDepositAddress", "applyAppWithdrawToNetwork"],
    }
}

/// Codes of the gateways' own errors.
fn codes(provider: Provider) -> &'static [i64] {
    match provider {
        Provider::CPAY => &[1, 90_751_001, 90_751_006],
        Provider::CHAINUP_OPAY => &[70_001, 50_013],
        Provider::CCPAYMENT => &[10_001, 11_001],
        _ => &[10_001, 11_000, 11_003],
    }
}

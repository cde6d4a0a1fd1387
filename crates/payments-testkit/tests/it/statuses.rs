//! The provider executes a call, and its answer is replaced by any documented code under any HTTP status: no call is reported as
//! not applied, and no router pays twice.

mod call;
mod preparations;
mod router;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use payments_core::Outcome;
use payments_testkit::conformance::Op;

use crate::providers::faulty_transport::{Fault, Recorded};
use crate::providers::fixture::{Provider, ProviderFixture};
use call::Call;

/// The documented status first; the others are those of proxies, firewalls and frameworks.
const STATUSES: [u16; 9] = [200, 201, 301, 403, 404, 429, 500, 502, 503];

fn with_status(mut answer: Response<Bytes>, status: u16) -> Response<Bytes> {
    *answer.status_mut() = StatusCode::from_u16(status).unwrap();
    answer
}

fn is_success<P: Provider>(answer: &Response<Bytes>) -> bool {
    let json: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    json["code"].to_string().trim_matches('"') == P::SUCCESS
}

/// A client that was banned sends nothing for a day.
fn end_ban<P: Provider>(fixture: &ProviderFixture<P>, code: &str) {
    let ban_codes = fixture.gateway.facts().ban_codes;
    if ban_codes.iter().any(|banned| banned.value == code) {
        fixture.clock.advance(Duration::from_secs(2 * 86_400));
    }
}

#[derive(Debug, Default)]
struct Figures {
    calls: u64,
    executed: u64,
    unknown: u64,
    /// A query after the call found it.
    confirmed: u64,
    /// Refused as the code table says, under status 200.
    as_documented: u64,
    wrong: Vec<String>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} calls, {} executed, {} unknown, {} confirmed, {} refused as documented, {} wrong",
            self.calls,
            self.executed,
            self.unknown,
            self.confirmed,
            self.as_documented,
            self.wrong.len()
        )
    }
}

/// Replaces the answer to an executed call.
async fn replace<P: Provider>(
    fixture: &ProviderFixture<P>,
    figures: &mut Figures,
    call: Call,
    code: &str,
    status: u16,
) {
    let original = Recorded::default();
    let instead = with_status(P::refusal(&fixture.sandbox, code), status);
    let fault = Fault::Replaced(instead, original.clone());
    let (reference, reported) = call.make(fixture, fault).await;
    figures.calls += 1;
    let answered = original
        .take()
        .is_some_and(|answer| is_success::<P>(&answer));
    let executed = answered && call.took_effect(fixture, &reference).await;
    figures.executed += u64::from(executed);
    let outcome = reported.as_ref().map_err(|failed| failed.outcome);
    figures.unknown += u64::from(outcome == Err(Outcome::Unknown));
    figures.confirmed += u64::from(outcome.is_ok());
    let documented = status == 200
        && outcome == Err(Outcome::NotApplied)
        && reported
            .as_ref()
            .is_err_and(|failed| P::refuses(code, failed.operation));
    figures.as_documented += u64::from(documented);
    let is_true = match outcome {
        Ok(()) => call.is_confirmed::<P>(),
        Err(outcome) => outcome != Outcome::NotApplied || documented,
    };
    end_ban(fixture, code);
    if !executed || !is_true {
        let wrong = format!("{call:?}, code {code} under {status}: {reported:?}");
        figures.wrong.push(wrong);
    }
}

/// Answers a call that does not arrive with the success of another one.
async fn pretend<P: Provider>(
    fixture: &ProviderFixture<P>,
    figures: &mut Figures,
    call: Call,
    status: u16,
) {
    let original = Recorded::default();
    let fault = Fault::Replaced(Response::new(Bytes::new()), original.clone());
    let _ = call.make(fixture, fault).await;
    let success = original.take().unwrap();
    assert!(is_success::<P>(&success));
    let fault = Fault::Canned(with_status(success, status));
    let (reference, reported) = call.make(fixture, fault).await;
    figures.calls += 1;
    let outcome = reported.as_ref().map_err(|failed| failed.outcome);
    figures.unknown += u64::from(outcome == Err(Outcome::Unknown));
    // A keyed call is repeated, and then it arrives.
    let arrived = call.took_effect(fixture, &reference).await;
    figures.executed += u64::from(arrived);
    if (reported.is_ok() || outcome == Err(Outcome::Applied)) && !arrived {
        figures
            .wrong
            .push(format!("{call:?} under {status}: {reported:?}"));
    }
}

async fn simulate<P: Provider>(others: &[Call], codes: u64) {
    let fixture = ProviderFixture::<P>::start().await;
    let ops = Op::all_of(fixture.gateway.as_ref()).into_iter();
    let calls: Vec<Call> = ops.map(Call::Order).chain(others.iter().copied()).collect();
    let mut replaced = Figures::default();
    let mut pretended = Figures::default();
    for call in calls.iter().copied() {
        for status in STATUSES {
            for code in P::codes().into_iter().filter(|code| *code != P::SUCCESS) {
                replace(&fixture, &mut replaced, call, code, status).await;
            }
            if status != 200 {
                pretend(&fixture, &mut pretended, call, status).await;
            }
        }
        fixture.reset();
    }
    println!("{}: answers replaced: {replaced}", P::NAME);
    println!("{}: successes pretended: {pretended}", P::NAME);
    for figures in [&replaced, &pretended] {
        assert!(figures.wrong.is_empty(), "{:#?}", figures.wrong);
    }
    let cases = calls.len() as u64 * STATUSES.len() as u64 * codes;
    assert_eq!((replaced.calls, replaced.executed), (cases, cases));
    assert!(
        replaced.unknown + replaced.confirmed > cases / 2,
        "{replaced}"
    );
    assert_eq!(pretended.unknown + pretended.executed, pretended.calls);
}

#[tokio::test]
async fn cpay_never_reports_an_executed_call_as_not_applied() {
    use crate::providers::cpay::CpayProvider;
    simulate::<CpayProvider>(&[Call::Card], 4).await;
}

#[tokio::test]
async fn chainup_opay_never_reports_an_executed_call_as_not_applied() {
    use crate::providers::chainup_opay::ChainupOpayProvider;
    simulate::<ChainupOpayProvider>(&[Call::Cancel], 37).await;
}

#[tokio::test]
async fn ccpayment_never_reports_an_executed_call_as_not_applied() {
    use crate::providers::ccpayment::CcpaymentProvider;
    simulate::<CcpaymentProvider>(&[], 6).await;
}

#[tokio::test]
async fn ccpayment_v2_never_reports_an_executed_call_as_not_applied() {
    use crate::providers::ccpayment_v2::CcpaymentV2Provider;
    simulate::<CcpaymentV2Provider>(&[], 81).await;
    simulate::<CcpaymentV2Provider<false>>(&[], 81).await;
}

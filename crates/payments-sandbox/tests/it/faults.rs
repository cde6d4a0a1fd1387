//! Faults at every gateway: lost, late and wrong answers, before and after the deed.

mod calls;
mod clock;
mod kinds;
mod lagging;
mod limits;
mod records;
mod webhooks;

use std::time::Duration;

use payments_sandbox::{Fault, FaultKind, Gateway};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::ccpayment::merchant::sign;
use crate::chainup_opay::merchant::Opay;
use crate::support::http::{Answer, FORM};
use calls::{money_call, money_request as request, send, success, until};

const ALL: [Gateway; 4] = Gateway::ALL;

/// The code of an answer, as a text.
fn code(answer: &Answer) -> String {
    match &answer.json()["code"] {
        Value::String(code) => code.clone(),
        code => code.to_string(),
    }
}

#[tokio::test]
async fn the_connection_closes_before_or_after_the_deed_at_every_gateway() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for gateway in ALL {
        let made = |name: &str| format!("{}-{name}", gateway.as_str());
        sandbox.fault(Fault::instead(gateway)).unwrap();
        assert!(send(&opay, gateway, &made("1")).await.is_none());
        assert!(sandbox.order(&made("1")).is_none());
        let record = sandbox.requests().pop().unwrap();
        assert_eq!(record.verdict.as_str(), "refused");
        assert!(record.reason.unwrap().contains("was not carried out"));

        sandbox.fault(Fault::after(gateway)).unwrap();
        assert!(send(&opay, gateway, &made("2")).await.is_none());
        assert!(sandbox.order(&made("2")).is_some());
        let record = sandbox.requests().pop().unwrap();
        assert_eq!(record.verdict.as_str(), "accepted");
        let is_named = |note: &String| note.contains("the request was carried out");
        assert!(record.notes.iter().any(is_named));

        let answer = send(&opay, gateway, &made("3")).await.unwrap();
        assert_eq!(code(&answer), success(gateway));
    }
    assert_eq!(sandbox.waiting_faults(), 0);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_connection_open_until_the_client_or_the_sandbox_ends() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let mut open = Vec::new();
    for gateway in ALL {
        sandbox.fault(Fault::after(gateway).no_answer()).unwrap();
        let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
        let request = request(&opay, gateway, gateway.as_str());
        stream.write_all(request.as_bytes()).await.unwrap();
        until(|| sandbox.order(gateway.as_str()).is_some()).await;
        let mut byte = [0];
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read(&mut byte));
        assert!(read.await.is_err(), "{gateway:?} answers or hangs up");
        open.push(stream);
    }
    let Opay { shop, .. } = opay;
    shop.sandbox.shutdown().await;
    for mut stream in open {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.is_empty());
    }
}

#[tokio::test]
async fn an_error_has_the_gateways_form_with_any_code_and_http_status() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for (gateway, wanted) in [
        (Gateway::CPAY, 90_751_002),
        (Gateway::CPAY, 77),
        (Gateway::CHAINUP_OPAY, 50_009),
        (Gateway::CCPAYMENT, 224_083),
        (Gateway::CCPAYMENT, 11_000),
        // Those after which a merchant cannot know whether the money left.
        (Gateway::CCPAYMENT_V2, 11_002),
        (Gateway::CCPAYMENT_V2, 11_018),
    ] {
        let name = |effect: &str| format!("{}-{wanted}-{effect}", gateway.as_str());
        for (fault, effect, status) in [
            (Fault::instead(gateway).code(wanted), "no", 200),
            (Fault::after(gateway).code(wanted), "yes", 200),
            (
                Fault::after(gateway).code(wanted).http_status(502),
                "late",
                502,
            ),
        ] {
            sandbox.fault(fault).unwrap();
            let answer = send(&opay, gateway, &name(effect)).await.unwrap();
            assert_eq!((code(&answer), answer.status), (wanted.to_string(), status));
            assert_eq!(sandbox.order(&name(effect)).is_some(), effect != "no");
            if gateway == Gateway::CCPAYMENT {
                let account = &sandbox.credentials().ccpayment;
                let timestamp = answer.header("Timestamp").unwrap();
                let sign = sign(
                    &account.app_id,
                    &account.app_secret,
                    timestamp,
                    &answer.body,
                );
                assert_eq!(answer.header("Sign"), Some(sign.as_str()));
            }
        }
    }
}

#[tokio::test]
async fn a_status_without_a_code_is_the_page_of_a_proxy() {
    let opay = Opay::open().await;
    for gateway in ALL {
        let fault = Fault::after(gateway).http_status(504);
        opay.shop.sandbox.fault(fault).unwrap();
        let answer = send(&opay, gateway, gateway.as_str()).await.unwrap();
        assert_eq!(
            (answer.status, answer.header("Content-Type")),
            (504, Some("text/html"))
        );
        assert!(
            answer.body.contains("504 Gateway Timeout"),
            "{}",
            answer.body
        );
        assert!(opay.shop.sandbox.order(gateway.as_str()).is_some());
    }
}

#[tokio::test]
async fn an_error_or_a_page_can_ask_to_wait_and_a_redirect_has_any_of_its_statuses() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for (number, gateway) in ALL.into_iter().enumerate() {
        let send = async |fault: Fault| {
            sandbox.fault(fault).unwrap();
            let reference = format!("{number}-{}", sandbox.requests().len());
            send(&opay, gateway, &reference).await.unwrap()
        };
        let page = Fault::instead(gateway).http_status(429);
        assert_eq!(send(page.clone()).await.header("Retry-After"), None);
        let page = send(page.retry_after_date(37)).await;
        let date = Some("Wed, 16 Nov 2022 11:27:14 GMT");
        assert_eq!((page.status, page.header("Retry-After")), (429, date));
        let error = Fault::after(gateway).code(50_009).http_status(503);
        let error = send(error.retry_after(5)).await;
        assert_eq!(
            (error.status, error.header("Retry-After")),
            (503, Some("5"))
        );
        for status in [301, 307] {
            let redirect = Fault::after(gateway).kind(FaultKind::Redirect);
            let answer = send(redirect.http_status(status)).await;
            assert_eq!(answer.status, status);
            let target = answer.header("Location").unwrap();
            assert!(target.ends_with(money_call(gateway)), "{target}");
        }
    }
}

#[tokio::test]
async fn a_late_request_is_carried_out_although_its_client_has_gone() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let hour = Duration::from_secs(3_600);
    for gateway in ALL {
        sandbox.fault(Fault::late_request(gateway, hour)).unwrap();
        let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
        let request = request(&opay, gateway, gateway.as_str());
        stream.write_all(request.as_bytes()).await.unwrap();
        until(|| sandbox.waiting_faults() == 0).await;
        drop(stream);
        assert!(sandbox.order(gateway.as_str()).is_none());
        sandbox.clock().advance(hour);
        until(|| sandbox.order(gateway.as_str()).is_some()).await;
    }
}

#[tokio::test]
async fn a_late_answer_comes_after_the_deed() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    let hour = Duration::from_secs(3_600);
    for gateway in ALL {
        sandbox.fault(Fault::late_answer(gateway, hour)).unwrap();
        let answer = send(&opay, gateway, gateway.as_str());
        let meanwhile = async {
            until(|| sandbox.order(gateway.as_str()).is_some()).await;
            sandbox.clock().advance(hour);
        };
        let (answer, ()) = tokio::join!(answer, meanwhile);
        assert_eq!(code(&answer.unwrap()), success(gateway));
    }
}

#[tokio::test]
async fn a_fault_is_for_one_gateway_one_call_and_a_number_of_valid_requests() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for gateway in ALL {
        let fault = Fault::instead(gateway).call(money_call(gateway));
        sandbox.fault(fault.http_status(503).times(2)).unwrap();
    }
    sandbox
        .fault(Fault::instead(Gateway::CPAY).call("exchange"))
        .unwrap();
    // Without a valid signature, a request meets no fault.
    let unsigned = opay
        .shop
        .post("/openapi/v1/withdraw", &[FORM], "merchantId=20003092")
        .await;
    assert_eq!(unsigned.status, 200);
    for gateway in ALL {
        let mut statuses = Vec::new();
        for number in 0..3 {
            let name = format!("{}-{number}", gateway.as_str());
            statuses.push(send(&opay, gateway, &name).await.unwrap().status);
        }
        assert_eq!(statuses, [503, 503, 200], "{gateway:?}");
    }
    let rows = opay.shop.get("/_sandbox/faults").await.json();
    assert_eq!(
        rows["faults"],
        json!([{"id": 5, "gateway": "cpay", "call": "exchange", "when": "instead", "kind": "cut",
            "delay_ms": 0, "left": 1, "met": 0}])
    );
    sandbox.reset();
    assert_eq!(sandbox.waiting_faults(), 0);
}

#[tokio::test]
async fn a_request_that_is_refused_anyway_keeps_its_own_refusal() {
    let opay = Opay::open().await;
    let sandbox = &opay.shop.sandbox;
    for gateway in ALL {
        send(&opay, gateway, gateway.as_str()).await.unwrap();
        let refused = send(&opay, gateway, gateway.as_str()).await.unwrap();
        let other = if gateway == Gateway::CHAINUP_OPAY {
            50_009
        } else {
            77
        };
        sandbox.fault(Fault::after(gateway).code(other)).unwrap();
        let answer = send(&opay, gateway, gateway.as_str()).await.unwrap();
        assert_eq!(code(&answer), code(&refused), "{gateway:?}");
        sandbox.fault(Fault::after(gateway)).unwrap();
        assert!(send(&opay, gateway, gateway.as_str()).await.is_none());
    }
}

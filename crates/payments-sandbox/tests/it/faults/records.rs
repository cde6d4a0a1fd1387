//! What the record says of requests that met a fault.

use payments_sandbox::{Fault, FaultKind as Kind, Gateway};

use super::kinds::error_code;
use crate::chainup_opay::merchant::Opay;
use crate::support::http::raw;
use crate::support::shop::order;

/// The record of a request that its gateway refuses says what happened to the refusal, and of no effect.
#[tokio::test]
async fn the_record_of_a_refused_request_does_not_speak_of_an_effect() {
    let opay = Opay::open().await;
    let shop = &opay.shop;
    shop.create(&[]).await;
    let after = || Fault::after(Gateway::CPAY);
    for (fault, note) in [
        (
            after().code(error_code(Gateway::CPAY)),
            "fault code: the gateway refused the request; the fault changed nothing",
        ),
        (
            after().kind(Kind::NoData),
            "fault no_data: the gateway refused the request; the fault changed nothing",
        ),
        (
            after(),
            "fault cut: the gateway refused the request. The connection closes without an answer.",
        ),
    ] {
        shop.sandbox.fault(fault).unwrap();
        // The reference is in use.
        let body = shop.signed(&order(&[]));
        let request = format!(
            "POST /openapi/v1/createOrder HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let address = shop.sandbox.local_addr();
        let _ = raw(address, request.as_bytes()).await;
        let notes = shop.sandbox.requests().last().unwrap().notes.clone();
        assert_eq!(notes, [note]);
    }
}

use super::*;
use crate::Config;
use payments_core::scripted::{ScriptedTransport, block_on};

fn account() -> Arc<Account> {
    let key = |name: &str| {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../fixtures/signatures/chainup_opay"
        );
        std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
    };
    let (own, peer) = (key("merchant.pri.pem"), key("platform.pub.pem"));
    let config = Config::new("https://service.exchange.example", "a", &own, &peer).unwrap();
    Arc::new(Account::new(&config))
}

/// Large, sealed by its looks, and not authentic.
fn body() -> Bytes {
    let data = "A".repeat(20 * 342);
    Bytes::from(format!(r#"{{"code":0,"data":"{data}","sign":"AA"}}"#))
}

#[test]
fn what_was_opened_holds_for_this_account_and_these_very_bytes() {
    let (ours, body) = (account(), body());
    let opened = Opened::new(Arc::clone(&ours), body.clone()).unwrap();
    assert_eq!(opened.of(&ours, &body), Some(Err(refusal(&ours))));
    let same_text = Bytes::copy_from_slice(&body);
    assert!(opened.of(&ours, &same_text).is_none(), "other memory");
    assert!(opened.of(&ours, &body.slice(..100)).is_none(), "a part");
    assert!(opened.of(&account(), &body).is_none(), "another account");
}

fn refusal(account: &Account) -> Refused {
    account.open_text("", "").unwrap_err()
}

#[test]
fn what_somebody_else_left_beside_an_answer_is_thrown_away() {
    let ours = account();
    let small = Bytes::from_static(br#"{"code":0,"data":"AAAA","sign":"AA"}"#);
    let planted = Opened(Arc::new(Work {
        account: Arc::clone(&ours),
        body: small.clone(),
        text: Ok(Plaintext::new(b"{}".to_vec().into())),
    }));
    let transport = ScriptedTransport::new().respond(move |_| {
        let mut answer = http::Response::new(small);
        answer.extensions_mut().insert(planted);
        Ok(answer)
    });
    let opening = Opening::new(Arc::new(transport), ours);
    let answer = block_on(opening.send(http::Request::new(Bytes::new()))).unwrap();
    assert!(answer.extensions().get::<Opened>().is_none());
}

#[test]
fn only_large_sealed_answers_are_opened_here() {
    let ours = account();
    let page = Bytes::from(vec![b'<'; 10_000]);
    for (body, opened) in [(body(), true), (page, false)] {
        let transport = ScriptedTransport::new().answer(200, body);
        let opening = Opening::new(Arc::new(transport), Arc::clone(&ours));
        let answer = block_on(opening.send(http::Request::new(Bytes::new()))).unwrap();
        assert_eq!(answer.extensions().get::<Opened>().is_some(), opened);
    }
}

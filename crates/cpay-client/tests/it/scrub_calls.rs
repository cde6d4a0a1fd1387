//! Nothing the client, its calls, answers and errors print holds a card, a person or the secret.

use crate::calls;
use crate::support;
use crate::support::transcript::Transcript;
use std::fmt::{Debug, Write as _};

use cpay_client::{
    BalanceQuery, Call, CardExpiry, CardNumber, CardRateQuery, Cvv, PixKey, RateQuery,
    StoredCardId, WalletAddressQuery,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Error, Reach, TransportError};
use serde_json::json;

const STORED: &str = "st0red-card-4711";
const TRON: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
const REMARK: &str = "for Ana's flat";
const RANDOM_KEY: &str = "123e4567-e89b-12d3-a456-426614174000";

/// A refusal that repeats the request, and the error it becomes.
fn note_echo<C: Call + Debug>(transcript: &mut Transcript, call: &C, message: &str) {
    let body = json!({"code": 1, "msg": message, "data": {}}).to_string();
    let fault = calls::parse(call, body).map(drop).unwrap_err();
    transcript.note(&fault.provider_message());
    transcript.note_error(&Error::from_fault("cpay", C::NAME, C::EFFECT, fault, None));
}

/// A call, its answer, and its failures.
fn note_call<C: Call + Debug>(transcript: &mut Transcript, call: &C, recorded: &str)
where
    C::Output: Debug,
{
    transcript.note(call);
    let answer = support::fixture(&format!("wire/cpay/{recorded}.answer.json"));
    transcript.note(&calls::parse(call, answer).unwrap());
    for body in [
        "<html>",
        "{}",
        r#"{"code":1,"msg":"fail"}"#,
        r#"{"code":0,"data":7}"#,
    ] {
        let fault = calls::parse(call, body).map(drop).unwrap_err();
        writeln!(transcript.0, "{fault} / {fault:?}").unwrap();
    }
}

/// What may not be printed: the card, what names its owner, and the key.
fn planted() -> Vec<&'static str> {
    vec![
        calls::CARD,
        &calls::CARD[..12],
        calls::CVV,
        "02/27",
        "02%2F27",
        "ana@cliente.example",
        "ana%40cliente",
        "712345678",
        "Main-Street",
        "1000-001",
        "203.0.113.7",
        "Lima",
        "hart",
        "asdf@gmail.com",
        "12341234123",
        "1987",
        "pi.jpg",
        "52998224725",
        "529.982",
        "4111 1111",
        "asdf@",
        "ANA@CLIENTE.EXAMPLE",
        "Ana@Cliente.example",
        "11222333000181",
        "5511912345678",
        RANDOM_KEY,
        STORED,
        TRON,
        REMARK,
        "B462EEE0EBF6BAEB7D1138877435F8ACDFDB6333",
        "cashier.cpay.ltd/payment",
        support::SECRET,
    ]
}

fn stored_card_payment() -> cpay_client::CardPayment {
    calls::full_card_payment().stored_card(StoredCardId::new(STORED))
}

/// Every way a payment can fail once it was sent, a gateway that repeats the card's number among them.
fn failures() -> Vec<ScriptedTransport> {
    let echo = |words: &str| {
        let code = 90_751_015;
        json!({"code": code, "msg": format!("{words} declined"), "data": ""}).to_string()
    };
    let card = echo(&format!("card {}", calls::CARD));
    let divided = "4111 1111-1111 1111 02/27 cvv 987 ST0RED-card-4711 351 712345678";
    vec![
        ScriptedTransport::new().answer(200, card.clone()),
        ScriptedTransport::new().answer(500, card),
        ScriptedTransport::new().answer(200, echo(divided)),
        ScriptedTransport::new().answer(200, echo("Ana@Cliente.example")),
        ScriptedTransport::new().answer(200, support::fixture("wire/cpay/declined.answer.json")),
        ScriptedTransport::new().answer(200, support::fixture("wire/cpay/illegal-ip.answer.json")),
        ScriptedTransport::new().answer(502, "<html>"),
        ScriptedTransport::new().fail(TransportError::timeout(Reach::MaybeSent)),
        ScriptedTransport::new().hang(),
        ScriptedTransport::new(),
    ]
}

#[test]
fn no_card_personal_data_or_secret_is_printed() {
    let mut transcript = Transcript::default();
    note_call(
        &mut transcript,
        &WalletAddressQuery::new("customer-7"),
        "wallet-address",
    );
    note_call(&mut transcript, &calls::withdraw(), "withdraw-every-field");
    note_call(&mut transcript, &BalanceQuery::new(), "balance");
    note_call(
        &mut transcript,
        &RateQuery::new(calls::spending()),
        "exchange-rate",
    );
    note_call(
        &mut transcript,
        &CardRateQuery::new(calls::spending()),
        "card-exchange-rate",
    );
    note_call(&mut transcript, &calls::exchange(), "exchange");
    note_call(&mut transcript, &calls::kyc(10), "kyc");
    note_call(&mut transcript, &calls::card_order(), "card-order");
    note_call(&mut transcript, &stored_card_payment(), "card-payment");
    note_call(
        &mut transcript,
        &support::order().ext_info(REMARK),
        "create-order",
    );
    for key in [
        calls::pix(),
        PixKey::cnpj("11222333000181").unwrap(),
        PixKey::email("ana@cliente.example").unwrap(),
        PixKey::mobile("+5511912345678").unwrap(),
        PixKey::random(RANDOM_KEY).unwrap(),
    ] {
        let account = key.account().to_owned();
        let payout = calls::payout(key).remark(REMARK).ext_info(REMARK);
        note_call(&mut transcript, &payout, "fiat-payout");
        for account in [account.to_uppercase(), account] {
            note_echo(
                &mut transcript,
                &payout,
                &format!("no account {account} there"),
            );
        }
    }
    note_echo(
        &mut transcript,
        &calls::payout(calls::pix()),
        "cpf 529.982.247-25",
    );
    note_echo(
        &mut transcript,
        &calls::withdraw(),
        &format!("{TRON} is blocked"),
    );
    note_echo(
        &mut transcript,
        &calls::kyc(1),
        "hart lee, 1987-05-01, asdf@gmail.com",
    );
    let answer = json!({"code": 0, "data": {
        "orderId": "1", "pageData": format!("<input value={}>", calls::CARD), "ccStorageID": STORED,
        "redirectURL": format!("https://bank.example/?card={}", calls::CARD),
    }});
    transcript.note(&calls::parse(&calls::card_payment(), answer.to_string()).unwrap());

    for transport in failures() {
        let client = support::scripted(&transport);
        transcript.note(&(&client, &transport));
        transcript.note_error(&block_on(client.pay_by_card(stored_card_payment())).unwrap_err());
    }
    let client = support::scripted(&ScriptedTransport::new());
    let bad = stored_card_payment().fail_url(calls::CARD);
    transcript.note_error(&block_on(client.pay_by_card(bad)).unwrap_err());

    transcript.assert_hides(
        &[
            "pay_by_card",
            "…1111",
            "Timeout",
            "customer-7",
            "declined",
            "people",
            "PixKey",
            "page_bytes",
            "no account *** there",
            "*** is blocked",
            "cpf ***",
            "*** *** cvv *** *** *** *** declined",
            "cashier_url: Some(***)",
        ],
        planted(),
    );
}

#[test]
fn a_refused_value_is_not_repeated_in_the_error() {
    let mut printed = String::new();
    for refused in [
        CardNumber::new("4111111111111112").map(drop).unwrap_err(),
        CardNumber::new("4111 1111 1111 1111")
            .map(drop)
            .unwrap_err(),
        CardExpiry::new(99, 2077).map(drop).unwrap_err(),
        Cvv::new("98741").map(drop).unwrap_err(),
        PixKey::cpf("52998224724").map(drop).unwrap_err(),
        PixKey::email("4111").map(drop).unwrap_err(),
    ] {
        write!(printed, "{refused} {refused:?}").unwrap();
    }
    for planted in ["4111", "99", "77", "98741", "2998"] {
        let shown = printed.replace("2000 to 2099", "");
        assert!(!shown.contains(planted), "{planted} is printed: {shown}");
    }
}

#[test]
fn shows_only_the_last_four_digits_of_a_card() {
    let shown = format!("{:?}", calls::card());
    assert_eq!(
        shown,
        "Card { number: CardNumber(…1111), expiry: CardExpiry(***), cvv: Cvv(***) }"
    );
    assert_eq!(CardNumber::new(calls::CARD).unwrap().last_four(), "1111");
}

/// A finder that finds nothing would let everything pass.
#[test]
fn the_search_finds_planted_values_in_a_request() {
    let client = support::scripted(&ScriptedTransport::new());
    let sent = client
        .prepare(&stored_card_payment(), support::now())
        .unwrap();
    let body = std::str::from_utf8(sent.body()).unwrap();
    for planted in [calls::CARD, calls::CVV, "02%2F27", "ana%40cliente", STORED] {
        assert!(body.contains(planted), "{planted}");
    }
}

#[test]
fn the_gateways_message_about_people_is_dropped() {
    let body = json!({"code": 1, "msg": "hart lee is not welcome", "traceid": "t-1"});
    let fault = calls::parse(&calls::kyc(1), body.to_string()).unwrap_err();
    assert_eq!(fault.provider_message(), None);
    assert_eq!(
        (fault.provider_code(), fault.provider_request_id()),
        (Some("1"), Some("t-1"))
    );
}

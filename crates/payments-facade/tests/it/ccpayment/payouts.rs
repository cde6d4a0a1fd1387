//! Payouts: what is sent, what arrives, and what is refused before it could go astray.

use ccpayment_client::v1;
use payments_core::Kind;
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_facade::payment::{Agreement, Closure, PaymentKind};
use payments_facade::payout::PixKey;
use payments_facade::ticket::Difference;
use payments_facade::{
    Destination, Fee, Gateway, Payee, PayoutOrder, Phase, Resolution, Settlement, network,
};
use serde_json::json;

use super::support::*;

const ACCEPTED: &str = r#"{"order_id":"CP7","record_id":"r-7","network_fee":"13.39","network_fee_crypto":"TRX",
    "network_coin_id":"c-9","network_fee_value":"1.00","net_receivable":"4"}"#;

fn row(status: &str, transfer: &str) -> String {
    format!(
        r#"[{{"order_detail":{{"merchant_order_id":"payout-1","order_id":"CP7","chain":"TRX","contract":"TR7","crypto":"USDT",
            "order_amount":"4","status":"{status}","token_rate":"1","created":1677150000}},"trade_list":[{transfer}]}}]"#
    )
}

fn transfer(fee: &str, coin: &str) -> String {
    format!(
        r#"{{"amount":"4","chain":"TRX","crypto":"USDT","service_fee":"0","network_fee":"{fee}","network_fee_crypto":"{coin}",
            "txid":"c4db","pay_time":1677150600,"status":"Successful"}}"#
    )
}

#[test]
fn the_fee_is_on_top_or_included_and_never_subtracted_from_another_coin() {
    for (fee, merchant_pays, net, arrives) in [
        (Fee::OnTop, true, "4", "4"),
        (Fee::Included, false, "2.93", "2.93"),
    ] {
        let answer = ACCEPTED.replace(
            r#""net_receivable":"4""#,
            &format!(r#""net_receivable":"{net}""#),
        );
        let transport = ScriptedTransport::new().says(&answer);
        let gateway = fixed(&transport);
        let accepted = block_on(
            gateway
                .payouts()
                .unwrap()
                .create(&to_chain("payout-1", fee)),
        )
        .unwrap();
        assert_eq!(
            (accepted.phase(), accepted.kind()),
            (Phase::Processing, PaymentKind::Payout)
        );
        assert_eq!(accepted.provider_ref().unwrap().as_str(), "CP7");
        assert_eq!(accepted.funds().expected, Some(money(arrives, "USDT")));
        assert_eq!(
            (accepted.fee(), accepted.funds().received),
            (Some(&money("13.39", "TRX")), None)
        );
        assert!(accepted.provided::<v1::Withdrawal>().is_some());
        let expected = json!({
            "merchant_order_id": "payout-1", "address": ADDRESS, "token_id": USDT_TRON, "value": "4",
            "merchant_pays_fee": merchant_pays,
        });
        assert_eq!(
            sent_requests(&transport),
            [("withdraw".to_owned(), expected)]
        );
    }
    // An older answer states neither coin nor sum: then no one knows what arrives.
    let transport = ScriptedTransport::new().says(r#"{"order_id":"CP7","network_fee":"1"}"#);
    let order = to_chain("payout-1", Fee::Included);
    let accepted = block_on(fixed(&transport).payouts().unwrap().create(&order)).unwrap();
    assert_eq!((accepted.fee(), accepted.funds().expected), (None, None));
}

#[test]
fn sends_a_memo_and_needs_no_network_for_an_account() {
    let transport = ScriptedTransport::new()
        .says(COINS)
        .says(ACCEPTED)
        .says(ACCEPTED)
        .says(ACCEPTED);
    let gateway = scripted(&transport);
    let payouts = gateway.payouts().unwrap();
    let to =
        Destination::with_memo("rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", network::XRP, "1001").unwrap();
    let ripple = PayoutOrder::new(
        reference("p-1"),
        Payee::Chain(to),
        money("4", "XRP"),
        Fee::OnTop,
    );
    block_on(payouts.create(&ripple)).unwrap();
    block_on(payouts.create(&to_account("p-2"))).unwrap();
    let mail = Payee::Account("alice@cwallet.example".into());
    let mail = PayoutOrder::new(reference("p-3"), mail, usdt("4"), Fee::OnTop);
    block_on(payouts.create(&mail)).unwrap();

    let reported = sent_requests(&transport);
    assert_eq!(
        (
            reported[1].1["memo"].as_str(),
            reported[1].1["token_id"].as_str()
        ),
        (Some("1001"), Some("xrp"))
    );
    // Of the tokens that are in service, the first in an order of our own.
    assert_eq!(
        (&reported[2].1["address"], &reported[2].1["token_id"]),
        (&json!("9558861"), &json!(USDT_ETH))
    );
    assert_eq!(reported[3].1["token_id"], USDT_TRON);
    assert!(!format!("{mail:?}").contains("alice"));
}

#[test]
fn refuses_ambiguous_payees_before_any_request() {
    let transport = ScriptedTransport::new();
    let gateway = fixed(&transport);
    let payouts = gateway.payouts().unwrap();
    let to = |payee: Payee, money, fee| PayoutOrder::new(reference("p"), payee, money, fee);
    let chain = |address: &str| Payee::Chain(Destination::new(address, network::TRON).unwrap());
    let tagged = |memo: &str| {
        let address = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";
        Payee::Chain(Destination::with_memo(address, network::XRP, memo).unwrap())
    };
    let split = Fee::Split {
        arrives: "3".parse().unwrap(),
    };
    let elsewhere = money("4", "USDT").on_network(network::BSC).unwrap();
    let pix = || Payee::Pix(PixKey::Email("ana@cliente.example".into()));
    for (payout, field, kind) in [
        (
            to(chain(ADDRESS), usdt("4"), split),
            "fee_split",
            Kind::Unsupported,
        ),
        (
            to(pix(), money("4", "BRL"), Fee::OnTop),
            "pix",
            Kind::Unsupported,
        ),
        (
            to(pix(), money("4", "BRL"), split),
            "pix",
            Kind::Unsupported,
        ),
        (
            to(chain(ADDRESS), elsewhere, Fee::OnTop),
            "asset network",
            Kind::Invalid,
        ),
        (
            to(chain(ADDRESS), usdt("0"), Fee::OnTop),
            "value",
            Kind::Invalid,
        ),
        // CCPayment would take these for something else than they are.
        (
            to(chain("9558861"), usdt("4"), Fee::OnTop),
            "address",
            Kind::Invalid,
        ),
        (
            to(chain("ana@cwallet.example"), usdt("4"), Fee::OnTop),
            "address",
            Kind::Invalid,
        ),
        (
            to(Payee::Account(ADDRESS.into()), usdt("4"), Fee::OnTop),
            "account",
            Kind::Invalid,
        ),
        // A mistyped address, and a destination tag with its label.
        (
            to(
                chain("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv"),
                usdt("4"),
                Fee::OnTop,
            ),
            "address",
            Kind::Invalid,
        ),
        (
            to(tagged("tag:12345"), money("4", "XRP"), Fee::OnTop),
            "memo",
            Kind::Invalid,
        ),
    ] {
        let error = block_on(payouts.create(&payout)).unwrap_err();
        assert_eq!(
            (error.field(), error.kind(), error.attempts()),
            (Some(field), kind, 0),
            "{error}"
        );
        assert_eq!(payouts.check(&payout).unwrap_err().field(), field);
        assert!(error.ticket().is_none());
    }
    // The money's network may be named, in any spelling.
    let named = money("4", "USDT").on_network("TRC20").unwrap();
    assert_eq!(
        payouts.check(&to(chain(ADDRESS), named, Fee::OnTop)),
        Ok(())
    );
    assert_eq!(transport.requests().len(), 0);
}

#[test]
fn finds_a_payout_with_its_status() {
    let made = transfer("13.39", "TRX");
    let free = transfer("0", "USDT");
    for (answer, phase, received) in [
        (row("Pending", ""), Phase::Open, None),
        (row("Processing", &made), Phase::Processing, None),
        // Who bore the fee is not reported.
        (row("Successful", &made), Phase::Completed, None),
        (row("Successful", &free), Phase::Completed, Some(usdt("4"))),
        (row("Failed", &free), Phase::Closed(Closure::Failed), None),
        (row("Returned", &free), Phase::Unrecognised, None),
    ] {
        let gateway = scripted(&ScriptedTransport::new().says(&answer));
        let found = block_on(
            gateway
                .payouts()
                .unwrap()
                .find(&reference("payout-1").into()),
        );
        let found = found.unwrap().unwrap();
        assert_eq!(
            (found.phase(), found.funds().received),
            (phase, received),
            "{answer}"
        );
        assert_eq!(
            (found.kind(), found.funds().settlement()),
            (PaymentKind::Payout, Settlement::Unstated)
        );
        assert!(found.provided::<v1::Withdrawals>().is_some());
    }
    let deposit = r#"[{"order_detail":{"product_price":"1","denominated_currency":"USD","merchant_order_id":"payout-1",
        "status":"Successful"},"trade_list":[]}]"#;
    let gateway = scripted(&ScriptedTransport::new().says(deposit));
    let error = block_on(
        gateway
            .payouts()
            .unwrap()
            .find(&reference("payout-1").into()),
    )
    .unwrap_err();
    assert_eq!(error.kind(), Kind::Integrity);
}

#[test]
fn compares_a_ticket_with_the_order_under_its_reference() {
    let resolved = |amount: &str| {
        let transport = ScriptedTransport::new().says(&row("Pending", ""));
        let gateway = scripted(&transport);
        let order = PayoutOrder::new(
            reference("payout-1"),
            Payee::Chain(tron()),
            money(amount, "USDT"),
            Fee::OnTop,
        );
        let ticket = gateway.payouts().unwrap().ticket(&order, NOW);
        (block_on(ticket.resolve_at(&gateway, NOW)), ticket)
    };
    let (Resolution::Found(found), ticket) = resolved("4.0") else {
        panic!("it is there");
    };
    assert_eq!(ticket.agreement(&found), Agreement::Same);
    let expected = found.funds().expected;
    assert_eq!(expected, Some(money("4", "USDT")), "by the ticket");
    assert!(
        !ticket.is_confirmed_by(&found),
        "the payee is not stated by a query"
    );
    // Somebody paid four under this reference; five hundred were never sent.
    let (Resolution::Conflict { differences, .. }, _) = resolved("500") else {
        panic!("that order is another one");
    };
    assert_eq!(differences, [Difference::Amount]);
}

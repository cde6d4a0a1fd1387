//! ChainUp OPay's calls: what is sent, what is refused before, and what the answers come to.

use std::net::IpAddr;
use std::time::Duration;

use super::support::{
    NUMBER, USER_ID, detail, hosted, made, money, number, reference, refusal, scripted, sealed,
    sent,
};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Asset, Kind, Outcome, Refusal};
use payments_facade::chainup_opay::{Cancelled, CustomerId};
use payments_facade::checkout::Item;
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::{
    Answer, Capabilities, CheckoutOrder, Error, Gateway, Lookup, Payment, Phase, Settlement,
};
use serde_json::json;

fn item() -> Item {
    Item::new("Cap", "5.25".parse().unwrap(), 2)
}

#[test]
fn sends_an_order_as_requested() {
    let transport = ScriptedTransport::new()
        .answer(200, made())
        .answer(200, made());
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let created = block_on(checkout.create(&hosted("o-1"))).unwrap();
    assert_eq!(
        created.next.url(),
        Some(format!("https://service.exchange.example/platform/pay.html?appKey=xxx_xxx&userId={USER_ID}&orderNum={NUMBER}").as_str())
    );
    assert_eq!(
        gateway.pay_page(&number(), USER_ID),
        Ok(created.next.clone())
    );
    let payment = &created.payment;
    assert_eq!(
        (
            payment.phase(),
            payment.kind(),
            payment.provider_ref(),
            payment.reference()
        ),
        (
            Phase::Open,
            PaymentKind::Checkout,
            Some(&number()),
            Some(&reference("o-1"))
        )
    );
    assert_eq!(payment.funds().expected, Some(money("10.5")));
    let typed = created
        .provided::<chainup_opay_client::CreatedOrder>()
        .unwrap();
    assert_eq!(typed.order_num, number());
    let shown = format!("{created:?} {gateway:?} {:?}", hosted("o-1").kind());
    assert!(
        !shown.contains(USER_ID) && !shown.contains("pay.html"),
        "{shown}"
    );

    // Everything there is, by the other id and in a scene of the merchant's.
    let gateway = gateway
        .with_customers_by(CustomerId::OpenId)
        .with_scene_type(1_001);
    let order = hosted("o-2")
        .customer("2ae04ed9")
        .title("Order 2")
        .items(vec![item()]);
    block_on(gateway.checkout().unwrap().create(&order)).unwrap();
    let least = json!({
        "appOrderId": "o-1", "userId": USER_ID, "orderAmount": "10.5", "payCoinSymbol": "USDT1742",
        "returnPage": "https://shop.example/return", "notifyPage": "https://shop.example/notify",
    });
    let goods = r#"[{"name":"Order 2","desc":""},{"name":"Cap","desc":"2 x 5.25 USDT1742"}]"#;
    let most = json!({
        "appOrderId": "o-2", "openId": "2ae04ed9", "orderAmount": "10.5", "payCoinSymbol": "USDT1742",
        "returnPage": "https://shop.example/return", "notifyPage": "https://shop.example/notify",
        "orderSceneType": "1001", "goods": goods,
    });
    let call = || "createThirdOrder".to_owned();
    assert_eq!(sent(&transport), [(call(), least), (call(), most)]);
}

/// Each option set on an order that is fine without it.
fn set(order: CheckoutOrder, name: &str) -> CheckoutOrder {
    match name {
        "customer" => order.customer("22033391"),
        "notify_url" => order.notify_url("https://shop.example/hook"),
        "success_url" => order.success_url("https://shop.example/thanks"),
        "failure_url" => order.failure_url("https://shop.example/sorry"),
        "valid_for" => order.valid_for(Duration::from_secs(600)),
        "language" => order.language("en-US"),
        "title" => order.title("Cap"),
        "items" => order.items(vec![item()]),
        "metadata" => order.metadata("{}"),
        "note" => order.note("cart a"),
        "pay_with" => order.pay_with(Asset::new("ETH").unwrap()),
        "country" => order.country("PT"),
        "email" => order.email("ana@cliente.example"),
        "ip" => order.ip(IpAddr::from([203, 0, 113, 7])),
        "customer_other_id" => order.customer_other_id("2ae04ed9"),
        "customer_token" => order.customer_token("t0ken"),
        "scene_type" => order.scene_type(1_001_u32),
        other => unreachable!("no test sets {other}"),
    }
}

const OPTIONS: [&str; 17] = [
    "customer",
    "notify_url",
    "success_url",
    "failure_url",
    "valid_for",
    "language",
    "title",
    "items",
    "metadata",
    "note",
    "pay_with",
    "country",
    "email",
    "ip",
    "customer_other_id",
    "customer_token",
    "scene_type",
];

#[test]
fn exactly_the_listed_options_are_accepted() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let (checkout, capabilities) = (gateway.checkout().unwrap(), Capabilities::of(&gateway));
    let mut carried = Vec::new();
    for name in OPTIONS {
        let order = set(hosted("o-1"), name);
        if capabilities.has(&format!("checkout.hosted.{name}")) {
            assert_eq!(checkout.check(&order), Ok(()), "{name}");
            carried.push(name);
            continue;
        }
        let error = block_on(checkout.create(&order)).unwrap_err();
        assert_eq!(
            (error.kind(), error.field()),
            (Kind::Unsupported, Some(name))
        );
        assert_eq!(
            (error.outcome(), error.attempts()),
            (Outcome::NotApplied, 0)
        );
        assert_eq!(checkout.check(&order).unwrap_err().field(), name);
    }
    assert_eq!(
        carried,
        [
            "customer",
            "notify_url",
            "success_url",
            "title",
            "items",
            "customer_other_id",
            "customer_token",
            "scene_type"
        ]
    );
    let all: Vec<String> = capabilities.iter().map(|one| one.to_string()).collect();
    let groups = ["checkout", "checkout.hosted", "statements"];
    let others = [
        "checkout.find.by_provider_id",
        "checkout.cancel.by_provider_id",
        "statements.kind.checkout",
        "statements.kind.refund",
    ];
    assert_eq!(
        all.len(),
        groups.len() + others.len() + carried.len(),
        "{all:?}"
    );
    assert!(
        groups
            .iter()
            .chain(&others)
            .all(|name| capabilities.has(name)),
        "{all:?}"
    );
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn refuses_impossible_payouts_before_any_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let bare = || CheckoutOrder::hosted(reference("o"), money("1"));
    let many = vec![item(); 17];
    let pinned = CheckoutOrder::hosted(reference("o"), money("1").on_network("tron").unwrap());
    for (order, field) in [
        (CheckoutOrder::native(reference("o"), money("1")), "native"),
        (
            CheckoutOrder::card_page(reference("o"), money("1")),
            "card_page",
        ),
        (pinned, "network"),
        (bare(), "customer"),
        (
            bare().customer(USER_ID).notify_url("https://a.example"),
            "success_url",
        ),
        (
            bare().customer(USER_ID).success_url("https://a.example"),
            "notify_url",
        ),
        (hosted("o").customer("customer-7"), "customer"),
        (hosted("o").customer(""), "customer"),
        (hosted("o").customer("123456789012345678901"), "customer"),
        (hosted("o").success_url("nowhere"), "return_page"),
        (hosted("o").items(many), "items"),
        (hosted("o").title("x".repeat(769)), "items"),
        (hosted("o").title(""), "goods_name"),
    ] {
        let error = block_on(checkout.create(&order)).unwrap_err();
        assert_eq!(
            (error.field(), error.attempts()),
            (Some(field), 0),
            "{error}"
        );
        assert_eq!(checkout.check(&order).unwrap_err().field(), field);
        assert!(error.ticket().is_none());
    }
    let by_open_id = gateway.clone().with_customers_by(CustomerId::OpenId);
    for id in ["", "a b", "ä", &"x".repeat(129)] {
        let error = by_open_id.pay_page(&number(), id).unwrap_err();
        assert_eq!(error.field(), "customer");
        assert!(id.is_empty() || !error.to_string().contains(id), "{error}");
    }
    for by in [
        Lookup::from(reference("o")),
        Lookup::Transaction("0xab".to_owned()),
    ] {
        let kind = Some(by.kind().as_str());
        let found = block_on(checkout.find(&by)).unwrap_err();
        let cancelled = block_on(checkout.cancellation().unwrap().cancel(&by)).unwrap_err();
        for error in [found, cancelled] {
            assert_eq!((error.kind(), error.field()), (Kind::Unsupported, kind));
        }
    }
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

fn find(answer: (u16, String)) -> Result<Option<Answer<Payment>>, Error> {
    let gateway = scripted(&ScriptedTransport::new().answer(answer.0, answer.1));
    block_on(gateway.checkout().unwrap().find(&number().into()))
}

#[test]
fn maps_every_order_status() {
    for (status, phase, is_paid) in [
        ("0", Phase::Closed(Closure::Unstated), false),
        ("1", Phase::Open, false),
        ("2", Phase::Closed(Closure::Failed), false),
        ("3", Phase::Completed, true),
        ("7", Phase::Unrecognised, false),
    ] {
        let found = find((200, detail(status))).unwrap().unwrap();
        assert_eq!(
            (found.phase(), found.status().is_paid_in_full()),
            (phase, is_paid)
        );
        assert_eq!(found.funds().expected, Some(money("10.5")));
        assert_eq!(found.funds().received, is_paid.then(|| money("10.5")));
        assert_eq!(
            (found.reference(), found.made_at()),
            (Some(&reference("o-1")), Some(super::support::NOW))
        );
        assert_eq!(found.status_texts().collect::<Vec<_>>(), [status]);
        let key = found.observations()[0].effect_key().unwrap();
        assert_eq!(key.as_str(), format!("chainup-opay/main:{NUMBER}:{status}"));
        assert!(
            found
                .provided::<chainup_opay_client::OrderDetail>()
                .is_some()
        );
    }
    // An amount without its coin is no money.
    let bare = sealed(&json!({"orderNum": NUMBER, "orderStatus": "3", "orderAmount": "10.50"}));
    let found = find((200, bare)).unwrap().unwrap();
    assert_eq!(
        (found.phase(), found.funds().settlement()),
        (Phase::Completed, Settlement::Unstated)
    );
    assert_eq!((found.funds().expected, found.reference()), (None, None));

    assert!(find((200, refusal("70001"))).unwrap().is_none());
    let error = find((404, refusal("70001"))).unwrap_err();
    assert_eq!(error.code(), Some("70001"));
    let other = detail("3").replace("\"0\"", "\"10001\"");
    let error = find((200, other)).unwrap_err();
    assert_eq!((error.kind(), error.ticket()), (Kind::Ambiguous, None));
}

fn cancel(script: ScriptedTransport) -> Result<Answer<Payment>, Error> {
    let gateway = scripted(&script);
    let cancellation = gateway.checkout().unwrap().cancellation().unwrap();
    block_on(cancellation.cancel(&number().into()))
}

#[test]
fn a_cancellation_counts_only_once_the_order_is_closed() {
    let accepted = || ScriptedTransport::new().answer(200, r#"{"code":"0","msg":"succ"}"#);
    let script = accepted().answer(200, detail("0"));
    let closed = cancel(script.clone()).unwrap();
    assert_eq!(closed.phase(), Phase::Closed(Closure::Cancelled));
    assert_eq!(
        (closed.reference(), closed.provider_ref()),
        (Some(&reference("o-1")), Some(&number()))
    );
    let typed = closed.provided::<Cancelled>().unwrap();
    assert!(!typed.receipt.is_verified() && typed.detail.is_ok());
    let asked = json!({"appKey": "xxx_xxx", "orderNum": NUMBER});
    assert_eq!(
        sent(&script),
        [
            ("cancelOrder".to_owned(), json!({"orderNum": NUMBER})),
            ("orderDetail".to_owned(), asked),
        ]
    );

    // The order says something else: then it is that.
    let open = cancel(accepted().answer(200, detail("1"))).unwrap();
    assert_eq!(open.phase(), Phase::Open);
    let paid = cancel(accepted().answer(200, detail("3"))).unwrap();
    assert!(paid.status().is_paid_in_full());
    // It cannot be asked: the acceptance alone closes nothing, and is not lost.
    let no_answer = (0..3).fold(accepted(), |script, _| script.answer(200, refusal("50013")));
    let unsure = cancel(no_answer).unwrap();
    assert_eq!(
        (unsure.phase(), unsure.provider_ref()),
        (Phase::Unrecognised, Some(&number()))
    );
    let typed = unsure.provided::<Cancelled>().unwrap();
    assert_eq!(typed.detail.as_ref().unwrap_err().code(), Some("50013"));

    let refused = cancel(ScriptedTransport::new().answer(200, refusal("70003"))).unwrap_err();
    assert_eq!(
        (refused.kind(), refused.outcome(), refused.ticket()),
        (Kind::Refused(Refusal::State), Outcome::NotApplied, None)
    );
}

//! Unsupported options are refused before any request is sent, and the capabilities list the supported ones.

use crate::support::{by_pix, card_page, hosted, reference, scripted, to_chain, usdt};
use payments_core::scripted::{ScriptedTransport, block_on};
use payments_core::{Asset, Kind, Outcome};
use payments_facade::address::AddressRequest;
use payments_facade::checkout::{CheckoutKind, CheckoutOptions};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::payout::{PayeeKind, PayoutOptions};
use payments_facade::rate::RateRequest;
use payments_facade::{
    Capabilities, CheckoutOrder, Destination, Fee, Gateway, Money, Payee, PayoutOrder, network,
};
use payments_testkit::conformance::{Order, with_option};

/// The order with this option set to the test kit's sample value.
fn set(order: CheckoutOrder, name: &str) -> CheckoutOrder {
    match with_option(Order::Checkout(order), name).unwrap().order {
        Order::Checkout(order) => order,
        other => unreachable!("{other:?} is not a checkout order"),
    }
}

fn set_on_payout(payout: PayoutOrder, name: &str) -> PayoutOrder {
    match with_option(Order::Payout(payout), name).unwrap().order {
        Order::Payout(payout) => payout,
        other => unreachable!("{other:?} is not a payout"),
    }
}

#[test]
fn exactly_the_options_in_the_capabilities_are_accepted() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let capabilities = Capabilities::of(&gateway);
    let checkout = gateway.checkout().unwrap();
    let mut refused = 0;
    for (kind, order) in [
        (CheckoutKind::Hosted, hosted("order-1")),
        (CheckoutKind::CardPage, card_page("order-1")),
    ] {
        assert_eq!(checkout.check(&order), Ok(()), "{kind:?}");
        for name in CheckoutOptions::NAMES {
            let order = set(order.clone(), name);
            let supported = capabilities.has(&format!("checkout.{}.{name}", kind.as_str()));
            assert_eq!(checkout.check(&order).is_ok(), supported, "{kind:?} {name}");
            if !supported {
                let error = block_on(checkout.create(&order)).unwrap_err();
                assert_eq!(
                    (error.kind(), error.field()),
                    (Kind::Unsupported, Some(*name))
                );
                assert_eq!(
                    (error.outcome(), error.attempts()),
                    (Outcome::NotApplied, 0)
                );
                assert!(error.ticket().is_none());
                refused += 1;
            }
        }
    }
    let payouts = gateway.payouts().unwrap();
    for (kind, payout) in [
        (PayeeKind::Chain, to_chain("p-1")),
        (PayeeKind::Pix, by_pix("p-1")),
    ] {
        assert_eq!(payouts.check(&payout), Ok(()), "{kind:?}");
        for &name in PayoutOptions::NAMES {
            let payout = set_on_payout(payout.clone(), name);
            let supported = payouts.supported_options(kind).unwrap().contains(&name);
            assert_eq!(payouts.check(&payout).is_ok(), supported, "{kind:?} {name}");
            if !supported {
                let error = block_on(payouts.create(&payout)).unwrap_err();
                assert_eq!(
                    (error.kind(), error.field()),
                    (Kind::Unsupported, Some(name))
                );
                refused += 1;
            }
        }
    }
    let addresses = gateway.addresses().unwrap();
    let request = AddressRequest::new("customer-7").network(network::TRON);
    assert_eq!(addresses.check(&request), Ok(()));
    let error = block_on(addresses.get(&request.notify_url("https://shop.example/"))).unwrap_err();
    assert_eq!(
        (error.kind(), error.field()),
        (Kind::Unsupported, Some("notify_url"))
    );

    // The capabilities page lists them all. This only proves that the loops ran.
    assert!(refused >= 9 + 4 + 2, "{refused} options refused");
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn refuses_what_cpay_lacks_before_any_request() {
    let transport = ScriptedTransport::new();
    let gateway = scripted(&transport);
    let checkout = gateway.checkout().unwrap();
    let payouts = gateway.payouts().unwrap();

    let native = CheckoutOrder::native(reference("o"), usdt("1")).customer("c");
    let pinned = usdt("1").on_network(network::TRON).unwrap();
    let pinned = CheckoutOrder::hosted(reference("o"), pinned).customer("c");
    let anonymous = CheckoutOrder::hosted(reference("o"), usdt("1"));
    let refusals = [
        (native, "native"),
        (pinned, "network"),
        (anonymous, "customer"),
    ];
    for (order, field) in refusals {
        let error = block_on(checkout.create(&order)).unwrap_err();
        assert_eq!((error.field(), error.attempts()), (Some(field), 0));
        assert_eq!(checkout.check(&order).unwrap_err().field(), field);
    }

    let to = |to: Destination, money: Money, fee| {
        PayoutOrder::new(reference("p"), Payee::Chain(to), money, fee).customer("c")
    };
    let tron = || Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON).unwrap();
    let ripple = Destination::with_memo("rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh", "xrp", "7").unwrap();
    let split = Fee::Split {
        arrives: "1".parse().unwrap(),
    };
    let account = Payee::Account("9558861".into());
    let account = PayoutOrder::new(reference("p"), account, usdt("1"), Fee::Included).customer("c");
    let elsewhere = usdt("1").on_network(network::BSC).unwrap();
    for (payout, field) in [
        (to(tron(), usdt("1"), Fee::Included), "fee_included"),
        (to(tron(), usdt("1"), Fee::OnTop), "fee_on_top"),
        (to(ripple, usdt("1"), split), "memo"),
        (to(tron(), elsewhere, split), "asset network"),
        (account, "account"),
    ] {
        let error = block_on(payouts.create(&payout)).unwrap_err();
        assert_eq!((error.field(), error.attempts()), (Some(field), 0));
    }
    // The money's network may be named; it is the destination's in any spelling.
    let named = usdt("1").on_network("TRON(TRC-20)").unwrap();
    assert_eq!(payouts.check(&to(tron(), named, split)), Ok(()));

    let exchange = gateway.exchange().unwrap();
    let target = Asset::new("BTC").unwrap();
    let anonymous = ExchangeOrder::new(reference("x"), usdt("9"), target.clone());
    assert_eq!(exchange.check(&anonymous).unwrap_err().field(), "customer");

    // Rates and exchanges are of a coin, whichever network it moves on.
    let on_tron = usdt("9").on_network(network::TRON).unwrap();
    let rates = gateway.rates().unwrap();
    for (source, target) in [
        (on_tron.clone(), target.clone()),
        (usdt("9"), target.on_network("bitcoin").unwrap()),
    ] {
        let order = ExchangeOrder::new(reference("x"), source.clone(), target.clone());
        let order = order.customer("c");
        assert_eq!(exchange.check(&order).unwrap_err().field(), "network");
        let error = block_on(exchange.execute(&order)).unwrap_err();
        assert_eq!((error.field(), error.attempts()), (Some("network"), 0));
        let request = RateRequest::spending(source, target);
        for request in [request.clone(), request.by_card()] {
            assert_eq!(rates.check(&request).unwrap_err().field(), "network");
            let error = block_on(rates.quote(&request)).unwrap_err();
            assert_eq!((error.field(), error.attempts()), (Some("network"), 0));
            assert_eq!((error.provider(), error.operation()), ("cpay", "quote"));
            assert_eq!((error.status(), error.request_id()), (None, None));
        }
    }
    assert_eq!(transport.requests().len(), 0, "something was sent");
}

#[test]
fn the_capabilities_of_cpay() {
    let gateway = scripted(&ScriptedTransport::new());
    let capabilities = Capabilities::of(&gateway);
    let all: Vec<String> = capabilities.iter().map(|one| one.to_string()).collect();
    let of = |group: &str| all.iter().filter(|name| name.starts_with(group)).count();
    for present in [
        "checkout.hosted",
        "checkout.card_page",
        "checkout.find.by_reference",
        "payouts.chain.fee_split",
        "payouts.pix.fee_on_top",
        "rates.card",
        "exchange.execute.customer",
        "addresses.get.network",
        "balances",
    ] {
        assert!(capabilities.has(present), "{present} of {all:?}");
    }
    for absent in [
        "checkout.native",
        "checkout.cancel",
        "payouts.account",
        "payouts.chain.memo",
        "cards",
        "kyc",
        "statements",
    ] {
        assert_eq!(of(absent), 0, "{absent} of {all:?}");
    }
}

#[test]
fn a_destination_on_a_network_with_memos_needs_a_memo() {
    for network in [
        network::XRP,
        network::STELLAR,
        network::TON,
        "XLM",
        "Ripple",
        "Ripple(XRP)",
        "Stellar (XLM)",
        "XRP Ledger",
        "BEP2",
        "BNB Beacon Chain(BEP-2)",
        "Cosmos Hub",
        "hedera_hashgraph",
    ] {
        assert_eq!(
            Destination::new("address", network).unwrap_err().field(),
            "memo"
        );
        assert!(Destination::with_memo("address", network, "").is_err());
        let to = Destination::with_memo("address-of-ana", network, "7").unwrap();
        let shown = format!("{to:?}");
        assert!(!shown.contains("ana") && !shown.contains('7'), "{shown}");
        // Whoever holds the keys of the address needs none, and has to say so.
        let own = Destination::without_memo("address", network).unwrap();
        assert_eq!((own.memo(), own.network()), (None, network));
    }
    for network in [
        network::TRON,
        network::BSC,
        network::ETHEREUM,
        "TRON(TRC-20)",
        "BSC(BEP-20)",
        "BEP20",
        "Ethereum(ERC-20)",
        "Base",
        "Stone",
    ] {
        assert!(Destination::new("address", network).is_ok(), "{network}");
    }
}

#[test]
fn checks_addresses_and_memos_of_known_networks() {
    const TRON: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
    const RIPPLE: &str = "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh";
    let problem = |to: Destination| to.check().unwrap_err().to_string();
    let to = |address, network| Destination::new(address, network).unwrap();
    for (address, network, expected) in [
        (&TRON[..33], network::TRON, "wrong checksum"),
        (&TRON[..30], network::TRON, "is not an address of TRON"),
        (
            "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv",
            "TRC20",
            "wrong checksum",
        ),
        (
            TRON,
            "Ethereum(ERC-20)",
            "is an address of TRON, not of Ethereum",
        ),
        (
            "not-an-address",
            network::SOLANA,
            "is not an address of Solana",
        ),
        ("T\u{200b}RMY", network::TRON, "invisible character"),
        ("T\u{200b}RMY", "Stone", "invisible character"),
    ] {
        let shown = problem(to(address, network));
        assert!(shown.contains(expected), "{shown}");
        // What is certainly wrong comes without a suggestion to send it anyway.
        let is_certain = expected == "wrong checksum" || expected.starts_with("is an address of");
        assert_eq!(
            shown.contains("allow_unchecked_address"),
            !is_certain,
            "{shown}"
        );
        assert!(!shown.contains(address), "{shown}");
        let allowed = to(address, network).allow_unchecked_address();
        assert!(allowed.check().unwrap().note().is_some());
    }
    // A private key is never sent: the one that the XRP Ledger's documentation publishes.
    let key = Destination::without_memo("snoPBrXtMeMyMHUVTgbuqAfg1SUTb", network::XRP);
    let shown = problem(key.unwrap().allow_unchecked_address());
    assert!(shown.contains("is a private key"), "{shown}");
    for memo in ["tag:12345", "4294967296", "12a", "-1", "+1"] {
        let tagged = Destination::with_memo(RIPPLE, "Ripple(XRP)", memo).unwrap();
        let invalid = tagged.check().unwrap_err();
        assert_eq!(invalid.field(), "memo", "{invalid}");
    }
    let unknown = to("anything", "Stone").check().unwrap();
    assert_eq!(
        unknown.note(),
        Some("unknown network: the form of the address is not checked")
    );
}

#[test]
fn debug_shows_no_personal_data() {
    let mut checkout = hosted("order-1");
    for name in CheckoutOptions::NAMES {
        checkout = set(checkout, name);
    }
    let mut payout = to_chain("p-1");
    for &name in PayoutOptions::NAMES {
        payout = set_on_payout(payout, name);
    }
    let exchange = ExchangeOrder::new(reference("x"), usdt("9"), Asset::new("BTC").unwrap());
    let exchange = exchange.customer("customer-7");
    let address = AddressRequest::new("customer-7").notify_url("https://shop.example/hook");
    for shown in [
        format!("{checkout:?}"),
        format!("{payout:?}"),
        format!("{exchange:?}"),
        format!("{address:?}"),
    ] {
        for private in [
            "customer-7",
            "203.0.113",
            "cart",
            "shop.example",
            "ana@",
            "1001",
        ] {
            assert!(!shown.contains(private), "{private} in {shown}");
        }
        // Which options are set is no secret.
        assert!(
            shown.contains("customer") || shown.contains("notify_url"),
            "{shown}"
        );
    }
}

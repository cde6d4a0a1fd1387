//! One error names all problems of an order.

use crate::support::{hosted, reference, scripted, usdt};
use payments_core::Asset;
use payments_core::scripted::ScriptedTransport;
use payments_facade::checkout::CheckoutKind;
use payments_facade::{Destination, Fee, Gateway, Money, Payee, PayoutOrder, network};

#[test]
fn one_error_names_all_unsupported_options() {
    let gateway = scripted(&ScriptedTransport::new());
    let order = hosted("order-1").language("pt").title("Teapot").note("n");
    let checkout = gateway.checkout().unwrap();
    let invalid = checkout.check(&order).unwrap_err();
    let supported = checkout.supported_options(CheckoutKind::Hosted).unwrap();
    assert_eq!(invalid.field(), "language");
    assert_eq!(
        invalid.to_string(),
        format!(
            "language is not supported by this provider, nor are title and note (supported: {})",
            supported.join(", ")
        )
    );
}

#[test]
fn one_error_names_every_problem_of_a_payout() {
    let gateway = scripted(&ScriptedTransport::new());
    let fields = |payout: &PayoutOrder| {
        let invalid = gateway.payouts().unwrap().check(payout).unwrap_err();
        let problems = invalid.problems();
        problems
            .map(|one| one.field())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let payout =
        |to: Destination, fee| PayoutOrder::new(reference("p-1"), Payee::Chain(to), usdt("4"), fee);
    let split = Fee::Split {
        arrives: "3".parse().unwrap(),
    };
    let mistyped = || Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnv", network::TRON);
    let lacks_customer = payout(mistyped().unwrap(), split);
    assert_eq!(fields(&lacks_customer), "customer address");
    let of_other_network = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", "bitcoin");
    let unlisted = payout(of_other_network.unwrap(), split).customer("customer-7");
    assert_eq!(fields(&unlisted), "crypto_currency address");
    let wrong_fee = payout(mistyped().unwrap(), Fee::OnTop).metadata("m");
    assert_eq!(fields(&wrong_fee), "fee_on_top metadata customer address");
    let elsewhere = Money::new(
        "4".parse().unwrap(),
        Asset::new("USDT")
            .unwrap()
            .on_network(network::ETHEREUM)
            .unwrap(),
    );
    let payee = Payee::Chain(mistyped().unwrap());
    let elsewhere = PayoutOrder::new(reference("p-1"), payee, elsewhere, split)
        .customer("")
        .notify_url("/hook");
    assert_eq!(
        fields(&elsewhere),
        "asset network user_id callback_url address"
    );
    // C-Pay has no memos, so the form of this one does not matter.
    let tagged =
        Destination::with_memo("rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLz", network::XRP, "tag:1");
    let both = tagged.clone().unwrap().check().unwrap_err();
    assert_eq!(
        both.problems().map(|one| one.field()).collect::<Vec<_>>(),
        ["address", "memo"]
    );
    let with_memo = payout(tagged.unwrap(), split).customer("customer-7");
    assert_eq!(fields(&with_memo), "memo network address");
}

//! One refusal names all problems of a request.

use super::support::{self, STAMP, amount, at, reference};
use ccpayment_client::v2::{Call, CreateOrder, DepositsQuery, Price, Withdraw};
use payments_core::InvalidRequest;

fn fields<C: Call>(call: &C) -> Vec<&'static str> {
    let invalid = support::client().prepare(call, support::now()).unwrap_err();
    invalid.problems().map(InvalidRequest::field).collect()
}

#[test]
fn one_refusal_names_every_problem() {
    let price = Price::fiat(amount("0"), 0);
    let order = CreateOrder::new(reference("or"), 0, "", price, at(STAMP + 60))
        .buyer_email("a@b\n")
        .product("x".repeat(121))
        .notify_url("/cb");
    assert_eq!(
        fields(&order),
        [
            "order_id",
            "coin_id",
            "chain",
            "price",
            "fiat_id",
            "buyer_email",
            "product",
            "notify_url"
        ]
    );
    let payout = Withdraw::new(reference("pa"), 0, "", "", amount("0"))
        .memo("1\n")
        .fee_inquiry("");
    assert_eq!(
        fields(&payout),
        [
            "order_id",
            "coin_id",
            "chain",
            "address",
            "memo",
            "amount",
            "fee_inquiry"
        ]
    );
    let deposits = DepositsQuery::all().user("ab").coin(0).per_page(0);
    assert_eq!(fields(&deposits), ["reference_id", "coin_id", "limit"]);
}

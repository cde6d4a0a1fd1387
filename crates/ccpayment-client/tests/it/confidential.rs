//! Whatever a gateway repeats of a request, no error shows what is confidential in it. Walks through every call of the crate.
#![allow(
    deprecated,
    reason = "calls that the documents no longer list are calls, too"
)]

use std::collections::BTreeMap;

use crate::support::{self, TOKEN};
use ccpayment_client::v1::{
    AssetsQuery, BlockHeightsQuery, Call, CoinsQuery, RawCall, ResendWebhooks,
    SupportedTokensQuery, TokenChainsQuery,
};
use payments_core::Fault;
use payments_core::scripted::{Repeats, json_texts};
use serde_json::json;

/// The fields that an error may show. Everything else that is sent must be masked.
const PUBLIC: &[&str] = &[
    "amount",
    "chain",
    "coin_id",
    "denominated_currency",
    "end_timestamp",
    "merchant_order_id",
    "merchant_order_ids",
    "order_valid_period",
    "product_price",
    "start_timestamp",
    "token_id",
    "transaction_type",
    "value",
    "webhook_result",
];

fn refused<C: Call>(call: &C, message: &str) -> Fault {
    let answer = json!({"code": 224066, "msg": "refused", "reason": message}).to_string();
    let answer = support::signed(answer);
    support::client()
        .parse(call, &answer, support::now())
        .map(drop)
        .unwrap_err()
}

/// Every confidential value of the request, repeated by the gateway in every spelling.
fn through<C: Call>(repeats: &mut Repeats, call: &C) {
    let client = support::client();
    let request = client.prepare(call, support::now()).unwrap();
    let parse = |page: &_| {
        client
            .parse(call, page, support::now())
            .map(drop)
            .unwrap_err()
    };
    let sent = json_texts(request.body());
    repeats.through::<C>(sent, parse, |message| refused(call, message));
}

#[test]
fn no_error_shows_a_confidential_value_in_any_spelling() {
    let mut repeats = Repeats::new(PUBLIC);
    let notify = "https://shop.example/notify?u=ana@cliente.example";
    through(
        &mut repeats,
        &support::order()
            .custom_value("Zoë \"Z\" Ávila")
            .remark("for Ana's flat")
            .notify_url(notify),
    );
    through(
        &mut repeats,
        &support::checkout()
            .custom_value("seat 12 B")
            .return_url("https://shop.example/back?u=7")
            .notify_url(notify),
    );
    through(&mut repeats, &support::deposits());
    through(&mut repeats, &support::withdrawals());
    through(&mut repeats, &support::deposit_address().notify_url(notify));
    through(&mut repeats, &support::payout().memo("memo 77"));
    through(&mut repeats, &support::rate());
    through(
        &mut repeats,
        &support::network_fee()
            .address("ana@cliente.example")
            .memo("memo 77"),
    );
    through(&mut repeats, &support::user());
    through(&mut repeats, &AssetsQuery::all());
    through(&mut repeats, &BlockHeightsQuery::new());
    through(&mut repeats, &CoinsQuery::new());
    through(&mut repeats, &SupportedTokensQuery::new());
    through(&mut repeats, &TokenChainsQuery::new(TOKEN));
    through(&mut repeats, &ResendWebhooks::since(support::now()));
    let fields = BTreeMap::from([("email", "ana@cliente.example"), ("street", "Rua Ávila 7")]);
    through(
        &mut repeats,
        &RawCall::write("new/call").with_fields(&fields),
    );

    // Every file of `src/v1/op` has one call, but `bill_info.rs` has two, beside its folder.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/v1/op");
    assert_eq!(
        repeats.calls(),
        std::fs::read_dir(folder).unwrap().count(),
        "{repeats:?}"
    );
    println!("ccpayment: {repeats}");
}

#[test]
fn what_is_public_and_the_providers_own_words_stay_readable() {
    let message = "payout-1001: 4 of 0912e09a-d8e2-41d7-a0bc-a25530892988 is more than the balance";
    let fault = refused(&support::payout(), message);
    assert_eq!(
        fault.provider_message(),
        Some(&*format!("refused ({message})"))
    );
}

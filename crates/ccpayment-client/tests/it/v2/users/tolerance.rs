//! Answers of other shapes than documented.

use super::{USER, cwallet_payout, payout, swap, transfer};
use crate::v2::answers::read_bytes;
use crate::v2::support::recorded;
use crate::v2::tolerance::parse;
use ccpayment_client::v2::{
    AssignUserAddress, UserAssetsQuery, UserDepositsQuery, UserSwapsQuery, UserTransfersQuery,
    UserWithdrawalsQuery,
};
use serde_json::{Value, json};

#[test]
fn answers_of_other_shapes_are_read_or_refused() {
    for (read, refused) in [
        parse(&payout(), "user-withdraw"),
        parse(&cwallet_payout(), "user-withdraw-to-cwallet"),
        parse(&transfer(), "user-transfer"),
        parse(&swap(), "user-swap"),
        parse(&AssignUserAddress::new(USER, "TRX"), "user-deposit-address"),
        parse(&UserAssetsQuery::new(USER), "user-assets"),
        parse(&UserDepositsQuery::of(USER), "user-deposits"),
        parse(&UserWithdrawalsQuery::of(USER), "user-withdrawals"),
        parse(&UserTransfersQuery::from(USER), "user-transfer-records"),
        parse(&UserSwapsQuery::all(), "user-swap-records"),
    ] {
        assert!(read > 0 && refused > 0, "{read} read, {refused} refused");
    }
}

/// A record that names no user is not refused: any field of an answer may be missing.
#[test]
fn a_record_without_a_user_contradicts_no_query() {
    let mut answer: Value = serde_json::from_slice(&recorded("user-deposits")).unwrap();
    answer["data"]["records"][0]["userId"] = json!("");
    let page = read_bytes(&UserDepositsQuery::of(USER), answer.to_string()).unwrap();
    assert_eq!(page.records[0].user_id, None);
}

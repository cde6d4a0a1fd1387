//! Invalid calls of the user wallet system are refused before any I/O.

use super::{USER, USER_ADDRESS, swap, transfer};
use crate::v2::input::Refusals;
use crate::v2::support::{APP_ID, USDT, amount, reference};
use ccpayment_client::v2::{
    AssignUserAddress, UserAssetQuery, UserAssetsQuery, UserDepositsQuery, UserSwap, UserSwapQuery,
    UserTransfer, UserWithdraw, UserWithdrawToCwallet, UserWithdrawalsQuery,
};

#[test]
fn refuses_invalid_calls_before_sending() {
    let mut table = Refusals::default();
    table.note("a user of 4 characters", &UserAssetsQuery::new("abcd"));
    table.note(
        "a user of 65 characters",
        &UserAssetsQuery::new("x".repeat(65)),
    );
    table.note("a user of the system", &UserAssetQuery::new("sys-1", USDT));
    table.note("a user with a line end", &UserDepositsQuery::of("abcde\n"));
    table.note("a user of 5 characters", &UserAssetsQuery::new("abcde"));
    table.note("no coin", &UserAssetQuery::new(USER, 0));
    table.note("no chain", &AssignUserAddress::new(USER, ""));
    let id = || reference("payout-1");
    let nothing = UserWithdraw::new(id(), USER, USDT, "TRX", USER_ADDRESS, amount("0"));
    table.note("nothing", &nothing);
    table.note(
        "no address",
        &UserWithdraw::new(id(), USER, USDT, "TRX", "", amount("1")),
    );
    let none = UserWithdrawToCwallet::new(id(), USER, USDT, "", amount("1"));
    table.note("no Cwallet user", &none);
    table.note(
        "to oneself",
        &UserTransfer::new(id(), USER, USER, USDT, amount("1")),
    );
    table.note("a long note", &transfer().remark("x".repeat(256)));
    table.note(
        "the merchant",
        &UserTransfer::new(id(), USER, APP_ID, USDT, amount("1")),
    );
    let one_coin = UserSwap::new(id(), USER, USDT, amount("1"), USDT, amount("1"));
    table.note("one coin", &one_coin);
    table.note("a fee in per cent", &swap().extra_fee_rate(amount("1")));
    table.note("a fee of nothing", &swap().extra_fee_rate(amount("0")));
    let ids = (0..21).map(|n| reference(&format!("payout-{n}")));
    table.note(
        "21 withdrawals",
        &UserWithdrawalsQuery::of(USER).orders(ids),
    );
    table.note(
        "a short reference",
        &UserSwapQuery::by_order(reference("ab")),
    );
    insta::assert_snapshot!(table.0, @r"
    a user of 4 characters: user_id is too short (allowed: 5 to 64 characters)
    a user of 65 characters: user_id is too long (allowed: 5 to 64 characters)
    a user of the system: user_id begins with sys (allowed: any other beginning)
    a user with a line end: user_id has a control character (allowed: 1 to 64 characters)
    a user of 5 characters: accepted
    no coin: coin_id is zero (allowed: 1 and more)
    no chain: chain is empty (allowed: 1 to 64 characters)
    nothing: amount is zero (allowed: more than zero)
    no address: address is empty (allowed: 1 to 256 characters)
    no Cwallet user: cwallet_user is empty (allowed: 1 to 256 characters)
    to oneself: to_user_id equals from_user_id
    a long note: remark is too long (allowed: 1 to 255 characters)
    the merchant: accepted
    one coin: coin_id_out equals coin_id_in
    a fee in per cent: extra_fee_rate is 1 or more (allowed: less than 1: 0.01 is 1 %)
    a fee of nothing: extra_fee_rate is zero (allowed: more than zero)
    21 withdrawals: order_ids has too many entries (allowed: up to 20 different entries)
    a short reference: order_id is too short (allowed: 3 to 64 characters)
    ");
}

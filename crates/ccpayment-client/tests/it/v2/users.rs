//! The user wallet system: requests, answers, and what is compared.

mod input;
mod tolerance;

use super::answers::{read, read_bytes};
use super::bound::Bound;
use super::confidential::through;
use super::confirm::{confirm, differs};
use super::golden::is;
use super::support::{
    self, ADDRESS, APP_ID, CURSOR, POL, RECORD, USDT, amount, at, record, recorded, reference,
    some, sum,
};
use ccpayment_client::v2::{
    AssignUserAddress, EstimateSwap, Paged, TransferStatus, UserAssetQuery, UserAssetsQuery,
    UserDepositQuery, UserDepositsQuery, UserSwap, UserSwapQuery, UserSwapsQuery, UserTransfer,
    UserTransferQuery, UserTransfersQuery, UserWithdraw, UserWithdrawToCwallet,
    UserWithdrawalQuery, UserWithdrawalsQuery,
};
use payments_core::scripted::Repeats;
use payments_core::{Kind, Outcome};
use serde_json::json;

const USER: &str = "customer-7";
const USER_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";

fn payout() -> UserWithdraw {
    let id = reference("payout-1001");
    UserWithdraw::new(id, USER, USDT, "POLYGON", ADDRESS, amount("5.00"))
}

fn cwallet_payout() -> UserWithdrawToCwallet {
    let id = reference("payout-1002");
    UserWithdrawToCwallet::new(id, USER, USDT, "9454818", amount("5"))
}

fn transfer() -> UserTransfer {
    let id = reference("transfer-1");
    UserTransfer::new(id, USER, APP_ID, USDT, amount("0.50")).remark("für Zoë")
}

fn swap() -> UserSwap {
    let id = reference("swap-1001");
    UserSwap::new(id, USER, USDT, amount("100"), POL, amount("190.50"))
}

#[test]
fn requests_match_the_recorded_ones() {
    is("user-assets", &UserAssetsQuery::new(USER));
    is("user-asset", &UserAssetQuery::new(USER, USDT));
    let address = AssignUserAddress::new(USER, "TRX").notify_url("https://shop.example/cb");
    is("user-deposit-address", &address);
    is("user-deposit", &UserDepositQuery::new(record(RECORD)));
    let every_field = UserDepositsQuery::of(USER)
        .chain("TRX")
        .coin(1482)
        .to_address(USER_ADDRESS)
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("user-deposits", &every_field);
    is("user-withdraw", &payout());
    let every_field = payout()
        .memo("12345")
        .fee_inquiry("inquiry-1")
        .notify_url("https://shop.example/cb");
    is("user-withdraw-every-field", &every_field);
    is("user-withdraw-to-cwallet", &cwallet_payout());
    is("user-withdrawal", &payout().query());
    let by_record = UserWithdrawalQuery::by_record(record(RECORD));
    is("user-withdrawal-by-record", &by_record);
    let every_field = UserWithdrawalsQuery::of(USER)
        .chain("POLYGON")
        .coin(USDT)
        .to_address(ADDRESS)
        .orders([reference("payout-1001")])
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("user-withdrawals", &every_field);
    is("user-transfer", &transfer());
    is("user-transfer-record", &transfer().query());
    let by_record = UserTransferQuery::by_record(record(RECORD));
    is("user-transfer-record-by-record", &by_record);
    let every_field = UserTransfersQuery::from(USER)
        .to(APP_ID)
        .coin(USDT)
        .orders([reference("transfer-1")])
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("user-transfer-records", &every_field);
    let estimate = EstimateSwap::new(USDT, amount("100"), POL);
    is(
        "estimate-user-swap",
        &estimate.extra_fee_rate(amount("0.010")),
    );
    is("user-swap", &swap());
    is(
        "user-swap-every-field",
        &swap().extra_fee_rate(amount("0.01")),
    );
    is("user-swap-record", &swap().query());
    let by_record = UserSwapQuery::by_record(record(RECORD));
    is("user-swap-record-by-record", &by_record);
    let every_field = UserSwapsQuery::all()
        .user(USER)
        .coin_in(USDT)
        .coin_out(POL)
        .records([record(RECORD)])
        .orders([reference("swap-1001")])
        .since(at(1_799_900_000))
        .until(at(1_800_000_400))
        .at_cursor(CURSOR);
    is("user-swap-records", &every_field);
}

#[test]
fn balances_and_deposits_belong_to_a_user() {
    let assets = read(&UserAssetsQuery::new(USER), "user-assets");
    assert_eq!(assets.of(USDT).unwrap().available, sum("0.020996"));
    assert_eq!(assets.of(POL).unwrap().available, None);
    let asset = read(&UserAssetQuery::new(USER, USDT), "user-asset").asset;
    assert_eq!(Some(&asset), assets.of(USDT));
    let address = read(&AssignUserAddress::new(USER, "TRX"), "user-deposit-address");
    assert_eq!((&*address.address, address.memo), (USER_ADDRESS, None));
    let deposit = read(&UserDepositQuery::new(record(RECORD)), "user-deposit");
    assert_eq!(deposit.user_id, some(USER));
    assert_eq!((&deposit.reference_id, &deposit.order_id), (&None, &None));
    assert_eq!(
        (deposit.amount, deposit.service_fee),
        (amount("0.5"), sum("0.0025"))
    );
    assert!(deposit.is_credit());
    let page = read(&UserDepositsQuery::of(USER), "user-deposits");
    assert_eq!((page.records.len(), &page.next_id), (1, &None));
    assert_eq!(page.raw().unwrap().body(), &recorded("user-deposits"));
}

#[test]
fn withdrawals_transfers_and_swaps_are_read() {
    assert_eq!(read(&payout(), "user-withdraw").record_id, record(RECORD));
    let accepted = read(&cwallet_payout(), "user-withdraw-to-cwallet");
    assert_eq!(accepted.record_id, record(RECORD));
    let made = read(&payout().query(), "user-withdrawal");
    assert_eq!((made.user_id, made.amount), (some(USER), amount("5")));
    // The sample of this list spells the address in another way.
    let page = read(&UserWithdrawalsQuery::of(USER), "user-withdrawals");
    assert_eq!(page.records[0].to_address, Some(ADDRESS.to_lowercase()));

    assert_eq!(read(&transfer(), "user-transfer").record_id, record(RECORD));
    let found = read(&transfer().query(), "user-transfer-record");
    assert_eq!((&*found.order_id, found.coin_id), ("transfer-1", USDT));
    assert_eq!(
        (&found.from_user_id, &found.to_user_id),
        (&some(USER), &some(APP_ID))
    );
    assert_eq!(
        (found.amount, &found.status),
        (amount("0.5"), &TransferStatus::Success)
    );
    assert_eq!(
        (&found.remark, found.coin_usd_price),
        (&some("für Zoë"), sum("1.0001"))
    );
    let page = read(&UserTransfersQuery::from(USER), "user-transfer-records");
    assert_eq!(page.next_id, Some(CURSOR.chars().rev().collect()));
    assert_eq!(page.records[0].record_id, found.record_id);

    let estimate = EstimateSwap::new(USDT, amount("100"), POL).extra_fee_rate(amount("0.01"));
    let estimate = read(&estimate, "estimate-user-swap");
    assert_eq!((estimate.fee, estimate.extra_fee), (sum("1"), sum("2")));
    assert_eq!(estimate.net_amount_out, amount("197"));
    let made = read(&swap(), "user-swap");
    assert_eq!((made.record_id, made.extra_fee), (record(RECORD), sum("0")));
    let found = read(&swap().query(), "user-swap-record");
    assert_eq!(
        (found.user_id, found.amount_in),
        (some(USER), amount("100"))
    );
    let page = read(&UserSwapsQuery::all(), "user-swap-records");
    assert_eq!(page.records[0].user_id, some(USER));
    // A success without the id proves nothing.
    let fault = read_bytes(&transfer(), r#"{"code":10000,"data":{}}"#).unwrap_err();
    assert_eq!(fault.kind(), Kind::Undecodable);
}

#[test]
fn what_moved_money_is_found_and_compared() {
    let found = confirm(&payout(), recorded("user-withdrawal")).unwrap();
    assert_eq!(found.unwrap().user_id, some(USER));
    assert!(
        confirm(&cwallet_payout(), recorded("user-withdrawal-to-cwallet"))
            .unwrap()
            .is_some()
    );
    assert!(
        confirm(&transfer(), recorded("user-transfer-record"))
            .unwrap()
            .is_some()
    );
    assert!(
        confirm(&swap(), recorded("user-swap-record"))
            .unwrap()
            .is_some()
    );
    assert!(
        confirm(&transfer(), support::refusal("11003"))
            .unwrap()
            .is_none()
    );

    let id = || reference("payout-1001");
    let of = |user, value| UserWithdraw::new(id(), user, USDT, "POLYGON", ADDRESS, amount(value));
    differs(&of("customer-8", "5"), "user-withdrawal", "userId");
    differs(&of(USER, "5.01"), "user-withdrawal", "amount");
    let elsewhere = UserWithdraw::new(id(), USER, USDT, "POLYGON", "0x1", amount("5"));
    differs(&elsewhere, "user-withdrawal", "toAddress");
    let cwallet = UserWithdrawToCwallet::new(id(), USER, USDT, "9454818", amount("5"));
    differs(&cwallet, "user-withdrawal", "withdrawType");
    let id = || reference("transfer-1");
    let of = |from, to, value| UserTransfer::new(id(), from, to, USDT, amount(value));
    differs(
        &of("customer-8", APP_ID, "0.5"),
        "user-transfer-record",
        "fromUserId",
    );
    differs(
        &of(USER, "customer-8", "0.5"),
        "user-transfer-record",
        "toUserId",
    );
    differs(&of(USER, APP_ID, "0.6"), "user-transfer-record", "amount");
    let id = || reference("swap-1001");
    let of = |user, value| UserSwap::new(id(), user, USDT, amount(value), POL, amount("1"));
    differs(&of("customer-8", "100"), "user-swap-record", "userId");
    differs(&of(USER, "101"), "user-swap-record", "amountIn");
}

/// What the answers repeat of their requests.
pub(super) fn bind(bound: &mut Bound) {
    const UNKNOWN: Outcome = Outcome::Unknown;
    let other = || json!(format!("{}1", &RECORD[..31]));
    let user = |path| (path, json!("customer-8"), UNKNOWN);
    bound.check(
        &UserAssetsQuery::new(USER),
        "user-assets",
        &[user("/data/userId")],
    );
    let fields = [
        user("/data/userId"),
        ("/data/asset/coinId", json!(1), UNKNOWN),
    ];
    bound.check(&UserAssetQuery::new(USER, USDT), "user-asset", &fields);
    let query = UserDepositQuery::new(record(RECORD));
    bound.check(
        &query,
        "user-deposit",
        &[("/data/record/recordId", other(), UNKNOWN)],
    );
    let query = UserDepositsQuery::of(USER)
        .coin(1482)
        .chain("TRX")
        .to_address(USER_ADDRESS);
    let fields = [
        user("/data/records/0/userId"),
        ("/data/records/0/coinId", json!(1), UNKNOWN),
        ("/data/records/0/chain", json!("BSC"), UNKNOWN),
        ("/data/records/0/toAddress", json!("T1"), UNKNOWN),
    ];
    bound.check(&query, "user-deposits", &fields);
    let order = |path| (path, json!("another-1"), UNKNOWN);
    bound.check(
        &payout().query(),
        "user-withdrawal",
        &[order("/data/record/orderId")],
    );
    let query = UserWithdrawalsQuery::of(USER)
        .orders([reference("payout-1001")])
        .to_address(ADDRESS);
    let fields = [
        user("/data/records/0/userId"),
        order("/data/records/0/orderId"),
        ("/data/records/0/ToAddress", json!("0x1"), UNKNOWN),
    ];
    bound.check(&query, "user-withdrawals", &fields);
    bound.check(
        &transfer().query(),
        "user-transfer-record",
        &[order("/data/record/orderId")],
    );
    let query = UserTransfersQuery::from(USER).to(APP_ID).coin(USDT);
    let fields = [
        user("/data/records/0/fromUserId"),
        user("/data/records/0/toUserId"),
        ("/data/records/0/coinId", json!(1), UNKNOWN),
    ];
    bound.check(&query, "user-transfer-records", &fields);
    let fields = [
        order("/data/orderId"),
        ("/data/coinIdIn", json!(1), Outcome::Applied),
        ("/data/coinIdOut", json!(1), Outcome::Applied),
        ("/data/amountIn", json!("99"), Outcome::Applied),
    ];
    bound.check(&swap(), "user-swap", &fields);
    bound.check(
        &swap().query(),
        "user-swap-record",
        &[order("/data/record/orderId")],
    );
    let query = UserSwapsQuery::all()
        .user(USER)
        .coin_in(USDT)
        .records([record(RECORD)]);
    let fields = [
        user("/data/records/0/userId"),
        ("/data/records/0/coinIdIn", json!(1), UNKNOWN),
        ("/data/records/0/recordId", other(), UNKNOWN),
    ];
    bound.check(&query, "user-swap-records", &fields);
    // These answers repeat nothing of the request that could be compared.
    bound.check(
        &AssignUserAddress::new(USER, "TRX"),
        "user-deposit-address",
        &[],
    );
    bound.check(&payout(), "user-withdraw", &[]);
    bound.check(&cwallet_payout(), "user-withdraw-to-cwallet", &[]);
    bound.check(&transfer(), "user-transfer", &[]);
}

/// Every call, with all its confidential values.
pub(super) fn walk(walk: &mut Repeats) {
    let notify = "https://shop.example/notify?u=ana@cliente.example";
    through(walk, &UserAssetsQuery::new(USER));
    through(walk, &UserAssetQuery::new(USER, USDT));
    through(
        walk,
        &AssignUserAddress::new(USER, "TRX").notify_url(notify),
    );
    through(walk, &UserDepositQuery::new(record(RECORD)));
    through(walk, &UserDepositsQuery::of(USER).to_address(USER_ADDRESS));
    let payout = payout()
        .memo("memo 77")
        .fee_inquiry("inquiry-77")
        .notify_url(notify);
    through(walk, &payout);
    through(walk, &cwallet_payout());
    through(walk, &payout.query());
    through(walk, &UserWithdrawalsQuery::of(USER).to_address(ADDRESS));
    through(walk, &transfer());
    through(walk, &transfer().query());
    through(walk, &UserTransfersQuery::from(USER).to("customer-8"));
    through(walk, &swap());
    through(walk, &swap().query());
    through(walk, &UserSwapsQuery::all().user(USER));
}

#[test]
fn debug_shows_no_user_address_and_note() {
    let mut text = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        UserAssetsQuery::new(USER),
        payout().memo("memo 77"),
        cwallet_payout(),
        transfer(),
        swap()
    );
    text.push_str(&format!("{:?}", read(&payout().query(), "user-withdrawal")));
    let deposit = read(&UserDepositQuery::new(record(RECORD)), "user-deposit");
    text.push_str(&format!("{deposit:?}"));
    text.push_str(&format!(
        "{:?}",
        read(&transfer().query(), "user-transfer-record")
    ));
    text.push_str(&format!("{:?}", read(&swap().query(), "user-swap-record")));
    for hidden in [
        USER, "0x0000", "TRMYtLHz", "9454818", "memo 77", "Zoë", APP_ID,
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(text.contains("transfer-1"));
}

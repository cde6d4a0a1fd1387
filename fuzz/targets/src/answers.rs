//! Answers of the providers: any bytes are read or refused. What is read answers the question that was asked, with the amounts that
//! the answer states, and neither it nor an error shows a secret.

use std::fmt::Debug;
use std::sync::LazyLock;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Amount, Date, Executor, Fault, MerchantRef, ProviderRef, Timestamp};
use serde_json::json;

use crate::accounts::{self, CCPAYMENT_NOW, CCPAYMENT_V2_NOW, Signer};
use crate::stated::Stated;

fn answer(headers: HeaderMap, body: &[u8]) -> http::Response<Bytes> {
    let mut answer = http::Response::new(Bytes::copy_from_slice(body));
    *answer.headers_mut() = headers;
    answer
}

fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

/// Panics if what is read, or the error, shows a secret that the input did not have. Returns what is read.
fn read<T: Debug>(input: &[u8], result: Result<T, Fault>) -> Option<T> {
    accounts::has_no_secret(&format!("{result:?}"), input);
    if let Err(fault) = &result {
        let line = fault.to_string();
        accounts::has_no_secret(&line, input);
        assert!(!line.contains('\n'), "more than a line: {line:?}");
    }
    result.ok()
}

pub(crate) fn cpay(body: &[u8]) -> bool {
    use cpay_client::{BalanceQuery, Client, CreateOrder, OrderQuery};
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::with_executor(&accounts::cpay(), Executor::offline()));
    let answer = answer(HeaderMap::new(), body);
    let now = Timestamp::from_secs(1_700_000_000);
    let stated = Stated::of(body).unwrap_or_default();
    let data = stated.object("data");

    let asked: Amount = "3".parse().unwrap();
    let order = CreateOrder::new(reference("test114"), "1001", asked, "USDT");
    let made = read(body, CLIENT.parse(&order, &answer, now));
    if let Some(made) = &made {
        data.states("orderId", Some(made.order_id.as_str()));
        let named = made.merchant_trade_no.as_deref();
        assert!(named.is_none_or(|named| named == "test114"));
        data.states_amount_if_any("orderAmount", made.order_amount);
        assert!(made.order_amount.is_none_or(|it| it == asked));
    }

    const TRADE_NO: &str = "7b785240e426694635bb09fb101ae241";
    let query = OrderQuery::by_trade_no(reference(TRADE_NO));
    let found = read(body, CLIENT.parse(&query, &answer, now));
    if let Some(found) = &found {
        let named = found.merchant_trade_no.as_deref();
        assert!(named.is_none_or(|named| named == TRADE_NO));
        data.states("orderId", Some(found.order_id.as_str()));
        data.states("status", Some(found.status.as_str()));
        data.states("currency", found.currency.as_deref());
        data.states_amount("actualAmount", found.actual_amount);
        data.states_amount("receivedAmount", found.received_amount);
    }

    let balances = read(body, CLIENT.parse(&BalanceQuery::new(), &answer, now));
    if let Some(balances) = &balances {
        let rows = stated.objects("data");
        assert_eq!(rows.len(), balances.balances.len());
        for (row, balance) in rows.iter().zip(&balances.balances) {
            row.states_amount_if_any("availableBalance", balance.available);
            row.states_amount_if_any("freezeBalance", balance.frozen);
        }
    }
    made.is_some() || found.is_some() || balances.is_some()
}

/// `text` is what the platform sealed, if it did.
fn chainup_says(body: &[u8], text: Option<&[u8]>) -> bool {
    use chainup_opay_client::{Client, DailyStatement, OrderQuery};
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::with_executor(&accounts::chainup(), Executor::offline()));
    const NUMBER: &str = "1cbdc77d81874fadabe42ea485863d91";
    let answer = answer(HeaderMap::new(), body);
    let now = Timestamp::from_secs(1_700_000_000);
    let input = text.unwrap_or(body);
    let stated = text.and_then(Stated::of);

    let query = OrderQuery::new(ProviderRef::new(NUMBER).unwrap());
    let order = read(input, CLIENT.parse(&query, &answer, now));
    if let Some(order) = &order {
        assert_eq!(order.order_num.as_str(), NUMBER);
    }
    if let (Some(order), Some(stated)) = (&order, &stated) {
        stated.states("appOrderId", order.app_order_id.as_deref());
        stated.states("orderStatus", Some(order.status.as_str()));
        stated.states("payCoinSymbol", order.coin.as_deref());
        stated.states_amount("orderAmount", order.amount);
    }

    let statement = DailyStatement::new(Date::new(2099, 1, 1).unwrap());
    let statement = read(input, CLIENT.parse(&statement, &answer, now));
    if let (Some(statement), Some(stated)) = (&statement, &stated) {
        let rows = stated.objects("list");
        assert_eq!(rows.len(), statement.rows.len());
        for (stated, row) in rows.iter().zip(&statement.rows) {
            stated.states("orderType", Some(row.order_type.as_str()));
            stated.states_amount("orderAmount", Some(row.amount));
        }
    }
    order.is_some() || statement.is_some()
}

pub(crate) fn chainup(body: &[u8]) -> bool {
    chainup_says(body, None)
}

/// The text inside the envelope: mutated before the platform seals it, so that the parser behind the signature is reached.
pub(crate) fn chainup_plaintext(text: &[u8]) -> bool {
    let (data, sign) = accounts::seal_chainup(Signer::Gateway, text);
    let body = json!({"code": "0", "msg": "succ", "data": data, "sign": sign});
    chainup_says(body.to_string().as_bytes(), Some(text))
}

pub(crate) fn ccpayment(body: &[u8]) -> bool {
    use ccpayment_client::v1::{Client, DepositQuery, RateQuery};
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::with_executor(&accounts::ccpayment(), Executor::offline()));
    let answer = answer(accounts::sign_ccpayment(Signer::Gateway, body), body);
    let stated = Stated::of(body).unwrap_or_default();

    let query = DepositQuery::one(reference("order-1001"));
    let deposits = read(body, CLIENT.parse(&query, &answer, CCPAYMENT_NOW));
    if let Some(deposits) = &deposits {
        let rows = stated.objects("data");
        assert_eq!(rows.len(), deposits.deposits.len());
        assert!(rows.len() <= 1, "one order was asked for");
        for (row, order) in rows.iter().zip(&deposits.deposits) {
            assert_eq!(order.merchant_order_id, "order-1001");
            let detail = row.object("order_detail");
            detail.states("status", Some(order.status.as_str()));
            detail.states_amount("order_amount", order.order_amount);
            let payments = row.objects("trade_list");
            assert_eq!(payments.len(), order.payments.len());
            for (stated, payment) in payments.iter().zip(&order.payments) {
                stated.states_amount("amount", payment.amount);
            }
        }
    }

    let token = "0912e09a-d8e2-41d7-a0bc-a25530892988";
    let query = RateQuery::new("1000".parse().unwrap(), token);
    let rate = read(body, CLIENT.parse(&query, &answer, CCPAYMENT_NOW));
    if let Some(rate) = &rate {
        let data = stated.object("data");
        data.states_amount("price", Some(rate.price));
        data.states_amount("value", rate.value);
    }
    deposits.is_some() || rate.is_some()
}

pub(crate) fn ccpayment_v2(body: &[u8]) -> bool {
    use ccpayment_client::v2::{Client, DepositQuery};
    static CLIENT: LazyLock<Client> =
        LazyLock::new(|| Client::with_executor(&accounts::ccpayment_v2(), Executor::offline()));
    const RECORD: &str = "20270115080000123456789012345678";
    let answer = answer(accounts::sign_ccpayment_v2(Signer::Gateway, body), body);
    let query = DepositQuery::new(ProviderRef::new(RECORD).unwrap());
    let Some(deposit) = read(body, CLIENT.parse(&query, &answer, CCPAYMENT_V2_NOW)) else {
        return false;
    };
    let record = Stated::of(body).unwrap().object("data").object("record");
    assert_eq!(deposit.record_id.as_str(), RECORD);
    record.states("orderId", deposit.order_id.as_deref());
    record.states("status", Some(deposit.status.as_str()));
    record.states_amount("amount", Some(deposit.amount));
    if deposit.is_credit() {
        record.states("isFlaggedAsRisky", Some("false"));
    }
    true
}

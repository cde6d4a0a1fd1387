//! The failures after which a merchant must find out what happened.

use payments_sandbox::{Fault, Gateway};
use serde_json::{Value, json};

use super::merchant::{EVM_ADDRESS, Merchant, POL, USDT};

fn payout() -> Value {
    json!({ "orderId": "payout-1", "coinId": USDT, "chain": "POLYGON", "address": EVM_ADDRESS, "amount": "5" })
}

#[tokio::test]
async fn a_withdrawal_that_failed_was_taken_or_not_and_the_lookup_shows_which() {
    let call = "applyAppWithdrawToNetwork";
    let gateway = Gateway::CCPAYMENT_V2;
    for (fault, code, taken) in [
        (Fault::instead(gateway).code(10_001), 10_001, false),
        (Fault::instead(gateway).code(11_002), 11_002, false),
        (Fault::after(gateway).code(10_001), 10_001, true),
        (Fault::after(gateway).code(11_002), 11_002, true),
        (Fault::after(gateway).code(11_018), 11_018, true),
    ] {
        let merchant = Merchant::open().await;
        merchant.sandbox.fault(fault.call(call)).unwrap();
        assert_eq!(merchant.refused(call, &payout()).await, code);
        let frozen = if taken { "5" } else { "0" };
        assert_eq!(merchant.balance("USDT").1, frozen, "{code} {taken}");
        let lookup = json!({ "orderId": "payout-1" });
        if taken {
            let row = merchant.ask("getAppWithdrawRecord", &lookup).await;
            assert_eq!(row["record"]["status"], "Processing");
            assert_eq!(merchant.refused(call, &payout()).await, 11_011);
        } else {
            let code = merchant.refused("getAppWithdrawRecord", &lookup).await;
            assert_eq!(code, 11_003);
            // The id was not used up.
            merchant.ask(call, &payout()).await;
        }
        assert_eq!(merchant.balance("USDT").1, "5");
    }
}

#[tokio::test]
async fn a_second_request_meets_11018_while_the_first_is_in_work() {
    let merchant = Merchant::open().await;
    let call = "applyAppWithdrawToNetwork";
    merchant.ask(call, &payout()).await;
    let fault = Fault::instead(Gateway::CCPAYMENT_V2)
        .call(call)
        .code(11_018);
    merchant.sandbox.fault(fault).unwrap();
    assert_eq!(merchant.refused(call, &payout()).await, 11_018);
    assert_eq!(merchant.refused(call, &payout()).await, 11_011);
    assert_eq!(merchant.balance("USDT").1, "5");
}

#[tokio::test]
async fn a_swap_and_an_order_whose_answer_was_lost_are_found_by_their_order_id() {
    let merchant = Merchant::open().await;
    for (call, lookup, body) in [
        (
            "swap",
            "getSwapRecord",
            json!({ "orderId": "swap-1", "coinIdIn": USDT, "amountIn": "100", "coinIdOut": POL }),
        ),
        (
            "createAppOrderDepositAddress",
            "getAppOrderInfo",
            json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "1" }),
        ),
        (
            "createInvoiceUrl",
            "getInvoiceOrderInfo",
            json!({ "orderId": "invoice-1", "price": "1", "priceFiatId": 1033 }),
        ),
    ] {
        let fault = Fault::after(Gateway::CCPAYMENT_V2).call(call);
        merchant.sandbox.fault(fault.http_status(502)).unwrap();
        let answer = merchant.send(call, &body.to_string()).await;
        assert_eq!(answer.status, 502, "{call}");
        let id = json!({ "orderId": body["orderId"] });
        merchant.ask(lookup, &id).await;
        assert_eq!(merchant.refused(call, &body).await, 11_011, "{call}");
    }
    assert_eq!(merchant.balance("POL").0, "100398");
}

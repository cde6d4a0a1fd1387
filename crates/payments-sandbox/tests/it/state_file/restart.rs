//! Each gateway before and after a restart.

use std::time::Duration;

use payments_sandbox::{CcpaymentV2Deposit, Clock, DeliveryState, Gateway, Sandbox};
use serde_json::json;

use super::{builder, folder, restarted};
use crate::support::http::{FORM, JSON, Receiver, reply};
use crate::support::shop::{START_MS, Shop};
use crate::{ccpayment, ccpayment_v2, chainup_opay};

const START_S: u64 = START_MS / 1_000;

/// What is due after the restart is sent then, with the numbers that go on.
#[tokio::test]
async fn cpay_goes_on_where_it_was() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let sandbox = builder(&file, START_S).start().await.unwrap();
    let shop = Shop { sandbox };
    let failure = reply(500, "later");
    let mut receiver = Receiver::start(&[&failure]).await;
    let url = receiver.url();
    let paid = shop.order_id(&[("callBackURL", &url)]).await;
    let wallets = [("merchantId", "20003092"), ("userId", "1001")];
    let wallets = shop.signed(&wallets);
    let wallets = format!("/openapi/v1/getWalletAddress?{wallets}");
    let addresses = shop.get(&wallets).await.json()["data"].clone();
    shop.sandbox.pay(&paid, Some("60")).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    assert_eq!(receiver.requests().len(), 1);
    let open = shop.create(&[("merchantTradeNo", "open")]).await.json();
    let balance = shop.sandbox.balance("USDT").unwrap();
    let delivery = shop.sandbox.deliveries().remove(0);
    assert_eq!(delivery.state, DeliveryState::Waiting);
    shop.sandbox.clock().advance(Duration::from_secs(1));
    let now_ms = shop.sandbox.clock().now_ms();

    let shop = Shop {
        sandbox: restarted(shop.sandbox, &file, START_S).await,
    };
    assert_eq!(shop.sandbox.clock().now_ms(), now_ms);
    assert_eq!(shop.sandbox.balance("USDT"), Some(balance));
    assert_eq!(shop.get(&wallets).await.json()["data"], addresses);
    let order = shop.sandbox.order(&paid).unwrap();
    assert_eq!(
        (order.funds.as_str(), &*order.actual_amount),
        ("under", "60")
    );
    let shown = shop.get(&format!("/_sandbox/orders/{paid}")).await.json();
    let states: Vec<_> = shown["events"].as_array().unwrap().iter().collect();
    assert_eq!(states.len(), 2, "{shown}");
    assert_eq!(states[0]["status"], "pending");
    assert_eq!(states[0]["at_ms"], START_S * 1_000);

    // The webhook that failed is sent again at its time.
    shop.sandbox.advance_to_next();
    assert_eq!(receiver.wait_for(2).await.len(), 2);
    shop.sandbox.webhooks_quiet().await;
    let again = shop.sandbox.deliveries().remove(0);
    assert_eq!((again.id, again.attempts.len()), (delivery.id, 2));
    assert_eq!(again.state, DeliveryState::Delivered);

    // The page of the open order works, and is paid there.
    let url = open["data"]["cashierURL"].as_str().unwrap();
    let target = url.strip_prefix(shop.sandbox.base_url()).unwrap();
    assert_eq!(shop.get(target).await.status, 200);
    let fields = target.split_once('?').unwrap().1;
    assert_eq!(shop.post("/payment/pay", &[FORM], fields).await.status, 303);
    assert_eq!(
        shop.sandbox.order("open").unwrap().status.as_str(),
        "completed"
    );

    // A reference stays taken, and ids do not repeat.
    assert!(shop.create(&[]).await.body.contains(r#""code":1"#));
    let other = shop.order_id(&[("merchantTradeNo", "other")]).await;
    assert!(other != paid && open["data"]["orderId"] != other.as_str());
    let places: Vec<String> = shop
        .sandbox
        .orders()
        .into_iter()
        .map(|o| o.merchant_ref)
        .collect();
    assert_eq!(places, ["test114", "open", "other"]);
}

#[tokio::test]
async fn a_reset_is_kept_too() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let shop = Shop {
        sandbox: builder(&file, START_S).start().await.unwrap(),
    };
    let id = shop.order_id(&[]).await;
    shop.sandbox.pay(&id, None).await.unwrap();
    assert_eq!(
        shop.post("/_sandbox/reset", &[JSON], "{}").await.status,
        200
    );
    let after = shop.order_id(&[]).await;
    assert_ne!(after, id);
    let sandbox = restarted(shop.sandbox, &file, START_S).await;
    let orders = sandbox.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!(
        (&*orders[0].order_id, orders[0].status.as_str()),
        (&*after, "pending")
    );
    assert_eq!(sandbox.balance("USDT").unwrap().available, "100000");
    assert_eq!(sandbox.deliveries().len(), 0);
}

#[tokio::test]
async fn chainup_goes_on_where_it_was() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let opay = chainup_opay::merchant::Opay::with(|_| builder(&file, START_S + 1)).await;
    let receiver = Receiver::start(&[&reply(500, "")]).await;
    let order = json!({ "notifyPage": receiver.url(), "userId": chainup_opay::merchant::POOR_USER_ID,
        "openId": null, "orderAmount": "0.4", "goods": r#"[{"name":"Tea","desc":"green"}]"# });
    let num = opay.order(&order).await;
    opay.shop.sandbox.pay(&num, None).await.unwrap();
    opay.shop.sandbox.refund(&num, "0.1").await.unwrap();
    opay.shop.sandbox.webhooks_quiet().await;
    let shown = opay.shop.sandbox.orders();
    let address = opay.shop.sandbox.local_addr();
    opay.shop.sandbox.shutdown().await;

    let opay =
        chainup_opay::merchant::Opay::with(|_| builder(&file, START_S + 1).listen(address)).await;
    let sandbox = &opay.shop.sandbox;
    let json = |orders| serde_json::to_value(orders).unwrap();
    assert_eq!(json(&sandbox.orders()), json(&shown));
    assert_eq!(opay.status(&num).await, "3");
    // Of one coin the payer has 0.7 left.
    for (id, amount, is_enough) in [("o2", "0.8", false), ("o3", "0.7", true)] {
        let order = json!({ "appOrderId": id, "openId": null, "orderAmount": amount,
            "userId": chainup_opay::merchant::POOR_USER_ID });
        let num = opay.order(&order).await;
        assert_eq!(sandbox.pay(&num, None).await.is_ok(), is_enough);
    }
    sandbox.advance_to_next();
    sandbox.webhooks_quiet().await;
    let callback = receiver.requests().pop().unwrap().1;
    assert_eq!(opay.callback(&callback)["orderNum"], num.as_str());
}

#[tokio::test]
async fn ccpayment_goes_on_where_it_was() {
    use ccpayment::merchant::{Merchant, START_S, TRON_ADDRESS, USDT_TRC20, receiver};
    let folder = folder();
    let file = folder.path().join("state.db");
    let sandbox = builder(&file, START_S).start().await.unwrap();
    let merchant = Merchant { sandbox };
    let failure = reply(500, "");
    let shop = receiver(&[&failure]).await;
    let hosted =
        json!({ "product_name": "Tea", "product_price": "25", "merchant_order_id": "page" });
    let page = merchant.ask("concise/url/get", &hosted).await;
    let page = page["payment_url"].as_str().unwrap_or_default().to_owned();
    merchant
        .create("m1", json!({ "notify_url": shop.url() }))
        .await;
    merchant.pay("m1", "30").await;
    let to = json!({ "merchant_order_id": "w1", "token_id": USDT_TRC20, "address": TRON_ADDRESS,
        "value": "10", "merchant_pays_fee": false });
    merchant.ask("withdraw", &to).await;
    let address = json!({ "user_id": "user-1", "chain": "TRX" });
    let permanent = merchant.ask("payment/address/get", &address).await;
    merchant.sandbox.webhooks_quiet().await;
    let (info, balance) = (merchant.info("m1").await, merchant.balance("USDT"));
    let shown = merchant.sandbox.orders();

    let merchant = Merchant {
        sandbox: restarted(merchant.sandbox, &file, START_S).await,
    };
    let json = |orders| serde_json::to_value(orders).unwrap();
    assert_eq!(json(&merchant.sandbox.orders()), json(&shown));
    assert_eq!(
        (merchant.info("m1").await, merchant.balance("USDT")),
        (info, balance)
    );
    assert_eq!(
        merchant.ask("payment/address/get", &address).await,
        permanent
    );
    let target = page.strip_prefix(merchant.sandbox.base_url()).unwrap();
    assert_eq!(merchant.get(target).await.status, 200);
    // `webhook/resend` still knows the webhook that failed.
    let resend = json!({ "start_timestamp": START_S - 60, "webhook_result": "Failed" });
    assert_eq!(
        merchant.ask("webhook/resend", &resend).await["resend_count"],
        1
    );
    merchant.sandbox.webhooks_quiet().await;
    assert_eq!(shop.requests().len(), 2);
    merchant.sandbox.complete("w1").await.unwrap();
    assert_eq!(merchant.balance("USDT").1, "0");
}

#[tokio::test]
async fn ccpayment_v2_goes_on_where_it_was() {
    use ccpayment_v2::merchant::{EVM_ADDRESS, Merchant, POL, START_S, USDT, receiver};
    let folder = folder();
    let file = folder.path().join("state.db");
    let sandbox = builder(&file, START_S).start().await.unwrap();
    let merchant = Merchant { sandbox };
    let failure = reply(500, "");
    let shop = receiver(&[&failure]).await;
    let order = json!({ "orderId": "order-1", "coinId": POL, "chain": "POLYGON", "price": "10.5",
        "fiatId": 1033, "notifyUrl": shop.url() });
    merchant.ask("createAppOrderDepositAddress", &order).await;
    merchant.pay("order-1", "2").await;
    let invoice = json!({ "orderId": "invoice-1", "price": "10", "priceFiatId": 1033 });
    let invoice = merchant.ask("createInvoiceUrl", &invoice).await;
    merchant
        .sandbox
        .ccpayment_v2_choose("invoice-1", USDT, "POLYGON")
        .await
        .unwrap();
    let permanent = json!({ "referenceId": "customer-1", "chain": "POLYGON" });
    let address = merchant
        .ask("getOrCreateAppDepositAddress", &permanent)
        .await;
    let deposit = CcpaymentV2Deposit::new("customer-1", POL, "POLYGON", "3");
    merchant
        .sandbox
        .ccpayment_v2_deposit(&deposit)
        .await
        .unwrap();
    let withdrawal = json!({ "orderId": "payout-1", "coinId": POL, "chain": "POLYGON",
        "address": EVM_ADDRESS, "amount": "20" });
    merchant.ask("applyAppWithdrawToNetwork", &withdrawal).await;
    let swap =
        json!({ "orderId": "swap-1", "coinIdIn": USDT, "amountIn": "100", "coinIdOut": POL });
    merchant.ask("swap", &swap).await;
    let auto = merchant
        .sandbox
        .ccpayment_v2_auto_withdrawal(USDT, "POLYGON", "50");
    auto.await.unwrap();
    merchant.sandbox.webhooks_quiet().await;
    let info = merchant
        .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
        .await;
    let (balances, shown) = (merchant.balance("POL"), merchant.sandbox.orders());
    assert_eq!(shown.len(), 6);

    let merchant = Merchant {
        sandbox: restarted(merchant.sandbox, &file, START_S).await,
    };
    let json = |orders| serde_json::to_value(orders).unwrap();
    assert_eq!(json(&merchant.sandbox.orders()), json(&shown));
    assert_eq!(
        merchant
            .ask("getAppOrderInfo", &json!({ "orderId": "order-1" }))
            .await,
        info
    );
    assert_eq!(merchant.balance("POL"), balances);
    assert_eq!(
        merchant
            .ask("getOrCreateAppDepositAddress", &permanent)
            .await,
        address
    );
    let url = invoice["invoiceUrl"].as_str().unwrap();
    let target = url.strip_prefix(merchant.sandbox.base_url()).unwrap();
    let page = crate::support::http::send(merchant.sandbox.local_addr(), "GET", target, &[], "");
    assert_eq!(page.await.status, 200);
    merchant.pay("invoice-1", "").await;
    merchant.sandbox.complete("payout-1").await.unwrap();
    merchant.wait(30).await;
    assert!(
        shop.requests().len() >= 2,
        "the webhook that failed is sent again"
    );
}

/// The machine's clock keeps its offset, and what was frozen stays so.
#[tokio::test]
async fn the_offset_of_the_clock_survives() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let start = || Sandbox::builder().state_file(&file).start();
    let sandbox = start().await.unwrap();
    sandbox.clock().advance(Duration::from_secs(86_400));
    sandbox.clock().freeze();
    let at_ms = sandbox.clock().now_ms();
    sandbox.shutdown().await;
    let sandbox = start().await.unwrap();
    assert_eq!(
        (sandbox.clock().now_ms(), sandbox.clock().is_frozen()),
        (at_ms, true)
    );
    sandbox.clock().unfreeze();
    assert!(sandbox.clock().now_ms() >= at_ms);
    sandbox.shutdown().await;
    // A clock of the other kind never goes back.
    let manual = Sandbox::builder().state_file(&file).clock(Clock::manual(1));
    let sandbox = manual.start().await.unwrap();
    assert!(sandbox.clock().now_ms() >= at_ms);
    sandbox.set_balance(Gateway::CPAY, "USDT", "1").unwrap();
}

/// A simulation that is stopped and started again: its time does not begin again.
#[tokio::test(start_paused = true)]
async fn the_time_of_a_runtime_survives() {
    let folder = folder();
    let file = folder.path().join("state.db");
    let start = || {
        let clock = Clock::runtime(START_MS);
        Sandbox::builder().state_file(&file).clock(clock).start()
    };
    let sandbox = start().await.unwrap();
    sandbox.clock().advance(Duration::from_secs(3_600));
    tokio::time::sleep(Duration::from_secs(86_400)).await;
    let at_ms = sandbox.clock().now_ms();
    assert_eq!(at_ms, START_MS + 90_000_000);
    sandbox.close().await.unwrap();
    let sandbox = start().await.unwrap();
    let now_ms = sandbox.clock().now_ms();
    assert!((at_ms..at_ms + 60_000).contains(&now_ms), "{now_ms}");
}

//! What holds for every call: caller, method, signature, and the form of the answer.

use crate::cpay::calls::{KYC_ITEM, NAMES, is_get, params};
use crate::support::http::FORM;
use crate::support::shop::{Shop, encode, refused, sign};

#[tokio::test]
async fn every_call_accepts_a_valid_request_and_answers_as_in_its_example() {
    let shop = Shop::open().await;
    let items = format!("[{KYC_ITEM}]");
    for (number, name) in NAMES.iter().enumerate() {
        let own = format!("order-{number}");
        let changes: &[(&str, &str)] = match *name {
            "getWalletAddress" | "getMerchantBalance" => &[],
            "getExchangeRate" | "getExchangeRateForCreditCard" => &[],
            "submitKYC" => &[("data", &items)],
            "getOrderDetail" => &[("merchantTradeNo", "order-1")],
            _ => &[("merchantTradeNo", &own)],
        };
        let answer = shop.ask(name, changes).await;
        assert_eq!(answer.status, 200);
        let short = ["withdraw", "getExchangeRateForCreditCard", "exchange"].contains(name);
        let (start, traceid) = if short {
            (r#"{"code":0,"msg":"ok","data":"#, false)
        } else {
            (r#"{"code":0,"msg":"success","data":"#, true)
        };
        assert!(
            answer.body.starts_with(start),
            "{name}: {} {}",
            answer.body,
            shop.reason()
        );
        assert_eq!(answer.body.contains(r#","traceid":""#), traceid, "{name}");
        let record = shop.sandbox.requests().pop().unwrap();
        assert_eq!(record.operation, Some(*name));
        assert_eq!(
            (record.verdict.as_str(), record.notes.len()),
            ("accepted", 0)
        );
    }
}

#[tokio::test]
async fn refuses_every_call_without_a_valid_signature_or_for_another_merchant() {
    let shop = Shop::open().await;
    let secret = shop.sandbox.credentials().cpay.secret.clone();
    for name in NAMES {
        let path = format!("/openapi/v1/{name}");
        let params = params(name, &[]);
        let right = sign(&params, &secret);
        let wrong = sign(&params, "another secret");
        let stranger = crate::cpay::calls::params(name, &[("merchantId", "20003093")]);
        for (form, message) in [
            (encode(&params), "invalid param sign"),
            (
                format!("{}&sign={wrong}", encode(&params)),
                "verify sign fail",
            ),
            (
                format!("{}&sign={right}", encode(&stranger)),
                "invalid param merchantId",
            ),
            (
                format!("{}&sign={right}", encode(&params[1..])),
                "invalid param merchantId",
            ),
        ] {
            let answer = if is_get(name) {
                shop.get(&format!("{path}?{form}")).await
            } else {
                shop.post(&path, &[FORM], &form).await
            };
            assert_eq!(refused(&answer), message, "{name}");
        }
        let other = if is_get(name) {
            shop.call(&path, &params).await
        } else {
            shop.get(&format!("{path}?{}", shop.signed(&params))).await
        };
        assert_eq!(refused(&other), "method not allowed", "{name}");
    }
    assert!(shop.sandbox.orders().is_empty());
    assert_eq!(shop.has("USDT"), crate::cpay::calls::pair("100000", "0"));
}

#[tokio::test]
async fn names_each_missing_parameter() {
    let shop = Shop::open().await;
    let optional = ["remark", "extInfo", "successURL", "failURL"];
    for name in NAMES {
        for (param, _) in params(name, &[]) {
            // One of the three ids of getOrderDetail is enough, so none of them is missed by name.
            if optional.contains(&param) || name == "getOrderDetail" {
                continue;
            }
            let answer = shop.ask(name, &[(param, "-")]).await;
            assert_eq!(refused(&answer), format!("invalid param {param}"), "{name}");
            assert!(
                shop.reason().contains("is missing or empty"),
                "{name} {param}"
            );
        }
    }
    assert!(shop.sandbox.orders().is_empty());
}

#[tokio::test]
async fn refuses_callers_from_addresses_that_are_not_allowed() {
    let shop = Shop::with(|b| b.cpay_allowed_ips(["203.0.113.7".parse().unwrap()])).await;
    for path in ["/openapi/v1/createOrder", "/openapi/v1/nothing"] {
        let answer = shop.post(path, &[], "no form at all").await;
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .body
                .starts_with(r#"{"code":90751002,"msg":"illegal IP","data":null,"traceid":""#),
            "{}",
            answer.body
        );
    }
    assert!(shop.reason().contains("127.0.0.1 is not among"));
    assert!(!shop.sandbox.requests()[0].message_assumed);
    assert_eq!(
        shop.get("/_sandbox/health").await.status,
        200,
        "its own pages stay open"
    );

    let here = Shop::with(|b| b.cpay_allowed_ips(["::ffff:127.0.0.1".parse().unwrap()])).await;
    assert_eq!(here.ask("createOrder", &[]).await.json()["code"], 0);
    let nobody = Shop::with(|b| b.cpay_allowed_ips([])).await;
    assert_eq!(
        nobody.ask("createOrder", &[]).await.json()["code"],
        90_751_002
    );
}

#[tokio::test]
async fn accepts_php_signatures_only_if_allowed_and_records_it() {
    let sent = params("getExchangeRate", &[("purchaseType", "0")]);
    let without_zero: Vec<_> = sent.iter().copied().filter(|(_, v)| *v != "0").collect();
    for lenient in [false, true] {
        let shop = Shop::with(|builder| builder.accept_php_signatures(lenient)).await;
        let secret = shop.sandbox.credentials().cpay.secret.clone();
        let php = sign(&without_zero, &secret);
        let target = format!("/openapi/v1/getExchangeRate?{}&sign={php}", encode(&sent));
        let answer = shop.get(&target).await;
        let record = shop.sandbox.requests().pop().unwrap();
        if lenient {
            assert_eq!(answer.json()["code"], 0);
            assert!(
                record.notes[0].contains("accept_php_signatures"),
                "{record:?}"
            );
            assert!(
                shop.get("/_sandbox")
                    .await
                    .body
                    .contains("accept_php_signatures")
            );
        } else {
            assert_eq!(refused(&answer), "verify sign fail");
            assert!(record.notes.is_empty());
        }
        // The text's own signature is taken either way, without a note.
        assert_eq!(shop.ask("getExchangeRate", &[]).await.json()["code"], 0);
        assert!(shop.sandbox.requests().pop().unwrap().notes.is_empty());
    }
}

#[tokio::test]
async fn aliases_lead_to_the_same_calls() {
    let shop = Shop::open().await;
    for (path, name) in [
        ("openapi/v1/createFiatPayoutOrder", "createFiatPayoutOrder"),
        ("createCryptoOrder", "createOrder"),
        ("createCreditCardOrder", "createOrderByCreditCard"),
    ] {
        let params = params(name, &[("merchantTradeNo", name)]);
        let answer = shop.call(&format!("/openapi/v1/{path}"), &params).await;
        assert_eq!(answer.json()["code"], 0, "{path}");
        assert_eq!(shop.sandbox.requests().pop().unwrap().operation, Some(name));
    }
}

#[tokio::test]
async fn accepts_a_merchants_reference_once_across_all_calls() {
    let shop = Shop::open().await;
    shop.ask("createOrder", &[]).await;
    let before = shop.sandbox.balances();
    for name in [
        "createOrder",
        "withdraw",
        "createFiatPayoutOrder",
        "exchange",
        "pwpp",
        "createOrderByCreditCard",
    ] {
        assert_eq!(
            refused(&shop.ask(name, &[]).await),
            "duplicate merchantTradeNo",
            "{name}"
        );
    }
    assert_eq!(shop.sandbox.balances(), before);
}

#[tokio::test]
async fn the_callback_url_counts_in_the_spelling_of_the_calls_table_only() {
    let account = "http://127.0.0.1:9/account";
    let (small, capital) = ("http://127.0.0.1:9/small", "http://127.0.0.1:9/capital");
    let shop = Shop::with(|builder| builder.cpay_callback_url(account)).await;
    for (name, right, wrong) in [
        ("withdraw", "callbackURL", "callBackURL"),
        ("pwpp", "callbackURL", "callBackURL"),
        ("createFiatPayoutOrder", "callBackURL", "callbackURL"),
        ("createOrderByCreditCard", "callBackURL", "callbackURL"),
    ] {
        for (number, changes, url, noted) in [
            ("1", &[][..], account, false),
            ("2", &[(right, small)], small, false),
            ("3", &[(wrong, capital)], account, true),
            ("4", &[(wrong, capital), (right, small)], small, true),
            ("5", &[(wrong, ""), (right, small)], small, false),
        ] {
            let own = format!("{name}-{number}");
            let changes = [&[("merchantTradeNo", own.as_str())], changes].concat();
            shop.data(name, &changes).await;
            assert_eq!(shop.sandbox.order(&own).unwrap().callback_url, url, "{own}");
            let notes = shop.sandbox.requests().pop().unwrap().notes;
            let is_named = |note: &String| note.starts_with(&format!("{wrong} is not how"));
            assert_eq!(notes.iter().any(is_named), noted, "{own}: {notes:?}");
        }
        let long = format!("http://127.0.0.1/{}", "x".repeat(250));
        let answer = shop.ask(name, &[(right, &long)]).await;
        assert_eq!(refused(&answer), format!("invalid param {right}"));
    }
}

#[tokio::test]
async fn both_spellings_of_the_callback_url_count_if_the_setting_says_so() {
    let (small, capital) = ("http://127.0.0.1:9/small", "http://127.0.0.1:9/capital");
    let shop = Shop::with(|builder| builder.cpay_any_callback_spelling(true)).await;
    for (name, right, wrong) in [
        ("withdraw", "callbackURL", "callBackURL"),
        ("createFiatPayoutOrder", "callBackURL", "callbackURL"),
    ] {
        for (number, changes, url) in [
            ("1", &[(wrong, capital)][..], capital),
            ("2", &[(wrong, capital), (right, small)], small),
        ] {
            let own = format!("{name}-{number}");
            let changes = [&[("merchantTradeNo", own.as_str())], changes].concat();
            shop.data(name, &changes).await;
            assert_eq!(shop.sandbox.order(&own).unwrap().callback_url, url, "{own}");
            let notes = shop.sandbox.requests().pop().unwrap().notes;
            assert!(
                !notes.iter().any(|note| note.contains("is not how")),
                "{notes:?}"
            );
        }
    }
}

#[tokio::test]
async fn notes_a_create_time_that_is_not_in_milliseconds() {
    let shop = Shop::open().await;
    for (number, (time, form)) in [
        ("1668597997000", None),
        ("1668597997", Some("seconds")),
        ("0", Some("seconds")),
        ("20220726100218", Some("yyyyMMddHHmmss")),
        ("99999999999999", None),
    ]
    .into_iter()
    .enumerate()
    {
        for name in [
            "withdraw",
            "createFiatPayoutOrder",
            "exchange",
            "pwpp",
            "createOrder",
            "createOrderByCreditCard",
        ] {
            let own = format!("{name}-{number}");
            shop.data(
                name,
                &[
                    ("merchantTradeNo", &own),
                    ("createTime", time),
                    ("sourceAmount", "1"),
                ],
            )
            .await;
            let notes = shop.sandbox.requests().pop().unwrap().notes;
            let wanted = form.map(|form| format!("createTime looks like {form};"));
            let found = notes.iter().find(|note| note.starts_with("createTime"));
            assert_eq!(found.is_some(), wanted.is_some(), "{own}: {notes:?}");
            assert!(
                found
                    .zip(wanted)
                    .is_none_or(|(note, start)| note.starts_with(&start))
            );
        }
    }
}

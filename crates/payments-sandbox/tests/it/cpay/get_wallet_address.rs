//! Addresses of users, checked by independent readers, and deposits to them.

use sha2::{Digest, Sha256};

use crate::cpay::calls::pair;
use crate::support::http::{FORM, JSON, Receiver};
use crate::support::shop::{Shop, refused, sign};

/// Version and account of a base58check text whose checksum is right.
fn base58check(text: &str) -> Option<(u8, Vec<u8>)> {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 25];
    for letter in text.chars() {
        let mut carry = ALPHABET.find(letter)?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry % 256) as u8;
            carry /= 256;
        }
        if carry > 0 {
            return None;
        }
    }
    let (payload, checksum) = bytes.split_at(21);
    let digest = Sha256::digest(Sha256::digest(payload));
    (digest[..4] == *checksum).then(|| (payload[0], payload[1..].to_vec()))
}

#[test]
fn the_tests_reader_accepts_published_addresses() {
    assert_eq!(
        base58check("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw").unwrap().0,
        0x41
    );
    assert_eq!(
        base58check("3P14159f73E4gFr7JterCCQh9QjiTjiZrG").unwrap().0,
        0x05
    );
    // The specification's Bitcoin address lost a letter on the way: its checksum is wrong.
    assert_eq!(base58check("3Dj8spQNdFUXRP1T91egJx8ZhFdc6QECsa"), None);
    assert_eq!(base58check("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnx"), None);
}

#[tokio::test]
async fn a_user_always_has_the_same_seven_valid_addresses() {
    let shop = Shop::open().await;
    let answer = shop.ask("getWalletAddress", &[]).await;
    let rows = answer.json()["data"].as_array().unwrap().clone();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["currency"].as_str().unwrap(),
                row["network"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("USDT", "TRON(TRC-20)"),
            ("TRX", "TRON(TRC-20)"),
            ("USDT", "BSC(BEP-20)"),
            ("BNB", "BSC(BEP-20)"),
            ("USDT", "Ethereum(ERC-20)"),
            ("ETH", "Ethereum(ERC-20)"),
            ("BTC", "Bitcoin"),
        ]
    );
    let at = |row: usize| rows[row]["address"].as_str().unwrap();
    assert!(answer.body.starts_with(&format!(
        r#"{{"code":0,"msg":"success","data":[{{"address":"{}","currency":"USDT","network":"TRON(TRC-20)"}},"#,
        at(0)
    )));
    assert!((at(0), at(2), at(4)) == (at(1), at(3), at(5)) && at(2) != at(4));
    assert_eq!(base58check(at(0)).unwrap().0, 0x41);
    assert!(at(0).starts_with('T') && at(0).len() == 34);
    assert_eq!(base58check(at(6)).unwrap().0, 0x05);
    for evm in [at(2), at(4)] {
        let digits = evm.strip_prefix("0x").unwrap();
        assert!(digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        assert_eq!(evm, evm.to_lowercase(), "as in the specification's example");
    }
    let again = shop.ask("getWalletAddress", &[]).await.json();
    assert_eq!(again["data"], answer.json()["data"]);
    let other = shop.data("getWalletAddress", &[("userId", "1002")]).await;
    assert!((0..7).all(|row| other[row]["address"] != rows[row]["address"]));

    let users = shop.get("/_sandbox/users").await.json();
    assert_eq!(users["users"][0]["addresses"], answer.json()["data"]);
    assert!(shop.get("/_sandbox").await.body.contains(at(6)));
    assert_eq!(
        refused(
            &shop
                .ask("getWalletAddress", &[("userId", &"u".repeat(65))])
                .await
        ),
        "invalid param userId"
    );
}

#[tokio::test]
async fn each_order_has_a_different_valid_address() {
    let shop = Shop::open().await;
    let mut seen = Vec::new();
    for (number, coin) in ["USDT", "USDT", "ETH", "BTC", "BNB"].iter().enumerate() {
        let number = number.to_string();
        let id = shop
            .order_id(&[("merchantTradeNo", &number), ("cryptoCurrency", coin)])
            .await;
        let address = shop.sandbox.order(&id).unwrap().address;
        let valid = match *coin {
            "USDT" => base58check(&address).is_some_and(|(version, _)| version == 0x41),
            "BTC" => base58check(&address).is_some_and(|(version, _)| version == 0x05),
            _ => address.starts_with("0x") && address.len() == 42,
        };
        assert!(valid && !seen.contains(&address), "{coin} {address}");
        seen.push(address);
    }
}

#[tokio::test]
async fn a_deposit_becomes_an_order_with_a_webhook_to_the_account() {
    let receiver = Receiver::start(&[]).await;
    let url = receiver.url();
    let shop = Shop::with(|builder| builder.cpay_callback_url(url)).await;
    let rows = shop.data("getWalletAddress", &[]).await;
    let body = r#"{"user_id":"1001","currency":"USDT","network":"TRON(TRC-20)","amount":"25.50"}"#;
    let order = shop.post("/_sandbox/deposits", &[JSON], body).await.json();
    assert_eq!(
        (&order["kind"], &order["status"]),
        (&"deposit".into(), &"completed".into())
    );
    assert_eq!(order["address"], rows[0]["address"]);
    let id = order["order_id"].as_str().unwrap();
    assert!(id.ends_with("014"));
    assert_eq!(shop.has("USDT"), pair("100025.5", "0"));

    shop.sandbox.webhooks_quiet().await;
    let body = receiver.requests()[0].1.clone();
    assert!(body.contains(r#""merchantTradeNo":"""#), "{body}");
    let received: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&body).unwrap();
    let fields: Vec<_> = received
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str().unwrap()))
        .collect();
    assert_eq!(
        received["sign"],
        sign(&fields, &shop.sandbox.credentials().cpay.secret)
    );
    for (name, value) in [
        ("merchantUserId", "1001"),
        ("orderStatus", "14"),
        ("receivedAmount", "25.50"),
    ] {
        assert_eq!(received[name], value);
    }
    let hash = received["hash"].as_str().unwrap();
    for ids in [
        [("hash", hash), ("merchantTradeNo", "")],
        [("cpayOrderId", id), ("hash", "")],
    ] {
        let found = shop.detail(&ids).await.json();
        assert_eq!(found["data"]["orderId"], id);
        assert_eq!(found["data"]["merchantTradeNo"], "");
    }

    // The page's form, and another deposit: an empty number is no duplicate.
    let form = "user_id=1001&currency=BTC&network=Bitcoin&amount=0.5";
    let html = ("Accept", "text/html");
    let answer = shop.post("/_sandbox/deposits", &[FORM, html], form).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/_sandbox"))
    );
    assert_eq!(shop.has("BTC"), pair("10.5", "0"));
    let own = payments_sandbox::Deposit::new("1001", "BNB", "BSC", "1");
    assert_eq!(shop.sandbox.deposit(&own).await.unwrap().network, "BSC");
    assert_eq!(shop.sandbox.orders().len(), 3);
}

#[tokio::test]
async fn refuses_invalid_deposits_with_one_sentence() {
    let shop = Shop::open().await;
    for (form, sentence) in [
        (
            "currency=USDT&network=TRON&amount=1",
            "missing field `user_id`",
        ),
        (
            "user_id=1&network=TRON&amount=1",
            "missing field `currency`",
        ),
        (
            "user_id=1&currency=USDT&amount=1",
            "missing field `network`",
        ),
        (
            "user_id=1&currency=USDT&network=TRON",
            "missing field `amount`",
        ),
        (
            "user_id=1&currency=BTC&network=TRON&amount=1",
            "`BTC` on `TRON` is not a coin",
        ),
        (
            "user_id=1&currency=USD&network=Bitcoin&amount=1",
            "is not a coin and network",
        ),
        ("user_id=1&currency=USDT&network=TRON&amount=0", "is zero"),
        (
            "user_id=1&currency=USDT&network=TRON&amount=170141183460469231731",
            "cannot be changed",
        ),
        (
            "user_id=1&currency=USDT&network=TRON&amount=1&x=1",
            "unknown field `x`",
        ),
    ] {
        let answer = shop.post("/_sandbox/deposits", &[FORM], form).await;
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains(sentence), "{form}: {}", answer.body);
    }
    assert!(shop.sandbox.orders().is_empty());
    assert_eq!(shop.has("USDT"), pair("100000", "0"));
}

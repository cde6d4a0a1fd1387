use crate::cpay::calls::KYC_ITEM;
use crate::support::http::{FORM, JSON};
use crate::support::shop::{Shop, refused};

fn list(items: &[&str]) -> String {
    format!("[{}]", items.join(","))
}

#[tokio::test]
async fn answers_the_number_of_accepted_people() {
    let shop = Shop::open().await;
    let items = list(&[KYC_ITEM; 10]);
    let answer = shop.ask("submitKYC", &[("data", &items)]).await;
    let trace = shop.sandbox.requests().pop().unwrap().trace_id;
    assert_eq!(
        answer.body,
        format!(r#"{{"code":0,"msg":"success","data":{{"count":10}},"traceid":"{trace}"}}"#)
    );
    let users = shop.get("/_sandbox/users").await.json();
    assert_eq!(users["users"][0]["user_id"], "231xsd23");
    assert_eq!(users["users"][0]["kyc_ms"], crate::support::shop::START_MS);
}

#[tokio::test]
async fn accepts_a_thousand_people_and_refuses_one_more() {
    let shop = Shop::open().await;
    let thousand = list(&vec![KYC_ITEM; 1_000]);
    let data = shop.data("submitKYC", &[("data", &thousand)]).await;
    assert_eq!(data["count"], 1_000);
    let more = list(&vec![KYC_ITEM; 1_001]);
    let answer = shop.ask("submitKYC", &[("data", &more)]).await;
    assert_eq!(refused(&answer), "invalid param data");
    assert!(
        shop.reason().contains("has 1001 items"),
        "{}",
        shop.reason()
    );
    let flood = "x".repeat(2 * 1024 * 1024);
    assert_eq!(
        refused(&shop.ask("submitKYC", &[("data", &flood)]).await),
        "invalid param"
    );
}

#[tokio::test]
async fn accepts_items_one_by_one() {
    let shop = Shop::open().await;
    let change = |from: &str, to: &str| {
        assert!(KYC_ITEM.contains(from), "{from}");
        KYC_ITEM.replacen(from, to, 1)
    };
    for (item, problem) in [
        (change("brithday", "birthday"), "unknown field `birthday`"),
        (
            change("IdCardUrls", "idCardUrls"),
            "unknown field `idCardUrls`",
        ),
        (
            change(r#""middleName":"","#, ""),
            "missing field `middleName`",
        ),
        (
            change("1987-05-01", "1987-02-30"),
            "brithday cannot be used",
        ),
        (change(r#""male""#, r#""m""#), "gender"),
        (change(r#""RU""#, r#""RUS""#), "country"),
        (change(r#""iddCode":"7""#, r#""iddCode":"+7""#), "iddCode"),
        (change("2038-01-01", "2007-01-01"), "certificateDateEnd"),
        (change("2008-01-01", "yesterday"), "certificateDateStart"),
        (
            change("https://files.example/pi.jpg", "pi.jpg"),
            "IdCardUrls",
        ),
        (
            change(r#"["https://files.example/pi.jpg"]"#, "[]"),
            "IdCardUrls",
        ),
        (
            change("https://files.example/pi.pdf", "ftp://x/pi.pdf"),
            "documentUrls",
        ),
        (change("sentinel@gmail.com", "asdf"), "email"),
        (change("5550123451234", "+23"), "mobile"),
        (change("sentinelhart", " "), "firstName"),
        (change(r#""231xsd23""#, "231"), "invalid type"),
        (
            change(r#"{"userId""#, r#"{"userId":"twice","userId""#),
            "duplicate field",
        ),
        ("7".to_owned(), "invalid type"),
    ] {
        let alone = shop.ask("submitKYC", &[("data", &list(&[&item]))]).await;
        assert_eq!(refused(&alone), "invalid param data", "{item}");
        assert!(
            shop.reason().contains(problem),
            "{problem}: {}",
            shop.reason()
        );
        let mixed = list(&[KYC_ITEM, &item, KYC_ITEM]);
        assert_eq!(
            shop.data("submitKYC", &[("data", &mixed)]).await["count"],
            2
        );
        let notes = shop.sandbox.requests().pop().unwrap().notes;
        assert!(
            notes.len() == 1 && notes[0].starts_with("item 2 was not accepted"),
            "{notes:?}"
        );
    }
}

/// A number or a list in the place of a text belongs to a person as the text does.
#[tokio::test]
async fn quotes_no_value_of_a_person_whose_type_is_wrong() {
    let shop = Shop::open().await;
    let expected = "invalid type, expected a string at line 1 column";
    for (name, text, value) in [
        ("personalCode", "\"12341234123\"", "98769876987"),
        ("mobile", "\"5550123451234\"", "447700900123"),
        ("brithday", "\"1987-05-01\"", "19870501.5"),
        ("lastName", "\"sentinellee\"", "[31415926]"),
    ] {
        let item = KYC_ITEM.replacen(text, value, 1);
        assert!(item != KYC_ITEM, "{name}");
        shop.ask("submitKYC", &[("data", &list(&[&item]))]).await;
        let record = shop.sandbox.requests().pop().unwrap();
        let reason = record.reason.clone().unwrap();
        assert!(reason.contains(expected), "{name}: {reason}");
        assert!(!format!("{record:?}").contains(value), "{name}: {record:?}");
        let mixed = list(&[KYC_ITEM, &item]);
        shop.data("submitKYC", &[("data", &mixed)]).await;
        let record = shop.sandbox.requests().pop().unwrap();
        assert!(record.notes[0].contains(expected), "{name}: {record:?}");
        assert!(!format!("{record:?}").contains(value), "{name}: {record:?}");
    }
}

#[tokio::test]
async fn limits_what_a_request_adds_to_the_record() {
    let shop = Shop::open().await;
    let long = "k".repeat(100_000);
    let strange = format!(r#"{{"{long}":1}}"#);
    for (data, accepted) in [
        (list(&[&strange]), false),
        (list(&[KYC_ITEM, &strange]), true),
        (long.clone(), false),
    ] {
        let answer = shop.ask("submitKYC", &[("data", &data)]).await.json();
        assert_eq!(answer["code"] == 0, accepted, "{answer}");
    }
    let products = format!(r#"[{{"num":"{long}"}}]"#);
    shop.ask("pwpp", &[("products", &products[..60_000])]).await;
    for kind in [long.as_str(), "text/plain"] {
        let kind = ("Content-Type", &kind[..kind.len().min(10_000)]);
        shop.post("/openapi/v1/pwpp", &[kind], "x").await;
    }
    shop.get(&format!("/{}", &long[..10_000])).await;
    for record in shop.sandbox.requests() {
        let texts = [&record.path, &record.message, &record.method];
        let sentences = record.reason.iter().chain(&record.notes);
        for text in sentences.chain(texts) {
            assert!(text.chars().count() <= 501, "{}", text.len());
        }
        let canonical = record.canonical.unwrap_or_default();
        assert!(canonical.chars().count() <= 4_097, "{}", canonical.len());
    }
    let items = list(&vec!["7"; 1_000]);
    let mixed = items.replacen('7', KYC_ITEM, 1);
    shop.data("submitKYC", &[("data", &mixed)]).await;
    assert_eq!(shop.sandbox.requests().pop().unwrap().notes.len(), 20);
}

#[tokio::test]
async fn refuses_data_that_is_not_a_list() {
    let shop = Shop::open().await;
    let trailing_comma = format!("[{KYC_ITEM},]");
    let deep = "[".repeat(10_000);
    for data in [
        "[]",
        "{}",
        "null",
        "[",
        KYC_ITEM,
        &trailing_comma,
        &deep,
        "\"[]\"",
    ] {
        let answer = shop.ask("submitKYC", &[("data", data)]).await;
        assert_eq!(refused(&answer), "invalid param data");
    }
    assert_eq!(shop.get("/_sandbox/users").await.body, r#"{"users":[]}"#);
}

#[tokio::test]
async fn only_a_form_for_this_call_may_be_long() {
    let shop = Shop::open().await;
    let long = "x".repeat(300 * 1024);
    for (path, kind, most) in [
        ("submitKYC", JSON, 262_144),
        ("submitKYC", FORM, 0),
        ("createOrder", FORM, 65_536),
        ("nothing", FORM, 0),
    ] {
        let answer = shop
            .post(&format!("/openapi/v1/{path}"), &[kind], &long)
            .await;
        let message = refused(&answer);
        let reason = shop.reason();
        if most > 0 {
            assert_eq!(message, "invalid param");
            assert_eq!(
                reason,
                format!("the body is larger than {most} bytes"),
                "{path}"
            );
        } else {
            assert!(!reason.contains("larger than"), "{path}: {reason}");
        }
    }
}

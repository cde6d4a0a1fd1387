//! Masked texts of every form.

use super::*;

fn shown(text: &str) -> String {
    json(text, &is_secret).text
}

#[test]
fn json_keeps_its_text_and_loses_secret_values() {
    for (text, want) in [
        (r#"{"a":1.50,"b":"x"}"#, r#"{"a":1.50,"b":"x"}"#),
        (
            "{ \"cvv\" : \"123\" ,\n\"a\": 1}",
            "{ \"cvv\" : \"***\" ,\n\"a\": 1}",
        ),
        (
            r#"{"cardNumber":4242424242424242}"#,
            r#"{"cardNumber":***}"#,
        ),
        (
            r#"{"tokens":["a",{"b":1}],"c":2}"#,
            r#"{"tokens":"***","c":2}"#,
        ),
        (
            r#"{"card\u004eumber":"42"}"#,
            r#"{"card\u004eumber":"***"}"#,
        ),
        (r#"{"a":"\"cvv\":1","b":2}"#, r#"{"a":"\"cvv\":1","b":2}"#),
        // Cut off or malformed.
        (r#"{"a":1,"cvv":"12"#, r#"{"a":1,"cvv":"***""#),
        (r#"{"cvv":{"x":"12"#, r#"{"cvv":"***""#),
        (r#"{"cvv":{"#, r#"{"cvv":"***""#),
        ("{\"cvv\"\u{a0}:\"123\"}", "{\"cvv\"***:\"***\"}"),
        (r#"{"cvv":12 34}"#, r#"{"cvv":*** ***}"#),
        ("]]}}", "]]}}"),
        ("", ""),
        ("é\"", "é\""),
        (r#"{"a":"\\","TOKEN":"t"}"#, r#"{"a":"\\","TOKEN":"***"}"#),
        (r#"{"a":"x\"#, r#"{"a":"x\"#),
        (r#"{"a":"\é","b":2}"#, r#"{"a":"\é","b":2}"#),
    ] {
        assert_eq!(shown(text), want, "{text}");
    }
}

#[test]
fn names_are_secret_by_any_part_of_them() {
    for name in [
        "cardNumber",
        "CVV",
        "my_cvc2",
        "expDate",
        "ccToken",
        "appSecret",
        "PASSWORD",
        "x-api-apikey",
        "Set-Cookie",
        "KEY",
    ] {
        assert!(is_secret(name), "{name}");
    }
    for name in ["", "card", "cv", "keys", "orderId", "cookies", "tok\u{e9}n"] {
        assert!(!is_secret(name), "{name}");
    }
}

#[test]
fn secrets_are_masked_wherever_they_are() {
    let secrets = ["0123456789abcdef".to_owned(), "short".to_owned()];
    let text = "a 0123456789abcdef, 0123456789 and short";
    assert_eq!(
        without(&secrets, text.to_owned()),
        "a ***, 0123456789 and ***"
    );
    assert!(has_secret(&secrets, text) && !has_secret(&secrets, "0123456789abcde"));
}

#[test]
fn a_list_of_shown_names_hides_everything_else() {
    let hides = |name: &str| name != "orderId";
    let masked = json(r#"{"orderId":"7","x":"secret","y":["a"]}"#, &hides);
    assert_eq!(masked.text, r#"{"orderId":"7","x":"***","y":"***"}"#);
    assert_eq!(json(r#"["4242"]"#, &hides).text, r#"["***"]"#);
    assert_eq!(
        form("orderId=7&x=1&4242", &hides).text,
        "orderId=7&x=***&***"
    );
}

#[test]
fn forms_are_masked_by_their_decoded_names() {
    for (text, want) in [
        ("a=1+2&cvv=123&b=", "a=1+2&cvv=***&b="),
        ("card%4Eumber=4242&x=%41", "card%4Eumber=***&x=%41"),
        ("4242424242424242&plain", "***&plain"),
        ("key=abc&&", "key=***&&"),
    ] {
        assert_eq!(form(text, &is_secret).text, want, "{text}");
    }
}

#[test]
fn references_of_orders_are_found_by_the_names_of_their_fields() {
    let text = r#"{"merchant_order_id":"a-1","orderIds":["b","a-1"],"amount":"9","token":"t","data":{"recordId":7}}"#;
    assert_eq!(json(text, &is_secret).references, ["a-1", "b", "7"]);
    let form = form(
        "merchantTradeNo=a%2F1&userId=5&orderId=&Record_ID_=b+c",
        &is_secret,
    );
    assert_eq!(form.references, ["a/1", "b c"]);
}

#[test]
fn a_deep_text_stays_within_its_size() {
    let text = format!("{{\"{}\":{}", "n".repeat(5_000), "[".repeat(50_000));
    assert_eq!(json(&text, &is_secret).text.len(), text.len());
}

#[test]
fn persons_are_masked_also_in_json_inside_a_form() {
    let kyc =
        r#"[{"userId":"7","firstName":"Ana","brithday":"1987-05-01","IdCardUrls":["https://a/"]}]"#;
    let masked = r#"[{"userId":"7","firstName":"***","brithday":"***","IdCardUrls":"***"}]"#;
    assert_eq!(shown(kyc), masked);
    let encoded: String = form_urlencoded::byte_serialize(kyc.as_bytes()).collect();
    let shown = form(&format!("data={encoded}&userId=7"), &is_secret).text;
    assert_eq!(shown, "data=***&userId=7");
    assert_eq!(
        signed(format!("data={kyc}&userId=7")),
        format!("data={masked}&userId=7")
    );
    let products = "products=%5B%7B%22name%22%3A%22Tea%22%7D%5D";
    assert_eq!(form(products, &is_secret).text, products);
}

//! Valid parameters of every call of the API, each of which a test can replace or leave out.

use crate::support::http::Answer;
use crate::support::shop::Shop;

pub(crate) const PRODUCTS: &str =
    r#"[{"name":"macBook","price":"1234.00","num":"1","currency":"USD"}]"#;

pub(crate) const KYC_ITEM: &str = r#"{"userId":"231xsd23","firstName":"sentinelhart","middleName":"","lastName":"sentinellee","brithday":"1987-05-01","gender":"male","country":"RU","iddCode":"7","personalCode":"12341234123","certificateDateStart":"2008-01-01","certificateDateEnd":"2038-01-01","IdCardUrls":["https://files.example/pi.jpg"],"documentUrls":["https://files.example/pi.pdf"],"email":"sentinel@gmail.com","mobile":"5550123451234"}"#;

pub(crate) const NAMES: [&str; 12] = [
    "getWalletAddress",
    "withdraw",
    "createFiatPayoutOrder",
    "getMerchantBalance",
    "getExchangeRate",
    "getExchangeRateForCreditCard",
    "getOrderDetail",
    "exchange",
    "submitKYC",
    "pwpp",
    "createOrder",
    "createOrderByCreditCard",
];

pub(crate) fn is_get(name: &str) -> bool {
    name.starts_with("get")
}

/// Parameters of a call but for `merchantId`.
fn usual(name: &str) -> Vec<(&'static str, &'static str)> {
    let order = [
        ("merchantTradeNo", "test114"),
        ("createTime", "1668597997000"),
        ("userId", "1001"),
    ];
    let rate = [
        ("sourceCurrency", "USD"),
        ("targetCurrency", "ETH"),
        ("purchaseType", "0"),
        ("amount", "100"),
    ];
    match name {
        "getWalletAddress" => vec![("userId", "1001")],
        "getMerchantBalance" => vec![],
        "getExchangeRate" | "getExchangeRateForCreditCard" => rate.to_vec(),
        "getOrderDetail" => vec![("merchantTradeNo", "test114")],
        "submitKYC" => vec![("data", "[]")],
        "withdraw" => [
            &order[..],
            &[
                ("cryptoCurrency", "USDT"),
                ("network", "TRON(TRC-20)"),
                ("totalAmount", "4.000000"),
                ("receivedAmount", "3.000000"),
                ("toAddress", "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw"),
            ],
        ]
        .concat(),
        "createFiatPayoutOrder" => [
            &order[..],
            &[
                ("payoutChannel", "1"),
                ("amount", "5"),
                ("currency", "BRL"),
                ("accountType", "1"),
                ("toAccount", "12345678909"),
                ("country", "BRA"),
                ("remark", "remark"),
                ("extInfo", ""),
            ],
        ]
        .concat(),
        "exchange" => [
            &order[..],
            &[
                ("sourceCurrency", "USDT"),
                ("sourceAmount", "40000"),
                ("targetCurrency", "BTC"),
            ],
        ]
        .concat(),
        "createOrder" => [
            &order[..],
            &[("amount", "66.12345678"), ("cryptoCurrency", "USDT")],
        ]
        .concat(),
        "createOrderByCreditCard" => [
            &order[..],
            &[
                ("currency", "USD"),
                ("amount", "2"),
                ("products", PRODUCTS),
                ("country", "DE"),
                ("email", "sentinel@gmail.com"),
                ("ip", "2001:db8::1"),
            ],
        ]
        .concat(),
        "pwpp" => [
            &order[..],
            &[
                ("firstName", "Hart"),
                ("lastName", "Lee"),
                ("email", "sentinel@gmail.com"),
                ("iddCode", "35"),
                ("mobile", "712345678"),
                ("addressLine", "Main-St.12_b"),
                ("country", "DE"),
                ("city", "Berlin"),
                ("zip", "10115"),
                ("cardNumber", "4242424242424242"),
                ("cvv", "737"),
                ("expDate", "12/27"),
                ("ip", "203.0.113.7"),
                ("currency", "USD"),
                ("amount", "19.011"),
                ("products", PRODUCTS),
                ("clientHTTPAccept", "text/html,*/*;q=0.8"),
                ("clientHTTPUserAgent", "Mozilla/5.0 (iPhone)"),
                ("successURL", "https://shop.example/thanks"),
                ("failURL", "https://shop.example/sorry?a=1"),
            ],
        ]
        .concat(),
        other => panic!("{other}"),
    }
}

pub(crate) fn params<'a>(name: &str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params: Vec<(&str, &str)> = vec![("merchantId", "20003092")];
    params.extend(usual(name));
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        if *value != "-" {
            params.push((name, value));
        }
    }
    params
}

impl Shop {
    /// Signs and sends a call with its usual parameters and some changes; `-` leaves one out.
    pub(crate) async fn ask(&self, name: &str, changes: &[(&str, &str)]) -> Answer {
        let params = params(name, changes);
        let path = format!("/openapi/v1/{name}");
        if is_get(name) {
            self.get(&format!("{path}?{}", self.signed(&params))).await
        } else {
            self.call(&path, &params).await
        }
    }

    /// The `data` of an accepted call.
    pub(crate) async fn data(&self, name: &str, changes: &[(&str, &str)]) -> serde_json::Value {
        let answer = self.ask(name, changes).await.json();
        assert_eq!(answer["code"], 0, "{name}: {answer}; {}", self.reason());
        answer["data"].clone()
    }

    /// What is available and what is frozen.
    pub(crate) fn has(&self, currency: &str) -> (String, String) {
        let balance = self.sandbox.balance(currency).unwrap();
        (balance.available, balance.frozen)
    }
}

/// A pair of texts, to compare [`Shop::has`] with.
pub(crate) fn pair(available: &str, frozen: &str) -> (String, String) {
    (available.to_owned(), frozen.to_owned())
}

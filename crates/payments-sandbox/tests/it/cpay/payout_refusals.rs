use crate::cpay::calls::pair;
use crate::support::shop::{Shop, refused};

#[tokio::test]
async fn refuses_invalid_payouts_and_freezes_nothing() {
    let shop = Shop::with(|builder| {
        builder
            .cpay_balance("USDT", "10")
            .cpay_balance("BRL", "5.4")
    })
    .await;
    let before = shop.sandbox.balances();
    for (call, changes, message, reason) in [
        (
            "withdraw",
            &[("totalAmount", "10.00000001")][..],
            "insufficient balance",
            "10 are available",
        ),
        (
            "withdraw",
            &[("totalAmount", "2.9")],
            "invalid param receivedAmount",
            "more than totalAmount",
        ),
        (
            "withdraw",
            &[("receivedAmount", "0")],
            "invalid param receivedAmount",
            "zero",
        ),
        (
            "withdraw",
            &[("totalAmount", "4.123456789")],
            "invalid param totalAmount",
            "8 decimals",
        ),
        (
            "withdraw",
            &[("network", "TRON")],
            "invalid param network",
            "must be one of Bitcoin",
        ),
        (
            "withdraw",
            &[("network", "Bitcoin")],
            "invalid param cryptoCurrency",
            "paid out on Bitcoin",
        ),
        (
            "withdraw",
            &[("cryptoCurrency", "USD")],
            "invalid param cryptoCurrency",
            "not a coin",
        ),
        (
            "createFiatPayoutOrder",
            &[],
            "insufficient balance",
            "5.5 BRL are needed and 5.4 are available",
        ),
        (
            "createFiatPayoutOrder",
            &[("amount", "1234567890.12")],
            "invalid param amount",
            "at most 12",
        ),
        (
            "createFiatPayoutOrder",
            &[("currency", "USD")],
            "invalid param currency",
            "must be BRL",
        ),
        (
            "createFiatPayoutOrder",
            &[("country", "DEU")],
            "invalid param country",
            "must be BRA",
        ),
        (
            "createFiatPayoutOrder",
            &[("country", "BR")],
            "invalid param country",
            "alpha-3",
        ),
        (
            "createFiatPayoutOrder",
            &[("payoutChannel", "3")],
            "invalid param payoutChannel",
            "1, 2",
        ),
        (
            "createFiatPayoutOrder",
            &[("accountType", "5")],
            "invalid param accountType",
            "must be one of 1",
        ),
        (
            "createFiatPayoutOrder",
            &[("accountType", "2")],
            "invalid param toAccount",
            "e-mail",
        ),
        (
            "createFiatPayoutOrder",
            &[("accountType", "3")],
            "invalid param toAccount",
            "+55",
        ),
        (
            "createFiatPayoutOrder",
            &[("toAccount", "abc")],
            "invalid param toAccount",
            "cpf",
        ),
    ] {
        let answer = shop.ask(call, changes).await;
        assert_eq!(refused(&answer), message, "{call} {changes:?}");
        assert!(
            shop.reason().contains(reason),
            "{call} {changes:?}: {}",
            shop.reason()
        );
    }
    assert_eq!(shop.sandbox.balances(), before);
    assert!(shop.sandbox.orders().is_empty());
    // The full balance, and an amount without a fee.
    let all = [("totalAmount", "10"), ("receivedAmount", "10.0")];
    assert_eq!(shop.data("withdraw", &all).await["fee"], "0");
}

#[tokio::test]
async fn accepts_all_account_types_of_pix_and_cards() {
    let shop = Shop::open().await;
    for (number, changes) in [
        [
            ("accountType", "2"),
            ("toAccount", "a@b.example"),
            ("payoutChannel", "1"),
        ],
        [
            ("accountType", "3"),
            ("toAccount", "+55000000000000"),
            ("payoutChannel", "1"),
        ],
        [
            ("accountType", "4"),
            ("toAccount", "6f1b-random"),
            ("payoutChannel", "1"),
        ],
        [
            ("currency", "EUR"),
            ("country", "DEU"),
            ("payoutChannel", "2"),
        ],
    ]
    .iter()
    .enumerate()
    {
        let own = number.to_string();
        let changes = [&[("merchantTradeNo", own.as_str())], &changes[..]].concat();
        shop.data("createFiatPayoutOrder", &changes).await;
    }
    assert_eq!(shop.has("EUR"), pair("99994.5", "5.5"));
}

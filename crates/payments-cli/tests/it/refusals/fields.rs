//! Refusals name options, never fields of the libraries.

use super::*;

#[test]
fn no_refusal_names_a_field_of_the_libraries() {
    let stage = Stage::all();
    let long = "x".repeat(5000);
    let mut refused = 0;
    let mut check = |line: &[&str]| {
        let ran = stage.run(line);
        if ran.status == 2 {
            speaks_of_arguments_only(&ran);
            refused += 1;
        }
    };
    let options = [
        "--network",
        "--customer",
        "--notify-url",
        "--success-url",
        "--failure-url",
        "--valid-for",
        "--language",
        "--title",
        "--item",
        "--metadata",
        "--note",
        "--pay-with",
        "--country",
        "--email",
        "--ip",
    ];
    for gateway in ["cpay", "chainup-opay", "ccpayment"] {
        for kind in ["hosted", "native", "card-page"] {
            let start = [
                "checkout",
                "create",
                "r",
                "10",
                "USD",
                "--gateway",
                gateway,
                "--kind",
                kind,
            ];
            for option in options {
                for value in ["", &long] {
                    check(&[&start[..], &[option, value]].concat());
                }
            }
        }
        for amount in [
            "0",
            "-1",
            "0.000000000000000001",
            "99999999999999999999999999999999999999",
        ] {
            check(&[
                "checkout",
                "create",
                "r",
                amount,
                "USDT",
                "--gateway",
                gateway,
                "--customer",
                "c",
            ]);
            check(&[
                "exchange",
                "r",
                amount,
                "USDT",
                "BRL",
                "--gateway",
                gateway,
                "--customer",
                "c",
            ]);
            check(&["rates", amount, "USDT", "BRL", "--gateway", gateway]);
        }
        for asset in ["FOO", "USDT@nowhere", &long] {
            check(&["rates", "1", asset, "BRL", "--gateway", gateway]);
            check(&["rates", "1", "USDT", asset, "--gateway", gateway]);
            check(&[
                "exchange",
                "r",
                "1",
                "USDT",
                asset,
                "--gateway",
                gateway,
                "--customer",
                "c",
            ]);
            check(&[
                "checkout",
                "create",
                "r",
                "1",
                asset,
                "--gateway",
                gateway,
                "--customer",
                "c",
            ]);
        }
        for pix in [
            "cpf:1", "cnpj:1", "email:1", "mobile:1", "random:1", "other:1", "1",
        ] {
            check(&[
                "payout",
                "create",
                "r",
                "5",
                "BRL",
                "--fee",
                "on-top",
                "--pix",
                pix,
                "--customer",
                "c",
                "--gateway",
                gateway,
            ]);
        }
        for (option, value) in [
            ("--to", ""),
            ("--to", &long),
            ("--network", "nowhere"),
            ("--memo", "x"),
            ("--customer", &long),
        ] {
            let mut line = vec![
                "payout",
                "create",
                "r",
                "4",
                "USDT",
                "--arrives",
                "3",
                "--gateway",
                gateway,
                option,
                value,
            ];
            for (other, value) in [("--to", TO), ("--network", "tron"), ("--customer", "c")] {
                if other != option {
                    line.extend([other, value]);
                }
            }
            check(&line);
        }
        for by in [
            ["--provider-id", ""],
            ["--provider-id", &long],
            ["--transaction", &long],
        ] {
            check(&["checkout", "show", by[0], by[1], "--gateway", gateway]);
            check(&["checkout", "cancel", by[0], by[1], "--gateway", gateway]);
        }
        check(&[
            "address",
            &long,
            "--gateway",
            gateway,
            "--network",
            "nowhere",
        ]);
    }
    println!("{refused} refusals, 0 names of fields");
    assert!(refused > 350, "{refused}");
}

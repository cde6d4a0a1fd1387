//! The program, as the page and an operator run it.
#![cfg(unix)]

use std::time::Duration;

use tempfile::TempDir;

use crate::page::{Dev, Process, commands, free_address};
use crate::shop::{order, read};

/// Waits until this shows a page with this text.
fn shows(url: &str, text: &str) {
    for _ in 0..1_200 {
        let page = ureq::get(url).call();
        if page.is_ok_and(|mut page| page.body_mut().read_to_string().unwrap().contains(text)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{url} does not show {text} in a minute");
}

#[test]
fn the_commands_of_the_page_sell_a_key_and_both_signals_stop_the_shop() {
    let folder = TempDir::new().unwrap();
    let page = commands("webhooks-in-production.md", "Run the shop");
    let [dev, shop] = page.as_slice() else {
        panic!("the page has other commands: {page:?}");
    };
    let Some(dev) = Dev::start(folder.path(), dev) else {
        return;
    };
    let address = free_address();
    let url = format!("http://{address}");
    let start = || {
        let shop = Process::start(folder.path(), shop, &[("SHOP_ADDRESS", &address)]);
        shows(&url, "Buy");
        shop
    };
    let running = start();
    let to_pay = order(&url);
    assert!(to_pay.starts_with(&dev.url), "{to_pay}");
    let orders = dev.run(folder.path(), "payments sandbox orders list --json");
    let (_, reference) = orders.split_once("\"merchant_ref\":\"").unwrap();
    let reference = reference.split('"').next().unwrap();
    let status = format!("{url}/orders/{reference}");
    assert!(read(&status).contains("when the order is paid"));
    dev.run(folder.path(), &format!("payments sandbox pay {reference}"));
    shows(&status, "KEY-1");

    running.signal("-TERM");
    let (ended, printed) = running.end();
    assert!(ended.success(), "{printed}");
    // A report in words.
    assert!(
        printed.starts_with("reconciled: 0 payments queried\n"),
        "{printed}"
    );
    // The same command again: the order keeps its key.
    let running = start();
    assert!(read(&status).contains("KEY-1"));
    running.signal("-INT");
    let (ended, printed) = running.end();
    assert!(ended.success(), "{printed}");
}

/// What the program prints when it cannot start, and its exit status.
fn refused(folder: &TempDir, arguments: &str) -> (Option<i32>, String) {
    let command = format!("shop-axum {arguments}");
    let (ended, printed) = Process::start(folder.path(), &command, &[]).end();
    (ended.code(), printed)
}

#[test]
fn errors_are_sentences_with_their_causes() {
    let folder = TempDir::new().unwrap();
    let usage = "Error: usage: shop-axum ACCOUNT [KEY]...\n";
    assert_eq!(refused(&folder, ""), (Some(1), usage.to_owned()));
    let (status, printed) = refused(&folder, "cpay/sandbox KEY-1");
    assert_eq!(status, Some(1));
    assert_eq!(
        printed,
        "Error: cannot read payments.toml\n\nCaused by:\n    No such file or directory (os error 2)\n"
    );
    std::fs::write(folder.path().join("payments.toml"), "gateway = 7\n").unwrap();
    let (status, printed) = refused(&folder, "cpay/sandbox KEY-1");
    assert_eq!(status, Some(1));
    assert!(
        printed.starts_with(
            "Error: payments.toml\n\nCaused by:\n    the configuration cannot be used: line 1"
        ),
        "{printed}"
    );
}

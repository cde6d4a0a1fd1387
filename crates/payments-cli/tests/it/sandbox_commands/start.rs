//! How a sandbox is started.

use crate::support::Stage;

#[test]
fn bad_settings_are_named_by_their_options_before_a_file_is_made() {
    let stage = Stage::cpay();
    for (line, said) in [
        ("--public-url x", "--public-url: write a URL"),
        ("--public-url http://x/?a", "--public-url: write a URL"),
        ("--public-url http://x/#a", "without ? or #"),
        (
            "--payouts-complete-after 721h",
            "--payouts-complete-after: write a time of at most 30 days",
        ),
        (
            "--balance FOO=1",
            "--balance: the balance of FOO does not exist",
        ),
        (
            "--ccpayment-balance FOO=1",
            "--ccpayment-balance: the balance of FOO",
        ),
        (
            "--ccpayment-v2-balance FOO=1",
            "--ccpayment-v2-balance: the balance of FOO",
        ),
        (
            "--callback-url a --ccpayment-webhook-url b --ccpayment-v2-webhook-url c",
            "--ccpayment-v2-webhook-url: the sandbox sends",
        ),
    ] {
        let line: Vec<&str> = line.split(' ').collect();
        let own = ["sandbox", "--state", "new.db", "--listen", "127.0.0.1:0"];
        let ran = stage.run(&[&own[..], &line].concat());
        assert_eq!(ran.status, 2, "{line:?}: {}", ran.stderr);
        let text = ran.stderr.replace('\n', " ").replace("  ", " ");
        assert!(text.contains(said), "{line:?}: {text}");
        for option in line.iter().filter(|part| part.starts_with("--")) {
            assert!(text.contains(option), "{line:?}: {text}");
        }
        assert!(!stage.folder.join("new.db").exists(), "{line:?}");
    }
}

//! Secrets and keys that were copied wrongly are refused by name, from variables, files and the file itself.

use std::path::Path;

use payments_core::SensitiveString;
use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};

/// Every variable and every file has this text.
struct Same(String);

impl SecretSource for Same {
    fn variable(&self, _: &str) -> Result<SensitiveString, Unobtainable> {
        Ok(self.0.as_str().into())
    }

    fn file(&self, _: &Path) -> Result<SensitiveString, Unobtainable> {
        Ok(self.0.as_str().into())
    }
}

const CPAY: &str = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nbase_url = \"https://api.cpay.ltd\"\n\
    merchant_id = \"20003092\"\nsecret = PLACE\nprevious_secret = { env = \"OLD\", until = 2026-12-01T00:00:00Z }\n";

const CCPAYMENT: &str = "[[gateway]]\nprovider = \"ccpayment\"\naccount = \"main\"\napp_id = \"7\"\napp_secret = PLACE\n";

const OPAY: &str = "[[gateway]]\nprovider = \"chainup-opay\"\naccount = \"main\"\n\
    base_url = \"https://service.exchange.example\"\napp_id = \"7\"\nprivate_key = PLACE\nplatform_key = PLACE\n";

const PLACES: [(&str, &str); 2] = [
    (
        "{ env = \"THE_SECRET\" }",
        "the environment variable THE_SECRET ",
    ),
    (
        "{ file = \"/run/secrets/main\" }",
        "the file /run/secrets/main ",
    ),
];

fn problems(file: &str, place: &str, secret: &str) -> Vec<String> {
    let file = file.replace("PLACE", place);
    match GatewaysConfig::read(&file, &Same(secret.to_owned())) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// A mistake around a text, and the words that name it.
const MISTAKES: [(&str, &str); 14] = [
    ("\"{}\"", "is in quotation marks"),
    ("'{}'", "is in quotation marks"),
    ("“{}”", "is in quotation marks"),
    ("THE_SECRET={}", "begins with the name of a variable"),
    ("export THE_SECRET={}", "begins with the name of a variable"),
    ("secret={}", "begins with the name of a variable"),
    ("${THE_SECRET}", "is a placeholder"),
    ("$THE_SECRET", "is a placeholder"),
    ("%THE_SECRET%", "is a placeholder"),
    ("{{ secret }}", "is a placeholder"),
    ("\u{feff}{}", "begins with a byte order mark"),
    ("{}\u{200b}", "contains an invisible character"),
    ("\u{200b}{}", "contains an invisible character"),
    ("{}\u{a0}", "contains an invisible character"),
];

#[test]
fn names_the_mistake_in_every_secret() {
    const SECRET: &str = "k3y0fMerchant";
    let ends = [
        ("{}\r", "ends with a line end"),
        ("{}\n\n", "ends with a line end"),
        ("{}\n{}", "contains a line end"),
        ("{}\\n", "ends with a line end that is written as"),
    ];
    for (form, words) in MISTAKES.into_iter().chain(ends) {
        let text = form.replace("{}", SECRET);
        for (place, origin) in PLACES {
            for (file, count) in [(CPAY, 2), (CCPAYMENT, 1)] {
                let found = problems(file, place, &text);
                assert_eq!(found.len(), count, "{text:?}: {found:?}");
                assert!(
                    found[0].contains(&format!("{origin}{words}")),
                    "{text:?}: {found:?}"
                );
                assert!(!found.concat().contains(SECRET), "{found:?}");
            }
        }
    }
    // One line end of a file belongs to the file. In a variable it is a mistake.
    let [(variable, origin), (file, _)] = PLACES;
    let text = format!("{SECRET}\n");
    assert_eq!(problems(CCPAYMENT, file, &text), [""; 0]);
    assert!(
        problems(CCPAYMENT, variable, &text)[0].contains(&format!("{origin}ends with a line end"))
    );
}

#[test]
fn names_the_mistake_in_every_key() {
    let fixtures =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/signatures/chainup_opay");
    let key = std::fs::read_to_string(fixtures.join("merchant.pri.pem")).unwrap();
    for (form, words) in MISTAKES {
        let text = form.replace("{}", &key);
        for (place, origin) in PLACES {
            let found = problems(OPAY, place, &text);
            assert_eq!(found.len(), 2, "{text}: {found:?}");
            for one in &found {
                assert!(
                    one.contains(&format!("{origin}{words}")),
                    "{form}: {found:?}"
                );
                assert!(!one.contains("MII"), "{one}");
            }
        }
    }
}

#[test]
fn names_the_mistake_in_a_secret_in_the_file() {
    let file = format!("inline_secrets = true\n{CCPAYMENT}");
    assert_eq!(problems(&file, "'k3y'", ""), [""; 0]);
    let found = problems(&file, "'\"k3y\"'", "");
    assert_eq!(
        found,
        [
            "line 6, column 14, ccpayment/main, app_secret: the secret in the file is in quotation marks: remove them"
        ]
    );
}

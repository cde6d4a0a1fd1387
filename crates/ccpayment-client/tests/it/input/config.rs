//! Invalid configurations.

use ccpayment_client::v1::{Config, ConfigError, DEFAULT_BASE_URL};

use crate::support;

#[test]
fn refuses_invalid_configurations() {
    let secret = "s3cr3t-that-is-never-shown";
    for url in [
        "",
        "admin.ccpayment.com",
        "/ccpayment/v1/",
        "ftp://admin.ccpayment.com",
        "https://",
        "https://admin.ccpayment.com/?a=1",
        "https://me:pw@admin.ccpayment.com",
        "https://admin.ccpayment.com/#x",
        "https://a b/",
        "javascript:x",
    ] {
        let error = Config::new(url, "1", secret).unwrap_err();
        assert_eq!(error, ConfigError::BaseUrl, "{url}");
    }
    for url in [
        "http://admin.ccpayment.com/",
        "http://10.0.0.1/",
        "http://localhost.example/",
    ] {
        let error = Config::new(url, "1", secret).unwrap_err();
        assert_eq!(error, ConfigError::PlainHttp, "{url}");
    }
    for url in [
        "http://localhost:1/",
        "http://127.0.0.1",
        "http://[::1]:9/v1",
        DEFAULT_BASE_URL,
    ] {
        let config = Config::new(url, "1", secret).unwrap();
        assert!(config.base_url().ends_with('/') && !config.base_url().ends_with("//"));
    }
    for id in ["", " 1", "a b", "ü", &"1".repeat(65), "1\n"] {
        let error = Config::new(DEFAULT_BASE_URL, id, secret).unwrap_err();
        assert_eq!(error, ConfigError::AppId, "{id}");
    }
    for bad in ["", " s3cr3t", "s3cr3t\n", "s3cr3t\u{0}"] {
        let error = Config::new(DEFAULT_BASE_URL, "1", bad).unwrap_err();
        assert!(matches!(error, ConfigError::AppSecret(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
    }
}

fn from(changed: &str, value: Option<&str>) -> Result<Config, ConfigError> {
    Config::from_lookup(|name| {
        if name == changed {
            return value.map(str::to_owned);
        }
        let right = match name {
            "CCPAYMENT_BASE_URL" => "http://127.0.0.1:9075/ccpayment/v1",
            "CCPAYMENT_APP_ID" => support::APP_ID,
            _ => "s3cr3t-that-is-never-shown",
        };
        Some(right.to_owned())
    })
}

#[test]
fn errors_name_missing_and_invalid_variables() {
    let config = from("", None).unwrap();
    assert_eq!(config.base_url(), "http://127.0.0.1:9075/ccpayment/v1/");
    assert_eq!(config.app_id(), support::APP_ID);
    for blank in [None, Some("")] {
        let config = from("CCPAYMENT_BASE_URL", blank).unwrap();
        assert_eq!(config.base_url(), DEFAULT_BASE_URL);
        for name in ["CCPAYMENT_APP_ID", "CCPAYMENT_APP_SECRET"] {
            let error = from(name, blank).unwrap_err();
            assert!(matches!(error, ConfigError::Missing { .. }));
            assert!(error.to_string().starts_with(name), "{error}");
        }
    }
    for (name, value) in [
        ("CCPAYMENT_BASE_URL", "nowhere.example"),
        ("CCPAYMENT_BASE_URL", "http://nowhere.example"),
        ("CCPAYMENT_APP_ID", "an id"),
        ("CCPAYMENT_APP_SECRET", " s3cr3t"),
    ] {
        let line = from(name, Some(value)).unwrap_err().to_string();
        assert!(line.starts_with(name) && !line.contains("s3cr3t"), "{line}");
    }
}

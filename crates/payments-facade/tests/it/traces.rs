//! Traces of real calls have the documented fields, and neither secrets nor people's data.

use payments_facade::ccpayment::{self, Ccpayment};
use payments_facade::chainup_opay::{self, ChainupOpay};
use payments_facade::cpay::Cpay;
use payments_facade::{CheckoutOrder, Gateway, standard_executor};
use payments_sandbox::Sandbox;

use self::recorder::Recorder;
use crate::leaks::looking;
use crate::support::{hosted, reference, to_chain, usdt};

#[path = "../../../payments-core/tests/it/recorder.rs"]
pub(crate) mod recorder;

/// On this thread only, because the recorder is its subscriber.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work)
}

async fn call_all(sandbox: &Sandbox) {
    let all = sandbox.credentials();
    let executor = || standard_executor().unwrap();

    let own = &all.cpay;
    let url = sandbox.base_url();
    let config = payments_facade::cpay::Config::new(url, &own.merchant_id, &own.secret).unwrap();
    let cpay = Cpay::new("main", &config, executor()).unwrap();
    let order = hosted("order-sentinel").customer("customer-sentinel");
    cpay.checkout().unwrap().create(&order).await.unwrap();
    let payout = to_chain("payout-sentinel").customer("customer-sentinel");
    cpay.payouts().unwrap().create(&payout).await.unwrap();
    cpay.payouts().unwrap().create(&payout).await.unwrap_err();
    cpay.balances().unwrap().list().await.unwrap();

    let own = &all.chainup_opay;
    let (private, platform) = (&own.merchant_private_key, &own.platform_public_key);
    let config = chainup_opay::Config::new(url, &own.app_id, private, platform).unwrap();
    let opay = ChainupOpay::new("main", &config, executor()).unwrap();
    let order = CheckoutOrder::hosted(reference("order-sentinel"), usdt("10.50"))
        .customer("22033390")
        .success_url("https://shop.example/sentinel")
        .notify_url("http://127.0.0.1:9/sentinel");
    opay.checkout().unwrap().create(&order).await.unwrap();

    let own = &all.ccpayment;
    let url = format!("{url}/ccpayment/v1/");
    let config = ccpayment::Config::new(&url, &own.app_id, &own.app_secret).unwrap();
    let ccpayment = Ccpayment::new("main", &config, executor()).unwrap();
    ccpayment.balances().unwrap().list().await.unwrap();
    let wrong = ccpayment::Config::new(url, &own.app_id, "sentinel-secret").unwrap();
    let wrong = Ccpayment::new("main", &wrong, executor()).unwrap();
    wrong.balances().unwrap().list().await.unwrap_err();

    let away = "http://127.0.0.1:1/sentinel-path";
    let config = payments_facade::cpay::Config::new(away, "7", "sentinel-secret").unwrap();
    let away = Cpay::new("main", &config, executor()).unwrap();
    away.balances().unwrap().list().await.unwrap_err();
}

#[test]
fn traces_name_calls_and_nothing_in_them() {
    let recorder = Recorder::default();
    recorder.during(|| {
        block_on(async {
            let sandbox = Sandbox::builder().start().await.unwrap();
            call_all(&sandbox).await;
            let text = recorder.text();
            let all = sandbox.credentials();
            let secrets = [
                &all.cpay.secret,
                &all.cpay.merchant_id,
                &all.chainup_opay.app_id,
                &all.ccpayment.app_id,
                &all.ccpayment.app_secret,
            ];
            for secret in secrets.map(String::as_str) {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        });
    });
    let text = recorder.text();
    looking::check("a trace", &text);
    for part in [
        "sentinel",
        "22033390",
        "TRMYtLHz",
        "10.5",
        "USDT",
        "sign",
        "openapi",
        "shop.example",
    ] {
        assert!(!text.contains(part), "{part}: {text}");
    }
    let all = recorder.recorded();
    let spans: Vec<&str> = all.spans.values().map(String::as_str).collect();
    let names = |span: &&str| {
        let fields = span.split(' ').skip(3);
        fields
            .filter_map(|field| field.split_once('='))
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    const FIELDS: [&str; 6] = [
        "provider",
        "operation",
        "effect",
        "attempts",
        "duration_ms",
        "outcome",
    ];
    for span in &spans {
        let names: Vec<String> = names(span);
        let (documented, more) = names.split_at(FIELDS.len());
        assert_eq!(documented, FIELDS, "{span}");
        assert!(
            more.iter()
                .all(|name| ["kind", "request_id"].contains(&name.as_str())),
            "{span}"
        );
    }
    let of = |part: &str| spans.iter().filter(|span| span.contains(part)).count();
    assert_eq!(
        (
            of("operation=withdraw effect=unkeyed"),
            of("outcome=succeeded")
        ),
        (2, 5)
    );
    // Each attempt is reported by the call and by the transport, inside the call's span.
    let in_span = |target: &str| {
        let of_target = all
            .events
            .iter()
            .filter(|(_, event)| event.contains(target));
        of_target
            .map(|(span, _)| span.is_some())
            .collect::<Vec<_>>()
    };
    let (calls, requests) = (in_span(" payments_core "), in_span(" payments_reqwest "));
    assert_eq!(calls.len(), requests.len());
    assert!(
        calls.iter().chain(&requests).all(|is_inside| *is_inside),
        "{:?}",
        all.events
    );
    let refused = "server=127.0.0.1:1 connection=new error=no connection: connection refused by 127.0.0.1:1, nothing was sent";
    assert!(
        all.events.iter().any(|(_, event)| event.ends_with(refused)),
        "{:?}",
        all.events
    );
}

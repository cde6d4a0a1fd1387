//! Nothing the client, its errors, its events or the sandbox's records print holds the secret.

use std::error::Error as StdError;
use std::fmt::{Debug, Write as _};

use ccpayment_client::v1::{AssetsQuery, AssignAddress, CreateCheckout};
use payments_core::Error;
use payments_sandbox::{CcpaymentCredentials, Credentials, Sandbox};

use crate::receiver::Receiver;
use crate::shop::{TRON_ADDRESS, amount, client, order, payout, reference};

/// Has characters that escape differently in JSON and in `Debug`.
const PLANTED: &str = "pl4nted S3cr3t+\"%2F\\/ü";

/// Everything that was printed.
#[derive(Default)]
struct Transcript(String);

impl Transcript {
    fn note(&mut self, what: &(impl Debug + ?Sized)) {
        writeln!(self.0, "{what:?}\n{what:#?}").unwrap();
    }

    fn note_error(&mut self, error: &Error) {
        self.note(error);
        let mut next: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(error) = next {
            writeln!(self.0, "{error} / {error:?}").unwrap();
            next = error.source();
        }
        self.note(&(error.message(), error.raw()));
    }
}

#[tokio::test]
async fn the_secret_is_nowhere_in_what_is_printed() {
    let test = Credentials::test();
    let ccpayment = CcpaymentCredentials {
        app_id: test.ccpayment.app_id.clone(),
        app_secret: PLANTED.to_owned(),
    };
    let app_id = ccpayment.app_id.clone();
    let credentials = Credentials { ccpayment, ..test };
    let sandbox = Sandbox::builder()
        .credentials(credentials)
        .start()
        .await
        .unwrap();
    let client = client(&sandbox, &app_id, PLANTED, 0);
    let receiver = Receiver::start(client.webhooks().clone(), sandbox.clock().clone()).await;
    let mut transcript = Transcript::default();
    transcript.note(&client);
    transcript.note(&sandbox);

    let made = order("order-1", "10").notify_url(receiver.url());
    transcript.note(&made);
    let created = client.create_order(made).await.unwrap();
    transcript.note(&(&created, created.raw()));
    let checkout = CreateCheckout::new(reference("cart-1"), amount("10"), "Teapot");
    let checkout = client.create_checkout(checkout).await.unwrap();
    transcript.note(&checkout);
    let address = AssignAddress::new("customer-7", "TRX");
    let address = client.deposit_address(address).await.unwrap();
    transcript.note(&address);
    transcript.note(&client.assets(AssetsQuery::all()).await.unwrap());
    transcript.note(&client.withdraw(payout("payout-1", "5")).await.unwrap());
    transcript.note(
        &client
            .withdrawals(payout("payout-1", "5").query())
            .await
            .unwrap(),
    );
    transcript.note_error(&client.withdraw(payout("payout-1", "5")).await.unwrap_err());
    transcript.note_error(
        &client
            .withdraw(payout("payout-2", "0.1"))
            .await
            .unwrap_err(),
    );
    sandbox.pay("order-1", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    transcript.note(&receiver.events());
    let query = order("order-1", "10").query();
    transcript.note(&client.deposits(query).await.unwrap());

    for sign_of_life in [
        "order-1",
        "payout-1",
        "224066",
        "ApiDeposit",
        "bill/create",
        &*app_id,
    ] {
        let mut seen = transcript.0.clone();
        writeln!(seen, "{:?}", sandbox.requests()).unwrap();
        assert!(seen.contains(sign_of_life), "{sign_of_life}");
    }
    for hidden in [
        &*created.pay_address,
        &*checkout.payment_url,
        &*address.address,
        TRON_ADDRESS,
    ] {
        assert!(!transcript.0.contains(hidden), "{hidden} is printed");
    }
    // The sandbox shows what was signed, but not with what.
    transcript.note(&sandbox.requests());
    transcript.note(&sandbox.deliveries());
    let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
    for dress in [
        PLANTED,
        "pl4nted",
        "S3cr3t",
        &hex,
        &hex.to_uppercase(),
        format!("{:?}", PLANTED.as_bytes()).trim_matches(['[', ']']),
    ] {
        assert!(!transcript.0.contains(dress), "{dress} is printed");
    }
}

//! The client, its errors, its events and the sandbox's records never print the secret.

use std::fmt::Write as _;

use ccpayment_client::v1::{AssetsQuery, AssignAddress, CreateCheckout};
use payments_sandbox::{CcpaymentCredentials, Credentials, Sandbox};

use super::shop::{TRON_ADDRESS, amount, client, order, payout, receiver, reference};
use crate::support::{PLANTED, Transcript, forms_of_planted};

#[tokio::test]
async fn debug_and_errors_never_print_the_secret() {
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
    let receiver = receiver(client.webhooks().clone(), sandbox.clock().clone()).await;
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
    for payout in [payout("payout-1", "5"), payout("payout-2", "0.1")] {
        let error = client.withdraw(payout).await.unwrap_err();
        transcript.note_error(&error);
        transcript.note(&(error.message(), error.raw()));
    }
    sandbox.pay("order-1", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    transcript.note(&receiver.events());
    let query = order("order-1", "10").query();
    transcript.note(&client.deposits(query).await.unwrap());

    for printed in [
        "order-1",
        "payout-1",
        "224066",
        "ApiDeposit",
        "bill/create",
        &*app_id,
    ] {
        let mut seen = transcript.0.clone();
        writeln!(seen, "{:?}", sandbox.requests()).unwrap();
        assert!(seen.contains(printed), "{printed}");
    }
    for hidden in [
        &*created.pay_address,
        &*checkout.payment_url,
        &*address.address,
        TRON_ADDRESS,
    ] {
        assert!(!transcript.0.contains(hidden), "{hidden} is printed");
    }
    // The sandbox shows the signed texts, but not the key.
    transcript.note(&sandbox.requests());
    transcript.note(&sandbox.deliveries());
    transcript.lacks(forms_of_planted());
}

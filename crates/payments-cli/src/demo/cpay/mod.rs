//! C-Pay: order, cashier page, payment, webhook, query.

use bytes::Bytes;
use cpay_client::{Client, Config, CreateOrder, CreatedOrder, OrderQuery, OrderStatus};
use http::header::{CONTENT_TYPE, LOCATION};
use payments_core::{Amount, MerchantRef, Transport};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::Sandbox;

use super::form::PaymentForm;
use super::receiver::Receiver;
use super::story::{Stopped, Story};

const COIN: &str = "USDT";

pub(crate) async fn tell(story: &mut Story) -> Result<(), Stopped> {
    let sandbox = story.step("start_sandbox", start()).await?;
    let client = story.step("connect", connect(&sandbox)).await?;
    let mut receiver = story
        .step("start_receiver", async {
            let receiver = Receiver::start(client.webhooks().clone()).await?;
            let url = receiver.url();
            Ok::<_, std::io::Error>((receiver, format!("webhooks go to {url}")))
        })
        .await?;
    let reference = MerchantRef::new("demo-order-1").map_err(|_| Stopped)?;
    let amount: Amount = "66.12345678".parse().map_err(|_| Stopped)?;

    let order = story
        .step("create_order", async {
            let order = CreateOrder::new(reference.clone(), "customer-7", amount, COIN)
                .callback_url(receiver.url())
                .ext_info(r#"{"cart":"42"}"#);
            let made = client.create_order(order).await?;
            let told = format!("order {} of {amount} {COIN}", made.order_id);
            Ok::<_, payments_core::Error>((made, told))
        })
        .await?;
    let browser = story
        .step("open_cashier_page", Browser::open(&order))
        .await?;
    story.step("pay", browser.pay()).await?;
    story
        .step("receive_webhook", async {
            let event = receiver.event().await.ok_or("the receiver stopped")?;
            if event.status != OrderStatus::Completed
                || event.merchant_trade_no.as_ref() != Some(&reference)
            {
                return Err("the webhook tells of something else");
            }
            Ok(((), "signature verified, acknowledged with OK".to_owned()))
        })
        .await?;
    story
        .step("query_order", query(&client, reference, amount))
        .await
}

async fn start() -> Result<(Sandbox, String), payments_sandbox::StartError> {
    let sandbox = Sandbox::builder().start().await?;
    let told = format!("in this process at {}", sandbox.base_url());
    Ok((sandbox, told))
}

async fn connect(sandbox: &Sandbox) -> Result<(Client, String), String> {
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)
        .map_err(|error| error.to_string())?;
    let client = Client::new(&config).map_err(|error| error.to_string())?;
    Ok((client, format!("as test merchant {}", test.merchant_id)))
}

async fn query(
    client: &Client,
    reference: MerchantRef,
    amount: Amount,
) -> Result<((), String), String> {
    let detail = client
        .order_detail(OrderQuery::by_trade_no(reference))
        .await
        .map_err(|error| error.to_string())?;
    if detail.status != OrderStatus::Completed || detail.actual_amount != Some(amount) {
        return Err(format!(
            "the order is {} with {:?}",
            detail.status, detail.actual_amount
        ));
    }
    Ok(((), format!("{}, {amount} {COIN} received", detail.status)))
}

/// The customer: opens the page of the order and presses the button on it.
struct Browser {
    transport: ReqwestTransport,
    page_url: String,
    page: String,
}

impl Browser {
    async fn open(order: &CreatedOrder) -> Result<(Self, String), String> {
        let page_url = order
            .cashier_url
            .clone()
            .ok_or("the order has no cashier page")?;
        let transport = ReqwestTransport::builder()
            .user_agent("demo-browser")
            .build()
            .map_err(|error| error.to_string())?;
        let page = fetch(&transport, http::Request::get(&page_url), Bytes::new()).await?;
        if page.status() != http::StatusCode::OK {
            return Err(format!("the cashier page answers {}", page.status()));
        }
        let page = String::from_utf8(page.into_body().into())
            .map_err(|_| "the cashier page is no text")?;
        let told = format!("{} bytes of HTML, no script", page.len());
        Ok((
            Self {
                transport,
                page_url,
                page,
            },
            told,
        ))
    }

    /// Sends the page's own payment form.
    async fn pay(&self) -> Result<((), String), String> {
        let form = PaymentForm::find(&self.page).ok_or("the cashier page has no payment form")?;
        let origin = self.page_url.split("/payment").next().unwrap_or_default();
        let request = http::Request::post(format!("{origin}{}", form.action))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = fetch(&self.transport, request, Bytes::from(form.body)).await?;
        if !answer.headers().contains_key(LOCATION) {
            return Err(format!("the payment was answered with {}", answer.status()));
        }
        Ok(((), "the page's form was sent, the order is paid".to_owned()))
    }
}

async fn fetch(
    transport: &ReqwestTransport,
    request: http::request::Builder,
    body: Bytes,
) -> Result<http::Response<Bytes>, String> {
    let request = request.body(body).map_err(|error| error.to_string())?;
    transport
        .send(request)
        .await
        .map_err(|error| error.to_string())
}

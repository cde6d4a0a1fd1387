//! C-Pay.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Asset, Executor, MerchantRef};
use payments_facade::conformance::{Delivery, Op, Order, Probe, with_option};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::{
    AddressRequest, Browser, CardCharge, CardSource, CheckoutKind, CheckoutOrder, Contact, Date,
    Destination, ExchangeOrder, Fee, Gateway, Gender, IdDocument, Item, KycPerson, Money, Payee,
    PayeeKind, Payer, PayoutOrder, PersonName, PixKey, PostalAddress, RatePurpose, RateRequest,
    network,
};
use payments_sandbox::{Deposit, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::cpay::Key;

use super::world::Party;

pub(crate) struct CpayParty;

fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

fn checkout(kind: CheckoutKind, reference: MerchantRef) -> CheckoutOrder {
    match kind {
        CheckoutKind::CardPage => {
            let price = money("19.01", "EUR");
            let items = vec![Item::new("macBook", price.amount, 1)];
            CheckoutOrder::card_page(reference, price)
                .customer("customer-7")
                .items(items)
                .country("PT")
                .email("ana@cliente.example")
                .ip(IpAddr::from([203, 0, 113, 7]))
        }
        kind => CheckoutOrder::new(kind, reference, money("10.50", "USDT")).customer("customer-7"),
    }
}

fn payout(kind: PayeeKind, fee: Fee, reference: MerchantRef) -> PayoutOrder {
    let fee = match fee {
        Fee::Split { .. } => Fee::Split {
            arrives: "3".parse().unwrap(),
        },
        fee => fee,
    };
    let (payee, money) = match kind {
        PayeeKind::Chain => {
            let to = Destination::new("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", network::TRON);
            (Payee::Chain(to.unwrap()), money("4", "USDT"))
        }
        PayeeKind::Pix => {
            let key = PixKey::Email("ana@cliente.example".into());
            (Payee::Pix(key), money("5.00", "BRL"))
        }
        _ => (
            Payee::Account("ana@cliente.example".into()),
            money("5.00", "USDT"),
        ),
    };
    PayoutOrder::new(reference, payee, money, fee).customer("customer-7")
}

fn contact() -> Contact {
    Contact {
        email: "ana@cliente.example".into(),
        calling_code: "351".into(),
        mobile: "712345678".into(),
    }
}

fn charge(reference: MerchantRef) -> CardCharge {
    let payer = Payer {
        name: PersonName {
            first: "Ana".into(),
            middle: None,
            last: "Lima".into(),
        },
        contact: contact(),
        address: PostalAddress {
            line: "Main-Street-1".into(),
            city: "Lisboa".into(),
            zip: "1000-001".into(),
            country: "PT".into(),
        },
    };
    let card = CardSource::Details {
        number: "4242424242424242".into(),
        expiry_month: 12,
        expiry_year: 2099,
        cvv: "123".into(),
    };
    let browser = Browser {
        ip: IpAddr::from([203, 0, 113, 7]),
        accept: "text/html".to_owned(),
        user_agent: "Mozilla/5.0".to_owned(),
    };
    let price = money("19.01", "EUR");
    let items = vec![Item::new("macBook", price.amount, 1)];
    CardCharge::new(reference, price, card, payer, browser)
        .customer("customer-7")
        .items(items)
}

#[async_trait]
impl Party for CpayParty {
    const NAME: &'static str = "cpay";

    fn ack() -> http::Response<Bytes> {
        cpay_client::ack()
    }

    fn settings(builder: SandboxBuilder, hook: &str) -> SandboxBuilder {
        builder.cpay_callback_url(hook)
    }

    fn gateway(sandbox: &Sandbox, executor: Executor) -> Arc<dyn Gateway> {
        let test = &sandbox.credentials().cpay;
        let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap();
        Arc::new(Cpay::new("main", &config, executor).unwrap())
    }

    fn order(op: Op, reference: MerchantRef, _hook: &str) -> Option<Order> {
        Some(match op {
            Op::Checkout(kind) => Order::Checkout(checkout(kind, reference)),
            Op::Payout(kind, fee) => Order::Payout(payout(kind, fee, reference)),
            Op::Card => Order::Card(Box::new(charge(reference))),
            Op::Exchange => {
                let bitcoin = Asset::new("BTC").unwrap();
                let order = ExchangeOrder::new(reference, money("9", "USDT"), bitcoin);
                Order::Exchange(order.customer("customer-7"))
            }
            _ => return None,
        })
    }

    /// The languages and channels are those of its tables; that a card is to be kept is written as a number.
    fn with_option(order: Order, option: &str) -> Option<Probe> {
        let (order, evidence) = match (order, option) {
            (Order::Checkout(order), "language") => {
                (Order::Checkout(order.language("ru-RU")), "lanuage=ru-RU")
            }
            (Order::Card(charge), "channel") => {
                let charge = charge.channel("payChannel2");
                (Order::Card(Box::new(charge)), "payChannel=payChannel2")
            }
            (Order::Card(charge), "store_card") => {
                (Order::Card(Box::new(charge.store_card(true))), "storeCc=1")
            }
            (order, _) => return with_option(order, option),
        };
        Some(Probe {
            order,
            evidence: Some(evidence.to_owned()),
        })
    }

    /// Signed for this merchant with another merchant's secret.
    fn foreign(sandbox: &Sandbox) -> Delivery {
        let merchant = sandbox.credentials().cpay.merchant_id.clone();
        let fields = [
            ("merchantId", merchant.as_str()),
            ("merchantTradeNo", "c000001"),
            ("orderId", "2209141130105863014"),
            ("orderStatus", "14"),
            ("actualAmount", "10"),
            ("receivedAmount", "10"),
            ("cryptoCurrency", "USDT"),
        ];
        let key = Key::new(Secret::new("another-secret").unwrap());
        let sign = key.sign(fields).unwrap();
        let mut object: serde_json::Map<String, serde_json::Value> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        object.insert("sign".to_owned(), sign.as_str().into());
        let body = serde_json::to_vec(&object).unwrap();
        Delivery::new(HeaderMap::new(), Bytes::from(body))
    }

    async fn strange(sandbox: &Sandbox) -> bool {
        let deposit = Deposit::new("customer-7", "USDT", "TRON", "25.5");
        sandbox.deposit(&deposit).await.is_ok()
    }

    fn addresses_of(customer: u32) -> Option<AddressRequest> {
        Some(AddressRequest::new(format!("customer-{customer}")))
    }

    fn rate(purpose: RatePurpose) -> Option<RateRequest> {
        let request = RateRequest::spending(money("100", "USD"), Asset::new("USDT").unwrap());
        Some(match purpose {
            RatePurpose::Card => request.by_card(),
            _ => request,
        })
    }

    fn person(number: u32) -> Option<KycPerson> {
        Some(KycPerson {
            customer: format!("customer-{number}"),
            name: PersonName {
                first: "hart".into(),
                middle: Some("van".into()),
                last: "lee".into(),
            },
            birthday: Date::new(1987, 5, 1).unwrap(),
            gender: Some(Gender::Male),
            country: "RU".to_owned(),
            contact: contact(),
            document: IdDocument {
                number: "12341234123".into(),
                valid_from: Date::new(2008, 1, 1).unwrap(),
                valid_until: Date::new(2038, 1, 1).unwrap(),
                card_urls: vec!["https://files.shop.example/pi.jpg".into()],
                document_urls: Vec::new(),
            },
        })
    }

    fn call(op: Op) -> &'static str {
        match op {
            Op::Checkout(CheckoutKind::CardPage) => "createOrderByCreditCard",
            Op::Checkout(_) => "createOrder",
            Op::Payout(PayeeKind::Chain, _) => "withdraw",
            Op::Payout(..) => "createFiatPayoutOrder",
            Op::Card => "pwpp",
            _ => "exchange",
        }
    }
}

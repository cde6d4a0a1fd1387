//! `pwpp`: a card the merchant holds the data of.

use std::net::IpAddr;

use async_trait::async_trait;
use cpay_client::{
    BillingAddress, Browser, Card, CardExpiry, CardNumber, CardPayment, CardPaymentPage, Contact,
    Cvv, FullName, Payer, StoredCardId,
};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::checkout::purchase;
use super::{Cpay, PROVIDER, lookup, reading};
use crate::adapter::with;
use crate::options::{Carrier, required, survey};
use crate::{
    Answer, CardCharge, CardOptions, CardSource, Cards, CreatedCheckout, CustomerStep, Error, Item,
    Lookup, LookupKind, MoneyCall, Observation, OptionNames, Payment, PaymentKind, Phase,
    ProviderResponse, SensitiveString, Source, Ticket,
};

struct Options<'a> {
    customer: Option<&'a String>,
    items: Option<&'a Vec<Item>>,
    notify_url: Option<&'a String>,
    success_url: Option<&'a String>,
    failure_url: Option<&'a String>,
    language: Option<&'a String>,
    channel: Option<&'a String>,
    store_card: Option<&'a bool>,
}

fn options<'a>(options: &mut Carrier<'a, CardOptions>) -> Options<'a> {
    Options {
        customer: options.customer(),
        items: options.items(),
        notify_url: options.notify_url(),
        success_url: options.success_url(),
        failure_url: options.failure_url(),
        language: options.language(),
        channel: options.channel(),
        store_card: options.store_card(),
    }
}

fn plan(charge: &CardCharge) -> Result<CardPayment, InvalidRequest> {
    let options = charge.carry(options)?;
    let reference = charge.reference().clone();
    let customer = required("customer", options.customer)?.as_str();
    let purchase = purchase(charge.money(), required("items", options.items)?)?;
    let (payer, browser) = (payer(charge)?, browser(charge)?);
    let request = match charge.card() {
        CardSource::Details {
            number,
            expiry_month,
            expiry_year,
            cvv,
        } => {
            let card = Card::new(
                CardNumber::new(number.expose())?,
                CardExpiry::new(*expiry_month, *expiry_year)?,
                Cvv::new(cvv.expose())?,
            );
            CardPayment::new(reference, customer, purchase, card, payer, browser)
        }
        CardSource::Stored(id) => {
            let id = StoredCardId::new(id.expose());
            CardPayment::by_stored_card(reference, customer, purchase, id, payer, browser)
        }
    };
    let request = match options.store_card {
        Some(true) => request.store_card(),
        Some(false) | None => request,
    };
    Ok(with!(request,
        callback_url: options.notify_url,
        success_url: options.success_url,
        fail_url: options.failure_url,
        language: options.language,
        pay_channel: options.channel,
    ))
}

fn payer(charge: &CardCharge) -> Result<Payer, InvalidRequest> {
    let payer = charge.payer();
    if payer.name.middle.is_some() {
        return Err(InvalidRequest::unsupported("middle_name"));
    }
    Ok(Payer::new(
        FullName::new(payer.name.first.expose(), payer.name.last.expose()),
        contact(&payer.contact),
        BillingAddress::new(
            payer.address.line.expose(),
            payer.address.city.expose(),
            payer.address.zip.expose(),
            payer.address.country.expose(),
        ),
    ))
}

pub(super) fn contact(contact: &crate::Contact) -> Contact {
    Contact::new(
        contact.email.expose(),
        contact.calling_code.expose(),
        contact.mobile.expose(),
    )
}

fn browser(charge: &CardCharge) -> Result<Browser, InvalidRequest> {
    let browser = charge.browser();
    let IpAddr::V4(ip) = browser.ip else {
        return Err(InvalidRequest::request("ip", "is no IPv4 address").allowed("IPv4"));
    };
    Ok(Browser::new(
        ip,
        browser.accept.as_str(),
        browser.user_agent.as_str(),
    ))
}

impl Cpay {
    /// A success leads on, usually to the bank's page: nothing is paid yet.
    fn charged(&self, charge: &CardCharge, page: CardPaymentPage) -> Answer<CreatedCheckout> {
        let observation = Observation::new(Source::Created, PaymentKind::Card)
            .reference(Some(charge.reference().clone()))
            .expected(Some(charge.money().clone()))
            .phase(Phase::Open, "");
        let observation = reading::observed(&self.id, observation, &page.order_id, None);
        let next = match (&page.redirect_url, &page.page) {
            (Some(url), _) => CustomerStep::Visit(SensitiveString::from(url.as_str())),
            (None, Some(page)) => CustomerStep::Show(SensitiveString::from(page.as_str())),
            (None, None) => CustomerStep::Nothing,
        };
        let created = CreatedCheckout {
            payment: Payment::new(self.id.clone(), observation),
            next,
        };
        Answer::new(created, ProviderResponse::new(page))
    }
}

#[async_trait]
impl Cards for Cpay {
    fn offers(&self) -> OptionNames {
        survey(|carrier| {
            options(carrier);
        })
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        lookup::finds_off_chain_by(kind)
    }

    fn check(&self, charge: &CardCharge) -> Result<(), InvalidRequest> {
        plan(charge)?.check()
    }

    fn ticket(&self, charge: &CardCharge, now: Timestamp) -> Ticket {
        Ticket::new(
            self.id.clone(),
            MoneyCall::Card,
            charge.reference().clone(),
            charge.money().clone(),
            now,
        )
    }

    async fn charge(&self, charge: &CardCharge) -> Result<Answer<CreatedCheckout>, Error> {
        let request =
            plan(charge).map_err(|invalid| Error::local(PROVIDER, "charge_card", invalid))?;
        let page = self.client.pay_by_card(request).await.map_err(|error| {
            Error::of_move(error, || Cards::ticket(self, charge, self.executor.now()))
        })?;
        Ok(self.charged(charge, page))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.off_chain_detail("find_card", by).await.map(Some)
    }
}

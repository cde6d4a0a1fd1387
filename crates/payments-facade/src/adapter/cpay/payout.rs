//! `withdraw` and `createFiatPayoutOrder`.

use async_trait::async_trait;
use cpay_client::{FiatPayout, PixKey as Key, Withdraw};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::{Cpay, PROVIDER, names, reading, recovery};
use crate::adapter::{money_error, refused, with};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::payout::{Destination, Fee, Payee, PayeeKind, PayoutOrder, Payouts, PixKey};
use crate::ticket::Ticket;

/// The options of `withdraw`.
const CHAIN: &[&str] = &["customer", "notify_url"];

/// The options of `createFiatPayoutOrder`.
const PIX: &[&str] = &[
    "customer",
    "notify_url",
    "metadata",
    "note",
    "success_url",
    "failure_url",
];

/// The currency of Pix.
const REAIS: &str = "BRL";

/// The request to C-Pay.
enum Plan {
    Coins(Withdraw),
    Pix(FiatPayout),
}

/// Stands for a customer that is missing, which is a problem of the options. It is never sent.
const MISSING: &str = "customer";

/// Checks that the fee is paid as the call can pay it, and the options.
fn check_terms(
    payout: &PayoutOrder,
    fee: &'static str,
    supported: &[&str],
) -> Result<(), InvalidRequest> {
    let paid = payout.fee().as_str();
    InvalidRequest::all([
        match paid == fee {
            true => Ok(()),
            false => Err(InvalidRequest::unsupported(paid).allowed(fee)),
        },
        payout.options().check(supported),
    ])
}

fn withdraw(payout: &PayoutOrder, to: &Destination) -> Withdraw {
    let options = payout.options();
    let money = payout.money();
    let arrives = payout.arriving().map_or(money.amount, |money| money.amount);
    let request = Withdraw::new(
        payout.reference().clone(),
        options.customer.as_deref().unwrap_or(MISSING),
        money.amount,
        arrives,
        money.asset.symbol(),
        names::long(to.network()),
        to.address(),
    );
    with!(request, callback_url: options.notify_url)
}

fn pix(payout: &PayoutOrder, key: &PixKey) -> Result<FiatPayout, InvalidRequest> {
    let options = payout.options();
    let asset = &payout.money().asset;
    let currency = match asset.symbol() != REAIS || asset.network().is_some() {
        true => Err(InvalidRequest::request("asset", "is not the currency of Pix").allowed(REAIS)),
        false => Ok(()),
    };
    let key = match key {
        PixKey::Cpf(digits) => Key::cpf(digits.expose()),
        PixKey::Cnpj(digits) => Key::cnpj(digits.expose()),
        PixKey::Email(address) => Key::email(address.expose()),
        PixKey::Mobile(number) => Key::mobile(number.expose()),
        PixKey::Random(uuid) => Key::random(uuid.expose()),
    };
    let request = key.map(|key| {
        let request = FiatPayout::pix(
            payout.reference().clone(),
            options.customer.as_deref().unwrap_or(MISSING),
            payout.money().amount,
            key,
        );
        with!(request,
            callback_url: options.notify_url,
            ext_info: options.metadata,
            remark: options.note,
            success_url: options.success_url,
            fail_url: options.failure_url,
        )
    });
    InvalidRequest::all([
        check_terms(payout, "fee_on_top", PIX),
        options.require(&["customer"]),
        currency,
        request
            .as_ref()
            .map_or_else(|invalid| Err(invalid.clone()), Operation::check),
    ])?;
    request
}

impl Cpay {
    fn payout_plan(&self, payout: &PayoutOrder) -> Result<Plan, InvalidRequest> {
        match payout.payee() {
            Payee::Chain(to) => self.coins(payout, to).map(Plan::Coins),
            Payee::Pix(key) => pix(payout, key).map(Plan::Pix),
            payee @ Payee::Account(_) => Err(InvalidRequest::unsupported(payee.kind().as_str())),
        }
    }

    fn coins(&self, payout: &PayoutOrder, to: &Destination) -> Result<Withdraw, InvalidRequest> {
        let request = self.named(withdraw(payout, to), Withdraw::allow_unlisted);
        let network = names::long(to.network());
        let of = payout.money().asset.network();
        InvalidRequest::all([
            check_terms(payout, "fee_split", CHAIN),
            match to.memo() {
                Some(_) => Err(InvalidRequest::unsupported("memo")),
                None => Ok(()),
            },
            payout.options().require(&["customer"]),
            match of.is_some_and(|of| names::long(of) != network) {
                true => Err(InvalidRequest::request(
                    "asset network",
                    "is not the destination's",
                )),
                false => Ok(()),
            },
            // An unlisted network is the better explanation of an address that does not fit.
            request.check(),
            payout.payee().check(),
        ])?;
        Ok(request)
    }

    /// An accepted payout is not paid yet, so no amount of the response counts as received.
    fn accepted(&self, payout: &PayoutOrder) -> Observation {
        Observation::new(Source::Created, PaymentKind::Payout)
            .reference(Some(payout.reference().clone()))
            .expected(payout.arriving())
    }

    async fn withdraw(
        &self,
        payout: &PayoutOrder,
        request: &Withdraw,
    ) -> Result<Answer<Payment>, payments_core::Error> {
        let made = self.client.call(request).await?;
        let coin = payout.money().asset.symbol();
        let accepted = self
            .accepted(payout)
            .fee(reading::money(made.fee, Some(coin), None))
            .made_at(made.create_time);
        // The specification's example of a success has neither id nor status.
        let observation = match (&made.order_id, &made.status) {
            (Some(id), status) => reading::observed(&self.id, accepted, id, status.as_ref()),
            (None, Some(status)) => accepted.phase(reading::phase(status), status.as_str()),
            (None, None) => accepted,
        };
        let payment = Payment::new(
            self.id.clone(),
            or_processing(observation, made.status.is_some()),
        );
        Ok(Answer::new(payment, ProviderResponse::new(made)))
    }

    async fn pay_by_pix(
        &self,
        payout: &PayoutOrder,
        request: &FiatPayout,
    ) -> Result<Answer<Payment>, payments_core::Error> {
        let made = self.client.call(request).await?;
        let accepted = self
            .accepted(payout)
            .fee(reading::money(made.fee, Some(REAIS), None))
            .made_at(made.create_time);
        let observation =
            reading::observed(&self.id, accepted, &made.order_id, made.status.as_ref());
        let payment = Payment::new(
            self.id.clone(),
            or_processing(observation, made.status.is_some()),
        );
        Ok(Answer::new(payment, ProviderResponse::new(made)))
    }
}

/// A payout that was accepted without a status is processing.
fn or_processing(observation: Observation, has_status: bool) -> Observation {
    if has_status {
        observation
    } else {
        observation.phase(Phase::Processing, "")
    }
}

#[async_trait]
impl Payouts for Cpay {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        match kind {
            PayeeKind::Chain => Some(CHAIN),
            PayeeKind::Pix => Some(PIX),
            PayeeKind::Account => None,
        }
    }

    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        matches!(
            (kind, fee),
            (PayeeKind::Chain, Fee::Split { .. }) | (PayeeKind::Pix, Fee::OnTop)
        )
    }

    /// `withdraw` has no field for a memo.
    fn takes_memo(&self) -> bool {
        false
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.payout_plan(payout).map(drop)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        let customer = payout.options().customer.as_ref();
        Self::of_customer(payout.ticket(&self.id, now), customer)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let plan = self
            .payout_plan(payout)
            .map_err(|invalid| refused(PROVIDER, "create_payout", invalid))?;
        let made = match &plan {
            Plan::Coins(request) => self.withdraw(payout, request).await,
            Plan::Pix(request) => self.pay_by_pix(payout, request).await,
        };
        made.map_err(|error| {
            money_error(error, || Payouts::ticket(self, payout, self.executor.now()))
        })
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.detail(by).await.map(Some)
    }
}

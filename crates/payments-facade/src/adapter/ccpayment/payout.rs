//! `withdraw`.

use async_trait::async_trait;
use ccpayment_client::v1::{Withdraw, Withdrawal};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::token::{ANY_TOKEN, Purpose, Wanted};
use super::{Ccpayment, PROVIDER, names, reading, recovery};
use crate::adapter::ccpayment_shared::is_account;
use crate::adapter::{money_error, refused};
use crate::answer::{Answer, ProviderResponse};
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase, Source};
use crate::payout::{Fee, Payee, PayeeKind, PayoutOrder, Payouts};
use crate::ticket::Ticket;

const NAME: &str = "create_payout";

/// `withdraw` has no field for any option.
const OPTIONS: &[&str] = &[];

/// The request to CCPayment, checked except for the token.
struct Plan<'a> {
    payout: &'a PayoutOrder,
    merchant_pays_fee: bool,
    to: To<'a>,
}

/// CCPayment has one field for both and distinguishes them by the text.
enum To<'a> {
    Chain {
        address: &'a str,
        memo: Option<&'a str>,
        waives_memo: bool,
        network: &'a str,
    },
    Account(&'a str),
}

fn to(payout: &PayoutOrder) -> Result<To<'_>, InvalidRequest> {
    match payout.payee() {
        Payee::Chain(to) => Ok(To::Chain {
            address: to.address(),
            memo: to.memo(),
            waives_memo: to.waives_memo(),
            network: to.network(),
        }),
        Payee::Account(account) => Ok(To::Account(account.expose())),
        Payee::Pix(_) => Err(InvalidRequest::unsupported(payout.payee().kind().as_str())),
    }
}

fn check_to(payout: &PayoutOrder, to: &To<'_>) -> Result<(), InvalidRequest> {
    match *to {
        To::Chain {
            address, network, ..
        } => {
            let of = payout.money().asset.network();
            InvalidRequest::all([
                match of.is_some_and(|of| !names::is_same(of, network)) {
                    true => Err(InvalidRequest::request(
                        "asset network",
                        "is not the destination's",
                    )),
                    false => Ok(()),
                },
                match is_account(address) {
                    true => Err(
                        InvalidRequest::request("address", "is an account at Cwallet")
                            .allowed("an address on the chain; for an account, `Payee::Account`"),
                    ),
                    false => Ok(()),
                },
            ])
        }
        To::Account(account) if is_account(account) => Ok(()),
        To::Account(_) => Err(
            InvalidRequest::request("account", "is not an account at Cwallet")
                .allowed("an id of digits, or an e-mail address"),
        ),
    }
}

fn merchant_pays(fee: Fee) -> Option<bool> {
    match fee {
        Fee::Included => Some(false),
        Fee::OnTop => Some(true),
        Fee::Split { .. } => None,
    }
}

fn plan(payout: &PayoutOrder) -> Result<Plan<'_>, InvalidRequest> {
    let to = to(payout)?;
    let fee = payout.fee();
    let merchant_pays_fee = merchant_pays(fee).ok_or_else(|| {
        InvalidRequest::unsupported(fee.as_str()).allowed("fee_included or fee_on_top")
    });
    // Defaults stand for what is refused below.
    let plan = Plan {
        payout,
        merchant_pays_fee: merchant_pays_fee.as_ref().copied().unwrap_or_default(),
        to,
    };
    InvalidRequest::all([
        merchant_pays_fee.map(drop),
        payout.options().check(OPTIONS),
        check_to(payout, &plan.to),
        plan.request(ANY_TOKEN).check(),
        payout.payee().check(),
    ])?;
    Ok(plan)
}

impl<'a> Plan<'a> {
    fn request(&self, token_id: &str) -> Withdraw {
        let (address, memo) = match self.to {
            To::Chain { address, memo, .. } => (address, memo),
            To::Account(account) => (account, None),
        };
        let reference = self.payout.reference().clone();
        let value = self.payout.money().amount;
        let request = Withdraw::new(reference, token_id, address, value)
            .merchant_pays_fee(self.merchant_pays_fee);
        match memo {
            Some(memo) => request.memo(memo),
            None => request,
        }
    }

    fn wanted(&self) -> Wanted<'a> {
        let Money { amount, asset } = self.payout.money();
        let (network, bare) = match self.to {
            To::Chain {
                network,
                memo,
                waives_memo,
                ..
            } => (Some(network), memo.is_none() && !waives_memo),
            // Within Cwallet any token of the coin can be used.
            To::Account(_) => (asset.network(), false),
        };
        Wanted {
            symbol: asset.symbol(),
            network,
            purpose: Purpose::Send {
                value: *amount,
                bare,
            },
            field: "asset",
        }
    }
}

impl Ccpayment {
    /// An accepted payout is not paid yet, so no amount of the response counts as received.
    fn accepted(&self, payout: &PayoutOrder, made: Withdrawal) -> Answer<Payment> {
        let money = |net| Money::new(net, payout.money().asset.clone());
        let observation = Observation::new(Source::Created, PaymentKind::Payout)
            .reference(Some(payout.reference().clone()))
            .provider_ref(Some(made.order_id.clone()))
            .phase(Phase::Processing, "")
            .expected(payout.arriving().or_else(|| made.net_receivable.map(money)))
            .fee(reading::fee(made.network_fee.as_ref()));
        let payment = Payment::new(self.id.clone(), observation);
        Answer::new(payment, ProviderResponse::new(made))
    }
}

#[async_trait]
impl Payouts for Ccpayment {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        match kind {
            PayeeKind::Chain | PayeeKind::Account => Some(OPTIONS),
            PayeeKind::Pix => None,
        }
    }

    /// Within Cwallet there is no fee, so both modes are equivalent.
    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        match kind {
            PayeeKind::Chain | PayeeKind::Account => merchant_pays(fee).is_some(),
            PayeeKind::Pix => false,
        }
    }

    fn takes_memo(&self) -> bool {
        true
    }

    fn finds_by(&self, kind: LookupKind) -> bool {
        recovery::finds_by(kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        plan(payout).map(drop)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        payout.ticket(&self.id, now)
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let plan = plan(payout).map_err(|invalid| refused(PROVIDER, NAME, invalid))?;
        let token_id = self.token_id(NAME, plan.wanted()).await?;
        let made = self.client.withdraw(plan.request(&token_id)).await;
        let made = made
            .map_err(|error| money_error(error, || payout.ticket(&self.id, self.executor.now())))?;
        Ok(self.accepted(payout, made))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_payout(by).await
    }
}

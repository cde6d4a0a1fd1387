//! `withdraw`.

use async_trait::async_trait;
use ccpayment_client::v1::{Withdraw, Withdrawal};
use payments_core::{InvalidRequest, Operation, Timestamp};

use super::tokens::{ANY_TOKEN, Purpose, Wanted};
use super::{Ccpayment, PROVIDER, lookup, names, reading};
use crate::options::{Carrier, survey};
use crate::{
    Answer, Error, Fee, Lookup, LookupKind, Money, MoneyCall, Observation, OptionNames, Payee,
    PayeeKind, Payment, PaymentKind, PayoutOptions, PayoutOrder, Payouts, Phase, ProviderResponse,
    Source, Ticket,
};

const NAME: &str = "create_payout";

/// What CCPayment makes of a payout. Every value of it was checked.
struct Plan<'a> {
    payout: &'a PayoutOrder,
    merchant_pays_fee: bool,
    to: To<'a>,
}

/// CCPayment has one field for both, and looks at the text to tell them apart.
enum To<'a> {
    Chain {
        address: &'a str,
        memo: Option<&'a str>,
        waives_memo: bool,
        network: &'a str,
    },
    Account(&'a str),
}

/// Whether CCPayment would take it for an account at Cwallet: its id, which has digits only by all examples (`assumed`), or
/// an e-mail address.
fn is_account(address: &str) -> bool {
    address.contains('@') || address.bytes().all(|byte| byte.is_ascii_digit())
}

fn to(payout: &PayoutOrder) -> Result<To<'_>, InvalidRequest> {
    match payout.payee() {
        Payee::Chain(to) => {
            let of = payout.money().asset.network();
            if of.is_some_and(|of| !names::is_same(of, to.network())) {
                return Err(InvalidRequest::request(
                    "asset network",
                    "is not the destination's",
                ));
            }
            if is_account(to.address()) {
                return Err(
                    InvalidRequest::request("address", "is one of an account at Cwallet")
                        .allowed("an address on the chain; for an account, `Payee::Account`"),
                );
            }
            Ok(To::Chain {
                address: to.address(),
                memo: to.memo(),
                waives_memo: to.waives_memo(),
                network: to.network(),
            })
        }
        Payee::Account(account) if is_account(account.expose()) => {
            Ok(To::Account(account.expose()))
        }
        Payee::Account(_) => Err(InvalidRequest::request("account", "is none at Cwallet")
            .allowed("an id of digits, or an e-mail address")),
        Payee::Pix(_) => Err(InvalidRequest::unsupported(payout.payee().kind().as_str())),
    }
}

/// CCPayment has a field for none of them.
fn options(_: &mut Carrier<'_, PayoutOptions>) {}

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
    let merchant_pays_fee =
        merchant_pays(fee).ok_or_else(|| InvalidRequest::unsupported(fee.as_str()))?;
    payout.carry(options)?;
    let plan = Plan {
        payout,
        merchant_pays_fee,
        to,
    };
    plan.request(ANY_TOKEN).check()?;
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
            // Inside Cwallet any token of the coin will do.
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
    /// What is accepted is not paid yet, so no sum of the answer counts as received.
    fn accepted(&self, payout: &PayoutOrder, made: Withdrawal) -> Answer<Payment> {
        let told = |net| Money::new(net, payout.money().asset.clone());
        let observation = Observation::new(Source::Created, PaymentKind::Payout)
            .reference(Some(payout.reference().clone()))
            .provider_ref(Some(made.order_id.clone()))
            .phase(Phase::Processing, "")
            .expected(payout.arriving().or_else(|| made.net_receivable.map(told)))
            .fee(reading::fee(made.network_fee.as_ref()));
        let payment = Payment::new(self.id.clone(), observation);
        Answer::new(payment, ProviderResponse::new(made))
    }
}

#[async_trait]
impl Payouts for Ccpayment {
    fn offers(&self, kind: PayeeKind) -> Option<OptionNames> {
        match kind {
            PayeeKind::Chain | PayeeKind::Account => Some(survey(options)),
            PayeeKind::Pix => None,
        }
    }

    /// Inside Cwallet there is no fee to bear, so both are alike.
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
        lookup::finds_by(kind)
    }

    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        plan(payout).map(drop)
    }

    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        Ticket::new(
            self.id.clone(),
            MoneyCall::Payout,
            payout.reference().clone(),
            payout.money().clone(),
            now,
        )
    }

    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let plan = plan(payout).map_err(|invalid| Error::local(PROVIDER, NAME, invalid))?;
        let token_id = self.token_id(NAME, plan.wanted()).await?;
        let made = self.client.withdraw(plan.request(&token_id)).await;
        let made = made.map_err(|error| {
            Error::of_move(error, || Payouts::ticket(self, payout, self.executor.now()))
        })?;
        Ok(self.accepted(payout, made))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_payout(by).await
    }
}

//! `applyAppWithdrawToNetwork` and `applyAppWithdrawToCwallet`.

use async_trait::async_trait;
use ccpayment_client::v2::{Withdraw, WithdrawToCwallet, Withdrawal, WithdrawalRecord};
use payments_core::{Fault, InvalidRequest, Timestamp};

use super::confirm::{Made, error_of};
use super::ids::OnChain;
use super::{CcpaymentV2, NAME, check_request, reading, recovery};
use crate::adapter::ccpayment_shared::coins::{Purpose, Wanted};
use crate::adapter::ccpayment_shared::{is_account, is_account_id, names};
use crate::adapter::{money_error, refused, with};
use crate::answer::Answer;
use crate::error::Error;
use crate::lookup::{Lookup, LookupKind};
use crate::money::Money;
use crate::payment::{Observation, Payment, PaymentKind, Phase};
use crate::payout::{Destination, Fee, Payee, PayeeKind, PayoutOrder, Payouts};
use crate::ticket::Ticket;

const CREATE: &str = "create_payout";

/// The options of `applyAppWithdrawToNetwork`.
const CHAIN: &[&str] = &["notify_url"];

/// `applyAppWithdrawToCwallet` has no field for any option.
const ACCOUNT: &[&str] = &[];

/// The payout, checked except for the coin.
struct Plan<'a> {
    payout: &'a PayoutOrder,
    merchant_pays_fee: bool,
    to: To<'a>,
}

enum To<'a> {
    Chain(&'a Destination),
    Account(&'a str),
}

fn to(payout: &PayoutOrder) -> Result<To<'_>, InvalidRequest> {
    match payout.payee() {
        Payee::Chain(to) => Ok(To::Chain(to)),
        Payee::Account(account) => Ok(To::Account(account.expose())),
        Payee::Pix(_) => Err(InvalidRequest::unsupported(payout.payee().kind().as_str())),
    }
}

fn check_to(payout: &PayoutOrder, to: &To<'_>) -> Result<(), InvalidRequest> {
    let of = payout.money().asset.network();
    match to {
        To::Chain(to) if of.is_some_and(|of| !names::is_same(of, to.network())) => Err(
            InvalidRequest::request("asset network", "is not the destination's"),
        ),
        To::Account(account) if !is_account(account) => Err(InvalidRequest::request(
            "account",
            "is not an account at Cwallet",
        )
        .allowed("an id of digits, or an e-mail address")),
        To::Chain(_) | To::Account(_) => Ok(()),
    }
}

const fn merchant_pays(fee: Fee) -> Option<bool> {
    match fee {
        Fee::Included => Some(false),
        Fee::OnTop => Some(true),
        Fee::Split { .. } => None,
    }
}

const fn options(kind: PayeeKind) -> Option<&'static [&'static str]> {
    match kind {
        PayeeKind::Chain => Some(CHAIN),
        PayeeKind::Account => Some(ACCOUNT),
        PayeeKind::Pix => None,
    }
}

fn plan(payout: &PayoutOrder) -> Result<Plan<'_>, InvalidRequest> {
    let to = to(payout)?;
    let fee = payout.fee();
    let merchant_pays_fee = merchant_pays(fee).ok_or_else(|| {
        InvalidRequest::unsupported(fee.as_str()).allowed("fee_included or fee_on_top")
    });
    let list = options(payout.payee().kind()).unwrap_or_default();
    // Defaults stand for what is refused below.
    let plan = Plan {
        payout,
        merchant_pays_fee: merchant_pays_fee.as_ref().copied().unwrap_or_default(),
        to,
    };
    let coin = OnChain::any();
    let reference = payout.reference().as_str();
    let request = match &plan.to {
        To::Chain(to) => check_request("reference", reference, &plan.to_chain(&coin, to)),
        To::Account(account) => {
            check_request("reference", reference, &plan.to_account(&coin, account))
        }
    };
    InvalidRequest::all([
        merchant_pays_fee.map(drop),
        payout.options().check(list),
        check_to(payout, &plan.to),
        request,
        payout.payee().check(),
    ])?;
    Ok(plan)
}

impl<'a> Plan<'a> {
    fn to_chain(&self, coin: &OnChain, to: &Destination) -> Withdraw {
        let reference = self.payout.reference().clone();
        let amount = self.payout.money().amount;
        let request = Withdraw::new(reference, coin.coin_id, &coin.chain, to.address(), amount)
            .merchant_pays_fee(self.merchant_pays_fee);
        with!(request,
            memo: to.memo().map(str::to_owned),
            notify_url: self.payout.options().notify_url,
        )
    }

    fn to_account(&self, coin: &OnChain, account: &str) -> WithdrawToCwallet {
        let reference = self.payout.reference().clone();
        let amount = self.payout.money().amount;
        WithdrawToCwallet::new(reference, coin.coin_id, account, amount)
    }

    fn wanted(&self) -> Wanted<'a> {
        let money = self.payout.money();
        let (network, purpose) = match self.to {
            To::Chain(to) => {
                let purpose = Purpose::Send {
                    value: money.amount,
                    bare: to.memo().is_none() && !to.waives_memo(),
                };
                (Some(to.network()), purpose)
            }
            // Within Cwallet a coin is on no chain.
            To::Account(_) => (money.asset.network(), Purpose::Price),
        };
        Wanted {
            symbol: money.asset.symbol(),
            network,
            purpose,
            field: "asset",
        }
    }

    async fn send(
        &self,
        gateway: &CcpaymentV2,
        coin: &OnChain,
    ) -> Result<Made<Withdrawal, WithdrawalRecord>, payments_core::Error> {
        match &self.to {
            To::Chain(to) => {
                let request = self.to_chain(coin, to);
                let made = gateway.client.call(&request).await;
                gateway.confirmed(&request, made).await
            }
            To::Account(account) => {
                let request = self.to_account(coin, account);
                let made = gateway.client.call(&request).await;
                let made = gateway.confirmed(&request, made).await?;
                same_account(account, made)
            }
        }
    }

    /// What is to reach the payee. Within Cwallet there is no fee.
    fn arriving(&self) -> Option<Money> {
        match self.to {
            To::Chain(_) => self.payout.arriving(),
            To::Account(_) => Some(self.payout.money().clone()),
        }
    }

    /// An accepted payout is not paid yet. What arrived is stated only by a record of a payout that was made.
    fn payment(
        &self,
        gateway: &CcpaymentV2,
        made: Made<Withdrawal, WithdrawalRecord>,
    ) -> Answer<Payment> {
        let observation = Observation::new(made.source(), PaymentKind::Payout)
            .reference(Some(self.payout.reference().clone()))
            .provider_ref(made.accepted().map(|accepted| accepted.record_id.clone()))
            .phase(Phase::Processing, "")
            .expected(self.arriving());
        let mut payment = Payment::new(gateway.id.clone(), observation);
        if let Some(record) = made.found() {
            let found = reading::withdrawal(&gateway.id, record, Some(self.merchant_pays_fee));
            // Both have the same reference and kind, so this cannot fail.
            let _ = payment.merge(found);
        }
        Answer::new(payment, made.into_response())
    }
}

/// The client does not compare the account, because the record may name by its id whom the order named by an e-mail address. Two
/// different ids are two accounts.
fn same_account(
    account: &str,
    made: Made<Withdrawal, WithdrawalRecord>,
) -> Result<Made<Withdrawal, WithdrawalRecord>, payments_core::Error> {
    let named = made.found().and_then(|found| found.cwallet_user.as_deref());
    let is_other = named
        .is_some_and(|named| named != account && is_account_id(named) && is_account_id(account));
    match (is_other, &made) {
        (false, _) => Ok(made),
        // It was accepted for another account than requested.
        (true, Made::Accepted(..)) => Err(error_of::<WithdrawToCwallet>(Fault::mismatch(
            "cwalletUser",
        ))),
        // It is the record of another payout, which says nothing about this one.
        (true, Made::Found(_)) => Err(error_of::<WithdrawToCwallet>(Fault::foreign("cwalletUser"))),
    }
}

#[async_trait]
impl Payouts for CcpaymentV2 {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        options(kind)
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
        let plan = plan(payout).map_err(|invalid| refused(NAME, CREATE, invalid))?;
        let coin = self.coin(CREATE, plan.wanted()).await?;
        let made = plan
            .send(self, &coin)
            .await
            .map_err(|error| money_error(error, || payout.ticket(&self.id, self.executor.now())))?;
        Ok(plan.payment(self, made))
    }

    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        self.find_payout(by).await
    }
}

//! Payouts with defects.

use async_trait::async_trait;
use payments_core::{InvalidRequest, MerchantRef, Outcome, Timestamp};
use payments_facade::lookup::LookupKind;
use payments_facade::payout::{PayeeKind, Payouts};
use payments_facade::{Answer, Error, Fee, Lookup, Payment, PayoutOrder, Ticket};

use super::{Defect, DishonestGateway};

#[async_trait]
impl Payouts for DishonestGateway {
    fn supported_options(&self, kind: PayeeKind) -> Option<&[&'static str]> {
        self.inner_payouts().supported_options(kind)
    }
    fn takes_fee(&self, kind: PayeeKind, fee: Fee) -> bool {
        self.inner_payouts().takes_fee(kind, fee)
    }
    fn takes_memo(&self) -> bool {
        self.inner_payouts().takes_memo()
    }
    fn finds_by(&self, kind: LookupKind) -> bool {
        self.inner_payouts().finds_by(kind)
    }
    fn check(&self, payout: &PayoutOrder) -> Result<(), InvalidRequest> {
        self.inner_payouts().check(payout)
    }
    fn ticket(&self, payout: &PayoutOrder, now: Timestamp) -> Ticket {
        self.inner_payouts().ticket(payout, now)
    }
    async fn create(&self, payout: &PayoutOrder) -> Result<Answer<Payment>, Error> {
        let first = self.inner_payouts().create(payout).await;
        let is_unknown = matches!(&first, Err(error) if error.outcome() == Outcome::Unknown);
        match self.defect {
            Defect::RepeatsUnderNewReference if is_unknown => {
                let _ = self
                    .inner_payouts()
                    .create(&under_new_reference(payout))
                    .await;
                first
            }
            Defect::RepeatsUnderSameReference if is_unknown => {
                self.inner_payouts().create(payout).await
            }
            _ => self.falsify(first),
        }
    }
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        let found = self.inner_payouts().find(by).await?;
        Ok(match (self.defect, by) {
            (Defect::ChangesEffectKey | Defect::SharesEffectKey, Lookup::Provider(_)) => {
                found.map(|found| self.with_wrong_key(found))
            }
            _ => found,
        })
    }
}

fn under_new_reference(payout: &PayoutOrder) -> PayoutOrder {
    let reference = MerchantRef::new(format!("{}x2", payout.reference())).unwrap();
    let (payee, money) = (payout.payee().clone(), payout.money().clone());
    let copy = PayoutOrder::new(reference, payee, money, payout.fee());
    match &payout.options().customer {
        Some(customer) => copy.customer(customer),
        None => copy,
    }
}

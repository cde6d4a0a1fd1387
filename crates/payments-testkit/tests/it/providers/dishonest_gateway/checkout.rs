//! Checkout with defects.

use async_trait::async_trait;
use payments_core::{InvalidRequest, ProviderRef, Timestamp};
use payments_facade::checkout::{Cancellation, Checkout, CheckoutKind, CreatedCheckout};
use payments_facade::lookup::LookupKind;
use payments_facade::{Answer, CheckoutOrder, Error, Lookup, Payment, Ticket};

use super::{Defect, DishonestGateway};

#[async_trait]
impl Checkout for DishonestGateway {
    fn supported_options(&self, kind: CheckoutKind) -> Option<&[&'static str]> {
        let checkout = self.inner_checkout();
        let supported = checkout.supported_options(kind);
        match self.defect {
            Defect::ListsUnsupportedKind => {
                supported.or(checkout.supported_options(CheckoutKind::Hosted))
            }
            _ => supported,
        }
    }
    fn finds_by(&self, kind: LookupKind) -> bool {
        self.inner_checkout().finds_by(kind)
    }
    fn check(&self, order: &CheckoutOrder) -> Result<(), InvalidRequest> {
        self.inner_checkout().check(order)
    }
    fn ticket(&self, order: &CheckoutOrder, now: Timestamp) -> Ticket {
        self.inner_checkout().ticket(order, now)
    }
    async fn create(&self, order: &CheckoutOrder) -> Result<Answer<CreatedCheckout>, Error> {
        let checkout = self.inner_checkout();
        let supported = checkout.supported_options(order.kind());
        match (self.defect, supported) {
            (Defect::SendsUnsupported, None) => {
                let absent = ProviderRef::new("7000000000000000001").unwrap();
                let _ = checkout.find(&absent.into()).await;
                let _ = checkout.find(&order.reference().clone().into()).await;
                checkout.create(order).await
            }
            (Defect::DropsOption, Some(_)) if order.kind() == CheckoutKind::Hosted => {
                let order = with_options(order, |name| name != "success_url");
                checkout.create(&order).await
            }
            (Defect::AcceptsUnsupportedOption, Some(supported)) => {
                let order = with_options(order, |name| supported.contains(&name));
                checkout.create(&order).await
            }
            _ => self.falsify(checkout.create(order).await),
        }
    }
    async fn find(&self, by: &Lookup) -> Result<Option<Answer<Payment>>, Error> {
        match (self.defect, by, self.inner_checkout().find(by).await) {
            (Defect::FindsEverything, Lookup::Reference(reference), Ok(None) | Err(_))
            | (Defect::HidesUnderpayment, Lookup::Reference(reference), Ok(Some(_))) => {
                Ok(Some(self.invented(reference)))
            }
            (Defect::HidesUnderpayment, _, _) => Ok(None),
            (
                Defect::ChangesEffectKey | Defect::SharesEffectKey,
                Lookup::Provider(_),
                Ok(Some(found)),
            ) => Ok(Some(self.with_wrong_key(found))),
            (_, _, found) => found,
        }
    }
    fn cancellation(&self) -> Option<&dyn Cancellation> {
        self.inner_checkout().cancellation()
    }
}

/// The same order with only the options that `keep` accepts.
fn with_options(order: &CheckoutOrder, keep: impl Fn(&str) -> bool) -> CheckoutOrder {
    let mut options = order.options().clone();
    macro_rules! filter_options {
        ($($name:ident),+) => {
            $(options.$name = options.$name.filter(|_| keep(stringify!($name)));)+
        };
    }
    filter_options!(
        customer,
        notify_url,
        success_url,
        failure_url,
        valid_for,
        language,
        title,
        items,
        metadata,
        note,
        pay_with,
        country,
        email,
        ip,
        customer_other_id,
        customer_token,
        scene_type
    );
    order.clone().with_options(options)
}

//! Whether an order under the reference is the ticket's.

use std::fmt;

use super::{CUSTOMER, MoneyCall, PAYEE, PAYEE_MEMO, PAYEE_NETWORK, Ticket};
use crate::payment::{Agreement, Payment, PaymentKind};

/// What shows that an order under the ticket's reference is not the ticket's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Difference {
    /// It is a payment of another kind.
    Kind,
    /// It is in another asset.
    Asset,
    /// It has another amount.
    Amount,
    /// It is on another network.
    Network,
    /// It goes to another address, or has another memo.
    Payee,
    /// It is for another customer.
    Customer,
    /// The provider refused the call because the reference existed already, and does not state that the order of the earlier
    /// call is the same in all that can be compared.
    EarlierCall,
}

impl Difference {
    /// The name in messages and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Asset => "asset",
            Self::Amount => "amount",
            Self::Network => "network",
            Self::Payee => "payee",
            Self::Customer => "customer",
            Self::EarlierCall => "earlier_call",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EarlierCall => "the call that made it",
            other => other.as_str(),
        })
    }
}

impl Ticket {
    /// Whether the provider's statements about a found payment name the ticket's amount and asset. If it is
    /// [`Agreement::Unstated`], only the merchant's records show whether the order is from this call: it is, unless the
    /// reference was used before.
    #[must_use]
    pub fn agreement(&self, payment: &Payment) -> Agreement {
        payment.agreement(self.money())
    }

    /// Whether the provider's statements about a found payment name the ticket's payee. Only the query of CCPayment v2 returns the payee
    /// of a payout; for all others the result after [`resolve`](Self::resolve) is [`Agreement::Unstated`], unless a webhook of
    /// CCPayment v1, which states the payee, was merged into the payment. A ticket made by an earlier release may contain no payee.
    #[must_use]
    pub fn payee_agreement(&self, payment: &Payment) -> Agreement {
        match self.get(PAYEE) {
            Some(payee) => payment.payee_agreement(payee, self.get(PAYEE_MEMO)),
            None => Agreement::Unstated,
        }
    }

    /// Whether the provider states that this payment is the ticket's: amount and asset, and for a payout the payee as well.
    /// Otherwise compare it by hand with your records before you treat it as the ticket's call.
    #[must_use]
    pub fn is_confirmed_by(&self, payment: &Payment) -> bool {
        let payee =
            self.call() != MoneyCall::Payout || self.payee_agreement(payment) == Agreement::Same;
        payee && self.agreement(payment) == Agreement::Same && self.stated(payment).is_empty()
    }

    /// What shows that a payment under the ticket's reference is not the ticket's. Empty if nothing does, which alone does not
    /// prove that it is: see [`is_confirmed_by`](Self::is_confirmed_by).
    #[must_use]
    pub fn differences(&self, payment: &Payment) -> Vec<Difference> {
        let mut differences = self.stated(payment);
        if differences.is_empty() && self.was_refused() && !self.is_confirmed_by(payment) {
            differences.push(Difference::EarlierCall);
        }
        differences
    }

    /// The differences that the provider states.
    fn stated(&self, payment: &Payment) -> Vec<Difference> {
        let is_other_kind = ![PaymentKind::Unstated, self.call().kind()].contains(&payment.kind());
        // The network is compared separately.
        let sum = self.money().on_any_network();
        let is_other_sum = payment.agreement(&sum) == Agreement::Other;
        let is_other_asset = is_other_sum && !payment.names_asset(&self.money().asset);
        let networks = [self.money().asset.network(), self.get(PAYEE_NETWORK)];
        let is_on_other_network = networks
            .into_iter()
            .flatten()
            .any(|network| payment.is_on_other_network(network));
        let is_other_payee = self.payee_agreement(payment) == Agreement::Other;
        let customers = self.get(CUSTOMER).zip(payment.customer());
        let is_other_customer = customers.is_some_and(|(asked, named)| asked != named);
        [
            (is_other_kind, Difference::Kind),
            (is_other_asset, Difference::Asset),
            (is_other_sum && !is_other_asset, Difference::Amount),
            (is_on_other_network, Difference::Network),
            (is_other_payee, Difference::Payee),
            (is_other_customer, Difference::Customer),
        ]
        .into_iter()
        .filter_map(|(differs, difference)| differs.then_some(difference))
        .collect()
    }
}

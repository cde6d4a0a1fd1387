//! Stores the payments of a statement's day, and compares its sums.

use std::collections::BTreeMap;

use payments_core::{Amount, Asset, Date};
use payments_facade::payment::Source;
use payments_facade::{Gateway, Money, Payment, Phase};

use super::arrive::{of_observations, store_stated};
use super::settings::ReconcileSettings;
use super::wrong::record;
use crate::error::StoreError;
use crate::finding::FindingKind;
use crate::finding::record::Found;
use crate::payments::reading::{comes_in, subject};
use crate::payments::sharing_names;
use crate::store::Store;

/// What was stored of a part of a statement.
pub(super) struct Stored {
    pub(super) events: usize,
    pub(super) findings: usize,
    /// What the statement states, and what is known from elsewhere.
    pub(super) amounts: Vec<(Money, Amount)>,
}

impl Store {
    pub(super) async fn record_all(
        &self,
        found: &[Found],
        settings: &ReconcileSettings,
    ) -> Result<usize, StoreError> {
        self.retry(|| async {
            let mut tx = self.begin().await?;
            let findings = record(&mut *tx, found, settings, self.now()).await?;
            tx.commit().await?;
            Ok(findings)
        })
        .await
    }

    pub(super) async fn store_rows(
        &self,
        day: Date,
        stated: &[Payment],
        settings: &ReconcileSettings,
    ) -> Result<Stored, StoreError> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let mut stored = Stored {
            events: 0,
            findings: 0,
            amounts: Vec::new(),
        };
        for payment in stated {
            let known = sharing_names(&mut *tx, payment).await?;
            let money = payment.funds().received;
            if known.is_empty() {
                let found = [without_payment(payment, day)];
                stored.findings += record(&mut *tx, &found, settings, now).await?;
            }
            if let Some(money) = money.filter(|_| comes_in(payment.kind())) {
                let ours = received_without_statements(&known, payment, &money);
                stored.amounts.extend(ours.map(|ours| (money, ours)));
            }
            // A row without any name cannot be found again.
            if payment.reference().is_some() || payment.provider_ref().is_some() {
                stored.events +=
                    store_stated(&mut *tx, payment, settings.webhook_grace, now).await?;
            }
        }
        tx.commit().await?;
        Ok(stored)
    }
}

fn without_payment(payment: &Payment, day: Date) -> Found {
    let (kind, money) = (payment.kind().as_str(), payment.funds().received);
    let detail = format!(
        "the statement of {day} has a {kind} that this store does not know: find out who made it"
    );
    let found =
        Found::about(FindingKind::StatementWithoutPayment, payment, detail).with_money(money);
    match payment.reference().is_none() && payment.provider_ref().is_none() {
        true => Found {
            subject: format!("{day} {kind} {}", subject(payment)),
            ..found
        },
        false => found,
    }
}

/// What arrived for this payment by all sources but statements. `None` if they say that it was paid, but not how much, as a webhook
/// of ChainUp OPay: it is compared when a query has stated that, and the statement is read again.
fn received_without_statements(
    known: &[Payment],
    stated: &Payment,
    money: &Money,
) -> Option<Amount> {
    let of_kind = known
        .iter()
        .filter(|it| it.kind() == stated.kind() || !it.kind().is_stated());
    let (mut most, mut is_unstated) = (None, false);
    for payment in of_kind {
        let others = payment.observations().iter();
        let others = others.filter(|one| one.source() != Source::Statement);
        let Some(ours) = of_observations(payment, others) else {
            continue;
        };
        match ours.funds().received {
            Some(received) if received.is_comparable(money) => {
                most = most.max(Some(received.amount));
            }
            Some(_) => {}
            None => is_unstated |= ours.phase() == Phase::Completed,
        }
    }
    match is_unstated {
        true => most,
        false => Some(most.unwrap_or_default()),
    }
}

/// The sums of a day by asset: of the statement, and of the payments.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<Asset, Option<(Amount, Amount)>>);

impl Sums {
    pub(super) fn add_all(&mut self, amounts: &[(Money, Amount)]) {
        for (stated, ours) in amounts {
            let sums = self
                .0
                .entry(stated.asset.clone())
                .or_insert(Some((Amount::ZERO, Amount::ZERO)));
            // More than 38 digits cannot be real money, and are not compared.
            *sums = sums.and_then(|(of_statement, of_payments)| {
                let of_statement = of_statement.checked_add(stated.amount)?;
                Some((of_statement, of_payments.checked_add(*ours)?))
            });
        }
    }

    pub(super) fn differences(&self, gateway: &dyn Gateway, day: Date) -> Vec<Found> {
        let sums = self.0.iter();
        let sums = sums.filter_map(|(asset, sums)| {
            let (of_statement, of_payments) = (*sums)?;
            let difference = of_statement
                .checked_sub(of_payments)
                .or_else(|| of_payments.checked_sub(of_statement))?;
            let detail = format!(
                "the statement of {day} has {of_statement} {asset}, and its payments have {of_payments} {asset} \
                by all other sources: compare them"
            );
            let (gateway, subject) = (gateway.id().as_str(), format!("{day} {asset}"));
            let found = Found::new(FindingKind::SumDifference, gateway, subject, detail);
            let money = Money::new(difference, asset.clone());
            (!difference.is_zero()).then(|| found.with_money(Some(money)))
        });
        sums.collect()
    }
}

#[cfg(test)]
mod tests {
    use payments_core::MerchantRef;
    use payments_facade::GatewayId;
    use payments_facade::payment::{Observation, PaymentKind};

    use super::*;

    fn payment(source: Source, kind: PaymentKind, paid: Option<Money>) -> Payment {
        let observation = Observation::new(source, kind)
            .reference(MerchantRef::new("order-1").ok())
            .phase(Phase::Completed, "")
            .paid(paid);
        Payment::new(GatewayId::new("fake", "main").unwrap(), observation)
    }

    #[test]
    fn a_row_is_compared_with_money_of_its_kind_and_coin_from_other_sources() {
        use PaymentKind::{Checkout, Payout, Unstated};
        let money = |amount, coin| Money::of(amount, coin).unwrap();
        let ten = money("10", "USDT");
        let row = payment(Source::Statement, Checkout, Some(ten.clone()));
        let known = |kind, money| payment(Source::Event, kind, Some(money));
        for (known, expected) in [
            (vec![], Some("0")),
            (vec![row.clone()], Some("0")),
            (vec![known(Checkout, money("9", "USDT"))], Some("9")),
            (vec![known(Unstated, money("9", "USDT"))], Some("9")),
            (vec![known(Payout, money("9", "USDT"))], Some("0")),
            (vec![known(Checkout, money("9", "TRX"))], Some("0")),
            (
                vec![
                    known(Checkout, money("8", "USDT")),
                    known(Unstated, money("9", "USDT")),
                ],
                Some("9"),
            ),
            // Paid, and not how much.
            (vec![payment(Source::Event, Checkout, None)], None),
        ] {
            let ours = received_without_statements(&known, &row, &ten);
            let expected = expected.map(|amount| amount.parse().unwrap());
            assert_eq!(ours, expected, "{known:#?}");
        }
    }

    #[test]
    fn a_row_that_names_no_payment_is_found_by_its_day_and_kind() {
        let day = Date::new(2023, 11, 14).unwrap();
        let unnamed = Observation::new(Source::Statement, PaymentKind::Checkout);
        let unnamed = unnamed.paid(Money::of("10", "USDT").ok());
        let unnamed = Payment::new(GatewayId::new("fake", "main").unwrap(), unnamed);
        let subject = without_payment(&unnamed, day).subject;
        assert!(subject.starts_with("2023-11-14 checkout "), "{subject}");
        let named = payment(Source::Statement, PaymentKind::Checkout, None);
        assert_eq!(without_payment(&named, day).subject, "order-1");
    }
}

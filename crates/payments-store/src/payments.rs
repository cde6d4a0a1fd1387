//! Stored payments: everything that was observed, grouped by shared names.
//!
//! A row holds all observations that are connected by a reference or by a provider's id. An observation that names both
//! unites two rows. So every order of arrival leads to the same rows, and `Payments` groups the observations of a row into
//! payments. Versions fence concurrent changes. A changed row is due for the reconciler at once.

pub(crate) mod moved;
pub(crate) mod reading;
mod rows;

use std::collections::BTreeSet;

use payments_core::{MerchantRef, ProviderRef, Timestamp};
use payments_facade::payment::{PaymentKind, Payments};
use payments_facade::{GatewayId, Lookup, Payment};

use self::rows::{Name, PROVIDER, REFERENCE, Rows};
use crate::engine::Transaction;
use crate::error::StoreError;
use crate::store::Store;

/// What a merge changed.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The row's name.
    pub(crate) id: String,
    /// The payments of which the merged one consisted. Usually one or none.
    pub(crate) before: Vec<Payment>,
    /// The payment with the new observations.
    pub(crate) after: Payment,
    /// The other payments that share a name with it.
    pub(crate) related: Vec<Payment>,
}

/// Adds the observations of each payment, in this order. The text beside it names the row of a payment that has neither a
/// reference nor an id.
pub(crate) async fn merge(
    tx: &mut dyn Transaction,
    new: &[(&Payment, &str)],
    now: Timestamp,
) -> Result<Vec<Merged>, StoreError> {
    let named: Vec<_> = new
        .iter()
        .map(|(payment, fallback)| (*payment, names(payment), row_id(payment, fallback)))
        .collect();
    let nameless = named.iter().filter(|(_, names, _)| names.is_empty());
    let nameless = nameless.map(|(_, _, id)| id.as_str()).collect();
    let all_names = named.iter().flat_map(|(_, names, _)| names.clone());
    let mut rows = Rows::read(tx, &all_names.collect(), nameless).await?;
    let merged = named
        .into_iter()
        .map(|(payment, names, id)| merge_one(&mut rows, payment, &names, id))
        .collect();
    rows.write(tx, now).await?;
    Ok(merged)
}

fn merge_one(rows: &mut Rows, new: &Payment, names: &BTreeSet<Name>, new_id: String) -> Merged {
    let id = rows.unite(names, new_id);
    let payments = rows.payments(&id);
    let old = payments.all();
    payments.add(new.clone());
    let grouped = payments.all();

    let is_of = |payment: &Payment| {
        let added = new.observations();
        payment.observations().iter().any(|one| added.contains(one))
    };
    let (mut own, related): (Vec<Payment>, Vec<Payment>) = grouped.into_iter().partition(is_of);
    let after = match own.is_empty() {
        true => new.clone(),
        false => own.swap_remove(0),
    };
    let is_part = |payment: &Payment| {
        let all = after.observations();
        payment.observations().iter().any(|one| all.contains(one))
    };
    Merged {
        id,
        before: old.into_iter().filter(is_part).collect(),
        after,
        related,
    }
}

/// The names under which other observations of this payment are found.
fn names(payment: &Payment) -> BTreeSet<Name> {
    let gateway = payment.gateway().as_str();
    let name = |kind, name: &str| (gateway.to_owned(), kind, name.to_owned());
    let reference = payment.reference().map(MerchantRef::as_str);
    let ids = payment.provider_refs().map(ProviderRef::as_str);
    ids.map(|id| name(PROVIDER, id))
        .chain(reference.map(|it| name(REFERENCE, it)))
        .collect()
}

/// The id of a new row for this payment. Payments that are merged in its order take their locks in the same order.
pub(crate) fn row_id(payment: &Payment, fallback: &str) -> String {
    match names(payment).first() {
        Some((gateway, kind, name)) => format!("{gateway}:{kind}:{name}"),
        None => format!("{}:effect:{fallback}", payment.gateway()),
    }
}

/// Gateway and kind of each payment of this kind, or of one that is not stated, under a reference.
pub(crate) async fn under(
    tx: &mut dyn Transaction,
    reference: &str,
    kind: PaymentKind,
) -> Result<Vec<(GatewayId, PaymentKind)>, StoreError> {
    // The index `pay_names_reference` contains only names of this kind.
    let sql = "SELECT gateway FROM pay_names WHERE kind = 'reference' AND name = $1";
    let mut names = BTreeSet::new();
    for row in tx.query(sql, &[reference.into()]).await? {
        names.insert((row.text(0)?.to_owned(), REFERENCE, reference.to_owned()));
    }
    let rows = Rows::read(tx, &names, BTreeSet::new()).await?;
    let kinds = [kind, PaymentKind::Unstated];
    let known = rows.all().flat_map(Payments::all);
    let known = known.filter(|payment| kinds.contains(&payment.kind()));
    Ok(known
        .map(|payment| (payment.gateway().clone(), payment.kind()))
        .collect())
}

/// The payments with which this one shares a name.
pub(crate) async fn sharing_names(
    tx: &mut dyn Transaction,
    payment: &Payment,
) -> Result<Vec<Payment>, StoreError> {
    let rows = Rows::read(tx, &names(payment), BTreeSet::new()).await?;
    Ok(rows.all().flat_map(Payments::all).collect())
}

impl Store {
    /// The payments that share this name, merged from everything that was received and answered so far: usually one, and two
    /// if an order was refunded. By reference or by the provider's id; no payment is found by a transaction. Effect: read.
    ///
    /// An event that waits for a [handler](Self::run) is not part of it yet, and neither is one that is dead: it is merged in the
    /// transaction that books it. So a program that only makes calls and reads payments also needs a handler, which may do nothing.
    /// Without one, everything waits, and a payment stays as the call's answer left it.
    ///
    /// Answers of CCPayment v2 have no signature. If two of them give one transfer two ids, both are events, and the payment states
    /// the sum: a second transfer looks the same, and what is known of a payment has no order in which a later answer could replace
    /// an earlier one. A person learns of it by the finding `overpaid`, or `sum_difference` of the balance.
    ///
    /// # Errors
    /// [`StoreError`], also if they cannot be read.
    pub async fn payments(
        &self,
        gateway: &GatewayId,
        by: &Lookup,
    ) -> Result<Vec<Payment>, StoreError> {
        let (kind, name) = match by {
            Lookup::Reference(reference) => (REFERENCE, reference.as_str()),
            Lookup::Provider(id) => (PROVIDER, id.as_str()),
            _ => return Ok(Vec::new()),
        };
        self.retry(|| self.read_payments(gateway, kind, name)).await
    }

    async fn read_payments(
        &self,
        gateway: &GatewayId,
        kind: &'static str,
        name: &str,
    ) -> Result<Vec<Payment>, StoreError> {
        let mut tx = self.begin().await?;
        let names = BTreeSet::from([(gateway.as_str().to_owned(), kind, name.to_owned())]);
        let rows = Rows::read(&mut *tx, &names, BTreeSet::new()).await?;
        Ok(rows.all().flat_map(Payments::all).collect())
    }
}

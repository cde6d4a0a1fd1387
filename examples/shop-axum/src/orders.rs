//! Orders and licence keys, in the tables of the shop.

use anyhow::Context as _;
use async_trait::async_trait;
use payments_core::{BoxError, MerchantRef};
use payments_facade::payment::PaymentKind;
use payments_facade::{CheckoutOrder, Money, Payment};
use payments_store::engine::{Engine as _, Transaction, Value};
use payments_store::{Handler, StoredEvent};
use uuid::Uuid;

use crate::Shop;

pub(crate) const PRICE: &str = "10.50";
const ASSET: &str = "USDT";

/// `sold_to` is unique: the database, too, refuses a second key for one order.
pub(crate) const TABLES: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS orders (reference TEXT PRIMARY KEY, price TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS licences (key TEXT PRIMARY KEY, sold_to TEXT UNIQUE)",
];

/// Gives a key to each order that is paid in full, in the transaction that books the event.
pub(crate) struct Deliver;

#[async_trait]
impl Handler for Deliver {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let mut payment = event.after().clone();
        let Some(reference) = payment.reference().cloned() else {
            return Ok(()); // a deposit without an order
        };
        let order: [Value; 1] = [reference.as_str().into()];
        let sql = "SELECT price FROM orders WHERE reference = $1
            AND NOT EXISTS (SELECT key FROM licences WHERE sold_to = $1)";
        let rows = tx.query(sql, &order).await?;
        let Some(row) = rows.first() else {
            return Ok(()); // delivered already, or not an order of this shop
        };
        // What counts is the price in the shop's own books.
        let (gateway, price) = (payment.gateway().clone(), Money::of(row.text(0)?, ASSET)?);
        let asked = Payment::asked_for(gateway, PaymentKind::Checkout, reference, price);
        if payment.merge(asked).is_err() || !payment.status().is_paid_in_full() {
            return Ok(()); // a refund, a part of the price, or sources that contradict each other
        }
        // The first condition is for PostgreSQL, where another order can take the key while this statement waits for its row.
        let sql = "UPDATE licences SET sold_to = $1 WHERE sold_to IS NULL
            AND key = (SELECT key FROM licences WHERE sold_to IS NULL ORDER BY key LIMIT 1)";
        match tx.execute(sql, &order).await? {
            0 => Err("no key was free: add keys if all are sold".into()),
            _ => Ok(()),
        }
    }
}

impl Shop {
    /// Adds keys to sell. Those that exist are not changed.
    pub async fn stock(&self, keys: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
        let sql = "INSERT INTO licences (key) VALUES ($1) ON CONFLICT DO NOTHING";
        let mut tx = self.database.begin().await?;
        for key in keys {
            tx.execute(sql, &[key.into()]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Records an order, then creates it at the gateway. Returns the URL of the page where the customer pays.
    pub(crate) async fn order(&self) -> anyhow::Result<String> {
        // Whoever knows the reference sees the key, so it cannot be guessed.
        let reference = MerchantRef::new(Uuid::new_v4().simple().to_string())?;
        let sql = "INSERT INTO orders (reference, price) VALUES ($1, $2)";
        let mut tx = self.database.begin().await?;
        let values = [reference.as_str().into(), PRICE.into()];
        tx.execute(sql, &values).await?;
        tx.commit().await?;
        let order = CheckoutOrder::hosted(reference.clone(), Money::of(PRICE, ASSET)?)
            .customer(reference.as_str())
            .notify_url(format!("{}/webhooks/{}", self.url, self.gateway.id()))
            .success_url(format!("{}/orders/{reference}", self.url));
        let created = self.store.checkout(&*self.gateway, &order).await?;
        let url = created.next.url();
        Ok(url.context("there is no page to pay on")?.to_owned())
    }

    /// The key of an order, once it is delivered.
    pub(crate) async fn key(&self, reference: &str) -> anyhow::Result<Option<String>> {
        let mut tx = self.database.begin().await?;
        let sql = "SELECT key FROM licences WHERE sold_to = $1";
        let rows = tx.query(sql, &[reference.into()]).await?;
        let key = rows.first().map(|row| Ok(row.text(0)?.to_owned()));
        key.transpose()
    }
}

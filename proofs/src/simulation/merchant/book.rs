//! The handler of the merchant's events.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::{Amount, BoxError};
use payments_facade::Phase;
use payments_store::engine::{Engine as _, Transaction, Value};
use payments_store::{DetachedHandler, Handler, StoredEvent};

use super::{Defect, Merchant};

/// Books what each event states.
pub(super) struct Book(pub(super) Arc<Merchant>);

impl Book {
    async fn book(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let scene = &self.0.scene;
        let (key, payment) = (event.effect_key().as_str(), event.event());
        let stated = match scene.day.defect {
            Defect::BooksWhatIsAskedFor => event.after().funds().expected,
            _ => payment.funds().received,
        };
        let stated = stated.map(|money| money.amount);
        let gateway: Value = event.gateway().as_str().into();
        let reference: Value = payment.reference().map(|it| it.as_str().to_owned()).into();
        let id: Value = payment
            .provider_ref()
            .map(|it| it.as_str().to_owned())
            .into();
        // The total of all events, less what is booked of it.
        let total = event.after().funds().received;
        let total = total.map_or(Amount::ZERO, |money| money.amount);
        let sql =
            "SELECT gained FROM app_effects WHERE gateway = $1 AND (reference = $2 OR id = $3)";
        let own = [gateway.clone(), reference.clone(), id.clone()];
        let mut booked = Amount::ZERO;
        for row in tx.query(sql, &own).await? {
            booked = booked
                .checked_add(row.text(0)?.parse()?)
                .ok_or("too much")?;
        }
        let gained = total.checked_sub(booked).unwrap_or(Amount::ZERO);
        let sql = "INSERT INTO app_effects (effect_key, gateway, reference, id, is_completed, stated, gained)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values = [
            key.into(),
            gateway,
            reference,
            id,
            i64::from(payment.phase() == Phase::Completed).into(),
            stated.map(|amount| amount.to_string()).into(),
            gained.to_string().into(),
        ];
        tx.execute(sql, &values).await?;
        if scene.day.defect == Defect::BooksUnderTwoKeys {
            let other = format!("{key}, again").into();
            tx.execute(sql, &[&[other], &values[1..]].concat()).await?;
        }
        if scene.goes_wrong(15) {
            return Err("the handler fails".into());
        }
        scene.journal.write(format_args!("{key} is handled"));
        Ok(())
    }
}

#[async_trait]
impl Handler for Book {
    async fn handle(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        self.book(event, tx).await
    }
}

#[async_trait]
impl DetachedHandler for Book {
    async fn handle(&self, event: &StoredEvent) -> Result<(), BoxError> {
        let mut tx = self.0.engine.begin().await?;
        self.book(event, &mut *tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

//! The handler of the merchant's events.

use std::sync::Arc;

use async_trait::async_trait;
use payments_core::BoxError;
use payments_facade::Phase;
use payments_store::engine::{Engine as _, Transaction};
use payments_store::{DetachedHandler, Handler, StoredEvent};

use super::Merchant;

/// Books what each event states.
pub(super) struct Book(pub(super) Arc<Merchant>);

impl Book {
    async fn book(&self, event: &StoredEvent, tx: &mut dyn Transaction) -> Result<(), BoxError> {
        let scene = &self.0.scene;
        let (key, payment) = (event.effect_key().as_str(), event.event());
        let amount = payment
            .funds()
            .received
            .map(|money| money.amount.to_string());
        let reference = payment.reference().map(|it| it.as_str().to_owned());
        let id = payment.provider_ref().map(|it| it.as_str().to_owned());
        let sql = "INSERT INTO app_effects (effect_key, gateway, reference, id, is_final, amount)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let is_final = i64::from(matches!(
            payment.phase(),
            Phase::Completed | Phase::Closed(_)
        ));
        let values = [
            key.into(),
            event.gateway().as_str().into(),
            reference.into(),
            id.into(),
            is_final.into(),
            amount.into(),
        ];
        tx.execute(sql, &values).await?;
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

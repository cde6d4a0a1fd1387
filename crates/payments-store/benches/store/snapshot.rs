//! PostgreSQL with a transaction that stays open, as a report or a backup does: no dead row is removed meanwhile.

use payments_store::engine::{Engine as _, Postgres};

use crate::Size;
use crate::database::{Database, gateway, handle, receive, webhooks};
use crate::ratio::{Ratios, Target};

pub(crate) async fn measure(size: Size, ratios: &mut Ratios) {
    let mut rounds = Vec::new();
    for _ in 0..size.rounds {
        let mut speeds = [0.0; 2];
        for (speed, is_held) in speeds.iter_mut().zip([true, false]) {
            let Some(database) = Database::postgres().await else {
                return;
            };
            let reader = Postgres::connect(database.url.as_deref().unwrap()).await;
            let mut tx = reader.unwrap().begin().await.unwrap();
            if is_held {
                let isolation = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
                tx.execute(isolation, &[]).await.unwrap();
                tx.query("SELECT COUNT(*) FROM pay_deliveries", &[])
                    .await
                    .unwrap();
            } else {
                drop(tx.commit().await);
            }
            *speed = day(&database, 8 * size.events).await;
        }
        rounds.push((speeds[0], speeds[1]));
    }
    let name = "PostgreSQL, events per second with an old snapshot open / without";
    ratios.add(name, Target::AtLeast(0.7), &rounds);
}

/// Receives and handles events. Returns those handled per second.
async fn day(database: &Database, count: usize) -> f64 {
    let (store, gateway) = (database.store(16).await, gateway("snapshot"));
    receive(&store, &gateway, &webhooks(&gateway, count), 256).await;
    handle(&store, count).await
}

//! Handling: 16 events per transaction against one.

use crate::Size;
use crate::database::{Database, gateway, handle, receive, webhooks};
use crate::ratio::{Ratios, Target, median};

pub(crate) async fn measure(size: Size, ratios: &mut Ratios) {
    let sqlite = Some(Database::sqlite().await);
    for (database, least) in [(sqlite, 8.0), (Database::postgres().await, 3.0)] {
        let Some(database) = database else {
            continue;
        };
        let gateway = gateway("handling");
        let (many, one) = (database.store(16).await, database.store(1).await);
        let mut rounds = Vec::new();
        for _ in 0..size.rounds {
            let mut speeds = [0.0; 2];
            for (speed, (store, count)) in speeds
                .iter_mut()
                .zip([(&many, size.events), (&one, size.events / 8)])
            {
                let webhooks = webhooks(&gateway, count);
                receive(store, &gateway, &webhooks, 256).await;
                *speed = handle(store, count).await;
            }
            rounds.push((speeds[0], speeds[1]));
        }
        let (many, one) = (
            median(rounds.iter().map(|it| it.0)),
            median(rounds.iter().map(|it| it.1)),
        );
        let name = database.name;
        println!(
            "  {name} handles {many:.0} per second in batches, {one:.0} per second one by one"
        );
        let name = format!("{name}, handling 16 per commit / 1 per commit");
        ratios.add(&name, Target::AtLeast(least), &rounds);
    }
}

//! The figures for operators.

use std::collections::BTreeMap;

use payments_store::{IntentState, WebhookResult};

use crate::support::{Book, change, deposit, engines, gateway, payout, post, store, until_idle};

#[tokio::test(flavor = "multi_thread")]
async fn counts_what_waits_and_what_needs_a_person() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        assert_eq!(store.overview().await.unwrap(), Default::default());
        for amount in ["1", "2", "3"] {
            assert!(post(&store, &gateway, &deposit(&gateway, amount)).await);
        }
        let waiting = store.overview().await.unwrap();
        let first = store.deliveries(10).await.unwrap();
        let first = first.iter().map(|it| it.received_at).min();
        assert_eq!((waiting.pending, waiting.oldest_pending), (3, first));

        let kill = "UPDATE pay_deliveries SET state = 'dead' WHERE effect_key =
            (SELECT MIN(effect_key) FROM pay_deliveries)";
        change(&*it.engine, kill).await;
        store.run(Book::default(), until_idle(&store)).await;
        store.payout(&gateway, &payout("p-1", "1")).await.unwrap();
        let lost = "UPDATE pay_intents SET state = 'sending', ends_at = 0";
        change(&*it.engine, lost).await;
        let finding = "INSERT INTO pay_findings (kind, subject, gateway, detail, found_at)
            VALUES ('contested', 'p-1', 'fake/main', 'compare them', 1)";
        change(&*it.engine, finding).await;
        let after = store.overview().await.unwrap();
        assert_eq!((after.pending, after.oldest_pending), (0, None));
        assert_eq!((after.dead, after.findings), (1, 1), "{}", it.name);
        let unknown = BTreeMap::from([(IntentState::Unknown, 1)]);
        assert_eq!(after.open_intents, unknown, "{}", it.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn states_what_became_of_a_webhook() {
    for it in engines().await {
        let (store, gateway) = (store(&it.engine, 1).await, gateway());
        let mut webhook = deposit(&gateway, "5");
        for expected in [WebhookResult::Stored, WebhookResult::Repeated] {
            let (reply, result) = store
                .receive_with_result(&gateway, &webhook.headers, &webhook.body)
                .await;
            assert_eq!(result, expected, "{}", it.name);
            assert!(result.is_acknowledged() && reply.status().is_success());
        }
        webhook.body = "forged".into();
        let (reply, result) = store
            .receive_with_result(&gateway, &webhook.headers, &webhook.body)
            .await;
        assert_eq!(result, WebhookResult::NotGenuine);
        assert!(!result.is_acknowledged() && !reply.status().is_success());

        store.check().await.unwrap();
        change(&*it.engine, "DROP TABLE pay_deliveries").await;
        let webhook = deposit(&gateway, "6");
        let (_, result) = store
            .receive_with_result(&gateway, &webhook.headers, &webhook.body)
            .await;
        assert_eq!(result, WebhookResult::NotStored, "{}", it.name);
        change(&*it.engine, "DROP TABLE pay_schema").await;
        store.check().await.unwrap_err();
    }
}

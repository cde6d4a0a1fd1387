//! Which days of statements are read, by whom, and when they are given up.

use std::sync::Arc;

use payments_core::Date;
use payments_facade::Gateways;
use payments_facade::layer::Call;
use payments_testkit::FakeFault;
use tokio::sync::Notify;

use super::support::{DAY, HOUR, MINUTE, SetClock, Shop};
use crate::intercepted::{Intercept, Intercepted};
use crate::support::{engines, money};

#[tokio::test(flavor = "multi_thread")]
async fn every_day_is_read_once_after_a_week_without_a_run() {
    for engine in engines().await {
        let mut shop = Shop::open(&engine.engine).await;
        shop.settings.statement_overlap = 0;
        shop.reconcile_after(DAY).await;
        for _ in 0..7 {
            shop.gateway.deposit(&money("1")).unwrap();
            shop.clock.advance(DAY);
        }
        let report = shop.reconcile().await;
        let counted = (report.statement_rows, report.events);
        assert_eq!(counted, (7, 7), "{}: {report:?}", engine.name);
        // Then only the latest day, which has the last deposit.
        let report = shop.reconcile_after(7 * HOUR).await;
        let counted = (report.statement_rows, report.events);
        assert_eq!(counted, (1, 0), "{}: {report:?}", engine.name);
    }
}

/// Each statement takes a minute, and that of a day of November 2023 is never answered.
#[derive(Clone, Debug)]
struct Slow {
    clock: SetClock,
    hangs_at: u8,
    reached: Arc<Notify>,
}

impl Intercept for Slow {
    fn has_statements(&self) -> bool {
        true
    }

    fn fault_of(&self, day: Date) -> Option<FakeFault> {
        self.clock.advance(MINUTE);
        let hangs = day.parts().2 == self.hangs_at;
        hangs.then(|| {
            self.reached.notify_one();
            FakeFault::Hangs { applied: false }
        })
    }
}

/// A lease of five minutes begins with each day that was read.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_reads_statements_has_them_until_its_last_lease_ends() {
    for engine in engines().await {
        let shop = Shop::open(&engine.engine).await;
        shop.clock.advance(DAY);
        // The third of three days.
        let by = Slow {
            clock: shop.clock.clone(),
            hangs_at: 14,
            reached: Arc::default(),
        };
        let (mut gateways, reached) = (Gateways::new(), Arc::clone(&by.reached));
        let inner = shop.gateway.clone();
        gateways.add(Intercepted { inner, by }).unwrap();
        tokio::select! {
            _ = shop.store.reconcile(&gateways, &shop.settings) => panic!("it does not end"),
            () = reached.notified() => {}
        }
        let other = Shop {
            store: shop.another_store(&engine.engine).await,
            ..shop.clone()
        };
        let read = shop.gateway.sent(Call::Statement);
        other.reconcile_after(3 * MINUTE).await;
        assert_eq!(shop.gateway.sent(Call::Statement), read, "{}", engine.name);
        other.reconcile_after(MINUTE).await;
        // The day that was not read, and those from two days before the latest that was.
        let again = shop.gateway.sent(Call::Statement);
        assert_eq!(again, read + 4, "{}", engine.name);
    }
}

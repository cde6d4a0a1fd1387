use super::*;

#[test]
fn stamps_are_utc_to_the_second() {
    assert_eq!(stamp(1_668_597_997_999), "221116112637");
    assert_eq!(readable(1_668_597_997_999), "2022-11-16 11:26:37 UTC");
    assert_eq!(
        http_date(1_668_597_997_999),
        "Wed, 16 Nov 2022 11:26:37 GMT"
    );
}

#[test]
fn instants_after_the_year_9999_still_print() {
    let clock = Clock::manual(u64::MAX - 1);
    clock.advance(Duration::MAX);
    assert_eq!(clock.now_ms(), u64::MAX);
    assert_eq!(stamp(clock.now_ms()).len(), 12);
}

#[tokio::test]
async fn waiting_ends_when_the_clock_reaches_the_time() {
    let clock = Clock::manual(0);
    let waiting = tokio::spawn({
        let clock = clock.clone();
        async move {
            clock.wait_until(10).await;
            clock.now_ms()
        }
    });
    clock.advance(Duration::from_millis(4));
    clock.advance(Duration::from_millis(6));
    assert_eq!(waiting.await.unwrap(), 10);
}

#[test]
fn stamps_stay_on_the_machines_clock() {
    let clock = Clock::system();
    let before = clock.stamp_ms();
    clock.advance(Duration::from_secs(3_600));
    assert!(clock.now_ms() >= before + 3_600_000);
    assert!(clock.stamp_ms() < before + 3_600_000);
    let manual = Clock::manual(5);
    manual.advance(Duration::from_millis(7));
    assert_eq!(manual.stamp_ms(), 12);
}

#[tokio::test]
async fn a_frozen_clock_moves_only_by_an_advance() {
    let clock = Clock::system();
    clock.freeze();
    let at = clock.now_ms();
    std::thread::sleep(Duration::from_millis(3));
    assert_eq!((clock.now_ms(), clock.is_frozen()), (at, true));
    clock.advance(Duration::from_millis(50));
    assert_eq!(clock.now_ms(), at + 50);
    assert!(clock.stamp_ms() > at, "stamps stay on the machine's clock");
    let waiting = tokio::spawn({
        let clock = clock.clone();
        async move { clock.wait_until(at + 51).await }
    });
    clock.unfreeze();
    waiting.await.unwrap();
    assert!(clock.now_ms() > at + 50 && !clock.is_frozen());
}

#[tokio::test(start_paused = true)]
async fn a_clock_of_the_runtime_goes_from_one_event_to_the_next() {
    let clock = Clock::runtime(1_000);
    clock.wait_until(86_401_000).await;
    assert_eq!((clock.now_ms(), clock.stamp_ms()), (86_401_000, 86_401_000));
    clock.advance(Duration::from_secs(1));
    assert_eq!((clock.now_ms(), clock.stamp_ms()), (86_402_000, 86_401_000));
    assert!(!clock.is_manual());
}

#[tokio::test(start_paused = true)]
async fn a_clock_of_the_runtime_goes_on_where_it_was() {
    let clock = Clock::runtime(1_000);
    clock.advance(Duration::from_secs(1));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let times = |clock: &Clock| (clock.now_ms(), clock.stamp_ms());
    assert_eq!(times(&clock), (62_000, 61_000));
    let next = Clock::runtime(1_000);
    tokio::time::sleep(Duration::from_secs(1)).await;
    next.go_on(clock.saved());
    assert_eq!(times(&next), (63_000, 62_000));
    next.freeze();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let frozen = Clock::runtime(1_000);
    frozen.go_on(next.saved());
    assert_eq!(
        (times(&frozen), frozen.is_frozen()),
        ((63_000, 63_000), true)
    );
    // One that starts later, or was advanced before, does not go back.
    for (later, advance_s) in [(Clock::runtime(70_000), 0), (Clock::runtime(1_000), 100)] {
        later.advance(Duration::from_secs(advance_s));
        let before_ms = later.now_ms();
        later.go_on(clock.saved());
        assert!(later.now_ms() >= before_ms, "{later:?}");
    }
    let manual = Clock::manual(0);
    manual.go_on(next.saved());
    assert_eq!(manual.now_ms(), 63_000);
}

#[tokio::test]
async fn the_system_clock_can_be_advanced() {
    let clock = Clock::system();
    let due = clock.now_ms() + 3_600_000;
    clock.advance(Duration::from_secs(3_600));
    clock.wait_until(due).await;
}

//! Panics, also those of tasks, which would be known only to those who wait for the tasks.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::violation::Violation;

const CLAIM: &str = "nothing panics";

thread_local! {
    /// What panicked on this thread, while it is watched.
    static PANICS: RefCell<Option<Vec<Violation>>> = const { RefCell::new(None) };
}

/// Runs something on this thread. Returns its result if it did not panic, and a violation for each panic on the way.
pub(crate) fn watched<T>(run: impl FnOnce() -> T) -> (Option<T>, Vec<Violation>) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_watched = PANICS.with_borrow_mut(|found| {
                let violation = || Violation::of(CLAIM, panic.to_string());
                found
                    .as_mut()
                    .map(|found| found.push(violation()))
                    .is_some()
            });
            if !is_watched {
                usual(panic);
            }
        }));
    });
    PANICS.set(Some(Vec::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    (result.ok(), PANICS.take().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::watched;

    #[test]
    fn a_panic_is_a_violation_and_the_next_run_starts_without_it() {
        let (result, found) = watched(|| -> u8 { panic!("on purpose") });
        assert_eq!(result, None);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found[0].starts_with("violated: nothing panics: panicked at"));
        assert!(found[0].ends_with("on purpose"), "{found:?}");
        assert!(matches!(watched(|| 7), (Some(7), none) if none.is_empty()));
    }

    #[test]
    fn a_panic_of_a_task_that_no_one_waits_for_is_a_violation() {
        let (result, found) = watched(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.unwrap().block_on(async {
                tokio::spawn(async { panic!("in a task") });
                tokio::task::yield_now().await;
            });
        });
        assert_eq!((result, found.len()), (Some(()), 1));
    }
}

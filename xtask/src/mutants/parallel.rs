//! Work that keeps all cores busy.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

/// Does something with each item on twice as many threads as there are cores, because tests often wait. Takes each result as soon as
/// it is there, and stops at the first error.
pub(super) fn in_parallel<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(usize, &T) -> Result<R, String> + Sync,
    mut take: impl FnMut(R) -> Result<(), String>,
) -> Result<(), String> {
    let threads = 2 * thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let (sender, results) = sync_channel(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    // No one takes results after an error.
                    if sender.send(work(number, item)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        results.into_iter().try_for_each(|result| take(result?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_on_once_until_an_error() {
        let items: Vec<usize> = (0..100).collect();
        let mut taken = Vec::new();
        in_parallel(
            &items,
            |number, item| Ok((number, *item)),
            |pair| {
                taken.push(pair);
                Ok(())
            },
        )
        .unwrap();
        taken.sort_unstable();
        assert_eq!(taken, (0..100).map(|n| (n, n)).collect::<Vec<_>>());

        let fails = |_, item: &usize| match item {
            7 => Err("seven".to_owned()),
            _ => Ok(()),
        };
        let problem = in_parallel(&items, fails, |()| Ok(())).unwrap_err();
        assert_eq!(problem, "seven");
    }
}

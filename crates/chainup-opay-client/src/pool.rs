//! Work beside the async threads, by a few threads of our own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::oneshot::{self, Receiver};

/// How much is worked on at once; what comes on top waits in line. Each work may use all cores by itself, so more would
/// only be slower one by one.
pub(crate) const AT_ONCE: usize = 2;

type Job = Box<dyn FnOnce() + Send>;

/// Up to [`AT_ONCE`] threads, which end when there is nothing left to do.
#[derive(Clone, Default)]
pub(crate) struct Pool(Arc<Mutex<Line>>);

#[derive(Default)]
struct Line {
    threads: usize,
    jobs: VecDeque<Job>,
}

impl Pool {
    /// Runs `work` when its turn has come. Dropping the future gives up its result; work that has not begun by then is
    /// left out.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Receiver<T> {
        let (sender, receiver) = oneshot::channel();
        let job = Box::new(move || {
            if !sender.is_closed() {
                sender.send(work());
            }
        });
        let mut line = self.line();
        line.jobs.push_back(job);
        let mut lost = VecDeque::new();
        if line.threads < AT_ONCE {
            let pool = self.clone();
            let spawned = thread::Builder::new()
                .name("chainup-opay-open".to_owned())
                .spawn(move || pool.work_off());
            match spawned {
                Ok(_) => line.threads += 1,
                // With a thread there is one that comes to it; without, nobody would.
                Err(_) if line.threads == 0 => std::mem::swap(&mut lost, &mut line.jobs),
                Err(_) => {}
            }
        }
        drop(line);
        // Dropped jobs tell whoever waits, and that is not done under the lock.
        drop(lost);
        receiver
    }

    fn work_off(&self) {
        while let Some(job) = self.next() {
            // Whoever waits for it has been told while it unwound; the others must have their turn.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// The next job; none ends the thread.
    fn next(&self) -> Option<Job> {
        let mut line = self.line();
        let job = line.jobs.pop_front();
        if job.is_none() {
            line.threads -= 1;
        }
        job
    }

    /// Nothing panics while it holds the lock.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::scripted::block_on;
    use std::sync::mpsc;

    #[test]
    fn no_more_than_so_many_work_at_once_and_all_have_their_turn() {
        let pool = Pool::default();
        let (started, starts) = mpsc::channel();
        let (releases, results): (Vec<_>, Vec<_>) = (0..AT_ONCE + 3)
            .map(|id| {
                let (release, wait) = mpsc::channel::<()>();
                let started = started.clone();
                let result = pool.run(move || {
                    started.send(id).unwrap();
                    wait.recv().unwrap();
                    (id, thread::current().name().map(str::to_owned))
                });
                (release, result)
            })
            .unzip();
        for _ in 0..AT_ONCE {
            starts.recv().unwrap();
        }
        // Each of the threads holds a job: what is left waits.
        let line = pool.line();
        assert_eq!((line.threads, line.jobs.len()), (AT_ONCE, 3));
        drop(line);
        for release in releases {
            release.send(()).unwrap();
        }
        for (id, result) in results.into_iter().enumerate() {
            let name = "chainup-opay-open".to_owned();
            assert_eq!(block_on(result).unwrap(), (id, Some(name)));
        }
    }

    #[test]
    fn a_panic_is_told_to_its_own_waiter_and_to_nobody_else() {
        let pool = Pool::default();
        for _ in 0..AT_ONCE + 1 {
            let lost = pool.run(|| -> u8 { panic!("on purpose") });
            assert!(block_on(lost).is_err());
        }
        assert_eq!(block_on(pool.run(|| 7)).unwrap(), 7);
    }

    #[test]
    fn work_that_nobody_waits_for_is_left_out() {
        let pool = Pool::default();
        let (releases, busy): (Vec<_>, Vec<_>) = (0..AT_ONCE)
            .map(|_| {
                let (release, wait) = mpsc::channel::<()>();
                (release, pool.run(move || wait.recv().unwrap()))
            })
            .unzip();
        let (done, was_done) = mpsc::channel();
        drop(pool.run(move || done.send(()).unwrap()));
        let last = pool.run(|| 7);
        for release in releases {
            release.send(()).unwrap();
        }
        for busy in busy {
            block_on(busy).unwrap();
        }
        assert_eq!(block_on(last).unwrap(), 7);
        assert!(was_done.recv().is_err(), "it was dropped unused");
    }
}

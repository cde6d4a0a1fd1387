//! A channel for one value: a thread makes it, a future waits for it, and no runtime is needed.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The sender was dropped without a value.
#[derive(Debug, thiserror::Error)]
#[error("the thread that opens large answers was lost")]
pub(crate) struct Closed;

pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = Arc::new(Mutex::new(State::Waiting(None)));
    (Sender(Arc::clone(&state)), Receiver(state))
}

enum State<T> {
    Waiting(Option<Waker>),
    Sent(T),
    Closed,
}

/// Dropped without a value, it tells the receiver that there will be none.
pub(crate) struct Sender<T>(Arc<Mutex<State<T>>>);

impl<T> Sender<T> {
    pub(crate) fn send(self, value: T) {
        self.settle(State::Sent(value));
    }

    /// Whether nobody waits any more.
    pub(crate) fn is_closed(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    fn settle(&self, settled: State<T>) {
        let mut state = locked(&self.0);
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = settled;
            drop(state);
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.settle(State::Closed);
    }
}

pub(crate) struct Receiver<T>(Arc<Mutex<State<T>>>);

impl<T> Future for Receiver<T> {
    type Output = Result<T, Closed>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = locked(&self.0);
        match std::mem::replace(&mut *state, State::Closed) {
            State::Sent(value) => Poll::Ready(Ok(value)),
            State::Closed => Poll::Ready(Err(Closed)),
            State::Waiting(_) => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

/// Nothing panics while it holds the lock.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use payments_core::scripted::block_on;

    #[test]
    fn a_value_arrives_whoever_is_first() {
        let (sender, receiver) = channel();
        sender.send(7);
        assert_eq!(block_on(receiver).unwrap(), 7);

        let (sender, mut receiver) = channel();
        let mut context = Context::from_waker(Waker::noop());
        assert!(Pin::new(&mut receiver).poll(&mut context).is_pending());
        let sending = std::thread::spawn(move || sender.send(7));
        assert_eq!(block_on(receiver).unwrap(), 7);
        sending.join().unwrap();
    }

    #[test]
    fn a_lost_sender_is_an_error_and_never_a_wait() {
        let (sender, receiver) = channel::<u8>();
        drop(sender);
        assert!(block_on(receiver).is_err());
    }

    #[test]
    fn the_sender_knows_when_nobody_waits() {
        let (sender, receiver) = channel::<u8>();
        assert!(!sender.is_closed());
        drop(receiver);
        assert!(sender.is_closed());
    }
}

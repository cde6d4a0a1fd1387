//! Decrypts large answers beside the async threads.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use async_trait::async_trait;
use bytes::Bytes;
use futures_channel::oneshot;
use payments_core::{BoxError, RawAnswer, Reach, Transport, TransportError};

use crate::protocol::{Account, Decrypted};

/// Larger answers have more than 16 blocks of 2,048-bit keys, which is six milliseconds of one core. Only statements do.
const LARGE: usize = 6 * 1024;

/// A transport that decrypts large answers on threads of their own.
///
/// A statement of 2,000 rows takes about 1,800 private-key operations, most of a second of one core. Between executor
/// and transport the work is part of the attempt and of its deadline. The decrypted text is attached to the answer, so
/// that reading it later does not decrypt again.
pub(crate) struct DecryptingTransport {
    transport: Arc<dyn Transport>,
    account: Arc<Account>,
    turn: Arc<Mutex<()>>,
}

impl DecryptingTransport {
    pub(crate) fn new(transport: Arc<dyn Transport>, account: Arc<Account>) -> Self {
        Self {
            transport,
            account,
            turn: Arc::default(),
        }
    }
}

impl fmt::Debug for DecryptingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.transport, f)
    }
}

#[async_trait]
impl Transport for DecryptingTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut answer = self.transport.send(request).await?;
        let body = answer.body();
        if body.len() > LARGE && body.trim_ascii_start().starts_with(b"{") {
            let (account, body) = (Arc::clone(&self.account), body.clone());
            let decrypted = off_thread(&self.turn, move || Decrypted::of(&account, &body)).await;
            match decrypted {
                Ok(Some(decrypted)) => {
                    answer.extensions_mut().insert(decrypted);
                }
                Ok(None) => {}
                Err(error) => {
                    let raw = RawAnswer::from(&answer);
                    let error = TransportError::io(Reach::ResponseStarted, error);
                    return Err(error.with_partial(raw));
                }
            }
        }
        Ok(answer)
    }
}

/// Runs `work` on a new thread, one at a time for each `turn`: `work` uses all cores, so several at once would only slow
/// each other down. Work that has not begun when the future is dropped is skipped. A panic ends as an error.
async fn off_thread<T: Send + 'static>(
    turn: &Arc<Mutex<()>>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BoxError> {
    let (sender, receiver) = oneshot::channel();
    let turn = Arc::clone(turn);
    thread::Builder::new()
        .name("chainup-opay-decrypt".to_owned())
        .spawn(move || {
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            if !sender.is_canceled() {
                // It fails only if the future was dropped meanwhile.
                let _ = sender.send(work());
            }
        })?;
    receiver
        .await
        .map_err(|_| BoxError::from("the thread that decrypts large answers panicked"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::task::{Context, Waker};

    use super::*;
    use payments_core::scripted::block_on;

    #[test]
    fn a_panic_is_an_error_and_the_next_work_still_runs() {
        let turn = Arc::default();
        assert!(block_on(off_thread(&turn, || -> u8 { panic!("on purpose") })).is_err());
        assert_eq!(block_on(off_thread(&turn, || 7)).unwrap(), 7);
    }

    #[test]
    fn work_waits_for_its_turn_and_is_skipped_if_no_one_waits_for_it() {
        let turn = Arc::new(Mutex::new(()));
        let (done, was_done) = mpsc::channel();
        let busy = turn.lock().unwrap();
        let mut context = Context::from_waker(Waker::noop());
        let dropped = done.clone();
        let mut first = Box::pin(off_thread(&turn, move || dropped.send("dropped").unwrap()));
        assert!(first.as_mut().poll(&mut context).is_pending());
        drop(first);
        let mut second = Box::pin(off_thread(&turn, move || done.send("awaited").unwrap()));
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(was_done.try_recv().is_err(), "it is not its turn yet");
        drop(busy);
        block_on(second).unwrap();
        assert_eq!(was_done.recv(), Ok("awaited"));
        assert!(was_done.recv().is_err(), "the dropped work never ran");
    }
}

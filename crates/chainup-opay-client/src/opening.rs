//! Opens large answers before the executor reads them, on threads of their own.
//!
//! A statement of 2,000 rows takes about 1,800 private-key operations: most of a second of one core, which no thread of an
//! async runtime should spend. [`Opening`] stands between executor and transport, so the work is part of the attempt
//! and of its deadline. A client opens two answers at once, each on all cores; more of them wait in line. What was opened
//! is left beside the answer, where the account finds it instead of doing the work again.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{RawAnswer, Reach, Transport, TransportError};
use payments_signing::Refused;

use crate::answer::Plaintext;
use crate::pool::Pool;
use crate::protocol::{Account, sealed_parts};

/// Answers above this have more than 16 blocks of 2,048-bit keys, six milliseconds of one core; all but statements are
/// smaller.
const LARGE: usize = 6 * 1024;

/// A transport whose large answers come opened.
pub(crate) struct Opening {
    transport: Arc<dyn Transport>,
    account: Arc<Account>,
    pool: Pool,
}

impl Opening {
    pub(crate) fn new(transport: Arc<dyn Transport>, account: Arc<Account>) -> Self {
        Self {
            transport,
            account,
            pool: Pool::default(),
        }
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.transport, f)
    }
}

#[async_trait]
impl Transport for Opening {
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let mut answer = self.transport.send(request).await?;
        answer.extensions_mut().remove::<Opened>();
        let body = answer.body();
        // No look at the whole of it here: that is for the thread as well.
        if body.len() > LARGE && body.trim_ascii_start().starts_with(b"{") {
            let (account, body) = (Arc::clone(&self.account), answer.body().clone());
            let opening = self.pool.run(move || Opened::new(account, body));
            let opened = opening.await.map_err(|closed| {
                let whole = RawAnswer::from(&answer);
                TransportError::io(Reach::ResponseStarted, closed).with_partial(whole)
            })?;
            if let Some(opened) = opened {
                answer.extensions_mut().insert(opened);
            }
        }
        Ok(answer)
    }
}

/// What opening the `data` of one body came to. Only [`Opening`] makes one.
#[derive(Clone)]
pub(crate) struct Opened(Arc<Work>);

struct Work {
    account: Arc<Account>,
    body: Bytes,
    text: Result<Plaintext, Refused>,
}

impl Opened {
    /// `None` where the body has nothing to open.
    fn new(account: Arc<Account>, body: Bytes) -> Option<Self> {
        let (data, sign) = sealed_parts(&body)?;
        let text = account.open_text(&data, &sign);
        drop((data, sign));
        Some(Self(Arc::new(Work {
            account,
            body,
            text,
        })))
    }

    /// What it came to, if it was made by this account of this very body: the same memory, which is immutable and
    /// which this value keeps alive.
    pub(crate) fn of(&self, account: &Account, body: &Bytes) -> Option<Result<Plaintext, Refused>> {
        let Work {
            account: by,
            body: from,
            text,
        } = &*self.0;
        let same = std::ptr::eq(Arc::as_ptr(by), account) && std::ptr::eq(&**from, &**body);
        same.then(|| text.clone())
    }
}

#[cfg(test)]
#[path = "opening_tests.rs"]
mod tests;

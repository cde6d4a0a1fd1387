//! Why a message of CCPayment v2 failed verification.

use super::Key;
use crate::ccpayment::Window;
use crate::ccpayment::diagnose::{Account, Message, Version};
use crate::diagnosis::Diagnosis;

impl Key {
    /// Why [`verify_webhook`](Self::verify_webhook) refuses a message; `None` if it does not.
    ///
    /// - `headers`: all headers of the message, as received. Besides the three of the signature, `Content-Length` and
    ///   `Content-Encoding` are read.
    ///
    /// Run it only after verification failed and the reply is sent. It computes a fixed number of other signatures, each over
    /// at most a few times the size of a body.
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_webhook<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Option<Diagnosis> {
        let message = Message::webhook(headers, body, now_s, window);
        message.diagnose(&self.account(), |parts| {
            self.verify_webhook(parts, body, now_s, window).is_ok()
        })
    }

    /// Why [`verify_request`](Self::verify_request) refuses a message; `None` if it does not. Like
    /// [`diagnose_webhook`](Self::diagnose_webhook).
    #[cfg_attr(docsrs, doc(cfg(feature = "explain")))]
    #[must_use]
    pub fn diagnose_request<'a>(
        &self,
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
        now_s: u64,
        window: &Window,
    ) -> Option<Diagnosis> {
        let message = Message::request(headers, body, now_s, window);
        message.diagnose(&self.account(), |parts| {
            self.verify_request(parts, body, now_s, window).is_ok()
        })
    }

    fn account(&self) -> Account<'_> {
        Account {
            version: Version::V2,
            app_id: &self.app_id,
            secret: &self.secret,
        }
    }
}

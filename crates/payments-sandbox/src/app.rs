//! What every handler shares.

use tokio::sync::{Notify, watch};

use crate::ccpayment;
use crate::chainup_opay;
use crate::clock::Clock;
use crate::cpay;
use crate::credentials::Credentials;
use crate::ids::Ids;
use crate::store::{RequestRecord, Store};
use crate::webhook;

/// Called with every recorded request.
pub(crate) type Observer = Box<dyn Fn(&RequestRecord) + Send + Sync>;

/// One sandbox: settings, time, chance and memory.
pub(crate) struct App {
    /// `http://ADDRESS:PORT`, without a slash at its end.
    pub(crate) base_url: String,
    /// Whether requests for other hosts than this machine's own names are answered.
    pub(crate) remote_listen: bool,
    pub(crate) webhooks: webhook::Rules,
    pub(crate) credentials: Credentials,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) store: Store,
    pub(crate) cpay: cpay::Account,
    pub(crate) chainup_opay: chainup_opay::Account,
    pub(crate) ccpayment: ccpayment::Account,
    pub(crate) observer: Option<Observer>,
    /// Wakes the webhook sender when a delivery was added or made due.
    pub(crate) wake: Notify,
    /// Changes whenever a webhook try has ended or all were forgotten.
    pub(crate) sent: watch::Sender<u64>,
}

impl App {
    /// Keeps the record of a request and shows it to the observer.
    pub(crate) fn record(&self, record: RequestRecord) {
        let record = self.store.lock().requests.add(record);
        if let Some(observe) = &self.observer {
            observe(&record);
        }
    }
}

//! The merchant's side: its books, and its endpoint for webhooks.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body_util::Full;
use payments_core::Amount;
use payments_server::{Limits, Received};
use tokio::sync::{mpsc, watch};

use super::story::{Result, ensure_eq};

/// The balances that the calls of a story should leave.
pub(crate) struct Book(BTreeMap<String, Amount>);

impl Book {
    /// Starts with the provider's balances.
    pub(crate) fn open<'a>(
        balances: impl Iterator<Item = (&'a String, Option<Amount>)>,
    ) -> Result<Self> {
        let entries = balances.map(|(asset, amount)| Some((asset.clone(), amount?)));
        let entries: Option<_> = entries.collect();
        Ok(Self(entries.ok_or("a balance has no amount")?))
    }

    pub(crate) fn credit(&mut self, asset: &str, amount: Option<Amount>) -> Result<()> {
        self.change(asset, amount, Amount::checked_add)
    }

    pub(crate) fn debit(&mut self, asset: &str, amount: Option<Amount>) -> Result<()> {
        self.change(asset, amount, Amount::checked_sub)
    }

    fn change(
        &mut self,
        asset: &str,
        amount: Option<Amount>,
        apply: fn(Amount, Amount) -> Option<Amount>,
    ) -> Result<()> {
        let amount = amount.ok_or_else(|| format!("the response has no amount of {asset}"))?;
        let entry = self.0.entry(asset.to_owned()).or_insert(Amount::ZERO);
        *entry = apply(*entry, amount).ok_or_else(|| format!("not enough {asset}"))?;
        Ok(())
    }

    /// Compares every balance to the last digit. The result is for the last step of a story.
    pub(crate) fn compare(&self, balance: impl Fn(&str) -> Option<Amount>) -> Result<String> {
        for (asset, booked) in &self.0 {
            ensure_eq(balance(asset), Some(*booked))?;
        }
        Ok(format!("{} balances match the books", self.0.len()))
    }
}

/// A real HTTP endpoint on a free loopback port. It serves until the demo ends.
pub(crate) struct Receiver<E> {
    address: SocketAddr,
    events: mpsc::UnboundedReceiver<E>,
    _stop: watch::Sender<bool>,
}

impl<E: Send + 'static> Receiver<E> {
    /// `verify` returns the event and its acknowledgement. Other requests get `nack`.
    pub(crate) fn start(
        nack: Response<Bytes>,
        verify: impl Fn(&HeaderMap, &Bytes) -> Option<(E, Response<Bytes>)> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (sender, events) = mpsc::unbounded_channel();
        let verify = Arc::new(verify);
        let receive = move |received: Received| {
            let Received { parts, body, .. } = received;
            let is_webhook = parts.method == Method::POST && parts.uri.path() == "/webhooks";
            let body = body.ok().filter(|_| is_webhook);
            let genuine = body.and_then(|body| verify(&parts.headers, &body));
            let reply = genuine.map(|(event, ack)| {
                // The event is kept before it is acknowledged. The send fails only when the demo is over.
                let _ = sender.send(event);
                ack
            });
            std::future::ready(reply.unwrap_or_else(|| nack.clone()).map(Full::new))
        };
        let (stop, stopped) = watch::channel(false);
        let limits = Limits::webhooks();
        // A failure shows as a webhook that does not arrive.
        tokio::spawn(payments_server::serve(listener, limits, stopped, receive));
        Ok(Self {
            address,
            events,
            _stop: stop,
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/webhooks", self.address)
    }

    /// The next verified event.
    pub(crate) async fn event(&mut self) -> Result<E> {
        // Everything runs on this machine, so a webhook that takes longer does not come.
        let event = tokio::time::timeout(Duration::from_secs(10), self.events.recv()).await;
        let event = event.map_err(|_| "no genuine webhook arrived in 10 seconds")?;
        Ok(event.ok_or("the webhook endpoint has stopped")?)
    }
}

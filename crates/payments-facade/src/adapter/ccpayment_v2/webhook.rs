//! The webhooks of v2, which are hints.

use bytes::Bytes;
use ccpayment_client::v2::{self, DepositStatus, Event as Notice};
use http::HeaderMap;
use payments_core::{ProviderRef, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{CcpaymentV2, reading};
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::lookup::Lookup;
use crate::payment::{Observation, PaymentKind, Phase, Source};
use crate::webhook::{Diagnosis, EffectKey, Event, Hint, Received, Resend, WebhookError, Webhooks};

/// What the query of a [`Hint`] does. A webhook of v2 states no amount and is not final.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookPolicy {
    /// It queries the record that the webhook names, and acknowledges when the provider states the status that the webhook
    /// reported: the default.
    #[default]
    QueryFirst,
    /// It queries nothing and acknowledges: for an application that queries its orders itself and takes a webhook as a reason
    /// to do it now.
    HintOnly,
}

impl Webhooks for CcpaymentV2 {
    /// Only webhooks of kinds that name no record of this account are events. All others, and the console's probe, are
    /// [`WebhookError::OnlyHint`].
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.webhooks.receive(now, |webhooks| {
            let event = webhooks.receive(headers, body, now).map_err(refusal)?;
            let event = event.try_map(|event| read(&self.id, event, body))?;
            Ok(Received::verified(event, v2::ack()))
        })
    }

    fn hint(&self, headers: &HeaderMap, body: &Bytes) -> Result<Hint, WebhookError> {
        let now = self.executor.now();
        let event = self.webhooks.receive(now, |webhooks| {
            webhooks.receive(headers, body, now).map_err(refusal)
        })?;
        let about = About::of(&event).ok_or(WebhookError::Refused)?;
        let About::Record {
            kind,
            record,
            statuses,
        } = about
        else {
            return Ok(Hint::signed(None, v2::ack(), v2::nack()));
        };
        let lookup = Lookup::Provider(record.clone());
        let hint = Hint::signed(Some(lookup), v2::ack(), v2::nack()).about(kind);
        if self.webhook_policy == WebhookPolicy::HintOnly {
            return Ok(hint.without_query());
        }
        let reported = statuses.iter();
        let reported = reported.map(|status| reading::effect(&self.id, record, status));
        Ok(reported.fold(hint, Hint::reporting))
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        if error == WebhookError::OnlyHint {
            return None;
        }
        let by = |webhooks: &v2::Webhooks| webhooks.diagnose(headers, body, now);
        error
            .diagnosis()
            .or_else(|| self.webhooks.diagnose(now, by))
    }

    fn resending(&self) -> Option<&dyn Resend> {
        Some(self)
    }

    fn nack(&self) -> http::Response<Bytes> {
        v2::nack()
    }
}

fn refusal(error: v2::WebhookError) -> WebhookError {
    match error {
        v2::WebhookError::Unreadable { field } => WebhookError::Unreadable { field },
        _ => WebhookError::Refused,
    }
}

/// What a webhook is a hint about.
enum About<'a> {
    /// The console checks a URL: about nothing.
    Probe,
    Record {
        kind: PaymentKind,
        record: &'a ProviderRef,
        /// The final statuses one of which the record has to state. None if the webhook reports a status that is not final.
        statuses: Vec<String>,
    },
}

impl<'a> About<'a> {
    /// `None` for kinds that name no record which this account can query.
    fn of(event: &'a Notice) -> Option<Self> {
        // Whether it is flagged as risky, the record states.
        let deposit = |status: &DepositStatus| match status {
            DepositStatus::Success => [Some(false), Some(true), None]
                .map(|is_risky| reading::deposit_status(status, is_risky))
                .to_vec(),
            DepositStatus::Failed => vec![status.as_str().to_owned()],
            _ => Vec::new(),
        };
        let (kind, record, statuses) = match event {
            Notice::Activation => return Some(Self::Probe),
            Notice::ApiDeposit(one) => {
                (PaymentKind::Checkout, &one.record_id, deposit(&one.status))
            }
            Notice::DirectDeposit(one) => {
                (PaymentKind::Deposit, &one.record_id, deposit(&one.status))
            }
            Notice::ApiWithdrawal(one) => {
                let reported = one
                    .status
                    .is_final()
                    .then(|| one.status.as_str().to_owned());
                let statuses = reported.into_iter().collect();
                (PaymentKind::Payout, &one.record_id, statuses)
            }
            _ => return None,
        };
        Some(Self::Record {
            kind,
            record,
            statuses,
        })
    }
}

/// An event of a kind that cannot be queried: it is never money and never final. The gateway would send it six times more if it
/// were refused.
fn read(gateway: &GatewayId, event: Notice, raw: &Bytes) -> Result<Event, WebhookError> {
    if About::of(&event).is_some() {
        return Err(WebhookError::OnlyHint);
    }
    let (id, status) = match event.dedup_key() {
        Some((record, status)) => (record.to_owned(), status.to_owned()),
        // It names no record: the same body is the same event.
        None => (body_id(raw), String::from("unlisted")),
    };
    let effect = EffectKey::new(gateway, &id, &status);
    let observation = Observation::new(Source::Event, PaymentKind::Unstated)
        .provider_ref(event.record_id().cloned())
        .phase(Phase::Unrecognised, status);
    Ok(Event::new(
        gateway.clone(),
        observation,
        effect,
        ProviderResponse::new(event),
        raw.clone(),
    ))
}

fn body_id(body: &Bytes) -> String {
    use std::fmt::Write as _;

    let mut id = String::from("body-");
    for byte in Sha256::digest(body) {
        // Writing to a text cannot fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

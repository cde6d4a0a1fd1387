//! CCPayment's five kinds of webhooks.

use bytes::Bytes;
use ccpayment_client::v1::{
    self, ApiDeposit, ApiWithdrawal, Fee, Invoice, PayStatus, Quote, Refund,
};
use http::HeaderMap;
use payments_core::{Amount, Asset, MerchantRef, ProviderRef, Timestamp};

use super::{Ccpayment, reading};
use crate::answer::ProviderResponse;
use crate::gateway::GatewayId;
use crate::money::Money;
use crate::payment::{Closure, Observation, PaymentKind, Phase, Source};
use crate::webhook::{Diagnosis, EffectKey, Event, Received, Resend, WebhookError, Webhooks};

impl Webhooks for Ccpayment {
    fn receive(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Received, WebhookError> {
        self.webhooks.receive(now, |webhooks| {
            let event = webhooks.receive(headers, body, now).map_err(refusal)?;
            let event = event.map(|event| read(&self.id, event, body));
            Ok(Received::verified(event, v1::ack()))
        })
    }

    fn diagnose(&self, headers: &HeaderMap, body: &Bytes, now: Timestamp) -> Option<Diagnosis> {
        let error = self.receive(headers, body, now).err()?;
        let by = |webhooks: &v1::Webhooks| webhooks.diagnose(headers, body, now);
        error
            .diagnosis()
            .or_else(|| self.webhooks.diagnose(now, by))
    }

    fn resending(&self) -> Option<&dyn Resend> {
        Some(self)
    }

    fn nack(&self) -> http::Response<Bytes> {
        v1::nack()
    }
}

fn refusal(error: v1::WebhookError) -> WebhookError {
    match error {
        v1::WebhookError::Unreadable { field } => WebhookError::Unreadable { field },
        _ => WebhookError::Refused,
    }
}

fn read(gateway: &GatewayId, event: v1::Event, raw: &Bytes) -> Event {
    let (record, status) = event.dedup_key();
    let effect = EffectKey::new(gateway, record, status);
    let observation = Reading::of(&event).observation(&event);
    Event::new(
        gateway.clone(),
        observation,
        effect,
        ProviderResponse::new(event),
        raw.clone(),
    )
}

/// The fields that all kinds have, converted.
struct Reading<'a> {
    status: &'a PayStatus,
    record: &'a ProviderRef,
    amount: Option<Amount>,
    coin: Option<Asset>,
    transaction: Option<String>,
    reference: Option<MerchantRef>,
}

impl<'a> Reading<'a> {
    fn of(event: &'a v1::Event) -> Self {
        let transfer = event.transfer();
        let reference = event.merchant_order_id();
        Self {
            status: &transfer.status,
            record: &transfer.record_id,
            amount: transfer.amount,
            coin: reading::asset(transfer.crypto.as_deref(), transfer.chain.as_deref()),
            transaction: transfer.txid.clone().filter(|_| !transfer.is_internal()),
            // Text that is not a valid reference was not sent by this library.
            reference: reference.and_then(|text| MerchantRef::new(text).ok()),
        }
    }

    fn observation(&self, event: &v1::Event) -> Observation {
        match event {
            v1::Event::ApiDeposit(one) => self.of_order(one),
            v1::Event::DirectDeposit(one) => {
                let ended = Phase::Closed(Closure::Failed);
                self.about(PaymentKind::Deposit, Some(self.record), ended)
                    .paid(self.settled(self.amount))
                    .credited(self.settled(one.credit_amount))
                    .fee(reading::fee(one.service_fee.as_ref()))
                    .transfer(self.record.as_str())
                    .customer(one.user_id.clone())
            }
            v1::Event::Invoice(one) => self.of_invoice(one),
            v1::Event::ApiWithdrawal(one) => self.of_payout(one),
            v1::Event::Refund(one) => self.of_refund(one),
            // Undocumented kinds never count as money.
            _ => {
                let id = event.order_id().or(Some(self.record));
                Observation::new(Source::Event, PaymentKind::Unstated)
                    .provider_ref(id.cloned())
                    .phase(Phase::Unrecognised, self.status.as_str())
            }
        }
    }

    /// - `failed`: the phase of the payment if this transfer failed.
    fn about(&self, kind: PaymentKind, id: Option<&ProviderRef>, failed: Phase) -> Observation {
        let phase = match self.status {
            PayStatus::Pending | PayStatus::Processing => Phase::Processing,
            PayStatus::Success => Phase::Completed,
            PayStatus::Failed => failed,
            _ => Phase::Unrecognised,
        };
        // Without a reference and an order id, the transfer's id identifies the payment.
        let id = id.or_else(|| self.reference.is_none().then_some(self.record));
        Observation::new(Source::Event, kind)
            .reference(self.reference.clone())
            .provider_ref(id.cloned())
            .phase(phase, self.status.as_str())
            .transaction(self.transaction.clone())
    }

    /// Final money: only of a successful transfer.
    fn settled(&self, amount: Option<Amount>) -> Option<Money> {
        let amount = amount.filter(|_| *self.status == PayStatus::Success);
        reading::money(amount, self.coin.as_ref())
    }

    /// The amount due in the coin, or else the price.
    fn expected(&self, quote: &Quote) -> Option<Money> {
        let coin = self.coin.as_ref();
        let currency = quote.denominated_currency.as_deref();
        reading::money(quote.order_amount, coin)
            .or_else(|| reading::price(quote.product_price, currency, coin))
    }

    /// One payment of possibly several. If one of them failed, which no document mentions, the order is not closed.
    fn of_order(&self, one: &ApiDeposit) -> Observation {
        self.about(
            PaymentKind::Checkout,
            one.order_id.as_ref(),
            Phase::Unrecognised,
        )
        .expected(self.expected(&one.quote))
        .paid(self.settled(self.amount))
        .transfer(self.record.as_str())
        .metadata(one.custom_value.clone())
    }

    fn of_invoice(&self, one: &Invoice) -> Observation {
        let ended = Phase::Closed(Closure::Failed);
        self.about(PaymentKind::Checkout, one.order_id.as_ref(), ended)
            .expected(self.expected(&one.quote))
            .paid(self.settled(self.amount))
            .credited(self.settled(one.credit_amount))
            .fee(reading::fee(one.service_fee.as_ref()))
            .transfer(self.record.as_str())
            .invoice(one.invoice_id.clone())
    }

    fn of_payout(&self, one: &ApiWithdrawal) -> Observation {
        let ended = Phase::Closed(Closure::Failed);
        let merchant_pays = one.merchant_pays_fee;
        let arrives = self.arrives(one.net_receivable, one.network_fee.as_ref(), merchant_pays);
        self.about(PaymentKind::Payout, one.order_id.as_ref(), ended)
            .ordered(reading::money(self.amount, self.coin.as_ref()))
            .payee(one.to_address.clone(), one.memo.clone())
            .credited(self.settled(arrives))
            .fee(reading::fee(one.network_fee.as_ref()))
    }

    /// A separate payment, although it names the order's reference. Its id is the transfer's.
    fn of_refund(&self, one: &Refund) -> Observation {
        let ended = Phase::Closed(Closure::Failed);
        let arrives = self.arrives(one.net_receivable, one.network_fee.as_ref(), Some(false));
        self.about(PaymentKind::Refund, Some(self.record), ended)
            .transfer(self.record.as_str())
            .paid(self.settled(self.amount))
            .credited(self.settled(arrives))
            .fee(reading::fee(one.network_fee.as_ref()))
    }

    /// What reaches the payee. If it is not stated, it is the amount less the fee, provided that both are in the same coin.
    fn arrives(
        &self,
        stated: Option<Amount>,
        fee: Option<&Fee>,
        merchant_pays: Option<bool>,
    ) -> Option<Amount> {
        stated.or_else(|| match merchant_pays? {
            true => self.amount,
            false => fee?.net(self.amount?, self.coin.as_ref()?.symbol()),
        })
    }
}

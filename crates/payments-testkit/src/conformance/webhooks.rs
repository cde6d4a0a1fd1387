//! Trials of webhooks.

use bytes::Bytes;
use http::HeaderValue;

use payments_facade::{Lookup, Payment, WebhookError};

use super::context::{Context, TrialResult, call_failed, group_missing, merge};
use super::delivery::{Accepted, Delivery};
use super::env::Act;
use super::order::{Created, Op, Order};
use super::report::{Stop, ensure};

/// An ended order and its last webhook.
struct EndedOrder {
    order: Order,
    created: Created,
    delivery: Delivery,
    accepted: Accepted,
    /// What the webhook reports.
    payment: Payment,
}

/// Ends an order of the first kind for which the provider sends a webhook.
async fn ended_order(context: Context<'_>) -> TrialResult<EndedOrder> {
    for op in Op::all_of(context.gateway) {
        let Some(order) = context.env.order(op, context.env.reference()) else {
            continue;
        };
        let created = context.create(&order).await?;
        let end = if op.is_payout() {
            Act::Complete
        } else {
            Act::PayExactly
        };
        if !context.env.act(order.reference(), end).await {
            continue;
        }
        if let Some(delivery) = context.env.deliveries(order.reference()).await.pop() {
            let accepted = context.accept(&delivery).await?;
            let payment = accepted.payment.clone();
            return Ok(EndedOrder {
                order,
                created,
                delivery,
                payment: payment
                    .ok_or_else(|| Stop::failed("a webhook's query found no payment"))?,
                accepted,
            });
        }
    }
    Err(Stop::Skipped("the provider sent no webhook"))
}

/// A genuine webhook is accepted and names its order, and the provider accepts the replies.
pub(super) async fn accepts_genuine(context: Context<'_>) -> TrialResult {
    let genuine = ended_order(context).await?;
    let payment = &genuine.payment;
    ensure!(
        payment.gateway() == context.gateway.id(),
        "the payment's gateway is {}",
        payment.gateway()
    );
    ensure!(
        payment.reference() == Some(genuine.order.reference()),
        "the payment's reference is {:?}",
        payment.reference()
    );
    ensure!(
        payment.phase().is_final(),
        "the order has ended, but the status is {:?}",
        payment.status()
    );
    ensure!(
        !genuine.accepted.effect_keys.is_empty(),
        "there is no effect key to book the payment under: {payment:?}"
    );
    if let Ok(received) = context.receive(&genuine.delivery) {
        ensure!(
            received.event().raw() == &genuine.delivery.body,
            "the raw body differs from the one that was sent"
        );
    }
    ensure!(
        context.env.acknowledges(&genuine.accepted.reply).await,
        "the provider does not accept the reply as an acknowledgement"
    );
    ensure!(
        !context
            .env
            .acknowledges(&context.gateway.webhooks().nack())
            .await,
        "the provider accepts the refusal as an acknowledgement"
    );
    Ok(())
}

/// The number of bytes of a message that are changed: enough to hit every field of a short one.
const PLACES: usize = 160;

/// An altered webhook is refused, unless the alteration does not change the event.
pub(super) async fn refuses_altered(context: Context<'_>) -> TrialResult {
    let genuine = ended_order(context).await?;
    let Delivery {
        headers,
        body,
        proof,
    } = &genuine.delivery;
    for (place, altered) in flipped(body) {
        let delivery = Delivery {
            body: altered,
            ..genuine.delivery.clone()
        };
        refused_or_same(
            context,
            &genuine,
            &delivery,
            &format!("with byte {place} of the body changed"),
        )?;
    }
    for cut in [1, body.len() / 2, body.len().saturating_sub(1)] {
        let delivery = Delivery {
            body: body.slice(..cut.min(body.len())),
            ..genuine.delivery.clone()
        };
        refused(context, &delivery, "with the body truncated")?;
    }
    for name in proof {
        let mut without = genuine.delivery.clone();
        without.headers.remove(name);
        refused(context, &without, &format!("without {name}"))?;
        let value = headers
            .get(name)
            .map(|value| Bytes::copy_from_slice(value.as_bytes()));
        for (place, altered) in flipped(&value.unwrap_or_default()) {
            let Ok(value) = HeaderValue::from_bytes(&altered) else {
                continue;
            };
            let mut changed = genuine.delivery.clone();
            changed.headers.insert(name.clone(), value);
            refused(
                context,
                &changed,
                &format!("with byte {place} of {name} changed"),
            )?;
        }
    }
    Ok(())
}

/// The same bytes with one bit changed, at positions spread over the message.
fn flipped(bytes: &Bytes) -> impl Iterator<Item = (usize, Bytes)> {
    let step = bytes.len().div_ceil(PLACES).max(1);
    (0..bytes.len()).step_by(step).filter_map(move |place| {
        let mut changed = bytes.to_vec();
        let byte = changed.get_mut(place)?;
        // Not the highest bit, which would only break the text, and not the bit of a letter's case, because hexadecimal
        // digits are equal in both cases.
        let bit = [0, 1, 2, 3, 4, 6].get(place % 6)?;
        *byte ^= 1 << bit;
        Some((place, Bytes::from(changed)))
    })
}

/// The delivery is refused or, if the byte has no meaning (white space, an unsigned field), yields the same event.
fn refused_or_same(
    context: Context<'_>,
    genuine: &EndedOrder,
    delivery: &Delivery,
    how: &str,
) -> TrialResult {
    let Ok(received) = context.receive(delivery) else {
        return refused(context, delivery, how);
    };
    let (event, keys) = (received.event(), &genuine.accepted.effect_keys);
    let is_same = *event.payment() == genuine.payment && keys.contains(event.effect_key());
    ensure!(
        is_same,
        "a webhook was accepted {how}, and its event differs: {event:?}"
    );
    Ok(())
}

fn refused(context: Context<'_>, delivery: &Delivery, how: &str) -> TrialResult {
    let hint = context
        .gateway
        .webhooks()
        .hint(&delivery.headers, &delivery.body);
    ensure!(
        hint.is_err(),
        "a webhook was taken as a hint {how}: {hint:?}"
    );
    match context.receive(delivery) {
        Err(WebhookError::Refused) => Ok(()),
        Err(error) => Err(Stop::failed(format!(
            "a webhook was not refused as unverified {how}: {error}"
        ))),
        Ok(received) => Err(Stop::failed(format!(
            "a webhook was accepted {how}: {:?}",
            received.event()
        ))),
    }
}

/// The provider sends the webhook of an ended order again.
pub(super) async fn resends(context: Context<'_>) -> TrialResult {
    let genuine = ended_order(context).await?;
    let resending = context.gateway.webhooks().resending();
    let resending = resending.ok_or_else(group_missing)?;
    let by = Lookup::Reference(genuine.order.reference().clone());
    let resent = resending.resend(&by).await;
    let resent = resent.map_err(|error| call_failed(&error))?;
    ensure!(
        resent.count != Some(0) && resent.from <= context.env.now(),
        "the order has a webhook, but none was sent again: {:?}",
        *resent
    );
    Ok(())
}

/// Empty and malformed webhooks and those of another account are refused with the same reply.
pub(super) async fn refuses_foreign(context: Context<'_>) -> TrialResult {
    let foreign = context.env.foreign().await;
    let malformed =
        |body: &'static [u8]| Delivery::new(http::HeaderMap::new(), Bytes::from_static(body));
    let nack = context.gateway.webhooks().nack();
    for (delivery, how) in [
        (malformed(b""), "with an empty body"),
        (malformed(b"{}"), "with an empty object"),
        (malformed(b"null"), "with the body null"),
        (malformed(b"\xff\xfe"), "with invalid UTF-8"),
        (
            Delivery {
                body: Bytes::new(),
                ..foreign.clone()
            },
            "with another account's headers only",
        ),
        (foreign, "of another account"),
    ] {
        refused(context, &delivery, how)?;
        let again = context.gateway.webhooks().nack();
        ensure!(
            again.status() == nack.status()
                && again.body() == nack.body()
                && again.headers() == nack.headers(),
            "the refusal reveals its reason"
        );
    }
    Ok(())
}

/// Repeated deliveries of one event have the same effect key, and two orders have different keys.
pub(super) async fn keeps_effect_keys(context: Context<'_>) -> TrialResult {
    let first = ended_order(context).await?;
    let keys = &first.accepted.effect_keys;
    let again = context.accept(&first.delivery).await?;
    ensure!(
        again.effect_keys == *keys,
        "{keys:?} became {:?}",
        again.effect_keys
    );
    ensure!(
        again.payment.as_ref() == Some(&first.payment),
        "the second delivery reports another payment"
    );
    if let Some(delivery) = context.env.redelivery(first.order.reference()).await {
        let again = context.accept(&delivery).await?;
        ensure!(
            again.effect_keys == *keys,
            "{keys:?} became {:?} when it was resent",
            again.effect_keys
        );
    }
    let other = ended_order(context).await?;
    ensure!(
        other.accepted.effect_keys.is_disjoint(keys),
        "two orders share an effect key: {keys:?}, {:?}",
        other.accepted.effect_keys
    );
    Ok(())
}

/// The answer, the webhook and the queries merge to the same payment in any order.
pub(super) async fn merges_in_any_order(context: Context<'_>) -> TrialResult {
    let genuine = ended_order(context).await?;
    let mut parts = vec![genuine.created.payment.clone(), genuine.payment];
    for by in context.lookups(&genuine.order, &genuine.created.payment) {
        parts.push(context.found(genuine.order.op(), &by).await?);
    }
    let first = in_order(parts.iter())?;
    ensure!(!first.is_contested(), "the payment is contested: {first:?}");
    ensure!(
        first.phase().is_final(),
        "the payment has not ended: {first:?}"
    );
    for _ in 0..parts.len() {
        parts.rotate_left(1);
        let forth = in_order(parts.iter())?;
        let back = in_order(parts.iter().rev())?;
        ensure!(
            forth == first && back == first,
            "the payment depends on the order: {forth:?}, {first:?}"
        );
    }
    Ok(())
}

fn in_order<'a>(mut parts: impl Iterator<Item = &'a Payment>) -> TrialResult<Payment> {
    let mut payment = parts
        .next()
        .cloned()
        .ok_or_else(|| Stop::failed("there is no observation"))?;
    for part in parts {
        merge(&mut payment, part.clone(), "an observation")?;
    }
    Ok(payment)
}

/// A genuine webhook for an order that this gateway did not create is accepted and acknowledged.
pub(super) async fn accepts_unknown_order(context: Context<'_>) -> TrialResult {
    let delivery = context.env.unknown_order().await;
    let delivery = delivery.ok_or(Stop::Skipped("the provider has no such payments"))?;
    let accepted = context.accept(&delivery).await?;
    ensure!(
        context.env.acknowledges(&accepted.reply).await,
        "the provider does not accept the reply as an acknowledgement"
    );
    Ok(())
}

//! Trials of webhooks.

use bytes::Bytes;
use http::HeaderValue;

use super::env::{Act, Delivery};
use super::order::{Made, Op, Order};
use super::report::{Stop, ensure};
use super::stage::{Stage, Tried, merge};
use payments_facade::{Payment, Received, WebhookError};

/// Something that came to an end and was told of.
struct Story {
    order: Order,
    made: Made,
    delivery: Delivery,
    received: Received,
}

/// The first kind of order that the provider tells of when it ends.
async fn story(stage: Stage<'_>) -> Tried<Story> {
    for op in Op::all_of(stage.gateway) {
        let Some(order) = stage.env.order(op, stage.env.reference()) else {
            continue;
        };
        let made = stage.make(&order).await?;
        let end = if op.pays_out() {
            Act::Complete
        } else {
            Act::PayExactly
        };
        if !stage.env.act(order.reference(), end).await {
            continue;
        }
        if let Some(delivery) = stage.env.deliveries(order.reference()).await.pop() {
            let received = stage
                .receive(&delivery)
                .map_err(|error| Stop::failed(format!("a genuine webhook was refused: {error}")))?;
            return Ok(Story {
                order,
                made,
                delivery,
                received,
            });
        }
    }
    Err(Stop::Skipped("the provider told of nothing"))
}

/// A genuine webhook is taken, names what it is about, and the reply counts.
pub(super) async fn takes_the_genuine(stage: Stage<'_>) -> Tried {
    let story = story(stage).await?;
    let event = story.received.event();
    ensure!(
        event.gateway() == stage.gateway.id(),
        "is of {}",
        event.gateway()
    );
    ensure!(
        event.reference() == Some(story.order.reference()),
        "names the reference {:?}",
        event.reference()
    );
    ensure!(
        event.raw() == &story.delivery.body,
        "the raw body is not the one that came"
    );
    ensure!(
        event.status().phase.is_final(),
        "the end came as {:?}",
        event.status()
    );
    ensure!(
        stage.env.acknowledges(&story.received.ack()).await,
        "the provider does not take the reply for an acknowledgement"
    );
    ensure!(
        !stage
            .env
            .acknowledges(&stage.gateway.webhooks().nack())
            .await,
        "the provider takes the refusal for an acknowledgement"
    );
    Ok(())
}

/// How many places of a message are changed: enough to meet every field of a short one.
const PLACES: usize = 160;

/// Not a bit of it can be changed: what is not refused must say exactly the same.
pub(super) async fn refuses_the_altered(stage: Stage<'_>) -> Tried {
    let story = story(stage).await?;
    let Delivery {
        headers,
        body,
        proof,
    } = &story.delivery;
    for (place, altered) in flipped(body) {
        let delivery = Delivery {
            body: altered,
            ..story.delivery.clone()
        };
        harmless(
            stage,
            &story,
            &delivery,
            &format!("with byte {place} of its body changed"),
        )?;
    }
    for cut in [1, body.len() / 2, body.len().saturating_sub(1)] {
        let delivery = Delivery {
            body: body.slice(..cut.min(body.len())),
            ..story.delivery.clone()
        };
        refused(stage, &delivery, "cut off")?;
    }
    for name in proof {
        let mut without = story.delivery.clone();
        without.headers.remove(name);
        refused(stage, &without, &format!("without {name}"))?;
        let value = headers
            .get(name)
            .map(|value| Bytes::copy_from_slice(value.as_bytes()));
        for (place, altered) in flipped(&value.unwrap_or_default()) {
            let Ok(value) = HeaderValue::from_bytes(&altered) else {
                continue;
            };
            let mut changed = story.delivery.clone();
            changed.headers.insert(name.clone(), value);
            refused(
                stage,
                &changed,
                &format!("with byte {place} of {name} changed"),
            )?;
        }
    }
    Ok(())
}

/// The same bytes with one bit changed, at places spread over all of them.
fn flipped(bytes: &Bytes) -> impl Iterator<Item = (usize, Bytes)> {
    let step = bytes.len().div_ceil(PLACES).max(1);
    (0..bytes.len()).step_by(step).filter_map(move |place| {
        let mut changed = bytes.to_vec();
        let byte = changed.get_mut(place)?;
        // Another bit at every place. Not the highest, which would only break the text, and not the one that makes a
        // capital of a small letter: hexadecimal digits mean the same in both.
        let bit = [0, 1, 2, 3, 4, 6].get(place % 6)?;
        *byte ^= 1 << bit;
        Some((place, Bytes::from(changed)))
    })
}

/// Refused; or, where a byte has no meaning (white space, a field that is not signed), the very same event.
fn harmless(stage: Stage<'_>, story: &Story, delivery: &Delivery, how: &str) -> Tried {
    let Ok(received) = stage.receive(delivery) else {
        return refused(stage, delivery, how);
    };
    let (event, genuine) = (received.event(), story.received.event());
    let same = event.payment() == genuine.payment() && event.effect_key() == genuine.effect_key();
    ensure!(same, "was taken {how}, and says something else: {event:?}");
    Ok(())
}

fn refused(stage: Stage<'_>, delivery: &Delivery, how: &str) -> Tried {
    match stage.receive(delivery) {
        Err(WebhookError::Refused) => Ok(()),
        Err(error) => Err(Stop::failed(format!(
            "was not plainly refused {how}: {error}"
        ))),
        Ok(received) => Err(Stop::failed(format!(
            "was taken {how}: {:?}",
            received.event()
        ))),
    }
}

/// Nothing, nonsense and what is genuine for another account are refused alike.
pub(super) async fn refuses_the_strange(stage: Stage<'_>) -> Tried {
    let foreign = stage.env.foreign().await;
    let none =
        |body: &'static [u8]| Delivery::new(http::HeaderMap::new(), Bytes::from_static(body));
    let nack = stage.gateway.webhooks().nack();
    for (delivery, how) in [
        (none(b""), "empty"),
        (none(b"{}"), "with an empty object"),
        (none(b"null"), "with nothing"),
        (none(b"\xff\xfe"), "with no text"),
        (
            Delivery {
                body: Bytes::new(),
                ..foreign.clone()
            },
            "with headers alone",
        ),
        (foreign, "though it is another account's"),
    ] {
        refused(stage, &delivery, how)?;
        let again = stage.gateway.webhooks().nack();
        ensure!(
            again.status() == nack.status()
                && again.body() == nack.body()
                && again.headers() == nack.headers(),
            "the refusal tells what it was for"
        );
    }
    Ok(())
}

/// The same thing told twice has the same key, and two things have two.
pub(super) async fn keys_are_kept(stage: Stage<'_>) -> Tried {
    let first = story(stage).await?;
    let key = first.received.event().effect_key();
    let again = stage.receive(&first.delivery);
    let again =
        again.map_err(|error| Stop::failed(format!("the second time it was refused: {error}")))?;
    ensure!(
        again.event().effect_key() == key,
        "{key} became {}",
        again.event().effect_key()
    );
    ensure!(
        again.event().payment() == first.received.event().payment(),
        "it says something else"
    );
    if let Some(delivery) = stage.env.redelivery(first.order.reference()).await {
        let again = stage.receive(&delivery);
        let again =
            again.map_err(|error| Stop::failed(format!("a redelivery was refused: {error}")))?;
        ensure!(
            again.event().effect_key() == key,
            "{key} became {} when it was delivered again",
            again.event().effect_key()
        );
    }
    let other = story(stage).await?;
    ensure!(
        other.received.event().effect_key() != key,
        "two orders share the key {key}"
    );
    Ok(())
}

/// The answer, the webhook and the query make one payment, in whichever order they come.
pub(super) async fn merges(stage: Stage<'_>) -> Tried {
    let story = story(stage).await?;
    let event = story.received.event().payment().clone();
    let mut parts = vec![story.made.payment.clone(), event];
    for by in stage.lookups(&story.order, &story.made.payment) {
        parts.push(stage.found(story.order.op(), &by).await?);
    }
    let first = in_order(parts.iter())?;
    ensure!(!first.is_contested(), "is contested: {first:?}");
    ensure!(first.phase().is_final(), "has not ended: {first:?}");
    for _ in 0..parts.len() {
        parts.rotate_left(1);
        let forth = in_order(parts.iter())?;
        let back = in_order(parts.iter().rev())?;
        ensure!(
            forth == first && back == first,
            "depends on the order: {forth:?}, {first:?}"
        );
    }
    Ok(())
}

fn in_order<'a>(mut parts: impl Iterator<Item = &'a Payment>) -> Tried<Payment> {
    let mut whole = parts
        .next()
        .cloned()
        .ok_or_else(|| Stop::failed("nothing is known"))?;
    for part in parts {
        merge(&mut whole, part.clone(), "a part of the story")?;
    }
    Ok(whole)
}

/// A genuine webhook about something nobody here made is taken and acknowledged like any other.
pub(super) async fn takes_the_unknown(stage: Stage<'_>) -> Tried {
    let delivery = stage.env.stranger().await;
    let delivery = delivery.ok_or(Stop::Skipped("the provider has no such thing"))?;
    let received = stage.receive(&delivery);
    let received = received.map_err(|error| Stop::failed(format!("was refused: {error}")))?;
    ensure!(
        stage.env.acknowledges(&received.ack()).await,
        "the provider does not take the reply for an acknowledgement"
    );
    Ok(())
}

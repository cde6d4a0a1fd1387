//! `payments inbox show`.

use clap::Args;
use payments_facade::webhook::EffectKey;
use payments_store::{Delivery, DeliveryContent, DeliveryState};
use serde::Serialize;

use super::list::One;
use super::{find, not_known};
use crate::access::Access;
use crate::commands::input;
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, printable, say};
use crate::payment_view::{self, PaymentView};
use crate::runtime::runtime;
use crate::table::{Details, Tone};
use crate::view::moment;

const HELP: &str = "\
Examples:
  payments inbox show cpay/main:71:14 --database sqlite:payments.db
      show the event, its attempts and why the latest one failed
  payments inbox show cpay/main:71:14 --body
      print the webhook's body as well; it can contain personal data";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    /// The event's effect key
    #[arg(value_name = "KEY", value_parser = input::effect_key)]
    key: EffectKey,
    #[command(flatten)]
    database: DatabaseOption,
    /// Print the body of the webhook, which can contain personal data
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"delivery":{…},"source","payment":{…},"body"}`
#[derive(Serialize)]
struct Shown<'a> {
    delivery: One<'a>,
    source: &'a str,
    /// What was stated together with the event; `null` after it was pruned.
    payment: Option<PaymentView>,
    /// With `--body`.
    body: Option<String>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let (delivery, content) = runtime()?.block_on(async {
        let store = options.database.named()?.store().await?;
        let delivery = find(&store, &options.key).await?;
        let content = store.delivery_content(&options.key).await?;
        Ok::<_, Failure>((delivery, content.ok_or_else(not_known)?))
    })?;
    let body = || String::from_utf8_lossy(&content.body).into_owned();
    if access.json {
        return Ok(output::json(&Shown {
            delivery: One::from(&delivery),
            source: &content.source,
            payment: content.stated.as_ref().map(PaymentView::from),
            body: options.body.then(body),
        })?);
    }
    details(&delivery, &content).print()?;
    match &content.stated {
        Some(payment) => {
            say!("")?;
            payment_view::print(payment)?;
        }
        None => say!("Its details were deleted, or this release cannot read them.")?,
    }
    if options.body {
        say!("")?;
        for line in body().lines() {
            say!("{}", printable(line))?;
        }
    }
    Ok(())
}

fn details(delivery: &Delivery, content: &DeliveryContent) -> Details {
    let tone = match delivery.state {
        DeliveryState::Done => Tone::Good,
        DeliveryState::Dead => Tone::Bad,
        _ => Tone::Waiting,
    };
    let mut details = Details::default();
    details.add("effect key", Some(&delivery.effect_key));
    details.add("gateway", Some(&delivery.gateway));
    details.add("source", Some(&content.source));
    details.add_toned("state", delivery.state.as_str(), tone);
    details.add("received at", Some(moment(delivery.received_at)));
    details.add("repeats", Some(delivery.repeats));
    details.add("attempts", Some(delivery.attempts));
    let is_pending = delivery.state == DeliveryState::Pending;
    details.add("due at", is_pending.then(|| moment(delivery.due_at)));
    details.add("problem", delivery.problem.as_ref());
    if let Some(discarded) = &delivery.discarded {
        details.add("discarded by", Some(&discarded.by));
        details.add("because", Some(&discarded.because));
        details.add("at", Some(moment(discarded.at())));
    }
    details
}

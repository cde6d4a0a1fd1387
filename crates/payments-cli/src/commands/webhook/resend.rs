//! `payments webhook resend`.

use clap::Args;
use payments_core::MerchantRef;
use payments_facade::webhook::Resent;
use payments_facade::{Gateway, Lookup};

use crate::access::{Access, group};
use crate::commands::input;
use crate::confirm::{Consent, change};
use crate::failure::Failure;
use crate::output;
use crate::table::Details;
use crate::view::moment;

const HELP: &str = "\
Example:
  payments webhook resend order-1001 --gateway ccpayment/main
      send the webhooks of an order or payout again, for example because they
      were lost; asks first

CCPayment sends all webhooks of the same kind within an hour of the payment, also
those that were acknowledged, and allows one such call a minute and 25 a day.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your reference of the order or payout
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: MerchantRef,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

const ADVICE: &str = "\
No money moves. Wait a minute before you send the webhooks again.";

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let resending = gateway.webhooks().resending();
    let resending = group(gateway, resending, "sending webhooks again")?;
    let mut details = Details::default();
    let at = format!("{} at {}", gateway.id(), session.base_url(gateway));
    details.add("gateway", Some(at));
    details.add("reference", Some(&options.reference));
    options.consent.ask("send the webhooks again", &details)?;
    let by = Lookup::Reference(options.reference.clone());
    let resent = change(&session, gateway, ADVICE, resending.resend(&by))?;
    let printed = print(gateway, &resent, session.json);
    printed.map_err(|error| Failure::unprinted_change(&error, ADVICE))
}

fn print(gateway: &dyn Gateway, resent: &Resent, json: bool) -> std::io::Result<()> {
    if json {
        return output::json(&serde_json::json!({
            "gateway": gateway.id().as_str(),
            "from_ms": resent.from.as_millis(),
            "until_ms": resent.until.as_millis(),
            "count": resent.count,
        }));
    }
    let count = resent.count.map_or_else(
        || "webhooks".to_owned(),
        |count| output::counted(usize::try_from(count).unwrap_or(usize::MAX), "webhook"),
    );
    output::prose(&format!(
        "{} sends {count} again, from {} to {}",
        gateway.id(),
        moment(resent.from),
        moment(resent.until)
    ))
}

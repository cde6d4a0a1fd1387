//! `payments payout create`.

use clap::{Args, ValueEnum};
use payments_core::{Amount, MerchantRef};
use payments_facade::{Fee, PayoutOrder};

use super::payee;
use crate::access::{Access, group, now};
use crate::commands::checkout::show::print;
use crate::commands::input::{self, Sum, with};
use crate::confirm::{Consent, moving, told};
use crate::failure::{Failure, runtime};
use crate::table::Details;

const HELP: &str = "\
Example:
  payments payout create payout-7 4 USDT --arrives 3 --customer customer-7 \\
      --to TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw --network tron
      shows it and asks: four leave the account, three arrive, one is the fee
  payments payout create payout-8 5.00 BRL --fee on-top --customer customer-7 \\
      --pix email:ana@cliente.example

Exit status 3 says that nobody knows whether it was made. Never make it again then, under no
reference whatever, before `payments resolve` with the printed ticket has told.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Your own reference: store it before the call
    #[arg(value_name = "REFERENCE", value_parser = input::reference)]
    reference: MerchantRef,
    #[command(flatten)]
    sum: Sum,
    #[command(flatten)]
    payee: payee::Options,
    #[command(flatten)]
    chain: payee::Chain,
    #[command(flatten)]
    fee: FeeOptions,
    /// The customer, by your own id
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// Where the webhook of this payout goes
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// Text of yours that comes back with the payout
    #[arg(long, value_name = "TEXT")]
    metadata: Option<String>,
    /// A note that goes with the payout
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// It is said, never guessed.
#[derive(Args, Debug)]
#[group(id = "who_bears_the_fee", required = true, multiple = false)]
struct FeeOptions {
    /// Who bears the fee
    #[arg(long, value_enum)]
    fee: Option<Who>,
    /// The amount leaves the account, this much of it arrives
    #[arg(long, value_name = "AMOUNT")]
    arrives: Option<Amount>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    /// The payee: the amount leaves the account, the rest arrives
    Included,
    /// You: the amount arrives, the fee leaves the account on top of it
    OnTop,
}

impl FeeOptions {
    fn fee(&self) -> Result<Fee, Failure> {
        match (self.fee, self.arrives) {
            (Some(Who::Included), _) => Ok(Fee::Included),
            (Some(Who::OnTop), _) => Ok(Fee::OnTop),
            (None, Some(arrives)) => Ok(Fee::Split { arrives }),
            (None, None) => Err(Failure::bad("who bears the fee? Give --fee or --arrives")),
        }
    }
}

impl Options {
    fn payout(&self) -> Result<PayoutOrder, Failure> {
        let payout = PayoutOrder::new(
            self.reference.clone(),
            self.payee.payee(&self.chain)?,
            self.sum.money(),
            self.fee.fee()?,
        );
        Ok(with!(payout,
            customer: self.customer.as_deref(),
            notify_url: self.notify_url.as_deref(),
            metadata: self.metadata.as_deref(),
            note: self.note.as_deref(),
        ))
    }

    /// What will happen.
    fn told(&self, payout: &PayoutOrder) -> Details {
        let mut details = Details::default();
        details.add("reference", Some(payout.reference()));
        let (money, arriving) = (payout.money(), payout.arriving());
        match payout.fee() {
            Fee::OnTop => details.add("leaves the account", Some(format!("{money} and the fee"))),
            _ => details.add("leaves the account", Some(money)),
        }
        let rest = || format!("{money} less the fee");
        details.add(
            "arrives",
            Some(arriving.map_or_else(rest, |money| money.to_string())),
        );
        details.add("to", Some(self.payee.told(&self.chain)));
        details.add("customer", self.customer.as_deref());
        details.add("webhook to", self.notify_url.as_deref());
        details
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let payouts = group(gateway, gateway.payouts(), "payouts")?;
    let payout = options.payout()?;
    payouts.check(&payout)?;
    let mut details = Details::default();
    let at = format!("{} at {}", gateway.id(), session.base_url(gateway));
    details.add("gateway", Some(at));
    details.append(options.told(&payout));
    options.consent.ask("pay out", &details)?;
    let ticket = payouts.ticket(&payout, now());
    let made = runtime()?.block_on(moving(&ticket, payouts.create(&payout)))?;
    told(&ticket, print(&made, session.json))
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;

    #[test]
    fn the_question_names_whom_it_concerns_and_where_the_webhook_goes() {
        let words = "payout-7 4 USDT --arrives 3 --to T1 --network tron --customer customer-7 \
                     --notify-url https://shop.example/hook";
        let command = Options::augment_args(clap::Command::new("create").no_binary_name(true));
        let matches = command.try_get_matches_from(words.split_whitespace());
        let options = Options::from_arg_matches(&matches.unwrap()).unwrap();
        let lines = options.told(&options.payout().unwrap()).lines();
        assert_eq!(
            lines,
            [
                "reference           payout-7",
                "leaves the account  4 USDT",
                "arrives             3 USDT",
                "to                  T1 on tron",
                "customer            customer-7",
                "webhook to          https://shop.example/hook",
            ]
        );
    }
}

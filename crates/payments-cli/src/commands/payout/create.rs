//! `payments payout create`.

use std::io::Write as _;

use clap::{Args, ValueEnum};
use payments_core::{Amount, MerchantRef};
use payments_facade::balance::Coverage;
use payments_facade::payout::Payouts;
use payments_facade::{Fee, Gateway, Money, Payee, PayoutOrder};

use super::payee;
use crate::access::{Access, Session, group, now};
use crate::commands::input::{self, Sum, with};
use crate::confirm::{Consent, Move};
use crate::failure::Failure;
use crate::payment_view;
use crate::runtime::runtime;
use crate::table::Details;
use crate::wording;

const USAGE: &str = "\
payments payout create [OPTIONS] <REFERENCE> <AMOUNT> <ASSET>
         with one of --to, --pix, --account and one of --fee, --arrives";

const HELP: &str = "\
Example:
  payments payout create payout-7 4 USDT --arrives 3 --customer customer-7 \\
      --to TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw --network tron
      4 USDT leave the account, 3 USDT arrive, 1 USDT is the fee; asks first
  payments payout create payout-8 5.00 BRL --fee on-top --customer customer-7 \\
      --pix email:ana@cliente.example

Exit status 3: it is unknown whether the payout was made. Do not repeat it, with
this or another reference, until `payments resolve` has found out.";

#[derive(Args, Debug)]
#[command(after_help = HELP, override_usage = USAGE)]
pub(crate) struct Options {
    /// Your reference; store it before the call
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
    /// Your id of the customer
    #[arg(long, value_name = "ID")]
    customer: Option<String>,
    /// The URL for webhooks of this payout
    #[arg(long, value_name = "URL")]
    notify_url: Option<String>,
    /// Your own text, returned with the payout
    #[arg(long, value_name = "TEXT")]
    metadata: Option<String>,
    /// A note sent with the payout
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Where the customer goes after the payout was made
    #[arg(long, value_name = "URL")]
    success_url: Option<String>,
    /// Where the customer goes after the payout failed
    #[arg(long, value_name = "URL")]
    failure_url: Option<String>,
    /// Refuse to send if the provider shows a lower balance than AMOUNT
    #[arg(long)]
    check_balance: bool,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// One is required, because a wrong guess costs money.
#[derive(Args, Debug)]
#[group(id = "fee_payer", multiple = false)]
struct FeeOptions {
    /// Who pays the fee
    #[arg(long, value_enum)]
    fee: Option<Who>,
    /// AMOUNT leaves your account, and this much of it arrives
    #[arg(long, value_name = "AMOUNT")]
    arrives: Option<Amount>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Who {
    /// The payee: AMOUNT leaves your account, less the fee arrives
    Included,
    /// You: AMOUNT arrives, the fee leaves your account in addition
    OnTop,
}

impl FeeOptions {
    fn missing(&self) -> Option<&'static str> {
        let is_missing = self.fee.is_none() && self.arrives.is_none();
        is_missing.then_some("one of --fee and --arrives")
    }

    fn fee(&self) -> Result<Fee, Failure> {
        match (self.fee, self.arrives) {
            (Some(Who::Included), _) => Ok(Fee::Included),
            (Some(Who::OnTop), _) => Ok(Fee::OnTop),
            (None, Some(arrives)) => Ok(Fee::Split { arrives }),
            (None, None) => Err(Failure::bad("give --fee or --arrives")),
        }
    }
}

impl Options {
    /// Refuses a payout without payee or fee, or with a wrong payee, with everything else that the provider requires.
    fn complete(&self, gateway: &dyn Gateway, payouts: &dyn Payouts) -> Result<(), Failure> {
        let (no_payee, no_fee) = (self.payee.missing(&self.chain), self.fee.missing());
        let payee = self.payee.payee(&self.chain);
        let wrong = match &payee {
            Err(Failure::BadInput(why)) if no_payee.is_none() => Some(why.clone()),
            _ => None,
        };
        let missing: Vec<_> = [no_payee, no_fee].into_iter().flatten().collect();
        let missing = (!missing.is_empty()).then(|| format!("missing {}", missing.join(", and ")));
        if missing.is_none() && wrong.is_none() {
            return Ok(());
        }
        // What a provider requires depends on the kind of payee, but neither on the payee nor on the fee: others do for the check.
        let payee = match payee {
            Ok(payee) => payee,
            Err(_) => self.payee.stand_in()?,
        };
        let fee = self.fee.fee().unwrap_or(Fee::OnTop);
        let others = payouts.check(&self.with_options(payee, fee)).err();
        let provider = wording::provider(gateway.id().provider());
        let others = others.and_then(|invalid| wording::missing(provider, &invalid));
        let lines = [missing, wrong, others];
        let lines: Vec<_> = lines.into_iter().flatten().collect();
        Err(Failure::bad(wording::problems(&lines)))
    }

    fn payout(&self) -> Result<PayoutOrder, Failure> {
        let payee = self.payee.payee(&self.chain)?;
        Ok(self.with_options(payee, self.fee.fee()?))
    }

    fn with_options(&self, payee: Payee, fee: Fee) -> PayoutOrder {
        let payout = PayoutOrder::new(self.reference.clone(), payee, self.sum.money(), fee);
        with!(payout,
            customer: self.customer.as_deref(),
            notify_url: self.notify_url.as_deref(),
            metadata: self.metadata.as_deref(),
            note: self.note.as_deref(),
            success_url: self.success_url.as_deref(),
            failure_url: self.failure_url.as_deref(),
        )
    }

    /// What will happen.
    fn details(&self, payout: &PayoutOrder) -> Details {
        let mut details = Details::default();
        details.add("reference", Some(payout.reference()));
        let (money, arriving) = (payout.money(), payout.arriving());
        match payout.fee() {
            Fee::OnTop => details.add("leaves the account", Some(format!("{money} and the fee"))),
            _ => details.add("leaves the account", Some(money)),
        }
        let net = || format!("{money} less the fee");
        details.add(
            "arrives",
            Some(arriving.map_or_else(net, |money| money.to_string())),
        );
        details.add("to", Some(self.payee.shown(&self.chain)));
        details.add("customer", self.customer.as_deref());
        details.add("webhook to", self.notify_url.as_deref());
        details
    }
}

/// Fails unless a balance of the asset covers the amount. The fee is not known before the payout.
fn check_balance(session: &Session, gateway: &dyn Gateway, money: &Money) -> Result<(), Failure> {
    let balances = group(gateway, gateway.balances(), "balances (--check-balance)")?;
    let covered = runtime()?.block_on(balances.coverage(money));
    match session.done(gateway, covered)? {
        Coverage::Covered(_) => Ok(()),
        Coverage::Short(available) => Err(Failure::Failed(format!(
            "nothing was sent: the balance is {available}, less than the payout of {money}"
        ))),
        Coverage::Unstated => Err(Failure::Failed(format!(
            "nothing was sent: the provider shows no balance of {}",
            money.asset.symbol()
        ))),
    }
}

/// What is not certain about the address, also for those who are not asked.
fn print_note(payout: &PayoutOrder) -> Result<(), Failure> {
    if let Payee::Chain(to) = payout.payee()
        && let Some(note) = to.check()?.note()
    {
        // A closed standard error does not stop a payout.
        let _ = writeln!(anstream::stderr().lock(), "note: {note}");
    }
    Ok(())
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let payouts = group(gateway, gateway.payouts(), "payouts")?;
    options.complete(gateway, payouts)?;
    let payout = options.payout()?;
    let checked = payouts.check(&payout);
    checked.map_err(|invalid| Failure::refused(gateway, &invalid))?;
    if options.check_balance {
        check_balance(&session, gateway, payout.money())?;
    }
    print_note(&payout)?;
    let mut details = Details::default();
    let at = format!("{} at {}", gateway.id(), session.base_url(gateway));
    details.add("gateway", Some(at));
    details.append(options.details(&payout));
    options.consent.ask("pay out", &details)?;
    let call = Move::begin(&session.tickets, payouts.ticket(&payout, now()))?;
    let made = runtime()?.block_on(call.call(payouts.create(&payout)));
    let made = made.map_err(|failure| failure.at(session.base_url(gateway)))?;
    call.printed(payment_view::print_result(&made, session.json))
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;

    #[test]
    fn the_question_shows_payee_customer_and_webhook_url() {
        let words = "payout-7 4 USDT --arrives 3 --to T1 --network tron --customer customer-7 \
                     --notify-url https://shop.example/hook";
        let command = Options::augment_args(clap::Command::new("create").no_binary_name(true));
        let matches = command.try_get_matches_from(words.split_whitespace());
        let options = Options::from_arg_matches(&matches.unwrap()).unwrap();
        let lines = options.details(&options.payout().unwrap()).lines(None);
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

//! The options of the sandbox's settings, for every command that starts one. `SandboxBuilder` describes them.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use payments_sandbox::{
    Clock, Credentials, Gateway, Sandbox, SandboxBuilder, StartError, StateFileError,
};

use crate::commands::input::duration;
use crate::failure::Failure;
use crate::output::shown_path;

#[derive(Args, Debug)]
#[command(next_help_heading = "Settings of the gateways")]
pub(crate) struct Switches {
    /// A JSON file with your own credentials instead of the public test credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Keep the state in this SQLite file, so that it survives a restart
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Stop the clock at this time, as 2026-11-22T10:00:00Z; `sandbox clock` moves it
    #[arg(long, value_name = "TIME", value_parser = time)]
    clock_at: Option<jiff::Timestamp>,
    /// Make ids, hashes and addresses the same in every run
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The longest attempt to send a webhook (without it, 10s)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    webhook_timeout: Option<Duration>,
    /// Complete payouts after this time; without it, use the dashboard
    #[arg(long, value_name = "TIME", value_parser = duration)]
    payouts_complete_after: Option<Duration>,
    /// The merchant's first balance of a currency at C-Pay; can be repeated
    #[arg(long, value_name = "CURRENCY=AMOUNT", value_parser = balance)]
    balance: Vec<(String, String)>,
    /// Accept C-Pay signatures without the value 0, as the PHP SDK makes them
    #[arg(long)]
    accept_php_signatures: bool,
    /// The only addresses that C-Pay answers; can be repeated
    #[arg(long, value_name = "IP")]
    cpay_allowed_ip: Vec<IpAddr>,
    /// Accept C-Pay's card payments of users without KYC
    #[arg(long)]
    cpay_no_kyc: bool,
    /// The C-Pay account does not store cards
    #[arg(long)]
    cpay_no_card_storage: bool,
    /// Take C-Pay's callback URL in both of its spellings at every call
    #[arg(long)]
    cpay_any_callback_spelling: bool,
    /// Send C-Pay's webhooks of pending and processing orders too
    #[arg(long)]
    cpay_push_every_state: bool,
    /// How far ChainUp's `time` may be from the clock (without it, 5m)
    #[arg(long, value_name = "TIME", value_parser = duration)]
    chainup_opay_time_window: Option<Duration>,
    /// A scene type in ChainUp's console, instead of the samples'; can be repeated
    #[arg(long, value_name = "DIGITS")]
    chainup_opay_scene_type: Vec<String>,
    /// Answer ChainUp's orderDetail without an envelope too
    #[arg(long)]
    chainup_opay_plain_order_detail: bool,
    /// The merchant's first balance of a coin at CCPayment; can be repeated
    #[arg(long, value_name = "COIN=AMOUNT", value_parser = balance)]
    ccpayment_balance: Vec<(String, String)>,
    /// How often CCPayment sends a webhook at most (without it, 6)
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=7))]
    ccpayment_webhook_pushes: Option<u8>,
    /// Send CCPayment's webhooks of pending and processing payments too
    #[arg(long)]
    ccpayment_push_every_state: bool,
    /// Refuse calls of CCPayment v1 with the numbers of version 2
    #[arg(long)]
    ccpayment_v2_codes: bool,
    /// Answer CCPayment's bill/info with the platform's eight words
    #[arg(long)]
    ccpayment_label_statuses: bool,
    /// Answer CCPayment's bill/create with the price in dollars
    #[arg(long)]
    ccpayment_amounts_in_usd: bool,
    /// The requests a second that CCPayment accepts (without it, 100)
    #[arg(long, value_name = "NUMBER")]
    ccpayment_requests_per_second: Option<u32>,
    /// The merchant's first balance of a coin at CCPayment v2; can be repeated
    #[arg(long, value_name = "COIN=AMOUNT", value_parser = balance)]
    ccpayment_v2_balance: Vec<(String, String)>,
    /// The only addresses that CCPayment v2 answers; can be repeated
    #[arg(long, value_name = "IP")]
    ccpayment_v2_allowed_ip: Vec<IpAddr>,
    /// Send CCPayment v2's webhooks of final states only
    #[arg(long)]
    ccpayment_v2_push_final_states: bool,
    /// Withdrawals of CCPayment v2 wait until someone approves them
    #[arg(long)]
    ccpayment_v2_approval: bool,
}

fn time(text: &str) -> Result<jiff::Timestamp, &'static str> {
    let time: Result<jiff::Timestamp, _> = text.parse();
    let time = time.ok().filter(|time| time.as_millisecond() >= 0);
    time.ok_or("write a time with its zone, as in 2026-11-22T10:00:00Z")
}

fn balance(text: &str) -> Result<(String, String), &'static str> {
    let pair = text.split_once('=').filter(|(currency, amount)| {
        let is_currency = currency.chars().all(|c| c.is_ascii_alphanumeric());
        (1..=12).contains(&currency.len())
            && is_currency
            && amount.parse::<payments_core::Amount>().is_ok()
    });
    let (currency, amount) = pair.ok_or("write CURRENCY=AMOUNT, as in USDT=1000")?;
    Ok((currency.to_owned(), amount.to_owned()))
}

impl Switches {
    /// A builder with these settings.
    pub(crate) fn builder(&self) -> Result<SandboxBuilder, Failure> {
        let credentials = match &self.credentials {
            Some(path) => Credentials::from_file(path)
                .map_err(|error| Failure::BadInput(format!("{}: {error}", shown_path(path))))?,
            None => Credentials::test(),
        };
        let builder = Sandbox::builder()
            .credentials(credentials)
            .accept_php_signatures(self.accept_php_signatures);
        let builder = self.common(builder);
        let builder = self.cpay(builder);
        let builder = self.chainup_opay(builder);
        Ok(self.ccpayment_v2(self.ccpayment(builder)))
    }

    fn common(&self, mut builder: SandboxBuilder) -> SandboxBuilder {
        if let Some(time) = self.clock_at {
            let ms = u64::try_from(time.as_millisecond()).unwrap_or_default();
            builder = builder.clock(Clock::manual(ms));
        }
        if let Some(path) = &self.state {
            builder = builder.state_file(path);
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(timeout) = self.webhook_timeout {
            builder = builder.webhook_timeout(timeout);
        }
        if let Some(after) = self.payouts_complete_after {
            builder = builder
                .cpay_payouts_complete_after(after)
                .ccpayment_payouts_complete_after(after)
                .ccpayment_v2_payouts_complete_after(after);
        }
        builder
    }

    fn cpay(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let mut builder = builder
            .cpay_kyc_required(!self.cpay_no_kyc)
            .cpay_card_storage(!self.cpay_no_card_storage)
            .cpay_any_callback_spelling(self.cpay_any_callback_spelling)
            .cpay_push_every_state(self.cpay_push_every_state);
        for (currency, amount) in &self.balance {
            builder = builder.cpay_balance(currency, amount);
        }
        if !self.cpay_allowed_ip.is_empty() {
            builder = builder.cpay_allowed_ips(self.cpay_allowed_ip.iter().copied());
        }
        builder
    }

    fn chainup_opay(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let mut builder =
            builder.chainup_opay_plain_order_detail(self.chainup_opay_plain_order_detail);
        if let Some(window) = self.chainup_opay_time_window {
            builder = builder.chainup_opay_time_window(window);
        }
        if !self.chainup_opay_scene_type.is_empty() {
            builder = builder.chainup_opay_scene_types(&self.chainup_opay_scene_type);
        }
        builder
    }

    fn ccpayment(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let mut builder = builder
            .ccpayment_push_every_state(self.ccpayment_push_every_state)
            .ccpayment_v2_codes(self.ccpayment_v2_codes)
            .ccpayment_label_statuses(self.ccpayment_label_statuses)
            .ccpayment_amounts_in_usd(self.ccpayment_amounts_in_usd);
        for (coin, amount) in &self.ccpayment_balance {
            builder = builder.ccpayment_balance(coin, amount);
        }
        if let Some(pushes) = self.ccpayment_webhook_pushes {
            builder = builder.ccpayment_webhook_pushes(pushes.into());
        }
        if let Some(most) = self.ccpayment_requests_per_second {
            builder = builder.ccpayment_requests_per_second(most);
        }
        builder
    }

    fn ccpayment_v2(&self, builder: SandboxBuilder) -> SandboxBuilder {
        let mut builder = builder
            .ccpayment_v2_push_every_state(!self.ccpayment_v2_push_final_states)
            .ccpayment_v2_approval(self.ccpayment_v2_approval);
        if !self.ccpayment_v2_allowed_ip.is_empty() {
            let allowed = self.ccpayment_v2_allowed_ip.iter().copied();
            builder = builder.ccpayment_v2_allowed_ips(allowed);
        }
        for (coin, amount) in &self.ccpayment_v2_balance {
            builder = builder.ccpayment_v2_balance(coin, amount);
        }
        builder
    }
}

/// Stops a sandbox. `state` is its state file, as it was given.
pub(crate) async fn stop(sandbox: Sandbox, state: Option<&Path>) -> Result<(), Failure> {
    let closed = sandbox.close().await;
    closed.map_err(|error| {
        let what =
            "the sandbox has stopped, and what happened since the file was last written is lost";
        Failure::Failed(format!("{what}: {}", named(&error, state)))
    })
}

/// What was given in the place of a path could be a secret.
fn named(error: &StateFileError, state: Option<&Path>) -> String {
    let text = error.to_string();
    match state {
        Some(path) => text.replace(&path.display().to_string(), &shown_path(path)),
        None => text,
    }
}

/// Why a sandbox did not start, in the words of the command line.
pub(crate) fn start_failure(error: &StartError, state: Option<&Path>) -> Failure {
    match error {
        StartError::Bind { .. } => Failure::Failed(format!(
            "{error}; another sandbox may be running: stop it, or choose a free port with --listen"
        )),
        StartError::RemoteListen(address) => Failure::bad(format!(
            "--listen: {address} is not a loopback address, so other machines could reach the sandbox; use 127.0.0.1 or [::1] with a port, or add --allow-remote in a closed network"
        )),
        StartError::WebhookTimeout => {
            Failure::bad("--webhook-timeout: write a time from 1ms to 1h, as in 10s")
        }
        StartError::PublicUrl => Failure::bad(
            "--public-url: write a URL that begins with http:// or https://, without ? or #",
        ),
        StartError::PayoutDelay => {
            Failure::bad("--payouts-complete-after: write a time of at most 30 days, as in 60s")
        }
        StartError::Balance {
            gateway,
            currency,
            problem,
        } => {
            let option = match *gateway {
                Gateway::CCPAYMENT => "--ccpayment-balance",
                Gateway::CCPAYMENT_V2 => "--ccpayment-v2-balance",
                _ => "--balance",
            };
            Failure::BadInput(format!("{option}: the balance of {currency} {problem}"))
        }
        StartError::StateFile(error) => {
            Failure::BadInput(format!("--state: {}", named(error, state)))
        }
        _ => Failure::BadInput(error.to_string()),
    }
}

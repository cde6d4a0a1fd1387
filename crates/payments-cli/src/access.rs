//! The options that all gateway commands share: accounts file, account, and JSON output.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clap::Args;
use payments_core::Clock as _;
use payments_facade::config::{AccountConfig, GatewaysConfig, Problem, Problems, SystemSecrets};
use payments_facade::{Capabilities, Error, Gateway, GatewayId, Gateways};
use payments_reqwest::SystemClock;

use crate::failure::Failure;
use crate::output::shown_path;
use crate::ticket_store::TicketStore;

/// Accepted before and after the command's name.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Accounts")]
pub(crate) struct Access {
    /// The accounts file [default: $PAYMENTS_CONFIG, or payments.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The account, as cpay/main, or cpay if there is one such account;
    /// required if the file has several accounts
    #[arg(long, value_name = "NAME", value_parser = selector)]
    gateway: Option<Selector>,
    /// Where tickets are kept [default: $XDG_STATE_HOME/payments]
    #[arg(long, value_name = "FOLDER")]
    state_dir: Option<PathBuf>,
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
    /// If a call fails, print the provider's answer: status, type, first 2 KiB
    #[arg(long)]
    pub(crate) show_answer: bool,
}

const VARIABLE: &str = "PAYMENTS_CONFIG";
const DEFAULT: &str = "payments.toml";

/// One more than the facade accepts.
const MOST_BYTES: u64 = 1024 * 1024 + 1;

/// The accounts file: the one that an option names, that of the environment, or the default.
pub(crate) fn path(named: Option<&PathBuf>) -> PathBuf {
    let variable = || std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
    let named = named.cloned().or_else(|| variable().map(PathBuf::from));
    named.unwrap_or_else(|| PathBuf::from(DEFAULT))
}

impl Access {
    /// Adds the options that were given before the command's name.
    pub(crate) fn or(self, before: Self) -> Self {
        Self {
            config: self.config.or(before.config),
            gateway: self.gateway.or(before.gateway),
            state_dir: self.state_dir.or(before.state_dir),
            json: self.json || before.json,
            show_answer: self.show_answer || before.show_answer,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let has_flag = self.json || self.show_answer;
        self.config.is_none() && self.gateway.is_none() && self.state_dir.is_none() && !has_flag
    }

    /// With the account that a command names as an argument.
    pub(crate) fn selecting(self, account: &Selector) -> Result<Self, Failure> {
        if self.gateway.is_some() {
            return Err(Failure::bad(
                "name the account once: as GATEWAY, without --gateway",
            ));
        }
        Ok(Self {
            gateway: Some(account.clone()),
            ..self
        })
    }

    /// For a command about all accounts.
    pub(crate) fn without_gateway(&self) -> Result<(), Failure> {
        match self.gateway {
            None => Ok(()),
            Some(_) => Err(Failure::bad(
                "nothing was done: this command is about all accounts and cannot select one; leave out --gateway",
            )),
        }
    }

    /// For a command about one call, which the account that made it is queried about.
    pub(crate) fn for_call_of(&self, account: &GatewayId) -> Result<(), Failure> {
        match &self.gateway {
            Some(selector) if !selector.fits(account) => Err(Failure::bad(format!(
                "nothing was done: this is a call of {account}, which --gateway does not select; leave out --gateway"
            ))),
            _ => Ok(()),
        }
    }

    pub(crate) fn state_dir(&self) -> Option<&Path> {
        self.state_dir.as_deref()
    }

    pub(crate) fn path(&self) -> PathBuf {
        path(self.config.as_ref())
    }

    /// The accounts of the file, or everything that is wrong with it.
    pub(crate) fn read(&self) -> Result<Result<GatewaysConfig, Problems>, Failure> {
        let path = self.path();
        let text = text(&path)?;
        Ok(GatewaysConfig::read(&text, &SystemSecrets::beside(&path)))
    }

    pub(crate) fn open(&self) -> Result<Session, Failure> {
        let config = self.read()?.map_err(|problems| {
            let problems = distinct(&problems);
            let shown = problems.iter().take(MOST_PROBLEMS);
            let mut lines: Vec<String> = shown.map(|problem| format!("\n  {problem}")).collect();
            if let Some(more) = problems.len().checked_sub(MOST_PROBLEMS + 1) {
                lines.push(format!("\n  and {} more", more + 1));
            }
            Failure::bad(format!(
                "{} is invalid; nothing was sent:{}",
                shown_path(&self.path()),
                lines.concat()
            ))
        })?;
        let gateways = config
            .connect()
            .map_err(|error| Failure::failed("the gateways cannot be set up", error))?;
        let chosen = match &self.gateway {
            None => None,
            Some(selector) => Some(selector.find(&gateways)?),
        };
        Ok(Session {
            config,
            gateways,
            chosen,
            tickets: TicketStore::new(self.state_dir()),
            json: self.json,
        })
    }
}

/// An account, or a provider with only one account.
#[derive(Clone, Debug)]
pub(crate) enum Selector {
    Account(GatewayId),
    Provider(String),
}

pub(crate) fn selector(text: &str) -> Result<Selector, String> {
    let hint = "write PROVIDER/ACCOUNT, as in cpay/main";
    if text.contains('/') {
        let id = text.parse().map(Selector::Account);
        return id.map_err(|invalid| format!("{invalid}; {hint}"));
    }
    // The provider's half of a name follows the same rules as the account's.
    match GatewayId::new(text, "main") {
        Ok(id) => Ok(Selector::Provider(id.provider().to_owned())),
        Err(_) => Err(hint.to_owned()),
    }
}

impl Selector {
    fn fits(&self, id: &GatewayId) -> bool {
        match self {
            Self::Account(wanted) => id == wanted,
            Self::Provider(provider) => id.provider() == provider,
        }
    }

    /// The one account. The text of the option is not repeated: it could be a secret.
    fn find(&self, gateways: &Gateways) -> Result<GatewayId, Failure> {
        let fits = |id: &&GatewayId| self.fits(id);
        let all = || gateways.iter().map(Gateway::id);
        let mut found = all().filter(fits);
        match (found.next(), found.next()) {
            (Some(id), None) => Ok(id.clone()),
            (Some(_), Some(_)) => {
                let names: Vec<&str> = all().filter(fits).map(GatewayId::as_str).collect();
                Err(Failure::bad(format!(
                    "--gateway fits several accounts: write one of {}",
                    names.join(", ")
                )))
            }
            (None, _) => {
                let names: Vec<&str> = all().map(GatewayId::as_str).collect();
                Err(Failure::bad(format!(
                    "no account in the accounts file fits --gateway; it has {}",
                    names.join(", ")
                )))
            }
        }
    }
}

/// How many problems of a file are printed for people.
pub(crate) const MOST_PROBLEMS: usize = 40;

/// Each problem once: one unclosed bracket causes the same problem many times.
pub(crate) fn distinct(problems: &Problems) -> Vec<&Problem> {
    let mut seen = HashSet::new();
    let mut distinct = Vec::new();
    for problem in problems.iter() {
        let key = (
            problem.line(),
            problem.account(),
            problem.field(),
            problem.what(),
        );
        if seen.insert(key) {
            distinct.push(problem);
        }
    }
    distinct
}

fn text(path: &Path) -> Result<String, Failure> {
    use std::io::Read as _;

    let unreadable = |error: std::io::Error| {
        let hint = if error.kind() == std::io::ErrorKind::NotFound {
            "\nName another file with --config. `payments dev` runs a sandbox and writes one for it."
        } else {
            ""
        };
        Failure::bad(format!(
            "cannot read the accounts file {}: {error}{hint}",
            shown_path(path)
        ))
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    Ok(text)
}

/// The configured gateways, and the one that `--gateway` selects.
pub(crate) struct Session {
    pub(crate) config: GatewaysConfig,
    pub(crate) gateways: Gateways,
    chosen: Option<GatewayId>,
    pub(crate) tickets: TicketStore,
    pub(crate) json: bool,
}

impl Session {
    /// The selected gateway, or the only one.
    pub(crate) fn gateway(&self) -> Result<&dyn Gateway, Failure> {
        let id = self.id()?;
        let gateway = self.gateways.get(id);
        gateway.ok_or_else(|| Failure::bad(format!("no account {id} in the accounts file")))
    }

    fn id(&self) -> Result<&GatewayId, Failure> {
        let mut all = self.gateways.iter().map(Gateway::id);
        match (&self.chosen, all.next(), all.next()) {
            (Some(id), _, _) | (None, Some(id), None) => Ok(id),
            _ => Err(Failure::bad(format!(
                "the accounts file has several accounts: add --gateway with one of {}",
                self.names()
            ))),
        }
    }

    /// The selected gateway, or all if none is selected.
    pub(crate) fn selected(&self) -> Vec<&dyn Gateway> {
        let is_selected = |gateway: &&dyn Gateway| {
            let chosen = self.chosen.as_ref();
            chosen.is_none_or(|id| id == gateway.id())
        };
        self.gateways.iter().filter(is_selected).collect()
    }

    /// As [`selected`](Self::selected), for a task that owns them.
    pub(crate) fn selected_gateways(&self) -> Result<Gateways, Failure> {
        let mut all = Gateways::new();
        for gateway in self.selected() {
            if let Some(shared) = self.gateways.get_shared(gateway.id()) {
                let added = all.add_shared(shared);
                added.map_err(|error| Failure::bad(error.to_string()))?;
            }
        }
        Ok(all)
    }

    pub(crate) fn is_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    pub(crate) fn account(&self, id: &GatewayId) -> Result<&AccountConfig, Failure> {
        let account = self.config.account(id);
        account.ok_or_else(|| Failure::bad(format!("no account {id} in the accounts file")))
    }

    /// The URL that calls of the account go to, for people.
    pub(crate) fn base_url(&self, gateway: &dyn Gateway) -> &str {
        let account = self.config.account(gateway.id());
        account.map_or("", AccountConfig::base_url)
    }

    /// The result of a call that changes nothing.
    pub(crate) fn done<T>(
        &self,
        gateway: &dyn Gateway,
        result: Result<T, Error>,
    ) -> Result<T, Failure> {
        result.map_err(|error| Failure::from(error).at(self.base_url(gateway)))
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.gateways.iter().map(|one| one.id().as_str()).collect();
        names.join(", ")
    }
}

/// A group of calls, or an error that lists the groups that the gateway supports.
pub(crate) fn group<T>(gateway: &dyn Gateway, group: Option<T>, name: &str) -> Result<T, Failure> {
    group.ok_or_else(|| {
        let can: Vec<String> = Capabilities::of(gateway)
            .iter()
            .filter(|one| one.feature.is_none())
            .map(|one| one.to_string())
            .collect();
        let (id, can) = (gateway.id(), can.join(", "));
        Failure::bad(format!("{id} does not support {name}; it supports {can}"))
    })
}

/// The time of the machine's clock.
pub(crate) fn now() -> payments_core::Timestamp {
    SystemClock::new().now()
}

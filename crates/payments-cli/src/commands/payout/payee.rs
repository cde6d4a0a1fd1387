//! The payee, from the command line.

use clap::Args;
use payments_core::SensitiveString;
use payments_facade::payout::PixKey;
use payments_facade::{Destination, Payee};

use crate::failure::Failure;

/// One of three kinds of payees.
#[derive(Args, Debug)]
#[group(id = "payee", multiple = false)]
pub(crate) struct Options {
    /// Pay to this address on a chain
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// Pay to this Pix key; KIND is cpf, cnpj, email, mobile or random
    #[arg(long, value_name = "KIND:KEY")]
    pix: Option<String>,
    /// Pay to this account at the provider, by id or e-mail address
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
}

/// The details of an address on a chain.
#[derive(Args, Debug)]
pub(crate) struct Chain {
    /// The network of the address, as in tron or ethereum
    #[arg(long, value_name = "NETWORK")]
    network: Option<String>,
    /// The memo, destination tag or payment id of the address
    #[arg(long, value_name = "MEMO")]
    memo: Option<String>,
    /// Send although the form of the address or of the memo is refused, for a
    /// new form that the payee has confirmed
    #[arg(long)]
    allow_unchecked_address: bool,
}

impl Chain {
    fn used(&self) -> Vec<&'static str> {
        let all = [
            (self.network.is_some(), "--network"),
            (self.memo.is_some(), "--memo"),
            (self.allow_unchecked_address, "--allow-unchecked-address"),
        ];
        let used = all.into_iter().filter(|(is_used, _)| *is_used);
        used.map(|(_, name)| name).collect()
    }

    /// Refuses details of an address for a payee that has none.
    fn unused_by(&self, payee: &str) -> Result<(), Failure> {
        match self.used().as_slice() {
            [] => Ok(()),
            used => Err(Failure::bad(format!(
                "{payee} goes without {}",
                used.join(" and ")
            ))),
        }
    }
}

impl Options {
    /// What is missing. The command line's parser would stop at it, before the provider's requirements are
    /// checked.
    pub(super) fn missing(&self, chain: &Chain) -> Option<&'static str> {
        match (&self.to, &self.pix, &self.account) {
            (Some(_), _, _) if chain.network.is_none() => Some("--network"),
            (None, None, None) if !chain.used().is_empty() => Some("--to"),
            (None, None, None) => Some("one of --to, --pix and --account"),
            _ => None,
        }
    }

    pub(super) fn payee(&self, chain: &Chain) -> Result<Payee, Failure> {
        let network = chain.network.as_deref().unwrap_or_default();
        if let Some(address) = &self.to {
            let to = match &chain.memo {
                Some(memo) => Destination::with_memo(address, network, memo),
                None => Destination::new(address, network),
            }?;
            return Ok(Payee::Chain(if chain.allow_unchecked_address {
                to.allow_unchecked_address()
            } else {
                to
            }));
        }
        if let Some(key) = &self.pix {
            chain.unused_by("--pix")?;
            return pix(key).map(Payee::Pix);
        }
        let account = self.account.as_deref();
        let account = account.ok_or_else(|| Failure::bad("give --to, --pix or --account"))?;
        chain.unused_by("--account")?;
        Ok(Payee::Account(SensitiveString::from(account)))
    }

    /// Another payee of the same kind.
    pub(super) fn stand_in(&self) -> Result<Payee, Failure> {
        let any = || SensitiveString::from("x");
        Ok(match (&self.pix, &self.account) {
            (Some(_), _) => Payee::Pix(PixKey::Email(any())),
            (None, Some(_)) => Payee::Account(any()),
            (None, None) => Payee::Chain(Destination::new("x", "x")?),
        })
    }

    /// For the question before money moves.
    pub(super) fn shown(&self, chain: &Chain) -> String {
        let (to, pix, account) = (&self.to, &self.pix, &self.account);
        let payee = to.as_ref().or(pix.as_ref()).or(account.as_ref());
        let mut shown = payee.cloned().unwrap_or_default();
        if let Some(network) = &chain.network {
            shown.extend([" on ", network.as_str()]);
        }
        if let Some(memo) = &chain.memo {
            shown.extend([", memo ", memo.as_str()]);
        }
        shown
    }
}

fn pix(text: &str) -> Result<PixKey, Failure> {
    let (kind, key) = text.split_once(':').unwrap_or((text, ""));
    let key = SensitiveString::from(key);
    Ok(match kind {
        "cpf" => PixKey::Cpf(key),
        "cnpj" => PixKey::Cnpj(key),
        "email" => PixKey::Email(key),
        "mobile" => PixKey::Mobile(key),
        "random" => PixKey::Random(key),
        _ => {
            return Err(Failure::bad(
                "--pix: write KIND:KEY, as in email:ana@cliente.example; KIND is cpf, cnpj, email, mobile or random",
            ));
        }
    })
}

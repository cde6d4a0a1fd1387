//! Who gets the money, from the command line.

use clap::Args;
use payments_core::SensitiveString;
use payments_facade::payout::PixKey;
use payments_facade::{Destination, Payee};

use crate::failure::Failure;

/// One of the three.
#[derive(Args, Debug)]
#[group(id = "payee", required = true, multiple = false)]
pub(crate) struct Options {
    /// To this address on a chain
    #[arg(long, value_name = "ADDRESS", requires = "network")]
    to: Option<String>,
    /// To this Pix key: cpf, cnpj, email, mobile or random, a colon, the key
    #[arg(long, value_name = "KIND:KEY")]
    pix: Option<String>,
    /// To this customer's account at the provider, by its id or e-mail address there
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
}

/// Where the address is.
#[derive(Args, Debug)]
pub(crate) struct Chain {
    /// The network of the address: tron, ethereum, …
    #[arg(long, value_name = "NETWORK", requires = "to")]
    network: Option<String>,
    /// The address's memo, destination tag or payment id
    #[arg(long, value_name = "MEMO", requires = "to")]
    memo: Option<String>,
}

impl Options {
    pub(super) fn payee(&self, chain: &Chain) -> Result<Payee, Failure> {
        let network = chain.network.as_deref().unwrap_or_default();
        if let Some(address) = &self.to {
            let to = match &chain.memo {
                Some(memo) => Destination::with_memo(address, network, memo),
                None => Destination::new(address, network),
            };
            return Ok(Payee::Chain(to?));
        }
        if let Some(key) = &self.pix {
            return pix(key).map(Payee::Pix);
        }
        let account = self.account.as_deref();
        let account = account.ok_or_else(|| Failure::bad("to whom? See --help"))?;
        Ok(Payee::Account(SensitiveString::from(account)))
    }

    /// For the question whether it is meant.
    pub(super) fn told(&self, chain: &Chain) -> String {
        let (to, pix, account) = (&self.to, &self.pix, &self.account);
        let payee = to.as_ref().or(pix.as_ref()).or(account.as_ref());
        let mut told = payee.cloned().unwrap_or_default();
        if let Some(network) = &chain.network {
            told.extend([" on ", network.as_str()]);
        }
        if let Some(memo) = &chain.memo {
            told.extend([", memo ", memo.as_str()]);
        }
        told
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
                "--pix: write the kind and the key, as email:ana@cliente.example; the kinds are cpf, cnpj, email, mobile, random",
            ));
        }
    })
}

//! `payments sign`, `verify` and `open`: signatures by hand, one JSON object in, one JSON object out.
//!
//! The input has the form of the golden cases under `fixtures/`. Members that a command does not need are ignored.

mod ccpayment;
mod chainup_opay;
mod cpay;
mod input;

use clap::{Args, ValueEnum};
use payments_signing::Diagnosis;
use serde::Serialize;

use crate::failure::Failure;
use crate::output;
use chainup_opay::KeyFiles;
use input::Input;

/// Secrets and keys are read from standard input and files, never from the command line.
#[derive(Args)]
#[command(after_help = INPUTS)]
pub(crate) struct Options {
    /// The provider that defines the signature
    #[arg(value_enum)]
    provider: Provider,
    #[command(flatten)]
    keys: KeyFiles,
}

const INPUTS: &str = "\
Standard input is one JSON object:
  cpay          {\"key\":\"…\",\"params\":{\"amount\":\"3\",…}}
  ccpayment     {\"app_id\":\"…\",\"app_secret\":\"…\",
                 \"timestamp\":\"1677152490\",\"body\":\"{…}\"}
  chainup-opay  {\"plaintext\":\"{…}\"} to sign, {\"data\":\"…\",\"sign\":\"…\"} to verify

`verify` also needs \"sign\". ccpayment: \"version\":\"v2\" for accounts of the API v2
(without it: v1); \"now\" (Unix seconds) checks the age of the timestamp; without it
the age is not checked. chainup-opay: --own-key is the private key of the side
that signs or opens, --peer-key is the public key of the other side. Key files can be PEM, base64 or base64url.";

const OPEN_HELP: &str = "\
Example:
  payments open chainup-opay --own-key own.pem --peer-key platform.pem < in.json
      decrypt {\"data\":\"…\",\"sign\":\"…\"}, verify it, and print the plaintext";

#[derive(Args)]
#[command(after_help = OPEN_HELP)]
pub(crate) struct OpenOptions {
    /// The provider; only chainup-opay encrypts messages
    #[arg(value_enum)]
    provider: OpenProvider,
    #[command(flatten)]
    keys: KeyFiles,
}

#[derive(Clone, Copy, ValueEnum)]
enum Provider {
    Cpay,
    Ccpayment,
    ChainupOpay,
}

#[derive(Clone, Copy, ValueEnum)]
enum OpenProvider {
    ChainupOpay,
}

pub(crate) fn sign(options: &Options) -> Result<(), Failure> {
    match options.provider {
        Provider::Cpay => print(&cpay::sign(&Input::read()?.members()?)?),
        Provider::Ccpayment => print(&ccpayment::sign(&Input::read()?.members()?)?),
        Provider::ChainupOpay => {
            let keys = chainup_opay::keys(&options.keys)?;
            print(&chainup_opay::sign(&keys, &Input::read()?.members()?)?)
        }
    }
}

pub(crate) fn verify(options: &Options) -> Result<(), Failure> {
    match options.provider {
        Provider::Cpay => verdict(cpay::verify(&Input::read()?.members()?)?),
        Provider::Ccpayment => verdict(ccpayment::verify(&Input::read()?.members()?)?),
        Provider::ChainupOpay => {
            let keys = chainup_opay::keys(&options.keys)?;
            match chainup_opay::open(&keys, &Input::read()?.members()?)? {
                Ok(_) => verdict(None),
                Err(diagnosis) => verdict(Some(diagnosis)),
            }
        }
    }
}

pub(crate) fn open(options: &OpenOptions) -> Result<(), Failure> {
    let OpenProvider::ChainupOpay = options.provider;
    let keys = chainup_opay::keys(&options.keys)?;
    match chainup_opay::open(&keys, &Input::read()?.members()?)? {
        Ok(plaintext) => print(&chainup_opay::Opened::new(&plaintext)?),
        Err(diagnosis) => verdict(Some(diagnosis)),
    }
}

/// What `verify` prints. Whoever runs it holds the keys, so the reason is for them.
#[derive(Serialize)]
struct Verdict {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn verdict(diagnosis: Option<Diagnosis>) -> Result<(), Failure> {
    let reason = diagnosis.map(|diagnosis| diagnosis.to_string());
    let valid = reason.is_none();
    print(&Verdict { valid, reason })?;
    if valid { Ok(()) } else { Err(Failure::Refused) }
}

fn print(value: &impl Serialize) -> Result<(), Failure> {
    Ok(output::json(value)?)
}

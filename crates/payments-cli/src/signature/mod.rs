//! `payments sign`, `verify` and `open`: signatures by hand, one JSON object in, one JSON object out.
//!
//! The input has the form of the golden cases under `fixtures/`; members a command does not need are passed
//! over, so a whole case can be piped in.

mod ccpayment;
mod chainup_opay;
mod cpay;
mod input;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use payments_signing::Refused;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::say;

/// Input, keys and secrets come from standard input and files, never from the command line.
#[derive(Args)]
#[command(after_help = INPUTS)]
pub(crate) struct Options {
    /// Whose signature
    #[arg(value_enum)]
    provider: Provider,
    #[command(flatten)]
    keys: KeyFiles,
}

const INPUTS: &str = "\
Standard input is one JSON object:
  cpay          {\"key\":\"…\",\"params\":{\"amount\":\"3\",…}}
  ccpayment     {\"app_id\":\"…\",\"app_secret\":\"…\",\"timestamp\":\"1677152490\",\"body\":\"{…}\"}
  chainup-opay  {\"plaintext\":\"{…}\"} to sign, {\"data\":\"…\",\"sign\":\"…\"} to verify

To verify, \"sign\" is needed as well. ccpayment takes \"now\" (Unix seconds) to check the age of
the timestamp; without it the age is not checked. chainup-opay takes --own-key, the private key
of the side that acts, and --peer-key, the other side's public key.";

#[derive(Args)]
pub(crate) struct OpenOptions {
    /// Whose message: only chainup-opay encrypts
    #[arg(value_enum)]
    provider: OpenProvider,
    #[command(flatten)]
    keys: KeyFiles,
}

#[derive(Args)]
pub(crate) struct KeyFiles {
    /// chainup-opay: file with the own private key (PKCS#8 as PEM, base64 or base64url)
    #[arg(long, value_name = "FILE")]
    own_key: Option<PathBuf>,
    /// chainup-opay: file with the other side's public key (SPKI as PEM, base64 or base64url)
    #[arg(long, value_name = "FILE")]
    peer_key: Option<PathBuf>,
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
        Provider::Cpay => print(&cpay::sign(&input::read()?)?),
        Provider::Ccpayment => print(&ccpayment::sign(&input::read()?)?),
        Provider::ChainupOpay => {
            let keys = chainup_opay::keys(&options.keys)?;
            print(&chainup_opay::sign(&keys, &input::read()?)?)
        }
    }
}

pub(crate) fn verify(options: &Options) -> Result<(), Failure> {
    verdict(match options.provider {
        Provider::Cpay => cpay::verify(&input::read()?)?,
        Provider::Ccpayment => ccpayment::verify(&input::read()?)?,
        Provider::ChainupOpay => {
            let keys = chainup_opay::keys(&options.keys)?;
            chainup_opay::open(&keys, &input::read()?)?.map(drop)
        }
    })
}

pub(crate) fn open(options: &OpenOptions) -> Result<(), Failure> {
    let OpenProvider::ChainupOpay = options.provider;
    let keys = chainup_opay::keys(&options.keys)?;
    match chainup_opay::open(&keys, &input::read()?)? {
        Ok(plaintext) => print(&chainup_opay::Opened::new(&plaintext)?),
        Err(refused) => verdict(Err(refused)),
    }
}

/// What `verify` prints.
#[derive(Serialize)]
struct Verdict {
    valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

fn verdict(result: Result<(), Refused>) -> Result<(), Failure> {
    let reason = result.err().map(|refused| refused.to_string());
    let valid = reason.is_none();
    print(&Verdict { valid, reason })?;
    if valid { Ok(()) } else { Err(Failure::Refused) }
}

fn print(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value)
        .map_err(|error| Failure::failed("cannot write the result", error))?;
    say!("{line}")
}

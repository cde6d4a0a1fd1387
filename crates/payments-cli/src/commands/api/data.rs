//! The fields of a raw call: JSON in the command line, in a file, or on standard input.

use std::convert::Infallible;
use std::io::Read;
use std::path::PathBuf;
use std::str::FromStr;

use payments_core::SensitiveString;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::output::shown_path;

/// C-Pay's largest request has the data of a thousand customers, below two megabytes.
const LIMIT: u64 = 4 * 1024 * 1024;

#[derive(Clone)]
pub(super) enum Data {
    Text(SensitiveString),
    File(PathBuf),
    StandardInput,
}

impl FromStr for Data {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Self::File(path.into()),
            None if text == "-" => Self::StandardInput,
            None => Self::Text(text.into()),
        })
    }
}

impl Data {
    /// One JSON object, with the text of its values as given: numbers keep their digits.
    pub(super) fn read(&self) -> Result<Box<RawValue>, Failure> {
        let (text, source) = match self {
            Self::Text(text) => (text.clone(), "--data".to_owned()),
            Self::File(path) => {
                let name = shown_path(path);
                let file = std::fs::File::open(path);
                let text = file.and_then(read_all);
                let text = text.map_err(|error| {
                    Failure::bad(format!("--data: cannot read {name}: {error}"))
                })?;
                (text, name)
            }
            Self::StandardInput => {
                let text = read_all(std::io::stdin());
                let text = text.map_err(|error| {
                    Failure::bad(format!("--data: cannot read standard input: {error}"))
                })?;
                (text, "standard input".to_owned())
            }
        };
        let wrong = || {
            Failure::bad(format!(
                "{source} is not a JSON object; write {{\"name\":\"value\"}}, @FILE, or - for standard input"
            ))
        };
        let value = RawValue::from_string(text.expose().to_owned()).map_err(|_| wrong())?;
        if value.get().starts_with('{') {
            Ok(value)
        } else {
            Err(wrong())
        }
    }
}

fn read_all(source: impl Read) -> std::io::Result<SensitiveString> {
    let mut text = String::new();
    source.take(LIMIT + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LIMIT {
        let message = format!("more than {LIMIT} bytes");
        return Err(std::io::Error::other(message));
    }
    Ok(text.into())
}

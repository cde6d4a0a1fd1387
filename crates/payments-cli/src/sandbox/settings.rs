//! `payments sandbox settings`: what changes while a sandbox runs.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::admin::Target;
use super::records::{rows, text};
use crate::failure::Failure;
use crate::output::{self, say};
use crate::table::Details;

const SET_HELP: &str = "\
Example:
  payments sandbox settings set cpay_kyc_required=false webhook_timeout_ms=500
      all of them or none; a reset restores what they were at the start
  payments sandbox settings set cpay_callback_url=none
      unset a URL, a list or a delay";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the settings with their values
    List(List),
    /// Change settings
    Set(Set),
}

#[derive(Args, Debug)]
#[command(after_help = "Example:\n  payments sandbox settings list")]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Args, Debug)]
#[command(after_help = SET_HELP)]
pub(crate) struct Set {
    /// A setting and its new value; `settings list` has the names
    #[arg(value_name = "NAME=VALUE", required = true, value_parser = change)]
    changes: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) target: Target,
}

fn change(text: &str) -> Result<(String, String), &'static str> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or("write NAME=VALUE, as in cpay_kyc_required=false")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Command {
    pub(crate) fn target(&self) -> &Target {
        match self {
            Self::List(options) => &options.target,
            Self::Set(options) => &options.target,
        }
    }
}

pub(crate) async fn run(command: &Command) -> Result<(), Failure> {
    let admin = command.target().admin()?;
    let json = command.target().json;
    match command {
        Command::List(_) => {
            let answer = admin.get("/settings").await?;
            if json {
                return Ok(output::json(&answer)?);
            }
            print(&answer, |_| true)
        }
        Command::Set(options) => {
            let mut body = Map::new();
            for (name, value) in &options.changes {
                let twice = body.insert(name.clone(), value.as_str().into()).is_some();
                if twice {
                    return Err(Failure::bad(format!("{name} is set twice; set it once")));
                }
            }
            let changed = body.clone();
            let answer = admin.post("/settings", &Value::Object(body)).await?;
            let is_changed = |name: &str| changed.contains_key(name);
            if json {
                let rows = rows(&answer, "settings").iter();
                let rows: Vec<&Value> = rows.filter(|row| is_changed(&text(row, "name"))).collect();
                return Ok(output::json(&json!({ "settings": rows }))?);
            }
            print(&answer, is_changed)
        }
    }
}

/// First those that change while the sandbox runs.
fn print(answer: &Value, is_shown: impl Fn(&str) -> bool) -> Result<(), Failure> {
    let (mut live, mut fixed) = (Details::default(), Details::default());
    for row in rows(answer, "settings") {
        let name = text(row, "name");
        let group = match row.get("changes") {
            Some(Value::Bool(false)) => &mut fixed,
            _ => &mut live,
        };
        if is_shown(&name) {
            group.add(name, Some(value(row.get("value").unwrap_or(&Value::Null))));
        }
    }
    live.print()?;
    if !fixed.is_empty() {
        say!("\nonly the start decides:")?;
        fixed.print()?;
    }
    Ok(())
}

/// A value as it is set.
fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => {
            let texts: Vec<String> = values.iter().map(self::value).collect();
            texts.join(",")
        }
        other => other.to_string(),
    }
}

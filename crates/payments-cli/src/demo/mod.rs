//! `payments demo`: the main job over real HTTP, every step checked.

mod browser;
mod cpay;
mod form;
mod receiver;
mod story;

use clap::Args;
use serde::Serialize;

use crate::failure::{Failure, runtime};
use crate::output::say;
use story::{Step, Story};

#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON object instead of lines and a table
    #[arg(long)]
    json: bool,
}

/// `{"providers":{"cpay":{"steps":[…]}}}`
#[derive(Serialize)]
struct Report {
    providers: Providers,
}

#[derive(Serialize)]
struct Providers {
    cpay: Told,
}

#[derive(Serialize)]
struct Told {
    steps: Vec<Step>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut story = Story::new("C-Pay", !options.json);
    let failed = runtime()?.block_on(cpay::tell(&mut story)).is_err();
    let steps = story.finish()?;
    if options.json {
        let report = Report {
            providers: Providers {
                cpay: Told { steps },
            },
        };
        let text = serde_json::to_string(&report)
            .map_err(|error| Failure::failed("cannot write the report", error))?;
        say!("{text}")?;
    }
    if failed {
        Err(Failure::Refused)
    } else {
        Ok(())
    }
}

//! `cargo xtask matrix`: `docs/capabilities.md`, written from what the gateways' code offers and says about itself.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Write as _};
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use payments_core::Executor;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_facade::facts::{Fact, Strategy};
use payments_facade::{Capabilities, Gateway, ccpayment, chainup_opay, cpay};

use crate::run::root;

const PAGE: &str = "docs/capabilities.md";

const HEAD: &str = "\
# Capabilities

What each gateway of the facade can do and what is known about it. This page is written by `cargo xtask matrix` from the
gateways' code: `Capabilities::of(gateway)` and `gateway.facts()` give the same at run time. The tests fail when it is out of
date.
";

pub(crate) fn run(check: bool) -> Result<(), String> {
    let page = page()?;
    let path = root().join(PAGE);
    if !check {
        return fs::write(&path, page).map_err(|error| format!("cannot write {PAGE}: {error}"));
    }
    let there =
        fs::read_to_string(&path).map_err(|error| format!("cannot read {PAGE}: {error}"))?;
    if there == page {
        println!("{PAGE} says what the code does");
        Ok(())
    } else {
        Err(format!(
            "{PAGE} differs from the code: run `cargo xtask matrix`"
        ))
    }
}

/// A gateway and its name for people.
type Named = (&'static str, Box<dyn Gateway>);

/// The gateways, with the public test keys; nothing is sent.
fn gateways() -> Result<[Named; 3], String> {
    let key = |name: &str| {
        let path = root().join("fixtures/signatures/chainup_opay").join(name);
        fs::read_to_string(&path).map_err(|error| format!("cannot read {name}: {error}"))
    };
    let executor = || {
        Executor::new(
            Arc::new(ScriptedTransport::new()),
            Arc::new(ManualClock::new()),
            Arc::new(FixedEntropy::new(0)),
        )
    };
    let url = "https://gateway.example";
    let of_cpay = cpay::Config::new(url, "20003092", "test-secret").map_err(text)?;
    let of_chainup = chainup_opay::Config::new(
        url,
        "shop_5157",
        &key("merchant.pri.pem")?,
        &key("platform.pub.pem")?,
    )
    .map_err(text)?;
    let of_ccpayment = ccpayment::Config::new(url, "2023", "test-secret").map_err(text)?;
    Ok([
        (
            "C-Pay",
            Box::new(cpay::Cpay::new("main", &of_cpay, executor()).map_err(text)?),
        ),
        (
            "ChainUp OPay",
            Box::new(
                chainup_opay::ChainupOpay::new("main", &of_chainup, executor()).map_err(text)?,
            ),
        ),
        (
            "CCPayment",
            Box::new(ccpayment::Ccpayment::new("main", &of_ccpayment, executor()).map_err(text)?),
        ),
    ])
}

fn page() -> Result<String, String> {
    let gateways = gateways()?;
    let able: Vec<BTreeSet<String>> = gateways
        .iter()
        .map(|(_, gateway)| {
            let all = Capabilities::of(&**gateway);
            all.iter()
                .map(|capability| capability.to_string())
                .collect()
        })
        .collect();
    let mut page = HEAD.to_owned();
    write_page(&mut page, &gateways, &able).map_err(text)?;
    Ok(page)
}

fn write_page(page: &mut String, gateways: &[Named], able: &[BTreeSet<String>]) -> fmt::Result {
    let names: Vec<&str> = gateways.iter().map(|(name, _)| *name).collect();
    page.push_str("\n## What they offer\n\n");
    page.push_str("A name with three parts is an option of a feature; one that is missing is refused before anything is sent.\n\n");
    writeln!(page, "| capability | {} |", names.join(" | "))?;
    writeln!(page, "|---|{}", "---|".repeat(names.len()))?;
    let all: BTreeSet<&String> = able.iter().flatten().collect();
    for capability in all {
        let marks = able.iter().map(|has| {
            if has.contains(capability) {
                "yes"
            } else {
                "–"
            }
        });
        let marks: Vec<&str> = marks.collect();
        writeln!(page, "| `{capability}` | {} |", marks.join(" | "))?;
    }
    page.push_str(
        "\nWebhooks and recovery are there for every gateway.\n\n## What is known about them\n",
    );
    for (name, gateway) in gateways {
        let facts = gateway.facts();
        writeln!(
            page,
            "\n### {name}\n\n| fact | value | source |\n|---|---|---|"
        )?;
        row(
            page,
            "what became of a lost call is found by",
            &facts.strategy,
            strategy,
        )?;
        row(
            page,
            "quiet period before a `not found` counts",
            &facts.quiet_period,
            length,
        )?;
        // Where the provider is asked, nothing is sent again.
        if facts.strategy.value == Strategy::Repeat {
            row(
                page,
                "an order may be sent again to find out, for",
                &facts.repeat_within,
                length,
            )?;
        }
        row(
            page,
            "`not found` proves that nothing was made",
            &facts.not_found_proves,
            yes,
        )?;
        optional(
            page,
            "characters of a merchant's reference",
            facts.reference_chars.as_ref(),
            u32::to_string,
        )?;
        optional(
            page,
            "an order lives",
            facts.order_lifetime.as_ref(),
            length,
        )?;
        optional(page, "requests", facts.rate_limit.as_ref(), |it| {
            format!("{} in {}", it.requests, length(&it.per))
        })?;
        optional(
            page,
            "tries to deliver a webhook",
            facts.webhook_tries.as_ref(),
            u32::to_string,
        )?;
        if facts.ban_codes.is_empty() {
            writeln!(
                page,
                "| a code that means: stop calling | no ban code is documented | |"
            )?;
        }
        for code in facts.ban_codes {
            row(page, "a code that means: stop calling", code, |it| {
                format!("`{it}`")
            })?;
        }
        for note in facts.notes {
            row(page, "note", note, |it| (*it).to_owned())?;
        }
    }
    Ok(())
}

fn row<T>(
    page: &mut String,
    name: &str,
    fact: &Fact<T>,
    shown: impl Fn(&T) -> String,
) -> fmt::Result {
    let value = shown(&fact.value).replace('|', "\\|");
    let source = fact.source.to_string().replace('|', "\\|");
    writeln!(page, "| {name} | {value} | {source} |")
}

fn optional<T>(
    page: &mut String,
    name: &str,
    fact: Option<&Fact<T>>,
    shown: impl Fn(&T) -> String,
) -> fmt::Result {
    match fact {
        Some(fact) => row(page, name, fact, shown),
        None => writeln!(page, "| {name} | not known | |"),
    }
}

fn strategy(value: &Strategy) -> String {
    match value {
        Strategy::Query => "a query for the merchant's reference",
        Strategy::Repeat => "sending the same order again",
    }
    .to_owned()
}

/// In seconds, or in milliseconds where seconds would not say it all.
fn length(value: &Duration) -> String {
    if value.subsec_nanos() == 0 {
        format!("{} s", value.as_secs())
    } else {
        format!("{} ms", value.as_millis())
    }
}

fn yes(value: &bool) -> String {
    if *value { "yes" } else { "no" }.to_owned()
}

fn text(error: impl Display) -> String {
    error.to_string()
}

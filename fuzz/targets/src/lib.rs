//! For every parser of bytes that come from outside: what must hold for any input.
//!
//! A [`Target`] takes bytes and panics if its claim does not hold. `tests/it` runs all of them over the corpus and mutations of it
//! with a stable compiler; `fuzz/fuzz_targets` runs them under `cargo fuzz`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a panic is how a target reports"
)]

mod accounts;
mod admin;
mod answers;
#[cfg(feature = "command")]
mod command;
mod corpus;
mod events;
mod requests;
mod state_file;
mod stated;
mod texts;
mod webhooks;

pub use webhooks::{Meaning, Message, SCHEMES, Scheme, Verdict};

/// A claim about any bytes, and the inputs that mutations start from.
#[derive(Debug)]
pub struct Target {
    /// The name of its file in `fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Panics if the claim does not hold. Returns whether the input was read: one that is refused tries only the refusal.
    pub run: fn(&[u8]) -> bool,
    /// The corpus: recorded messages, published addresses, generated keys.
    pub corpus: fn() -> Vec<Vec<u8>>,
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "cpay_webhook",
        run: webhooks::cpay,
        corpus: || corpus::bodies("wire/cpay/webhooks.json"),
    },
    Target {
        name: "chainup_callback",
        run: webhooks::chainup,
        corpus: || corpus::bodies("wire/chainup_opay/callbacks.json"),
    },
    Target {
        name: "ccpayment_webhook",
        run: webhooks::ccpayment,
        corpus: || corpus::bodies("wire/ccpayment/webhooks.json"),
    },
    Target {
        name: "ccpayment_v2_webhook",
        run: webhooks::ccpayment_v2,
        corpus: || corpus::bodies("wire/ccpayment_v2/webhooks.json"),
    },
    Target {
        name: "cpay_event",
        run: events::cpay,
        corpus: corpus::cpay_contents,
    },
    Target {
        name: "chainup_event",
        run: events::chainup,
        corpus: corpus::chainup_texts,
    },
    Target {
        name: "ccpayment_event",
        run: events::ccpayment,
        corpus: || corpus::bodies("wire/ccpayment/webhooks.json"),
    },
    Target {
        name: "ccpayment_v2_event",
        run: events::ccpayment_v2,
        corpus: || corpus::bodies("wire/ccpayment_v2/webhooks.json"),
    },
    Target {
        name: "cpay_answer",
        run: answers::cpay,
        corpus: || corpus::answers("wire/cpay"),
    },
    Target {
        name: "chainup_answer",
        run: answers::chainup,
        corpus: || corpus::answers("wire/chainup_opay"),
    },
    Target {
        name: "chainup_plaintext",
        run: answers::chainup_plaintext,
        corpus: || corpus::files("wire/chainup_opay", ".inside.json"),
    },
    Target {
        name: "ccpayment_answer",
        run: answers::ccpayment,
        corpus: || corpus::answers("wire/ccpayment"),
    },
    Target {
        name: "ccpayment_v2_answer",
        run: answers::ccpayment_v2,
        corpus: || corpus::answers("wire/ccpayment_v2"),
    },
    Target {
        name: "sandbox_cpay",
        run: requests::cpay,
        corpus: || requests::recorded("wire/cpay"),
    },
    Target {
        name: "sandbox_chainup",
        run: requests::chainup,
        corpus: || requests::recorded("wire/chainup_opay"),
    },
    Target {
        name: "sandbox_ccpayment",
        run: requests::ccpayment,
        corpus: || requests::recorded("wire/ccpayment"),
    },
    Target {
        name: "sandbox_ccpayment_v2",
        run: requests::ccpayment_v2,
        corpus: || requests::recorded("wire/ccpayment_v2"),
    },
    Target {
        name: "sandbox_admin",
        run: admin::call,
        corpus: admin::calls,
    },
    Target {
        name: "sandbox_state_file",
        run: state_file::state_file,
        corpus: state_file::documents,
    },
    Target {
        name: "rsa_key",
        run: texts::rsa_key,
        corpus: || corpus::files("signatures/chainup_opay/keys", ".key"),
    },
    Target {
        name: "amount",
        run: texts::amount,
        corpus: corpus::amounts,
    },
    Target {
        name: "address",
        run: texts::address,
        corpus: corpus::addresses,
    },
    Target {
        name: "accounts_file",
        run: texts::accounts_file,
        corpus: corpus::accounts_files,
    },
    #[cfg(feature = "command")]
    Target {
        name: "scenario",
        run: command::scenario,
        corpus: corpus::scenarios,
    },
    #[cfg(feature = "command")]
    Target {
        name: "database_url",
        run: command::database_url,
        corpus: corpus::database_urls,
    },
    Target {
        name: "ticket",
        run: texts::ticket,
        corpus: corpus::tickets,
    },
];

/// Runs the target of that name, for `fuzz/fuzz_targets`.
pub fn run(name: &str, input: &[u8]) {
    let found = TARGETS.iter().find(|target| target.name == name);
    let target = found.unwrap_or_else(|| panic!("no target {name}"));
    (target.run)(input);
}

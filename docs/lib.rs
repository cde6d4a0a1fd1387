//! The README and every page of the guide, compiled and run as doctests: `cargo test -p payments-guide`.
//!
//! The crate has no API. `tests/it/commands.rs` runs the shell commands of `signing.md`, and `tests/it/pages.rs` follows the
//! links between the pages.

/// One module per page, so that a failing example is reported under the name of its page.
#[cfg(doctest)]
macro_rules! pages {
    ($($page:ident = $file:literal,)*) => {
        $(#[doc = include_str!($file)] mod $page {})*
    };
}

#[cfg(doctest)]
pages! {
    readme = "../README.md",
    start = "start.md",
    facade = "facade.md",
    cpay = "cpay.md",
    chainup_opay = "chainup-opay.md",
    ccpayment = "ccpayment.md",
    capabilities = "capabilities.md",
    signing = "signing.md",
    webhooks = "webhooks.md",
    outcomes = "outcomes.md",
    tracing = "tracing.md",
    sandbox = "sandbox.md",
    cli = "cli.md",
    architecture = "architecture.md",
    maintainers = "maintainers.md",
    adr_0001 = "adr/0001-record-decisions.md",
    adr_0002 = "adr/0002-rsa-backend.md",
    adr_0003 = "adr/0003-ctutils-serde-core-in-signing.md",
    adr_0004 = "adr/0004-serde_with-reads-the-answers.md",
    adr_0005 = "adr/0005-executor-and-unkeyed-writes.md",
    adr_0006 = "adr/0006-verified-by-type.md",
    adr_0007 = "adr/0007-explicit-crypto-provider-and-roots.md",
    adr_0008 = "adr/0008-amount-is-coefficient-and-scale.md",
    adr_0009 = "adr/0009-sandbox-shares-no-client-code.md",
    adr_0010 = "adr/0010-json-shape-before-trust.md",
    adr_0011 = "adr/0011-canonical-ambiguity-in-cpay.md",
    adr_0012 = "adr/0012-hmac-of-a-form.md",
    adr_0013 = "adr/0013-form_urlencoded-encodes-forms.md",
    adr_0014 = "adr/0014-a-payment-is-a-set.md",
    adr_0015 = "adr/0015-unsupported-options-are-refused.md",
    adr_0016 = "adr/0016-tickets-and-repeat.md",
    adr_0017 = "adr/0017-large-answers-on-own-threads.md",
    adr_0018 = "adr/0018-wrappers-delegate.md",
    adr_0019 = "adr/0019-crates-beside-the-obvious.md",
    adr_0020 = "adr/0020-ccpayment-v1-is-a-module.md",
    adr_0021 = "adr/0021-debug-by-a-macro.md",
    adr_0022 = "adr/0022-keys-in-every-text-form.md",
    adr_0023 = "adr/0023-raw-calls.md",
    adr_0024 = "adr/0024-own-code-in-the-chainup-client.md",
    adr_0025 = "adr/0025-own-code-in-ccpayment-client.md",
    adr_0026 = "adr/0026-sandbox-providers-and-libraries.md",
    adr_0027 = "adr/0027-own-rate-limit-window.md",
    adr_0028 = "adr/0028-configuration-by-derived-types.md",
    adr_0029 = "adr/0029-libraries-of-the-command.md",
    adr_0032 = "adr/0032-a-connection-for-each-request.md",
    adr_0033 = "adr/0033-tracing-in-the-executor.md",
    adr_0035 = "adr/0035-addresses-are-checked.md",
    adr_0036 = "adr/0036-payment-uris.md",
    adr_0037 = "adr/0037-one-mechanism-for-faults.md",
    adr_0030 = "adr/0030-the-status-decides-first.md",
    adr_0031 = "adr/0031-is-the-order-the-tickets.md",
    adr_0034 = "adr/0034-a-diagnosis-is-for-the-owner.md",
    adr_0038 = "adr/0038-tickets-on-the-disk.md",
    adr_0039 = "adr/0039-raw-calls-in-the-command.md",
    adr_0040 = "adr/0040-one-bounded-server.md",
    adr_0041 = "adr/0041-listener-completes-its-work.md",
    adr_0042 = "adr/0042-ccpayment-v2-in-the-facade.md",
    adr_0044 = "adr/0044-unsigned-webhooks-are-hints.md",
    adr_0045 = "adr/0045-confidential-by-default.md",
    adr_0046 = "adr/0046-ccpayment-v2-beside-v1.md",
    adr_0047 = "adr/0047-refused-credentials-stop-the-client.md",
}

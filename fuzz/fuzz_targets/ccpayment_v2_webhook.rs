#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| (payments_fuzz_targets::target("ccpayment_v2_webhook").run)(bytes));

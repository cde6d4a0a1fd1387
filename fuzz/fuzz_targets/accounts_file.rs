#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| payments_fuzz_targets::run("accounts_file", bytes));

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git::probe::packets(bytes));

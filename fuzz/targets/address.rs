#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git::probe::address(&String::from_utf8_lossy(bytes)));

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| git::probe::path(&String::from_utf8_lossy(bytes)));

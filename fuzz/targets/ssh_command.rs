#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drop(fuzz::command::Command::parse(bytes)));

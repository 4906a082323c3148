#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| if let [kind, data @ ..] = bytes {
    git::probe::object(*kind, data)
});

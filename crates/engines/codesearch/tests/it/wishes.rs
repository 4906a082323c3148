//! Wishes of any kind: an answer in bounded time, never a panic.

use codesearch::probe;

#[test]
fn any_wish_is_answered() {
    let parts = [
        "a",
        "needle",
        "(",
        ")",
        "[",
        "]",
        "{2,9}",
        "{999999}",
        "*",
        "+",
        "?",
        "|",
        "\\",
        "\\pL",
        "\\b",
        "^",
        "$",
        ".",
        "(?i)",
        "(?-u)",
        "(?s)",
        "\u{200c}",
        "ß",
        "文",
        " ",
        "\0",
        "\n",
        "!",
        "-",
        "/",
        "**",
        "x{100}{100}",
        "(a+)+b",
        "(.*)*",
        "[^\\n]",
        "\\xff",
        "(((((((((((((((((((((",
    ];
    let lines: [&[u8]; 4] =
        [b"needle in a haystack", b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", b"\xff\xfe\0a", b""];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    for _ in 0..400 {
        let wish: String = (0..1 + below(6)).map(|_| parts[below(parts.len())]).collect();
        probe(&wish, lines[below(lines.len())]);
    }
}

//! Patterns and CODEOWNERS of any kind: an answer, never a panic.

use depots::rules::{Owners, probe_patterns};

#[test]
fn patterns_and_owners() {
    let seeds: &[&[u8]] = &[
        b"src/a/b.rs\n*.rs\n/docs/\n**/x/**\n[!a]?\\*\nfeature/*",
        b"a\n{a,b}\n[a-\n\\\n****\nrelease/*/v*",
        "größe/文.txt\n*.txt\n文*\n**".as_bytes(),
        b"docs/x\n* @all\n*.rs @rust me@example.com # more\n/docs/ @writers\n[broken\n!no @x",
    ];
    git::probe::each_damaged(seeds, 700, |bytes| {
        let text = String::from_utf8_lossy(bytes);
        let (path, rest) = text.split_once('\n').unwrap_or((&text, ""));
        probe_patterns(path, rest);
        let owners = Owners::parse(rest);
        assert!(owners.of(path).iter().all(|owner| rest.contains(owner.as_str())));
    });
}

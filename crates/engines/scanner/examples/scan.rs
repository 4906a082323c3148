//! Scans a directory with all packs and prints the findings as text.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use scanner::render::{TextOptions, json, sarif, text};
use scanner::{CloneLimits, Engine, Ruleset, ScanOptions, scan_directory};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args()
        .nth(1)
        .ok_or("usage: scan DIRECTORY [--sarif | --json] [--clone-tokens N]")?;
    let root = Path::new(&root);
    let packs = ["recommended", "security", "metrics", "strict"];
    let min_tokens = std::env::args()
        .skip_while(|a| a != "--clone-tokens")
        .nth(1)
        .map_or(Ok(100), |n| n.parse())?;
    let engine = Engine::new(&Ruleset {
        packs: packs.map(str::to_owned).into(),
        clones: CloneLimits { min_tokens, min_lines: min_tokens / 10 },
        ..Ruleset::default()
    })?;
    let cancel = AtomicBool::new(false);
    let report = scan_directory(&engine, root, ScanOptions::default(), &|_| {}, &cancel)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().any(|a| a == "--sarif") {
        sarif(&engine, &report, &mut out)?;
    } else if std::env::args().any(|a| a == "--json") {
        json(&report, &mut out)?;
    } else {
        let source = |path: &str| std::fs::read_to_string(root.join(path)).ok();
        text(&report, &source, TextOptions::default(), &mut out)?;
    }
    Ok(())
}

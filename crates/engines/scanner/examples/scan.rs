//! Scans a directory with all packs and prints the findings as text.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use scanner::render::{TextOptions, sarif, text};
use scanner::{Engine, Ruleset, ScanOptions, scan_directory};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args().nth(1).ok_or("usage: scan DIRECTORY [--sarif]")?;
    let root = Path::new(&root);
    let packs = ["recommended", "security", "metrics", "strict"];
    let engine =
        Engine::new(&Ruleset { packs: packs.map(str::to_owned).into(), ..Ruleset::default() })?;
    let cancel = AtomicBool::new(false);
    let report = scan_directory(&engine, root, ScanOptions::default(), &|_| {}, &cancel)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if std::env::args().any(|a| a == "--sarif") {
        sarif(&engine, &report, &mut out)?;
    } else {
        let source = |path: &str| std::fs::read_to_string(root.join(path)).ok();
        text(&report, &source, TextOptions::default(), &mut out)?;
    }
    Ok(())
}

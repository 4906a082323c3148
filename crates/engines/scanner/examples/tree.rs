//! Prints the syntax tree of a file, for writing rules and grammar tables: each
//! line a node's kind, its field, where it starts, and the text of a leaf.

use std::io::Write as _;

use scanner::Language;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: tree FILE")?;
    let source = std::fs::read_to_string(&path)?;
    let language = Language::of(&path, source.as_bytes()).ok_or("no language has this name")?;
    let tree = scanner::syntax_tree(language, &source).ok_or("this language has no grammar")?;
    std::io::stdout().lock().write_all(tree.as_bytes())?;
    Ok(())
}

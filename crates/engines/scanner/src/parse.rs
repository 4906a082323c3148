//! One parse per blob, bounded in time, with a parser kept per thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::language::{KindTable, Language};

thread_local! {
    static PARSERS: RefCell<HashMap<Language, Parser>> = RefCell::new(HashMap::new());
}

/// Parses the text, or only what lies `within`, with the positions of the whole;
/// `None` when it takes longer than `limit`, or when the grammar does not fit the
/// runtime.
pub(crate) fn parse(
    language: Language,
    table: &KindTable,
    text: &str,
    within: Option<tree_sitter::Range>,
    limit: Duration,
) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = match parsers.entry(language) {
            std::collections::hash_map::Entry::Occupied(e) => e.into_mut(),
            std::collections::hash_map::Entry::Vacant(e) => {
                let mut parser = Parser::new();
                parser.set_language(&table.language).ok()?;
                e.insert(parser)
            }
        };
        // None means all; what an earlier text left is gone with it.
        parser.set_included_ranges(within.as_slice()).ok()?;
        let started = Instant::now();
        let mut progress = |_: &ParseState| {
            if started.elapsed() > limit {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let bytes = text.as_bytes();
        let tree = parser.parse_with_options(
            &mut |offset, _| bytes.get(offset..).unwrap_or(&[]),
            None,
            Some(ParseOptions::new().progress_callback(&mut progress)),
        );
        if tree.is_none() {
            // A cancelled parse would otherwise be resumed by the next one.
            parser.reset();
        }
        tree
    })
}

/// The syntax tree of a text as lines of kind, field, position and the text of
/// leaves, for writing rules; `None` for a language without a grammar and for a
/// text that takes longer than ten seconds.
#[must_use]
pub fn syntax_tree(language: Language, source: &str) -> Option<String> {
    let tree = parse(language, KindTable::of(language)?, source, None, Duration::from_secs(10))?;
    let mut out = String::new();
    let mut cursor = tree.walk();
    'nodes: loop {
        let node = cursor.node();
        let depth = cursor.depth() as usize;
        let field = cursor.field_name().map(|f| format!("{f}: ")).unwrap_or_default();
        let kind =
            if node.is_named() { node.kind().to_owned() } else { format!("{:?}", node.kind()) };
        let place = node.start_position();
        let _ = write!(
            out,
            "{:1$}{field}{kind} {2}:{3}",
            "",
            depth * 2,
            place.row + 1,
            place.column + 1
        );
        if node.child_count() == 0 && node.is_named() {
            let text: String =
                source.get(node.byte_range()).unwrap_or_default().chars().take(60).collect();
            let _ = write!(out, " {text:?}");
        }
        out.push('\n');
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'nodes;
            }
        }
    }
    Some(out)
}

//! One parse per blob, bounded in time, with a parser kept per thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::language::{KindTable, Language};

thread_local! {
    static PARSERS: RefCell<HashMap<Language, Parser>> = RefCell::new(HashMap::new());
}

/// Parses the text; `None` when it takes longer than `limit`, or when the
/// grammar does not fit the runtime.
pub(crate) fn parse(
    language: Language,
    table: &KindTable,
    text: &str,
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

//! Functions and their metrics, fed by the walk.

use tree_sitter::Node;

use super::cognitive::Cognitive;
use super::cyclomatic::Cyclomatic;
use super::names;
use super::walk::Frame;
use crate::language::{CountFrom, KindInfo, KindTable, flag};
use crate::report::Function;
use crate::text::Text;

/// A function whose end has not been reached.
pub(super) struct Open {
    pub(super) function: Function,
    /// Its start, for the order of the results.
    start: usize,
    /// Where its tokens begin to count towards cyclomatic complexity.
    pub(super) count_from: usize,
    /// Where they cease to.
    pub(super) count_to: usize,
    pub(super) cognitive: Cognitive,
}

pub(super) struct Functions<'a> {
    text: &'a Text,
    table: &'static KindTable,
    open: Vec<Open>,
    done: Vec<(usize, Function)>,
    cyclomatic: Cyclomatic,
}

impl<'a> Functions<'a> {
    pub(super) fn new(text: &'a Text, table: &'static KindTable) -> Self {
        Self { text, table, open: Vec::new(), done: Vec::new(), cyclomatic: Cyclomatic::default() }
    }

    /// A node with children is entered; `frame` is about to be pushed on `stack`.
    pub(super) fn enter(
        &mut self,
        frame: &mut Frame<'_>,
        stack: &[Frame<'_>],
        symbols: &mut Vec<String>,
    ) {
        let info = frame.info;
        if info.has(flag::SCOPE | flag::FUNCTION | flag::OUTERMOST) {
            self.scope(frame, stack, symbols);
        }
        self.cyclomatic.enter(frame, self.text.bytes(), self.table, &mut self.open);
        super::cognitive::enter(frame, stack, self.table, self.text.bytes(), &mut self.open);
    }

    pub(super) fn leaf(
        &mut self,
        node: Node<'_>,
        kind: u16,
        info: KindInfo,
        stack: &mut [Frame<'_>],
    ) {
        let Some(innermost) = self.open.last_mut() else {
            return;
        };
        innermost.function.tokens += 1;
        if info.decision != crate::language::Decision::None {
            self.cyclomatic.leaf(node, info, stack, self.text.bytes(), &mut self.open);
        }
        if self.cyclomatic.skips(node) {
            return;
        }
        super::cognitive::leaf(node, kind, info, stack, self.text.bytes(), &mut self.open);
    }

    pub(super) fn exit(&mut self, frame: &Frame<'_>, stack: &[Frame<'_>]) {
        if !frame.opened {
            return;
        }
        let Some(mut open) = self.open.pop() else {
            return;
        };
        open.function.cognitive = open.cognitive.total(self.table.grammar.wrappers_are_free);
        open.function.nesting = open.cognitive.deepest;
        if let Some(outer) = self.open.last_mut() {
            let nesting = stack.last().map_or(0, |f| f.nesting);
            outer.cognitive.absorb(&open.cognitive, nesting + 1);
            outer.function.tokens += open.function.tokens;
        }
        self.done.push((open.start, open.function));
    }

    pub(super) fn finish(mut self) -> Vec<Function> {
        self.done.sort_by_key(|(start, _)| *start);
        self.done.into_iter().map(|(_, f)| f).collect()
    }

    /// Extends the symbol path, and opens a function.
    fn scope(&mut self, frame: &mut Frame<'_>, stack: &[Frame<'_>], symbols: &mut Vec<String>) {
        let node = frame.node;
        let bytes = self.text.bytes();
        let outermost = frame.info.has(flag::OUTERMOST);
        if outermost && !self.open.is_empty() {
            return;
        }
        let name = names::name_of(node, self.table, bytes, stack);
        // A declaration without a body (abstract, prototype, `= default`) is a
        // name, not a function to measure.
        let body = names::body_of(node, self.table);
        let is_function = (outermost || frame.info.has(flag::FUNCTION)) && body.is_some();
        if name.is_none() && !is_function {
            return;
        }
        let at = name.as_ref().map_or(node.start_byte(), |n| n.at);
        let segment = name.map_or_else(|| "(anonymous)".to_owned(), |n| n.text);
        let separator = self.table.grammar.separator;
        let parent = &symbols[frame.symbol as usize];
        let path = if parent.is_empty() {
            segment.clone()
        } else {
            format!("{parent}{separator}{segment}")
        };
        if is_function {
            let line = self.text.line_of(at);
            let mut context = self.text.context(line, &[]);
            // A function keeps its identity while its body changes.
            context.text = xxhash_rust::xxh3::xxh3_64(path.as_bytes());
            let name = segment.rsplit(separator).next().unwrap_or(&segment).to_owned();
            let count_from = match self.table.grammar.count_from {
                CountFrom::Start => node.start_byte(),
                CountFrom::Name => at,
                CountFrom::Body => body.map_or(at, |b| b.start_byte()),
            };
            let count_to = match body {
                Some(body) if self.table.grammar.count_line => {
                    counted_end(bytes, body.start_byte(), node.end_byte())
                }
                _ => usize::MAX,
            };
            self.open.push(Open {
                function: Function {
                    name,
                    qualified_name: path.clone(),
                    start_line: line as u32 + 1,
                    end_line: last_line(node),
                    parameters: names::parameters(node, self.table, bytes),
                    cyclomatic: 1,
                    cognitive: 0,
                    nesting: 0,
                    tokens: 0,
                    context,
                },
                start: node.start_byte(),
                count_from,
                count_to,
                cognitive: Cognitive::default(),
            });
            frame.opened = true;
            frame.nesting = 0;
        }
        frame.symbol = symbols.len() as u32;
        symbols.push(path);
    }
}

/// Last line (from 1) with text of the node.
fn last_line(node: Node<'_>) -> u32 {
    let end = node.end_position();
    let row =
        if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row };
    row as u32 + 1
}

/// Where a body that starts at `from` ceases to count for a reader that knows
/// lines and braces only: at the first line break outside of braces after the
/// `=` before it.
fn counted_end(bytes: &[u8], from: usize, end: usize) -> usize {
    let blank = |b: &&u8| b.is_ascii_whitespace();
    let gap = bytes[..from].iter().rev().take_while(blank).count();
    let mut depth = 0u32;
    let mut quoted = false;
    for (i, b) in bytes[from - gap..end].iter().enumerate() {
        match b {
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => depth = depth.saturating_sub(1),
            // The token after the break is read before the end is noticed.
            b'\n' if depth == 0 => {
                let rest = &bytes[from - gap + i..end];
                let blanks = rest.iter().take_while(blank).count();
                return (from - gap + i + blanks + 1).min(end);
            }
            b'\n' => quoted = false,
            _ => {}
        }
    }
    end
}

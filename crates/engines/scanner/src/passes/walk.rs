//! The one walk over a tree.

use tree_sitter::Node;

use super::functions::Functions;
use crate::language::{KindInfo, KindTable, TOKEN_STRING, flag};
use crate::report::{Function, TokenStream, TokenWriter};
use crate::text::Text;

/// What the walk collects.
pub(crate) struct Walked<'t> {
    pub(crate) tokens: TokenStream,
    pub(crate) functions: Vec<Function>,
    /// Byte ranges of comments, in order.
    pub(crate) comments: Vec<std::ops::Range<usize>>,
    /// Byte ranges of docstrings, in order.
    pub(crate) docstrings: Vec<std::ops::Range<usize>>,
    /// Byte ranges of outermost ERROR nodes, in order.
    pub(crate) errors: Vec<std::ops::Range<usize>>,
    /// Deepest level of the tree.
    pub(crate) depth: usize,
    /// Symbol paths; index 0 is the top level.
    pub(crate) symbols: Vec<String>,
    /// Nodes of the kinds that rules asked for, with their symbol.
    pub(crate) candidates: Vec<(Node<'t>, u32)>,
}

/// A node whose children are being visited.
#[derive(Clone, Copy)]
pub(super) struct Frame<'t> {
    pub(super) node: Node<'t>,
    pub(super) info: KindInfo,
    /// Nesting of control structures that the children stand in.
    pub(super) nesting: u16,
    pub(super) symbol: u32,
    /// This node opened a function.
    pub(super) opened: bool,
    /// Inside an import clause.
    import: bool,
    /// For `&&`-like expressions, the frame that holds their sequence's state.
    pub(super) logical: Option<u32>,
    /// In a sequence's root: the operator last seen.
    pub(super) operator: u16,
}

/// Visits every node below `root` once. `wanted[kind]` says which nodes the
/// rules want to look at.
pub(crate) fn walk<'t>(
    root: Node<'t>,
    text: &Text,
    table: &'static KindTable,
    wanted: &[bool],
) -> Walked<'t> {
    let bytes = text.bytes();
    let mut out = Walked {
        tokens: TokenStream::default(),
        functions: Vec::new(),
        comments: Vec::new(),
        docstrings: Vec::new(),
        errors: Vec::new(),
        depth: 0,
        symbols: vec![String::new()],
        candidates: Vec::new(),
    };
    let mut tokens = TokenWriter::with_capacity(bytes.len() / 4);
    let mut functions = Functions::new(text, table);
    let mut stack: Vec<Frame<'t>> = Vec::with_capacity(64);
    let mut cursor = root.walk();

    'nodes: loop {
        let node = cursor.node();
        let kind = node.kind_id();
        let info = table.info(kind);
        let symbol = stack.last().map_or(0, |f| f.symbol);
        if wanted.get(usize::from(kind)).is_some_and(|w| *w) {
            out.candidates.push((node, symbol));
        }
        let mut descend = true;
        if node.is_error() {
            let range = node.byte_range();
            if out.errors.last().is_none_or(|e| range.start >= e.end) && !range.is_empty() {
                out.errors.push(range);
            }
        } else if info.has(flag::COMMENT) {
            out.comments.push(node.byte_range());
            descend = false;
        } else if is_docstring(node, info, table) {
            out.docstrings.push(node.byte_range());
            descend = false;
        } else if info.has(flag::STRING) && !stack.last().is_some_and(|f| f.import) {
            tokens.push(TOKEN_STRING, node.start_position().row as u32 + 1);
        }

        if descend && cursor.goto_first_child() {
            let mut frame = Frame {
                node,
                info,
                nesting: stack.last().map_or(0, |f| f.nesting),
                symbol,
                opened: false,
                import: info.has(flag::IMPORT) || stack.last().is_some_and(|f| f.import),
                logical: None,
                operator: 0,
            };
            functions.enter(&mut frame, &stack, &mut out.symbols);
            stack.push(frame);
            out.depth = out.depth.max(stack.len());
            continue;
        }
        if descend {
            let start = node.start_byte();
            let end = node.end_byte();
            if start < end {
                leaf(node, info, &mut tokens, &stack, bytes);
                functions.leaf(node, kind, info, &mut stack);
            }
        }
        loop {
            if cursor.goto_next_sibling() {
                continue 'nodes;
            }
            let Some(frame) = stack.pop() else {
                break 'nodes;
            };
            functions.exit(&frame, &stack);
            cursor.goto_parent();
        }
    }
    if !table.grammar.data {
        out.tokens = tokens.finish();
    }
    out.functions = functions.finish();
    out
}

fn leaf(
    node: Node<'_>,
    info: KindInfo,
    tokens: &mut TokenWriter,
    stack: &[Frame<'_>],
    bytes: &[u8],
) {
    if info.has(flag::STRING | flag::STRING_PART) || stack.last().is_some_and(|f| f.import) {
        return;
    }
    let line = node.start_position().row as u32 + 1;
    if info.has(flag::IDENTIFIER) {
        tokens.push_identifier(&bytes[node.byte_range()], line);
    } else {
        tokens.push(info.token, line);
    }
}

/// A statement that is one plain string.
fn is_docstring(node: Node<'_>, info: KindInfo, table: &KindTable) -> bool {
    table.grammar.docstrings
        && info.has(flag::EXPRESSION_STATEMENT)
        && node.child_count() == 1
        && node.child(0).is_some_and(|c| table.info(c.kind_id()).has(flag::STRING))
}

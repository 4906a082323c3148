//! Cognitive complexity after SonarSource's white paper, version 1.5.
//!
//! An increment of a control structure costs one plus its nesting. A nested
//! function's increments also weigh on the function around it, one level
//! deeper, so each function keeps how many of its increments nest.

use tree_sitter::Node;

use super::functions::Open;
use super::walk::Frame;
use crate::language::{KindInfo, KindTable, Role, flag};

/// One function's tally.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cognitive {
    /// Increments of its own, nesting included.
    own: u32,
    /// How many of them grow with the nesting.
    own_nesting: u32,
    /// The same of the functions inside it.
    inner: u32,
    inner_nesting: u32,
    recursive: bool,
    pub(super) deepest: u16,
}

impl Cognitive {
    /// The function's complexity. With `wrappers_are_free`, a function that does
    /// nothing but hold others is not charged for them.
    pub(super) fn total(&self, wrappers_are_free: bool) -> u32 {
        if wrappers_are_free && self.own == 0 {
            return 0;
        }
        self.own + self.inner
    }

    /// Adds a nested function that stands at `nesting` in this one.
    pub(super) fn absorb(&mut self, inner: &Self, nesting: u16) {
        let nests = inner.own_nesting + inner.inner_nesting;
        self.inner += inner.own + inner.inner + nests * u32::from(nesting);
        self.inner_nesting += nests;
        if inner.deepest > 0 {
            self.deepest = self.deepest.max(inner.deepest + nesting);
        }
    }

    fn flat(&mut self) {
        self.own += 1;
    }

    fn nested(&mut self, nesting: u16) {
        self.own += 1 + u32::from(nesting);
        self.own_nesting += 1;
        self.deepest = self.deepest.max(nesting + 1);
    }
}

pub(super) fn enter(
    frame: &mut Frame<'_>,
    stack: &[Frame<'_>],
    table: &KindTable,
    bytes: &[u8],
    open: &mut [Open],
) {
    if frame.info.has(flag::LOGICAL) {
        enter_logical(frame, stack, table, bytes);
    }
    let Some(open) = open.last_mut() else {
        return;
    };
    let tally = &mut open.cognitive;
    match frame.info.role {
        Role::None | Role::ElseToken | Role::ElifToken | Role::LogicalToken | Role::LogicalName => {
        }
        Role::If => {
            // `else if` is charged at its `else` and nests no deeper than it.
            if !continues_if(frame, stack, table) {
                tally.nested(frame.nesting);
                frame.nesting += 1;
            }
        }
        Role::Loop | Role::Switch | Role::Catch | Role::Ternary => {
            tally.nested(frame.nesting);
            frame.nesting += 1;
        }
        // What opened a function of its own starts again at its beginning.
        Role::Lambda if frame.opened => {}
        Role::Lambda => frame.nesting += 1,
        Role::Goto => tally.flat(),
        Role::Jump => {
            let mut cursor = frame.node.walk();
            let labelled = frame.node.named_children(&mut cursor).any(|n| {
                matches!(n.kind(), "label" | "label_name" | "identifier" | "statement_identifier")
            });
            // Rust's `break value` has an identifier that is no label.
            if labelled && !is_value_break(frame.node) {
                tally.flat();
            }
        }
    }
}

pub(super) fn leaf(
    node: Node<'_>,
    kind: u16,
    info: KindInfo,
    stack: &mut [Frame<'_>],
    bytes: &[u8],
    open: &mut [Open],
) {
    let Some(open) = open.last_mut() else {
        return;
    };
    match info.role {
        Role::ElifToken => open.cognitive.flat(),
        Role::ElseToken => {
            let [.., grandparent, parent] = stack else {
                return;
            };
            let branch = parent.info.role == Role::If
                || (parent.info.role == Role::None && grandparent.info.role == Role::If)
                || parent.info.has(flag::ELSE_PARENT);
            if branch {
                open.cognitive.flat();
            }
        }
        Role::LogicalToken | Role::LogicalName => {
            let Some(kind) = operator(node, kind, info, bytes) else {
                return;
            };
            let Some(root) = stack.last().and_then(|f| f.logical) else {
                return;
            };
            if let Some(root) = stack.get_mut(root as usize)
                && root.operator != kind
            {
                root.operator = kind;
                open.cognitive.flat();
            }
        }
        _ => {
            if info.has(flag::IDENTIFIER)
                && !open.cognitive.recursive
                && stack.last().is_some_and(|f| {
                    f.info.has(flag::CALL) && f.node.start_byte() == node.start_byte()
                })
                && bytes[node.byte_range()] == *open.function.name.as_bytes()
            {
                open.cognitive.recursive = true;
                open.cognitive.flat();
            }
        }
    }
}

/// Joins a `&&`-like expression to the sequence it continues, or opens one.
fn enter_logical(frame: &mut Frame<'_>, stack: &[Frame<'_>], table: &KindTable, bytes: &[u8]) {
    if let Some(node) = frame.node.child_by_field_id(table.fields.operator) {
        let kind = node.kind_id();
        if operator(node, kind, table.info(kind), bytes).is_none() {
            return;
        }
    }
    let parent =
        stack.iter().rev().find(|f| !f.info.has(flag::PARENTHESES)).and_then(|f| f.logical);
    frame.logical = Some(parent.unwrap_or(stack.len() as u32));
}

/// Tells logical operators apart; `None` for what is none.
fn operator(node: Node<'_>, kind: u16, info: KindInfo, bytes: &[u8]) -> Option<u16> {
    match info.role {
        Role::LogicalToken => Some(kind),
        Role::LogicalName => match &bytes[node.byte_range()] {
            b"&&" => Some(1),
            b"||" => Some(2),
            _ => None,
        },
        _ => None,
    }
}

fn continues_if(frame: &Frame<'_>, stack: &[Frame<'_>], table: &KindTable) -> bool {
    let Some(parent) = stack.last() else {
        return false;
    };
    if parent.info.role == Role::If {
        if table.fields.alternative == 0 {
            // Kotlin: what follows the `else`.
            return frame.node.prev_sibling().is_some_and(|n| n.kind() == "else");
        }
        return parent
            .node
            .child_by_field_id(table.fields.alternative)
            .is_some_and(|n| n.id() == frame.node.id());
    }
    parent.node.kind() == "else_clause"
        && stack.len() >= 2
        && stack[stack.len() - 2].info.role == Role::If
}

fn is_value_break(node: Node<'_>) -> bool {
    node.kind() == "break_expression" && node.named_child(0).is_some_and(|n| n.kind() != "label")
}

//! A tree that can be looked at only so often: rules that teams write may ask
//! for more than any file is worth, and nothing else can stop a match once it
//! has begun.
//!
//! Every step to another node burns fuel, and so does every text by its length.
//! Without fuel there are no children, no parents and no kinds, so that whatever
//! is looking comes to its end; what it says then must be thrown away.

use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

use ast_grep_core::source::{Edit, SgNode};
use ast_grep_core::tree_sitter::{StrDoc, TsPre};
use ast_grep_core::{Doc, Position};
use tree_sitter::Node;

use super::grep::Grep;

/// Steps that one rule may take on one file: some tenths of a second.
pub(super) const OF_A_RULE: u64 = 4_000_000;
/// Steps of all rules of a team on one file.
pub(super) const OF_A_FILE: u64 = 40_000_000;
/// A kind that no grammar has.
const NO_KIND: u16 = u16::MAX - 1;

/// A parsed text with the fuel for looking at it.
#[derive(Clone)]
pub(super) struct Bounded {
    inner: StrDoc<Grep>,
    fuel: Cell<u64>,
}

impl Bounded {
    /// The text, with fuel without end until some is [set](Cell::set).
    pub(super) fn new(inner: StrDoc<Grep>) -> Self {
        Self { inner, fuel: Cell::new(u64::MAX) }
    }

    pub(super) fn fuel(&self) -> &Cell<u64> {
        &self.fuel
    }

    /// The nodes of the wanted kinds, in order.
    pub(super) fn nodes<'r>(&'r self, wanted: &[bool]) -> Vec<Fuelled<'r>> {
        TsPre::new(&self.inner.tree.root_node())
            .filter(|node| wanted.get(usize::from(node.kind_id())).is_some_and(|w| *w))
            .map(|node| Fuelled { node, fuel: &self.fuel })
            .collect()
    }
}

impl Doc for Bounded {
    type Source = String;
    type Lang = Grep;
    type Node<'r> = Fuelled<'r>;

    fn get_lang(&self) -> &Grep {
        &self.inner.lang
    }

    fn get_source(&self) -> &String {
        &self.inner.src
    }

    fn do_edit(&mut self, edit: &Edit<String>) -> Result<(), String> {
        self.inner.do_edit(edit)
    }

    fn root_node(&self) -> Fuelled<'_> {
        Fuelled { node: self.inner.root_node(), fuel: &self.fuel }
    }

    fn get_node_text<'a>(&'a self, node: &Fuelled<'a>) -> Cow<'a, str> {
        let range = node.node.byte_range();
        if node.burns(1 + range.len() as u64 / 4) {
            self.inner.src.get(range).map_or(Cow::Borrowed(""), Cow::Borrowed)
        } else {
            Cow::Borrowed("")
        }
    }
}

/// A node of a [`Bounded`] tree.
#[derive(Clone, Copy)]
pub(super) struct Fuelled<'r> {
    node: Node<'r>,
    fuel: &'r Cell<u64>,
}

impl<'r> Fuelled<'r> {
    pub(super) fn kind_id(self) -> u16 {
        self.node.kind_id()
    }

    /// Burns fuel; false when there is none left.
    fn burns(&self, steps: u64) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(steps));
        left > steps
    }

    fn of(self, node: Node<'r>) -> Self {
        Self { node, fuel: self.fuel }
    }

    fn each(self, nodes: impl Iterator<Item = Node<'r>>) -> impl Iterator<Item = Self> {
        nodes.take_while(move |_| self.burns(1)).map(move |node| self.of(node))
    }
}

impl<'r> SgNode<'r> for Fuelled<'r> {
    fn parent(&self) -> Option<Self> {
        // Finding the parent walks down from the root.
        self.burns(4).then(|| self.node.parent()).flatten().map(|node| self.of(node))
    }

    fn children(&self) -> impl ExactSizeIterator<Item = Self> {
        let count = self.node.child_count() as usize;
        let count = if self.burns(1 + count as u64) { count } else { 0 };
        let here = *self;
        SgNode::children(&self.node)
            .map(move |node| here.of(node))
            .take(count)
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn kind(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.node.kind())
    }

    fn kind_id(&self) -> u16 {
        if self.burns(1) { self.node.kind_id() } else { NO_KIND }
    }

    fn node_id(&self) -> usize {
        self.node.id()
    }

    fn range(&self) -> Range<usize> {
        self.node.byte_range()
    }

    fn start_pos(&self) -> Position {
        self.node.start_pos()
    }

    fn end_pos(&self) -> Position {
        self.node.end_pos()
    }

    fn ancestors(&self, root: Self) -> impl Iterator<Item = Self> {
        let deep: Vec<Node<'r>> = if self.burns(8) {
            SgNode::ancestors(&self.node, root.node).collect()
        } else {
            Vec::new()
        };
        self.burns(4 * deep.len() as u64);
        self.each(deep.into_iter())
    }

    fn dfs(&self) -> impl Iterator<Item = Self> {
        self.each(TsPre::new(&self.node))
    }

    fn child(&self, nth: usize) -> Option<Self> {
        self.burns(1).then(|| SgNode::child(&self.node, nth)).flatten().map(|node| self.of(node))
    }

    fn next(&self) -> Option<Self> {
        self.burns(4).then(|| self.node.next_sibling()).flatten().map(|node| self.of(node))
    }

    fn prev(&self) -> Option<Self> {
        self.burns(4).then(|| self.node.prev_sibling()).flatten().map(|node| self.of(node))
    }

    fn next_all(&self) -> impl Iterator<Item = Self> {
        self.each(SgNode::next_all(&self.node))
    }

    fn prev_all(&self) -> impl Iterator<Item = Self> {
        self.each(SgNode::prev_all(&self.node))
    }

    fn is_named(&self) -> bool {
        self.node.is_named()
    }

    fn is_named_leaf(&self) -> bool {
        self.node.named_child_count() == 0
    }

    fn is_leaf(&self) -> bool {
        self.node.child_count() == 0
    }

    fn is_missing(&self) -> bool {
        self.node.is_missing()
    }

    fn is_error(&self) -> bool {
        self.node.is_error()
    }

    fn is_extra(&self) -> bool {
        self.node.is_extra()
    }

    fn field(&self, name: &str) -> Option<Self> {
        let found = self.burns(1).then(|| self.node.child_by_field_name(name)).flatten();
        found.map(|node| self.of(node))
    }

    fn field_children(&self, field_id: Option<u16>) -> impl Iterator<Item = Self> {
        self.each(SgNode::field_children(&self.node, field_id))
    }

    fn child_by_field_id(&self, field_id: u16) -> Option<Self> {
        let found = self.burns(1).then(|| self.node.child_by_field_id(field_id)).flatten();
        found.map(|node| self.of(node))
    }
}

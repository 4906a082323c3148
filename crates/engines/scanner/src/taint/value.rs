//! What is known of a value: a constant, the container that it is and what lies in it,
//! its type, its marks.

use std::rc::Rc;

use super::ir::{FnId, Sym};
use super::marks::Marks;

/// Elements of one container that are told apart.
const MOST_ITEMS: usize = 64;
/// A value folded longer than this, in bytes, is forgotten.
pub(super) const LONGEST_TEXT: usize = 4096;

/// A key of a configuration file, and the value where it is not set.
pub(super) type Setting = Rc<(String, Option<String>)>;

/// A value that is known without running the program.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Const {
    #[default]
    Unknown,
    Null,
    Bool(bool),
    Int(i64),
    Str(Rc<str>),
    /// What a configuration file says under a key, or the default.
    Setting(Setting),
}

impl Const {
    pub(super) fn text(text: &str) -> Self {
        if text.len() > LONGEST_TEXT { Self::Unknown } else { Self::Str(text.into()) }
    }

    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// Whether it counts as true, if that is known.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::Unknown | Self::Setting(_) => None,
            Self::Null => Some(false),
            Self::Bool(b) => Some(*b),
            Self::Int(n) => Some(*n != 0),
            Self::Str(s) => Some(!s.is_empty()),
        }
    }

    /// As it reads inside a text.
    pub(super) fn shown(&self) -> Option<String> {
        match self {
            Self::Unknown | Self::Setting(_) => None,
            Self::Null => Some("null".into()),
            Self::Bool(b) => Some(b.to_string()),
            Self::Int(n) => Some(n.to_string()),
            Self::Str(s) => Some(s.to_string()),
        }
    }
}

/// What is known of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Val<'s> {
    pub(super) konst: Const,
    pub(super) marks: Marks<'s>,
    /// The container that it is, 0 for none.
    pub(super) obj: u32,
    /// Its type's last name; empty when unknown.
    pub(super) ty: &'s str,
    /// The function that it is, 0 for none.
    pub(super) func: FnId,
    /// The variable that a call made it of, if it was one: its symbol and one.
    pub(super) of: Sym,
    /// Rules that a call made it harmless for, whatever it is put together with.
    pub(super) clean: u64,
    /// Made of constants only, though which ones is not known.
    pub(super) fixed: bool,
}

impl<'s> Val<'s> {
    pub(super) fn known(konst: Const) -> Self {
        Self { konst, ..Self::default() }
    }

    pub(super) fn marked(marks: Marks<'s>) -> Self {
        Self { marks, ..Self::default() }
    }
}

/// A list, a map or an object with fields.
#[derive(Debug, Clone, Default)]
pub(super) struct Obj<'s> {
    /// Elements in order; meaningless unless `exact`.
    pub(super) items: Vec<Val<'s>>,
    /// Whether the places of the elements are known.
    pub(super) exact: bool,
    pub(super) keys: Vec<(Const, Val<'s>)>,
    /// What lies at places that are not known.
    pub(super) rest: Marks<'s>,
    /// Another one was spread into it: it may have keys that are not known.
    pub(super) spread: bool,
    /// For a builder of text: the first constant that it was given.
    pub(super) text: Option<Rc<str>>,
}

impl<'s> Obj<'s> {
    /// Gives up knowing which element is where.
    pub(super) fn blur(&mut self) {
        for item in std::mem::take(&mut self.items) {
            self.rest.join(&item.marks);
        }
        self.exact = false;
    }

    /// Whether one element more would still be told apart by its place.
    pub(super) fn has_room(&self) -> bool {
        self.exact && self.items.len() < MOST_ITEMS
    }

    pub(super) fn push(&mut self, value: Val<'s>) {
        if self.has_room() {
            self.items.push(value);
        } else {
            self.blur();
            self.rest.join(&value.marks);
        }
    }

    pub(super) fn put(&mut self, key: &Const, value: Val<'s>) {
        if let Const::Int(n) = key
            && self.exact
            && let Some(item) = usize::try_from(*n).ok().and_then(|n| self.items.get_mut(n))
        {
            *item = value;
            return;
        }
        if !key.is_known() || self.keys.len() >= MOST_ITEMS {
            self.rest.join(&value.marks);
        } else if let Some(old) = self.keys.iter_mut().find(|(k, _)| k == key) {
            old.1 = value;
        } else {
            self.keys.push((key.clone(), value));
        }
    }

    /// What lies at a place; `None` for the key stands for any of them.
    pub(super) fn get(&self, key: &Const) -> Val<'s> {
        if !key.is_known() {
            let mut values = self.items.iter().chain(self.keys.iter().map(|(_, v)| v));
            let some = !self.items.is_empty() || !self.keys.is_empty();
            let known = some && !self.spread && values.all(|v| v.fixed || v.konst.is_known());
            let marks = self.all();
            return Val { fixed: known && marks.is_empty(), marks, ..Val::default() };
        }
        if let Const::Int(n) = key
            && self.exact
            && let Some(item) = usize::try_from(*n).ok().and_then(|n| self.items.get(n))
        {
            return item.clone();
        }
        let mut found =
            self.keys.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
        if self.rest.0.is_some() {
            found.marks.join(&self.rest.without(found.clean));
            found.konst = Const::Unknown;
        }
        found
    }

    /// The marks of all elements.
    pub(super) fn all(&self) -> Marks<'s> {
        let mut marks = self.rest.clone();
        for value in self.items.iter().chain(self.keys.iter().map(|(_, v)| v)) {
            marks.join(&value.marks);
        }
        marks
    }

    pub(super) fn join(
        &mut self,
        other: &Self,
        heap: &mut Vec<(u32, Rc<Obj<'s>>)>,
        next: &mut u32,
    ) -> bool {
        let mut new = false;
        if self.exact && other.exact && self.items.len() == other.items.len() {
            for (mine, theirs) in self.items.iter_mut().zip(&other.items) {
                new |= join_values(mine, theirs, heap, next);
            }
        } else if self.exact || other.exact {
            self.blur();
            for item in &other.items {
                new |= self.rest.join(&item.marks);
            }
        }
        for (key, theirs) in &other.keys {
            match self.keys.iter().position(|(k, _)| k == key) {
                Some(at) => new |= join_values(&mut self.keys[at].1, theirs, heap, next),
                None if self.keys.len() < MOST_ITEMS => {
                    new |= !theirs.marks.is_empty();
                    self.keys.push((key.clone(), theirs.clone()));
                }
                None => new |= self.rest.join(&theirs.marks),
            }
        }
        new | self.rest.join(&other.rest)
    }
}

pub(super) fn join_values<'s>(
    mine: &mut Val<'s>,
    theirs: &Val<'s>,
    heap: &mut Vec<(u32, Rc<Obj<'s>>)>,
    next: &mut u32,
) -> bool {
    let fixed = |v: &Val<'_>| v.fixed || v.konst.is_known();
    let both_fixed = fixed(mine) && fixed(theirs);
    let mut new = mine.marks.join(&theirs.marks);
    if mine.konst != theirs.konst {
        mine.konst = Const::Unknown;
    }
    mine.fixed = both_fixed;
    if mine.ty.is_empty() {
        mine.ty = theirs.ty;
    }
    mine.clean &= theirs.clean;
    if mine.func != theirs.func {
        mine.func = mine.func.max(theirs.func);
    }
    if mine.obj != theirs.obj {
        if mine.obj == 0 {
            mine.obj = theirs.obj;
        } else if theirs.obj != 0 {
            // Two containers, one of which it is.
            let mut both = Obj::default();
            for id in [mine.obj, theirs.obj] {
                if let Ok(at) = heap.binary_search_by_key(&id, |(id, _)| *id) {
                    let all = heap[at].1.all();
                    new |= both.rest.join(&all);
                }
            }
            *next += 1;
            heap.push((*next, Rc::new(both)));
            mine.obj = *next;
        }
    }
    new
}

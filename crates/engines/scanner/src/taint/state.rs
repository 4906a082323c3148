//! What is known at a point of a function: what its variables hold, and the containers
//! that values refer to.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::ir::Sym;
use super::marks::Marks;
use super::value::{Obj, Val, join_values};

/// How deep containers in containers are looked into for their marks.
const DEEPEST_HELD: u32 = 3;

/// What the variables and containers hold at a point of a function.
#[derive(Debug, Clone, Default)]
pub(super) struct State<'s> {
    vars: Vec<(Sym, Val<'s>)>,
    heap: Vec<(u32, Rc<Obj<'s>>)>,
    /// Nothing gets here.
    pub(super) dead: bool,
    /// Elements of containers that were looked at and not yet paid for, by all states
    /// of a run together.
    looked_at: Rc<Cell<usize>>,
}

impl<'s> State<'s> {
    /// An empty state of a run that counts what is looked at with `looked_at`.
    pub(super) fn new(looked_at: &Rc<Cell<usize>>) -> Self {
        Self { looked_at: looked_at.clone(), ..Self::default() }
    }

    pub(super) fn size(&self) -> usize {
        self.vars.len() + self.heap.len()
    }

    pub(super) fn get(&self, sym: Sym) -> Option<&Val<'s>> {
        let at = self.vars.binary_search_by_key(&sym, |(s, _)| *s).ok()?;
        Some(&self.vars[at].1)
    }

    pub(super) fn get_mut(&mut self, sym: Sym) -> Option<&mut Val<'s>> {
        let at = self.vars.binary_search_by_key(&sym, |(s, _)| *s).ok()?;
        Some(&mut self.vars[at].1)
    }

    pub(super) fn set(&mut self, sym: Sym, value: Val<'s>) {
        match self.vars.binary_search_by_key(&sym, |(s, _)| *s) {
            Ok(at) => self.vars[at].1 = value,
            Err(at) => self.vars.insert(at, (sym, value)),
        }
    }

    pub(super) fn unset(&mut self, sym: Sym) {
        if let Ok(at) = self.vars.binary_search_by_key(&sym, |(s, _)| *s) {
            self.vars.remove(at);
        }
    }

    /// Every variable, to be changed.
    pub(super) fn each(&mut self, mut change: impl FnMut(Sym, &mut Val<'s>)) {
        for (sym, value) in &mut self.vars {
            change(*sym, value);
        }
    }

    pub(super) fn alloc(&mut self, next: &mut u32, object: Obj<'s>) -> u32 {
        *next += 1;
        self.heap.push((*next, Rc::new(object)));
        *next
    }

    pub(super) fn obj(&self, id: u32) -> Option<&Obj<'s>> {
        if id == 0 {
            return None;
        }
        let at = self.heap.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(&self.heap[at].1)
    }

    pub(super) fn obj_mut(&mut self, id: u32) -> Option<&mut Obj<'s>> {
        if id == 0 {
            return None;
        }
        let at = self.heap.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(Rc::make_mut(&mut self.heap[at].1))
    }

    /// The marks of a value and of what it holds.
    pub(super) fn flat(&self, value: &Val<'s>) -> Marks<'s> {
        let mut marks = value.marks.clone();
        if value.obj != 0 {
            self.flatten(value.obj, &mut marks, 0, &mut BTreeMap::new());
        }
        marks
    }

    /// `seen` has the containers that were looked into, and how deep they were: one
    /// that is held many times is looked into once.
    fn flatten(&self, id: u32, marks: &mut Marks<'s>, depth: u32, seen: &mut BTreeMap<u32, u32>) {
        let Some(object) = self.obj(id) else { return };
        if seen.insert(id, depth).is_none() {
            let elements = object.items.len() + object.keys.len() + 1;
            self.looked_at.set(self.looked_at.get().saturating_add(elements));
            marks.join(&object.all());
        }
        if depth < DEEPEST_HELD {
            for value in object.items.iter().chain(object.keys.iter().map(|(_, v)| v)) {
                let deeper = seen.get(&value.obj).is_none_or(|known| *known > depth + 1);
                if value.obj != 0 && deeper {
                    self.flatten(value.obj, marks, depth + 1, seen);
                }
            }
        }
    }

    /// What holds after either of two states; true when this one learnt of marks.
    pub(super) fn join(&mut self, other: Self, next: &mut u32) -> bool {
        if other.dead {
            return false;
        }
        if self.dead {
            *self = other;
            return true;
        }
        let mut new = false;
        let mine = std::mem::take(&mut self.heap);
        let mut heap: Vec<(u32, Rc<Obj<'s>>)> =
            Vec::with_capacity(mine.len().max(other.heap.len()));
        let mut both = Vec::new();
        let (mut a, mut b) = (mine.into_iter().peekable(), other.heap.into_iter().peekable());
        loop {
            match (a.peek(), b.peek()) {
                (Some((x, _)), Some((y, _))) if x == y => {
                    if let (Some((id, x)), Some((_, y))) = (a.next(), b.next()) {
                        if !Rc::ptr_eq(&x, &y) {
                            both.push((heap.len(), y));
                        }
                        heap.push((id, x));
                    }
                }
                (Some((x, _)), Some((y, _))) if x < y => heap.extend(a.next()),
                (Some(_), None) => heap.extend(a.next()),
                (_, Some(_)) => heap.extend(b.next()),
                (None, None) => break,
            }
        }
        for (at, theirs) in both {
            let mut object = (*heap[at].1).clone();
            new |= object.join(&theirs, &mut heap, next);
            heap[at].1 = Rc::new(object);
        }
        for (sym, theirs) in other.vars {
            match self.vars.binary_search_by_key(&sym, |(s, _)| *s) {
                Ok(at) => new |= join_values(&mut self.vars[at].1, &theirs, &mut heap, next),
                Err(at) => {
                    new |= !theirs.marks.is_empty();
                    self.vars.insert(at, (sym, theirs));
                }
            }
        }
        self.heap = heap;
        new
    }
}

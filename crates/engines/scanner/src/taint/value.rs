//! What the interpreter knows of a value, and the state of a function.

use std::rc::Rc;

use super::ir::{FnId, Sym};

/// Steps of one flow that are kept.
const LONGEST_FLOW: u8 = 24;
/// Different origins that one value remembers.
const MOST_MARKS: usize = 8;
/// Elements of one container that are told apart.
const MOST_ITEMS: usize = 64;
/// A value folded longer than this is forgotten.
const LONGEST_TEXT: usize = 4096;
/// The origin that stands for the object that a method belongs to.
pub(super) const THIS: u8 = 254;

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

/// What a step of a flow does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Source,
    Assign,
    Through,
    Enter,
    Sink,
}

/// A step of a flow, with those before it.
#[derive(Debug)]
pub(super) struct Trace<'s> {
    pub(super) at: (u32, u32),
    pub(super) what: What,
    pub(super) name: &'s str,
    pub(super) before: Option<Rc<Trace<'s>>>,
    len: u8,
}

impl<'s> Trace<'s> {
    pub(super) fn start(at: (u32, u32), what: What, name: &'s str) -> Rc<Self> {
        Rc::new(Self { at, what, name, before: None, len: 1 })
    }

    /// The flow with one step more, unless it is long or stands there already.
    pub(super) fn then(self: &Rc<Self>, at: (u32, u32), what: What, name: &'s str) -> Rc<Self> {
        if (self.at == at && self.what == what) || (self.len >= LONGEST_FLOW && what != What::Sink)
        {
            return self.clone();
        }
        Rc::new(Self {
            at,
            what,
            name,
            before: Some(self.clone()),
            len: self.len.saturating_add(1),
        })
    }

    /// This flow continued by the steps of another one.
    pub(super) fn extend(self: &Rc<Self>, other: &Rc<Self>) -> Rc<Self> {
        let mut steps = Vec::new();
        let mut at = Some(other);
        while let Some(step) = at {
            steps.push(step);
            at = step.before.as_ref();
        }
        steps.iter().rev().fold(self.clone(), |t, s| t.then(s.at, s.what, s.name))
    }
}

/// Where marked data came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Source,
    /// A parameter of the function that is looked at.
    Param(u8),
}

/// What must be true of other files for a flow to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// A function of another file hands on its argument.
    Passes(Rc<Callee>, u8),
    /// A function of another file yields data from a source.
    Yields(Rc<Callee>),
}

/// A function of another file, as far as the call names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Callee {
    /// Class, module or object; may be empty.
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) arity: u8,
}

/// Data that is dangerous for some rules.
#[derive(Debug, Clone)]
pub(super) struct Mark<'s> {
    /// Rules that it is dangerous for.
    pub(super) bits: u64,
    pub(super) origin: Origin,
    pub(super) trace: Rc<Trace<'s>>,
    pub(super) needs: Option<Rc<Vec<Need>>>,
}

/// The marks of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks<'s>(pub(super) Option<Rc<Vec<Mark<'s>>>>);

impl<'s> Marks<'s> {
    pub(super) fn one(mark: Mark<'s>) -> Self {
        if mark.bits == 0 { Self(None) } else { Self(Some(Rc::new(vec![mark]))) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Mark<'s>> {
        self.0.iter().flat_map(|m| m.iter())
    }

    /// Takes in the marks of another value; true when something was new.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let Some(theirs) = &other.0 else { return false };
        let Some(mine) = &mut self.0 else {
            self.0 = Some(theirs.clone());
            return true;
        };
        if Rc::ptr_eq(mine, theirs) {
            return false;
        }
        let mut new = false;
        for mark in theirs.iter() {
            let covered = mine
                .iter()
                .filter(|m| m.origin == mark.origin && (m.needs.is_none() || m.needs == mark.needs))
                .fold(0, |bits, m| bits | m.bits);
            let bits = mark.bits & !covered;
            if bits == 0 || mine.len() >= MOST_MARKS {
                continue;
            }
            Rc::make_mut(mine).push(Mark { bits, ..mark.clone() });
            new = true;
        }
        new
    }

    /// Whether some of it comes from outside of the function, whatever other files
    /// may say.
    pub(super) fn come_from_outside(&self) -> bool {
        let yields = |n: &Need| matches!(n, Need::Yields(_));
        self.iter().any(|m| {
            m.bits & super::spec::OUTSIDE != 0 && !m.needs.iter().flat_map(|n| n.iter()).any(yields)
        })
    }

    /// Without the given rules.
    pub(super) fn without(&self, mask: u64) -> Self {
        match &self.0 {
            Some(marks) if marks.iter().any(|m| m.bits & mask != 0) => {
                let left: Vec<Mark<'s>> = marks
                    .iter()
                    .filter(|m| m.bits & !mask != 0)
                    .map(|m| Mark { bits: m.bits & !mask, ..m.clone() })
                    .collect();
                Self((!left.is_empty()).then(|| Rc::new(left)))
            }
            _ => self.clone(),
        }
    }

    /// With a step more.
    pub(super) fn step(&self, at: (u32, u32), what: What, name: &'s str) -> Self {
        let Some(marks) = &self.0 else { return Self(None) };
        let step = |m: &Mark<'s>| Mark { trace: m.trace.then(at, what, name), ..m.clone() };
        Self(Some(Rc::new(marks.iter().map(step).collect())))
    }

    /// Under one more condition on other files.
    pub(super) fn under(&self, need: &Need) -> Self {
        let Some(marks) = &self.0 else { return Self(None) };
        let under = |m: &Mark<'s>| {
            let mut needs = m.needs.as_deref().cloned().unwrap_or_default();
            if !needs.contains(need) && needs.len() < 4 {
                needs.push(need.clone());
            }
            Mark { needs: Some(Rc::new(needs)), ..m.clone() }
        };
        Self(Some(Rc::new(marks.iter().map(under).collect())))
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

    pub(super) fn push(&mut self, value: Val<'s>) {
        if self.exact && self.items.len() < MOST_ITEMS {
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

    fn join(&mut self, other: &Self, heap: &mut Vec<(u32, Rc<Obj<'s>>)>, next: &mut u32) -> bool {
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

fn join_values<'s>(
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

/// What the variables and containers hold at a point of a function.
#[derive(Debug, Clone, Default)]
pub(super) struct State<'s> {
    vars: Vec<(Sym, Val<'s>)>,
    heap: Vec<(u32, Rc<Obj<'s>>)>,
    /// Nothing gets here.
    pub(super) dead: bool,
}

impl<'s> State<'s> {
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
        self.flatten(value.obj, &mut marks, 0);
        marks
    }

    fn flatten(&self, id: u32, marks: &mut Marks<'s>, depth: u32) {
        let Some(object) = self.obj(id) else { return };
        marks.join(&object.all());
        if depth < 3 {
            for value in object.items.iter().chain(object.keys.iter().map(|(_, v)| v)) {
                if value.obj != id {
                    self.flatten(value.obj, marks, depth + 1);
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

//! Marks: that data is dangerous, for which rules, where it came from, by which way
//! it came here, and what must be true of other files for that.

use std::rc::Rc;

/// Steps of one flow that are kept.
const LONGEST_FLOW: u8 = 24;
/// Different origins that one value remembers.
const MOST_MARKS: usize = 8;
/// The origin that stands for the object that a method belongs to.
pub(super) const THIS: u8 = 254;

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

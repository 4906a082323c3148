//! What running a function of the file once, with marked parameters, has shown, and what
//! that says of a call with its arguments.

use std::rc::Rc;

use super::call::Made;
use super::ir::FnId;
use super::machine::{DEEPEST_CALL, MOST_SHALLOW, Machine};
use super::marks::{Mark, Marks, Origin, THIS, Trace, What};
use super::state::State;
use super::value::{Const, Obj, Val};

/// What running a function once has shown.
#[derive(Debug, Default)]
pub(super) struct Summary<'s> {
    pub(super) ret: Val<'s>,
    /// Parameters that get to a sink inside.
    pub(super) sinks: Vec<ParamSink<'s>>,
    /// Parameters that take in marks, by their place.
    pub(super) grows: Vec<(u8, Marks<'s>)>,
    /// Whether it returns anything.
    pub(super) returns: bool,
}

#[derive(Debug)]
pub(super) struct ParamSink<'s> {
    pub(super) param: u8,
    pub(super) rule: u8,
    pub(super) at: (u32, u32),
    pub(super) trace: Rc<Trace<'s>>,
}

impl<'s> Machine<'s> {
    /// What a function does with its parameters; runs it at the first question.
    /// `state` holds what it sees of its surroundings.
    pub(super) fn summary(&mut self, f: FnId, state: &mut State<'s>) -> Option<Rc<Summary<'s>>> {
        if let Some(known) = self.summaries.get(&f) {
            return Some(known.clone());
        }
        if self.running.contains(&f) {
            return None;
        }
        if self.running.len() >= DEEPEST_CALL {
            let new = self.running.iter().filter(|f| !self.shallow.contains(f));
            let new: Vec<FnId> = new.copied().collect();
            if self.shallow.len() + new.len() <= MOST_SHALLOW {
                self.shallow.extend(new);
            }
            return None;
        }
        if !self.copy(state) {
            return None;
        }
        let function = &self.unit.functions[f as usize];
        let mut inner = state.clone();
        inner.dead = false;
        let class = function.class;
        let mut this_obj = 0;
        if class.is_some()
            && let Some(this) = self.this
        {
            let trace = Trace::start((function.start, function.start), What::Enter, "this");
            let rest = Marks::one(Mark {
                bits: u64::MAX,
                origin: Origin::Param(THIS),
                trace,
                needs: None,
            });
            this_obj = inner.alloc(&mut self.next, Obj { rest, ..Obj::default() });
            let ty = class.map_or("", |c| self.unit.classes[c as usize].name);
            inner.set(this, Val { obj: this_obj, ty, ..Val::default() });
        }
        let (value, frame) = self.run_function(f, &mut inner, None);
        let mut ret = value;
        if function.name == "<new>"
            && let Some(this) = self.this
        {
            // What a constructor puts into the object is what it yields.
            if let Some(object) = inner.obj_mut(this_obj) {
                object.rest = Marks::default();
            }
            ret = inner.get(this).cloned().unwrap_or_default();
        }
        let returns = frame.returned;
        let marks = inner.flat(&ret);
        let mut grows = Vec::new();
        for (i, parameter) in function.parameters.iter().enumerate().take(16) {
            let Some(value) = inner.get(parameter.name) else { continue };
            if value.obj == 0 {
                continue;
            }
            let marks = inner.flat(value);
            let foreign: Vec<Mark<'s>> =
                marks.iter().filter(|m| m.origin != Origin::Param(i as u8)).cloned().collect();
            if !foreign.is_empty() {
                grows.push((i as u8, Marks(Some(Rc::new(foreign)))));
            }
        }
        let summary = Rc::new(Summary {
            ret: Val { marks, obj: 0, ..ret },
            sinks: frame.sinks,
            grows,
            returns,
        });
        self.summaries.insert(f, summary.clone());
        Some(summary)
    }

    pub(super) fn summary_at(&mut self, f: FnId, state: &State<'s>) -> Option<Rc<Summary<'s>>> {
        if !self.step(state.size()) || !self.enter() {
            return None;
        }
        // A function that stands inside another one sees what is around it.
        let nested = self.unit.functions[f as usize].class.is_none();
        let mut seen = if nested { state.clone() } else { self.globals.clone() };
        let summary = self.summary(f, &mut seen);
        self.leave();
        summary
    }

    /// What a function of this file yields for the arguments of a call.
    pub(super) fn apply(
        &mut self,
        f: FnId,
        summary: &Summary<'s>,
        made: &Made<'_, 's>,
        name: &'s str,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let at = self.unit.range(made.id);
        let skip = self.receiver_parameter(f);
        let given = |param: u8, state: &State<'s>| -> Marks<'s> {
            if param == THIS {
                return made.on.as_ref().map(|(_, v)| state.flat(v)).unwrap_or_default();
            }
            if let Some((_, v)) = made.place(usize::from(param)) {
                return state.flat(v);
            }
            let function = &self.unit.functions[f as usize];
            let parameter = function.parameters.get(usize::from(param) + skip);
            let name = parameter.map_or("", |p| self.unit.name(p.name));
            made.named(name).map(|(_, v)| state.flat(v)).unwrap_or_default()
        };
        for sink in &summary.sinks {
            let bit = 1u64 << sink.rule;
            for mark in given(sink.param, state).iter().filter(|m| m.bits & bit != 0) {
                let entered = mark.trace.then(at, What::Through, name);
                let one = Marks::one(Mark { trace: entered.extend(&sink.trace), ..mark.clone() });
                self.sink(sink.rule, sink.at, &one, "");
            }
        }
        for (param, marks) in &summary.grows {
            let all = substitute(marks, |p| given(p, state), at, name);
            if let Some((target, _)) = made.place(usize::from(*param)) {
                self.taint(target, &all, state);
            }
        }
        let marks = substitute(&summary.ret.marks, |p| given(p, state), at, name);
        Val { marks, obj: 0, ..summary.ret.clone() }
    }

    pub(super) fn settle_waiting(&mut self, state: &State<'s>) {
        for f in std::mem::take(&mut self.frame.waiting) {
            if !self.summaries.contains_key(&f) {
                let mut state = state.clone();
                // What is assigned more than once may be anything by then.
                let assigned = &self.unit.assigned;
                state.each(|sym, value| {
                    if assigned[sym as usize] > 1 {
                        value.konst = Const::Unknown;
                        value.fixed = false;
                    }
                });
                self.summary(f, &mut state);
            }
        }
    }
}

/// The marks of a summary, with those of the arguments in the place of those
/// of the parameters.
fn substitute<'s>(
    marks: &Marks<'s>,
    given: impl Fn(u8) -> Marks<'s>,
    at: (u32, u32),
    name: &'s str,
) -> Marks<'s> {
    let mut all = Marks::default();
    for mark in marks.iter() {
        match mark.origin {
            Origin::Source => {
                let trace = mark.trace.then(at, What::Through, name);
                all.join(&Marks::one(Mark { trace, ..mark.clone() }));
            }
            Origin::Param(param) => {
                let passed = given(param).step(at, What::Through, name);
                all.join(&passed.without(!mark.bits));
            }
        }
    }
    all
}

//! Sinks: places that data must not get to, and what is noted when it does. Those that
//! are calls are found with what else the rules say of a call.

use std::rc::Rc;

use super::ir::Id;
use super::machine::Machine;
use super::marks::{Marks, Need, Origin, Trace, What};
use super::pattern::{Condition, Shape};
use super::spec::Meaning;
use super::state::State;
use super::summary::ParamSink;
use super::value::{Setting, Val};

/// Hits of one file.
const MOST_HITS: usize = 500;

/// Data that got where it must not.
#[derive(Debug)]
pub(super) struct Hit<'s> {
    pub(super) rule: u8,
    pub(super) at: (u32, u32),
    /// `None` where constants alone are wrong.
    pub(super) trace: Option<Rc<Trace<'s>>>,
    pub(super) needs: Option<Rc<Vec<Need>>>,
    /// A value that a configuration file decides: key, default, condition's entry.
    pub(super) setting: Option<(Setting, u16, u16)>,
}

impl<'s> Machine<'s> {
    /// Notes that data has got to a sink.
    pub(super) fn sink(&mut self, rule: u8, at: (u32, u32), marks: &Marks<'s>, name: &'s str) {
        let bit = 1u64 << rule;
        for mark in marks.iter().filter(|m| m.bits & bit != 0) {
            let trace = mark.trace.then(at, What::Sink, name);
            match mark.origin {
                Origin::Source => {
                    self.hit(Hit {
                        rule,
                        at,
                        trace: Some(trace),
                        needs: mark.needs.clone(),
                        setting: None,
                    });
                }
                Origin::Param(param) => {
                    let sinks = &mut self.frame.sinks;
                    let known =
                        sinks.iter().any(|s| s.param == param && s.rule == rule && s.at == at);
                    if !known && sinks.len() < 64 && mark.needs.is_none() {
                        sinks.push(ParamSink { param, rule, at, trace });
                    }
                }
            }
        }
    }

    pub(super) fn hit(&mut self, hit: Hit<'s>) {
        if self.hits.len() >= MOST_HITS {
            self.cut = true;
            return;
        }
        let same = |h: &Hit<'s>| h.rule == hit.rule && h.at == hit.at;
        match self.hits.iter_mut().find(|h| same(h)) {
            // What hangs on no other file is certain; what another file must yield is
            // not, unless it does.
            Some(old) if doubt(old) > doubt(&hit) => *old = hit,
            Some(_) => {}
            None => self.hits.push(hit),
        }
    }

    /// Sinks that are fields being set.
    pub(super) fn set_sinks(
        &mut self,
        target: Id,
        base: Id,
        name: &'s str,
        (source, value): (Id, &Val<'s>),
        state: &mut State<'s>,
    ) {
        let rules = self.rules;
        let entries = rules.of(Shape::Set, name);
        if entries.is_empty() {
            return;
        }
        let holder = self.eval(base, state);
        for entry in entries {
            let entry = &rules.entries[usize::from(*entry)];
            if !self.fits(&entry.pattern, Some(base), holder.ty, target)
                || !self.holds_in_file(&entry.pattern)
            {
                continue;
            }
            match entry.meaning {
                Meaning::Sink(rule) => {
                    let marks = state.flat(value);
                    self.sink(rule, self.unit.range(target), &marks, name);
                }
                Meaning::Value(rule) => {
                    let holds = entry.pattern.conditions.iter().all(|c| match c {
                        Condition::Place(0, test) => self.passes(test, source, value),
                        Condition::Dynamic(0) => self.is_open(source, value, state),
                        Condition::Fixed(0) => self.is_fixed(source, value, state, 0),
                        _ => true,
                    });
                    if holds {
                        let at = self.unit.range(target);
                        self.hit(Hit { rule, at, trace: None, needs: None, setting: None });
                    }
                }
                _ => {}
            }
        }
    }

    /// Sinks that are elements being set; `__setitem__` stands for it.
    pub(super) fn item_sinks(
        &mut self,
        target: Id,
        base: Id,
        key: &Val<'s>,
        value: &Val<'s>,
        state: &mut State<'s>,
    ) {
        let rules = self.rules;
        let entries = rules.of(Shape::Call, "__setitem__");
        if entries.is_empty() {
            return;
        }
        let holder = self.eval(base, state);
        for entry in entries {
            let entry = &rules.entries[usize::from(*entry)];
            let Meaning::Sink(rule) = entry.meaning else { continue };
            if self.fits(&entry.pattern, Some(base), holder.ty, target) {
                // `(0)` asks for the key, `(1)` for the value, nothing for both.
                let places = &entry.pattern.args.places;
                let mut marks = Marks::default();
                if places.is_empty() || places.contains(&1) {
                    marks.join(&state.flat(value));
                }
                if places.is_empty() || places.contains(&0) {
                    marks.join(&state.flat(key));
                }
                self.sink(rule, self.unit.range(target), &marks, "");
            }
        }
    }

    /// Sinks that are what some functions return.
    pub(super) fn returned(&mut self, id: Id, value: &Val<'s>, state: &State<'s>) {
        let function = &self.unit.functions[self.frame.function as usize];
        // Maps and lists are sent as data.
        if function.notes.is_empty() || value.ty == "{}" {
            return;
        }
        let rules = self.rules;
        for note in &function.notes {
            for entry in rules.of(Shape::Return, note) {
                let entry = &rules.entries[usize::from(*entry)];
                if let Meaning::Sink(rule) = entry.meaning
                    && self.holds_in_file(&entry.pattern)
                {
                    let marks = state.flat(value);
                    self.sink(rule, self.unit.range(id), &marks, "return");
                }
            }
        }
    }
}

/// How much a hit hangs on other files.
fn doubt(hit: &Hit<'_>) -> u8 {
    match &hit.needs {
        None => 0,
        Some(needs) if needs.iter().any(|n| matches!(n, Need::Yields(_))) => 2,
        Some(_) => 1,
    }
}

//! What the rules say of a place in the code: that data comes in there, that it must not
//! get there, what makes it harmless, and what type it yields.

use super::call::Made;
use super::ir::Id;
use super::machine::Machine;
use super::marks::{Mark, Marks, Origin, Trace, What};
use super::pattern::{Into, Shape};
use super::sink::Hit;
use super::spec::Meaning;
use super::state::State;
use super::value::Val;

/// What the patterns say of a call.
#[derive(Default)]
pub(super) struct Verdict<'s> {
    pub(super) source: u64,
    pub(super) clean: u64,
    pub(super) ty: &'s str,
    pub(super) setting: bool,
    /// Some pattern knows this call.
    pub(super) known: bool,
}

impl<'s> Machine<'s> {
    /// Asks the patterns; reports what they forbid.
    pub(super) fn verdict(
        &mut self,
        shape: Shape,
        name: &'s str,
        made: &Made<'_, 's>,
        state: &mut State<'s>,
    ) -> Verdict<'s> {
        let mut verdict = Verdict::default();
        let rules = self.rules;
        for number in rules.of(shape, name) {
            let entry = &rules.entries[usize::from(*number)];
            let on = made.on.as_ref();
            let ty = on.map_or("", |(_, v)| v.ty);
            if !self.fits(&entry.pattern, on.map(|(id, _)| *id), ty, made.id) {
                continue;
            }
            let (holds, setting) = self.conditions(&entry.pattern, made, state);
            if !holds {
                continue;
            }
            verdict.known = true;
            match entry.meaning {
                Meaning::Source(mask) => verdict.source |= mask,
                Meaning::Clean(mask) => verdict.clean |= mask,
                Meaning::Type(n) => verdict.ty = &rules.types[usize::from(n)],
                Meaning::Setting => verdict.setting = true,
                Meaning::Guard => {}
                Meaning::Value(rule) => {
                    let at = self.unit.range(made.id);
                    let setting = setting.map(|(s, condition)| (s, *number, condition));
                    self.hit(Hit { rule, at, trace: None, needs: None, setting });
                }
                Meaning::Sink(rule) => {
                    let marks = self.chosen(&entry.pattern, made, state);
                    let at = self.unit.range(made.id);
                    if !rules.replaces[usize::from(rule)].is_empty() {
                        let constant = made.place(0).is_some_and(|(_, v)| v.konst.is_known());
                        *self.constant.entry((rule, at)).or_insert(true) &= constant;
                    }
                    self.sink(rule, at, &marks, name);
                }
                Meaning::Into => {
                    let marks = self.chosen(&entry.pattern, made, state);
                    let target = match entry.pattern.into {
                        Some(Into::Place(n)) => made.place(n).map(|(id, _)| id),
                        _ => made.on.as_ref().map(|(id, _)| *id),
                    };
                    if let Some(target) = target {
                        self.taint(target, &marks, state);
                    }
                }
            }
        }
        verdict
    }

    /// What a source, or a field of known type, yields.
    pub(super) fn read_source(
        &mut self,
        id: Id,
        shape: Shape,
        name: &'s str,
        on: Option<(Id, &Val<'s>)>,
    ) -> Option<Val<'s>> {
        let rules = self.rules;
        let any = if on.is_some() { rules.of(shape, "*") } else { &[] };
        let entries = rules.of(shape, name);
        if entries.is_empty() && any.is_empty() {
            return None;
        }
        let (mut mask, mut ty) = (0, "");
        let mut wrong = Vec::new();
        for entry in entries.iter().chain(any) {
            let entry = &rules.entries[usize::from(*entry)];
            let fits = match (shape, on) {
                (Shape::Var, _) => true,
                (_, Some((base, value))) => self.fits(&entry.pattern, Some(base), value.ty, id),
                (_, None) => self.fits(&entry.pattern, None, "", id),
            };
            if !fits {
                continue;
            }
            match entry.meaning {
                Meaning::Source(bits) if self.holds_in_file(&entry.pattern) => mask |= bits,
                Meaning::Type(n) => ty = &rules.types[usize::from(n)],
                Meaning::Value(rule) if self.holds_in_file(&entry.pattern) => wrong.push(rule),
                _ => {}
            }
        }
        let at = self.unit.range(id);
        for rule in wrong {
            self.hit(Hit { rule, at, trace: None, needs: None, setting: None });
        }
        if mask == 0 && ty.is_empty() {
            return None;
        }
        let mut marks = on.map(|(_, v)| v.marks.clone()).unwrap_or_default();
        if mask != 0 {
            marks.join(&self.source(id, mask));
        }
        Some(Val { marks, ty, ..Val::default() })
    }

    /// Fresh data from outside.
    pub(super) fn source(&self, id: Id, mask: u64) -> Marks<'s> {
        let at = self.unit.range(id);
        let trace = Trace::start(at, What::Source, self.excerpt(at));
        Marks::one(Mark { bits: mask, origin: Origin::Source, trace, needs: None })
    }

    /// The beginning of a piece of code, for people.
    pub(super) fn excerpt(&self, at: (u32, u32)) -> &'s str {
        let text = self.source.get(at.0 as usize..at.1 as usize).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        let mut end = line.len().min(60);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        &line[..end]
    }
}

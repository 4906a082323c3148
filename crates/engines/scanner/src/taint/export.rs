//! What other files must know of this one's functions, and what this one asks of
//! theirs.

use std::rc::Rc;

use super::ir::{FnId, Function, Kind, Stmt};
use super::machine::Machine;
use super::marks::{Callee, Marks, Need, Origin, THIS, Trace};
use super::sink::Hit;
use super::spec::OUTSIDE;
use super::summary::Summary;
use super::{Flow, steps};
use crate::report::{FlowCallee, FlowStep, OpenCall};
use crate::rules::{OWN_PREFIX, RuleInfo};
use crate::text::Text;

/// Functions of one file that are told of, calls and findings of each kind.
const MOST: usize = 400;
const MOST_OPEN: usize = 120;
/// Parameters that are told of.
const MOST_PARAMETERS: u8 = 16;

/// As [`crate::report::Links`], before findings are written.
#[derive(Default)]
pub(crate) struct Exported {
    pub(crate) package: String,
    pub(crate) rules: Vec<String>,
    pub(crate) functions: Vec<ExportedFunction>,
    pub(crate) calls: Vec<OpenCall>,
    /// A finding that needs all of something, or one that stands without it.
    pub(crate) flows: Vec<ExportedFlow>,
    pub(crate) asked: Vec<ExportedSetting>,
}

pub(crate) struct ExportedFunction {
    pub(crate) owner: String,
    pub(crate) supers: Vec<String>,
    pub(crate) name: String,
    pub(crate) arity: u8,
    pub(crate) passes: Vec<(u8, u64)>,
    pub(crate) yields: Option<(u64, Vec<FlowStep>)>,
    pub(crate) sinks: Vec<(u8, Flow)>,
}

pub(crate) struct ExportedFlow {
    pub(crate) rule: u8,
    pub(crate) flow: Flow,
    /// Whether it is a finding unless the needs are known not to hold.
    pub(crate) stands: bool,
    pub(crate) needs: Vec<(FlowCallee, u8)>,
}

pub(crate) struct ExportedSetting {
    pub(crate) flow: Flow,
    pub(crate) key: String,
    pub(crate) default: Option<String>,
    pub(crate) test: String,
    pub(crate) wanted: bool,
}

/// Data that goes into a function of another file.
#[derive(Debug)]
pub(super) struct Handed<'s> {
    pub(super) callee: Rc<Callee>,
    pub(super) place: u8,
    pub(super) bits: u64,
    pub(super) trace: Rc<Trace<'s>>,
}

impl<'s> Machine<'s> {
    /// Notes what goes into a function of another file.
    pub(super) fn hand_over(&mut self, callee: &Rc<Callee>, place: u8, marks: &Marks<'s>) {
        let plain = !(OUTSIDE | self.rules.watching());
        for mark in marks.iter() {
            let bits = mark.bits & plain;
            if mark.origin != Origin::Source || mark.needs.is_some() || bits == 0 {
                continue;
            }
            let same = |h: &Handed<'_>| h.place == place && h.callee == *callee && h.bits == bits;
            if self.handed.len() < MOST_OPEN && !self.handed.iter().any(same) {
                let (callee, trace) = (callee.clone(), mark.trace.clone());
                self.handed.push(Handed { callee, place, bits, trace });
            }
        }
    }

    /// Everything that other files must know, after [`run`](Self::run).
    pub(super) fn export(&mut self, text: &Text) -> Exported {
        let mut out = Exported { package: self.unit.package.to_owned(), ..Exported::default() };
        for (name, f) in self.told() {
            if out.functions.len() >= MOST {
                break;
            }
            let mut seen = self.globals.clone();
            let Some(summary) = self.summary(f, &mut seen) else { continue };
            let made = self.exported(name, f, &summary, text, &mut out.rules);
            out.functions.extend(made);
        }
        for handed in &self.handed {
            let mut steps = steps(&handed.trace, text);
            steps.truncate(24);
            out.calls.push(OpenCall {
                callee: named(&handed.callee),
                place: handed.place,
                rules: self.numbered(handed.bits, &mut out.rules),
                steps,
            });
        }
        let mut flows = Vec::new();
        for hit in &self.hits {
            let Some(needs) = hit.needs.as_deref().filter(|_| hit.setting.is_none()) else {
                continue;
            };
            if flows.len() >= MOST_OPEN || self.rules.watches(hit.rule) {
                continue;
            }
            let stands = !needs.iter().any(|n| matches!(n, Need::Yields(_)));
            let needs = needs.iter().map(|need| match need {
                Need::Passes(callee, place) => (named(callee), *place),
                Need::Yields(callee) => (named(callee), crate::report::links::YIELDS),
            });
            let rule = self.numbered(1 << hit.rule, &mut out.rules).trailing_zeros() as u8;
            if let Some(flow) = self.flow(hit, text) {
                flows.push(ExportedFlow { rule, flow, stands, needs: needs.collect() });
            }
        }
        out.flows = flows;
        for hit in &self.hits {
            let Some((setting, entry, condition)) = &hit.setting else { continue };
            let pattern = &self.rules.entries[usize::from(*entry)].pattern;
            let (Some((test, wanted)), Some(flow)) =
                (pattern.tested(usize::from(*condition)), self.flow(hit, text))
            else {
                continue;
            };
            if out.asked.len() < MOST_OPEN {
                out.asked.push(ExportedSetting {
                    flow,
                    key: setting.0.clone(),
                    default: setting.1.clone(),
                    test,
                    wanted,
                });
            }
        }
        out
    }

    fn flow(&self, hit: &Hit<'s>, text: &Text) -> Option<Flow> {
        Some(Flow {
            info: self.rules.infos.get(usize::from(hit.rule))?.clone(),
            range: hit.at.0 as usize..hit.at.1 as usize,
            steps: hit.trace.as_deref().map(|t| steps(t, text)).unwrap_or_default(),
        })
    }

    /// Functions that other files can call, with the names they call them by.
    pub(super) fn told(&self) -> Vec<(&'s str, FnId)> {
        let unit = self.unit;
        let mut told = Vec::new();
        for stmt in &unit.functions[0].body {
            match stmt {
                Stmt::Function(f) => told.push((unit.functions[*f as usize].name, *f)),
                Stmt::Declare(sym, _, Some(value)) => {
                    if let Kind::Lambda(f) = self.kind(*value) {
                        told.push((unit.name(*sym), *f));
                    }
                }
                Stmt::Expr(e) => {
                    if let Kind::Assign(target, None, value) = self.kind(*e)
                        && let Kind::Field(base, name) = self.kind(*target)
                        && let Kind::Lambda(f) = self.kind(*value)
                        && let mut path = String::new()
                        && self.path(*base, &mut path, 0)
                        && matches!(path.as_str(), "exports" | "module.exports")
                    {
                        told.push((name, *f));
                    }
                }
                _ => {}
            }
        }
        for class in &unit.classes {
            let methods = class.methods.iter().filter(|_| !class.name.is_empty());
            told.extend(methods.map(|f| (unit.functions[*f as usize].name, *f)));
        }
        told.retain(|(name, f)| {
            !name.is_empty()
                && !name.starts_with('<')
                && !unit.functions[*f as usize].body.is_empty()
        });
        told
    }

    fn exported(
        &self,
        name: &str,
        f: FnId,
        summary: &Summary<'s>,
        text: &Text,
        rules: &mut Vec<String>,
    ) -> Option<ExportedFunction> {
        let function = &self.unit.functions[f as usize];
        let (owner, supers, arity) = self.signature(f, function);
        let mut passes: Vec<(u8, u64)> = Vec::new();
        let mut yields = None;
        for mark in summary.ret.marks.iter() {
            match mark.origin {
                Origin::Param(place) if place < MOST_PARAMETERS || place == THIS => {
                    match passes.iter_mut().find(|(known, _)| *known == place) {
                        Some((_, lost)) => *lost &= !mark.bits,
                        None => passes.push((place, !mark.bits)),
                    }
                }
                Origin::Source if mark.needs.is_none() && yields.is_none() => {
                    let bits = mark.bits & !(OUTSIDE | self.rules.watching());
                    if bits != 0 {
                        yields = Some((self.numbered(bits, rules), steps(&mark.trace, text)));
                    }
                }
                _ => {}
            }
        }
        for (_, lost) in &mut passes {
            *lost = self.numbered(*lost & !OUTSIDE, rules);
        }
        passes.sort_unstable();
        let mut sinks = Vec::new();
        for sink in &summary.sinks {
            let Some(info) = self.rules.infos.get(usize::from(sink.rule)) else { continue };
            let wanted = sink.param < MOST_PARAMETERS || sink.param == THIS;
            if !wanted || self.rules.watches(sink.rule) || sinks.len() >= 24 {
                continue;
            }
            let mut steps = steps(&sink.trace, text);
            // The parameter of the caller's making is its first step.
            steps.truncate(24);
            let range = sink.at.0 as usize..sink.at.1 as usize;
            self.numbered(1 << sink.rule, rules);
            sinks.push((sink.param, Flow { info: info.clone(), range, steps }));
        }
        let all = (0..arity).all(|place| passes.contains(&(place, 0)));
        let dull = all || !summary.returns;
        if sinks.is_empty() && yields.is_none() && dull {
            return None;
        }
        Some(ExportedFunction {
            owner,
            supers,
            name: name.to_owned(),
            arity,
            passes,
            yields,
            sinks,
        })
    }

    /// The class of a function, what that extends, and how many parameters the
    /// function has without the object.
    fn signature(&self, f: FnId, function: &Function<'s>) -> (String, Vec<String>, u8) {
        let count = function.parameters.len() - self.receiver_parameter(f);
        // In Go the object is the last one.
        if function.notes.contains(&"receiver") {
            let ty = function.parameters.last().map_or("", |p| p.ty);
            return (ty.to_owned(), Vec::new(), count.saturating_sub(1).min(200) as u8);
        }
        let class = function.class.map(|c| &self.unit.classes[c as usize]);
        let owner = class.map_or("", |c| c.name).to_owned();
        let supers = class.map_or(&[][..], |c| &c.supers).iter().take(6);
        (owner, supers.map(|s| (*s).to_owned()).collect(), count.min(200) as u8)
    }

    /// The rules of a mark as places in the list of those that are told of.
    fn numbered(&self, bits: u64, rules: &mut Vec<String>) -> u64 {
        let count = self.rules.infos.len().min(63);
        let all = if count == 63 { u64::MAX >> 1 } else { (1 << count) - 1 };
        // Files may know different rules of a team.
        let own = |info: &RuleInfo| info.id.starts_with(OWN_PREFIX);
        if bits & all == all && all != 0 && !self.rules.infos.iter().any(|info| own(info)) {
            return u64::MAX;
        }
        let mut set = 0;
        for (bit, info) in self.rules.infos.iter().enumerate().take(63) {
            if bits & (1 << bit) == 0 {
                continue;
            }
            let place = match rules.iter().position(|id| *id == info.id) {
                Some(place) => place,
                None if rules.len() < 63 => {
                    rules.push(info.id.clone());
                    rules.len() - 1
                }
                None => continue,
            };
            set |= 1 << place;
        }
        set
    }
}

fn named(callee: &Callee) -> FlowCallee {
    FlowCallee { owner: callee.owner.clone(), name: callee.name.clone(), arity: callee.arity }
}

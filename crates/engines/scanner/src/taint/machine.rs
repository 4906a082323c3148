//! Runs functions over what is known of their values instead of the values. Calls
//! of functions of the same file use what running them once with marked parameters
//! has shown; what statements do is in [`super::statement`].

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::export::Handed;
use super::ir::{FnId, Id, Kind, Sym, Unit};
use super::pattern::Shape;
use super::spec::{FlowRules, Meaning, OUTSIDE};
use super::value::{Const, Mark, Marks, Need, Obj, Origin, Setting, State, THIS, Trace, Val, What};

/// Steps that one function may take, and one file.
const FUEL: u64 = 60_000;
const FILE_FUEL: u64 = 3_000_000;
/// Functions that wait for each other's result, and those of a file that are run again
/// because more would have had to wait.
const DEEPEST_CALL: usize = 6;
const MOST_SHALLOW: usize = 200;
/// Nested statements and expressions over all waiting functions.
const DEEPEST: u32 = 260;
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

/// What belongs to the function that runs.
#[derive(Default)]
pub(super) struct Frame<'s> {
    pub(super) function: FnId,
    pub(super) class: Option<u32>,
    pub(super) ret: Option<Val<'s>>,
    pub(super) returned: bool,
    pub(super) breaks: Vec<State<'s>>,
    pub(super) continues: Vec<State<'s>>,
    sinks: Vec<ParamSink<'s>>,
    fuel: u64,
    /// Functions that are defined inside and have not run.
    pub(super) waiting: Vec<FnId>,
}

pub(super) struct Machine<'s> {
    pub(super) unit: &'s Unit<'s>,
    pub(super) rules: &'s FlowRules,
    pub(super) source: &'s str,
    pub(super) summaries: HashMap<FnId, Rc<Summary<'s>>>,
    pub(super) hits: Vec<Hit<'s>>,
    pub(super) by_name: HashMap<&'s str, Vec<FnId>>,
    pub(super) by_class: HashMap<&'s str, u32>,
    /// What fields hold by anything but a parameter.
    pub(super) fields: HashMap<(u32, Sym), Val<'s>>,
    pub(super) fields_grew: bool,
    running: Vec<FnId>,
    /// Functions that called deeper than is followed at once, callers first.
    shallow: Vec<FnId>,
    pub(super) frame: Frame<'s>,
    pub(super) next: u32,
    fuel: u64,
    depth: u32,
    /// A limit was met.
    pub(super) cut: bool,
    this: Option<Sym>,
    pub(super) globals: State<'s>,
    /// Sinks that were reached, and whether always by constants.
    pub(super) constant: HashMap<(u8, (u32, u32)), bool>,
    /// What goes into functions of other files.
    pub(super) handed: Vec<Handed<'s>>,
}

impl<'s> Machine<'s> {
    pub(super) fn new(unit: &'s Unit<'s>, rules: &'s FlowRules, source: &'s str) -> Self {
        let mut by_name: HashMap<&str, Vec<FnId>> = HashMap::new();
        for (i, f) in unit.functions.iter().enumerate().skip(1) {
            if !f.name.is_empty() {
                by_name.entry(f.name).or_default().push(i as FnId);
            }
        }
        let mut by_class = HashMap::new();
        for (i, class) in unit.classes.iter().enumerate() {
            by_class.entry(class.name).or_insert(i as u32);
        }
        let this = unit
            .names
            .iter()
            .position(|n| matches!(*n, "this" | "self" | "$this"))
            .map(|n| n as Sym);
        Self {
            unit,
            rules,
            source,
            summaries: HashMap::new(),
            hits: Vec::new(),
            by_name,
            by_class,
            fields: HashMap::new(),
            fields_grew: false,
            running: Vec::new(),
            shallow: Vec::new(),
            frame: Frame::default(),
            next: 0,
            fuel: FILE_FUEL,
            depth: 0,
            cut: unit.cut,
            this,
            globals: State::default(),
            constant: HashMap::new(),
            handed: Vec::new(),
        }
    }

    /// Runs everything in the file.
    pub(super) fn run(&mut self) {
        self.pass();
        let shallow = std::mem::take(&mut self.shallow);
        if shallow.is_empty() {
            return;
        }
        // Again, with what is called at the end of the long chains known first. What
        // stands inside of another function sees what is around it, and has to wait.
        self.summaries.clear();
        let plain: HashSet<FnId> = self.told().into_iter().map(|(_, f)| f).collect();
        for f in shallow.into_iter().rev().filter(|f| plain.contains(f)) {
            let mut state = self.globals.clone();
            self.summary(f, &mut state);
        }
        self.pass();
    }

    fn pass(&mut self) {
        let mut state = State::default();
        self.frame.fuel = FUEL;
        self.class_fields(&mut state);
        self.block(&self.unit.functions[0].body, &mut state);
        state.dead = false;
        self.globals = state.clone();
        self.settle_waiting(&state);
        for round in 0..2 {
            for f in 1..self.unit.functions.len() as FnId {
                // Functions without a name ran where they stand.
                if !self.unit.functions[f as usize].name.is_empty()
                    && !self.summaries.contains_key(&f)
                {
                    let mut state = self.globals.clone();
                    self.summary(f, &mut state);
                }
            }
            if round == 0 && self.fields_grew {
                self.summaries.clear();
                self.shallow.clear();
            } else {
                break;
            }
        }
    }

    /// Fields by what they are declared with.
    fn class_fields(&mut self, state: &mut State<'s>) {
        for (id, class) in self.unit.classes.iter().enumerate() {
            for field in &class.fields {
                let mut value = field.value.map(|v| self.eval(v, state)).unwrap_or_default();
                // A value that may be replaced is no constant.
                if self.unit.assigned[field.name as usize] > 1 {
                    value.konst = Const::Unknown;
                }
                if !field.ty.is_empty() {
                    value.ty = field.ty;
                }
                self.fields.insert((id as u32, field.name), value);
            }
        }
    }

    /// One step; false when there is no more fuel.
    pub(super) fn step(&mut self, cost: usize) -> bool {
        let cost = cost as u64 + 1;
        self.frame.fuel = self.frame.fuel.saturating_sub(cost);
        self.fuel = self.fuel.saturating_sub(cost);
        if self.frame.fuel == 0 || self.fuel == 0 {
            self.cut = true;
            return false;
        }
        true
    }

    pub(super) fn enter(&mut self) -> bool {
        if self.depth >= DEEPEST {
            self.cut = true;
            return false;
        }
        self.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

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

    /// Runs a function's body. Without arguments the parameters are marked as
    /// such, with them they are what they are.
    pub(super) fn run_function(
        &mut self,
        f: FnId,
        state: &mut State<'s>,
        args: Option<&[Val<'s>]>,
    ) -> (Val<'s>, Frame<'s>) {
        let function = &self.unit.functions[f as usize];
        let class = function.class.or(self.frame.class);
        let frame = Frame { function: f, class, fuel: FUEL, ..Frame::default() };
        let outer = std::mem::replace(&mut self.frame, frame);
        self.running.push(f);
        let skip = self.receiver_parameter(f);
        for (i, parameter) in function.parameters.iter().enumerate() {
            if i < skip {
                continue;
            }
            let mut value = match args {
                Some(args) => args.get(i).cloned().unwrap_or_default(),
                None => {
                    let at = (parameter.start, parameter.end);
                    let name = self.unit.name(parameter.name);
                    let trace = Trace::start(at, What::Enter, name);
                    let origin = Origin::Param((i - skip).min(200) as u8);
                    Val::marked(Marks::one(Mark { bits: u64::MAX, origin, trace, needs: None }))
                }
            };
            self.declared_source(f, i, &mut value);
            if super::fold::is_scalar(value.ty) {
                value.marks = Marks::default();
            }
            if let Some(pattern) = parameter.pattern {
                self.bind(pattern, value, state);
            } else {
                state.set(parameter.name, value);
            }
        }
        self.block(&function.body, state);
        state.dead = false;
        let here = state.clone();
        self.settle_waiting(&here);
        let mut frame = std::mem::replace(&mut self.frame, outer);
        self.running.pop();
        self.frame.fuel = self.frame.fuel.saturating_sub((FUEL - frame.fuel) / 8);
        (frame.ret.take().unwrap_or_default(), frame)
    }

    /// Python names the object as the first parameter.
    pub(super) fn receiver_parameter(&self, f: FnId) -> usize {
        let function = &self.unit.functions[f as usize];
        let first = function.parameters.first().map_or("", |p| self.unit.name(p.name));
        usize::from(function.class.is_some() && matches!(first, "self" | "cls"))
    }

    /// What a parameter is by its type, its name and its annotations.
    fn declared_source(&mut self, f: FnId, place: usize, value: &mut Val<'s>) {
        let function = &self.unit.functions[f as usize];
        let parameter = &function.parameters[place];
        let name = self.unit.name(parameter.name);
        if !parameter.ty.is_empty() {
            value.ty = parameter.ty;
        } else if value.ty.is_empty()
            && let Some(ty) = self.rules.parameters.get(name)
        {
            value.ty = ty;
        }
        if super::fold::is_scalar(parameter.ty) {
            return;
        }
        let service = is_service(parameter.ty);
        let mut mask = self.rules.parameter_sources | OUTSIDE;
        let handled = [self.handled_event(f, place)];
        let of_function = if service { &[][..] } else { function.notes.as_slice() };
        for (notes, shape) in [
            (parameter.notes.as_slice(), Shape::Param),
            (of_function, Shape::Params),
            (handled.as_slice(), Shape::Param),
        ] {
            for note in notes {
                for entry in self.rules.of(shape, note) {
                    let entry = &self.rules.entries[usize::from(*entry)];
                    if let Meaning::Source(bits) = entry.meaning
                        && self.holds_in_file(&entry.pattern)
                    {
                        mask |= bits;
                    }
                }
            }
        }
        if mask != 0 && !matches!(name, "self" | "cls" | "db" | "session" | "response") {
            let at = (parameter.start, parameter.end);
            let trace = Trace::start(at, What::Source, name);
            value.marks.join(&Marks::one(Mark {
                bits: mask,
                origin: Origin::Source,
                trace,
                needs: None,
            }));
        }
    }

    /// The signature of functions that a cloud calls with what comes in.
    fn handled_event(&self, f: FnId, place: usize) -> &'static str {
        let parameters = &self.unit.functions[f as usize].parameters;
        let named = |n: usize| parameters.get(n).map_or("", |p| self.unit.name(p.name));
        let event = place == 0 && named(0) == "event" && matches!(named(1), "context" | "ctx");
        if event { "lambda_event" } else { "" }
    }

    fn settle_waiting(&mut self, state: &State<'s>) {
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

    /// Takes in what a function that ran in place has found.
    pub(super) fn absorb(&mut self, frame: Frame<'s>) {
        for sink in frame.sinks {
            if self.frame.sinks.len() < 64 {
                self.frame.sinks.push(sink);
            }
        }
    }

    pub(super) fn this(&self) -> Option<Sym> {
        self.this
    }

    /// The names of the functions that are waited for, the innermost last.
    pub(super) fn is_running(&self, f: FnId) -> bool {
        self.running.contains(&f)
    }

    pub(super) fn kind(&self, id: Id) -> &'s Kind<'s> {
        &self.unit.expr(id).kind
    }
}

/// Types of which a framework hands over an object of its own, and nothing that came
/// with a request.
pub(super) fn is_service(ty: &str) -> bool {
    let interface = ty.strip_prefix('I').is_some_and(|rest| {
        let mut chars = rest.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
    });
    // Files that are sent are the one interface that is data.
    (interface && !ty.starts_with("IForm"))
        || ["Context", "Interface", "Manager", "Repository", "Service", "Factory", "Principal"]
            .iter()
            .any(|end| ty.ends_with(end))
        || matches!(ty, "CancellationToken" | "HttpRequest" | "HttpResponse" | "Session")
}

/// How much a hit hangs on other files.
fn doubt(hit: &Hit<'_>) -> u8 {
    match &hit.needs {
        None => 0,
        Some(needs) if needs.iter().any(|n| matches!(n, Need::Yields(_))) => 2,
        Some(_) => 1,
    }
}

//! Runs the functions of a file over what is known of their values instead of the
//! values, within limits on steps and depth.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::export::Handed;
use super::ir::{FnId, Id, Kind, Sym, Unit};
use super::marks::{Mark, Marks, Origin, Trace, What};
use super::sink::Hit;
use super::spec::FlowRules;
use super::state::State;
use super::summary::{ParamSink, Summary};
use super::value::{Const, Val};

/// Steps that one function may take, and one file.
const FUEL: u64 = 60_000;
const FILE_FUEL: u64 = 3_000_000;
/// Elements of containers that are looked at, or variables that are copied, for one step.
const AT_ONCE: usize = 16;
/// Functions that wait for each other's result, and those of a file that are run again
/// because more would have had to wait.
pub(super) const DEEPEST_CALL: usize = 6;
pub(super) const MOST_SHALLOW: usize = 200;
/// Nested statements and expressions over all waiting functions.
const DEEPEST: u32 = 260;

/// What belongs to the function that runs.
#[derive(Default)]
pub(super) struct Frame<'s> {
    pub(super) function: FnId,
    pub(super) class: Option<u32>,
    pub(super) ret: Option<Val<'s>>,
    pub(super) returned: bool,
    pub(super) breaks: Vec<State<'s>>,
    pub(super) continues: Vec<State<'s>>,
    pub(super) sinks: Vec<ParamSink<'s>>,
    fuel: u64,
    /// Functions that are defined inside and have not run.
    pub(super) waiting: Vec<FnId>,
}

/// A run over one file: what is known so far, and what it may still cost.
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
    pub(super) running: Vec<FnId>,
    /// Functions that called deeper than is followed at once, callers first.
    pub(super) shallow: Vec<FnId>,
    pub(super) frame: Frame<'s>,
    pub(super) next: u32,
    fuel: u64,
    /// See [`State::new`].
    looked_at: Rc<Cell<usize>>,
    depth: u32,
    /// A limit was met.
    pub(super) cut: bool,
    pub(super) this: Option<Sym>,
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
            looked_at: Rc::default(),
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
        let mut state = State::new(&self.looked_at);
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
        let cost = (cost + self.looked_at.take() / AT_ONCE) as u64 + 1;
        self.frame.fuel = self.frame.fuel.saturating_sub(cost);
        self.fuel = self.fuel.saturating_sub(cost);
        if self.frame.fuel == 0 || self.fuel == 0 {
            self.cut = true;
            return false;
        }
        true
    }

    /// Pays for a copy of what a function of the file sees; false when the file has no
    /// more fuel.
    pub(super) fn copy(&mut self, state: &State<'s>) -> bool {
        self.fuel = self.fuel.saturating_sub((state.size() / AT_ONCE) as u64);
        self.cut |= self.fuel == 0;
        self.fuel > 0
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

    /// Takes in what a function that ran in place has found.
    pub(super) fn absorb(&mut self, frame: Frame<'s>) {
        for sink in frame.sinks {
            if self.frame.sinks.len() < 64 {
                self.frame.sinks.push(sink);
            }
        }
    }

    /// Whether a function is waited for.
    pub(super) fn is_running(&self, f: FnId) -> bool {
        self.running.contains(&f)
    }

    pub(super) fn kind(&self, id: Id) -> &'s Kind<'s> {
        &self.unit.expr(id).kind
    }
}

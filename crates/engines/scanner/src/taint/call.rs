//! Calls: what rules and the library say of them, what the file's own functions
//! do, and what is assumed of all others.

use std::rc::Rc;

use super::fold;
use super::ir::{Arg, FnId, Id, Kind, Parameter};
use super::machine::{Hit, Machine, Summary, is_service};
use super::pattern::{Into, Shape};
use super::spec::{ANCHORED, Meaning};
use super::value::{Callee, Const, Mark, Marks, Need, Obj, Origin, State, THIS, Trace, Val, What};

/// What the patterns say of a call.
#[derive(Default)]
pub(super) struct Verdict<'s> {
    source: u64,
    clean: u64,
    ty: &'s str,
    setting: bool,
    /// Some pattern knows this call.
    known: bool,
}

/// A call with its parts evaluated.
pub(super) struct Made<'a, 's> {
    pub(super) id: Id,
    /// What the method is called on.
    pub(super) on: Option<(Id, Val<'s>)>,
    pub(super) args: &'a [Arg<'s>],
    pub(super) values: Vec<Val<'s>>,
}

impl<'s> Made<'_, 's> {
    /// The value of the argument at a place among those that go by place.
    pub(super) fn place(&self, n: usize) -> Option<(Id, &Val<'s>)> {
        let mut places = self.args.iter().zip(&self.values).filter(|(a, _)| a.name.is_empty());
        places.nth(n).map(|(a, v)| (a.value, v))
    }

    pub(super) fn named(&self, name: &str) -> Option<(Id, &Val<'s>)> {
        self.args.iter().zip(&self.values).find(|(a, _)| a.name == name).map(|(a, v)| (a.value, v))
    }
}

impl<'s> Machine<'s> {
    pub(super) fn call(
        &mut self,
        id: Id,
        callee: Id,
        args: &'s [Arg<'s>],
        state: &mut State<'s>,
    ) -> Val<'s> {
        let (on, name) = match self.kind(callee) {
            Kind::Field(base, name) => (Some((*base, self.eval(*base, state))), *name),
            Kind::Name(sym) => {
                let name = self.unit.name(*sym);
                // What was imported under another name.
                let last = self.unit.imports.get(sym).and_then(|p| p.rsplit(['.', '/']).next());
                (None, last.unwrap_or(name))
            }
            // `require("a")(…)`
            Kind::Call(..) if self.required(callee).is_some() => {
                let path = self.required(callee).unwrap_or_default();
                (None, path.rsplit('/').next().unwrap_or(path))
            }
            _ => {
                let value = self.eval(callee, state);
                if value.func != 0 {
                    let values: Vec<_> = args.iter().map(|a| self.eval(a.value, state)).collect();
                    return self.closure(value.func, &values, state);
                }
                (Some((callee, value)), "")
            }
        };
        let element = on.as_ref().map(|(_, v)| state.flat(v)).unwrap_or_default();
        let handled = self.handled(id, name, on.as_ref());
        let values: Vec<Val<'s>> =
            args.iter().map(|a| self.argument(a, name, (&element, handled), state)).collect();
        let made = Made { id, on, args, values };
        let verdict = self.verdict(Shape::Call, name, &made, state);
        let mut result = self.yields(callee, name, &made, &verdict, state);
        if verdict.clean != 0 {
            result.marks = state.flat(&result).without(verdict.clean);
            result.obj = 0;
            result.clean = verdict.clean;
        }
        if result.ty.is_empty() && !result.konst.is_known() && fold::yields_no_text(name) {
            result.ty = "int";
        }
        // Bytes of constants.
        let bytes = matches!(
            name,
            "from"
                | "alloc"
                | "bytes"
                | "bytearray"
                | "fromhex"
                | "unhexlify"
                | "b64decode"
                | "byte"
                | "GetBytes"
                | "FromBase64String"
                | "FromHexString"
        );
        if bytes && !values_unknown(&made.values, state) {
            result.fixed = true;
        }
        if let Some((marks, clean)) = self.formatted(name, &made, state) {
            result.marks.join(&marks);
            if clean != 0 {
                result.marks = state.flat(&result).without(clean & !ANCHORED);
                result.obj = 0;
                result.clean |= clean;
            }
        }
        if verdict.source != 0 {
            result.marks.join(&self.source(id, verdict.source));
        }
        if !verdict.ty.is_empty() {
            result.ty = verdict.ty;
            if verdict.ty == "ConfigParser" {
                result.obj = state.alloc(&mut self.next, Obj::default());
            }
        }
        if let [one] = args
            && let Kind::Name(sym) = self.kind(one.value)
        {
            result.of = *sym + 1;
        }
        if verdict.setting
            && !result.konst.is_known()
            && let Some((_, key)) = made.place(0)
            && let Const::Str(key) = &key.konst
        {
            let second = made.place(1).and_then(|(_, v)| v.konst.shown());
            let setting = match (&made.on, second) {
                // A section, and a key in it.
                (Some((_, on)), Some(inner)) if on.ty.ends_with("ConfigParser") => {
                    (format!("{key}.{inner}"), None)
                }
                (_, default) => (key.to_string(), default),
            };
            result.konst = Const::Setting(Rc::new(setting));
        }
        result
    }

    /// The rules for which what a function is called with comes from outside, where a
    /// call hands one over to be called for requests.
    fn handled(&self, id: Id, name: &str, on: Option<&(Id, Val<'s>)>) -> u64 {
        let mut mask = 0;
        for number in self.rules.of(Shape::Handler, name) {
            let entry = &self.rules.entries[usize::from(*number)];
            let ty = on.map_or("", |(_, v)| v.ty);
            if let Meaning::Source(bits) = entry.meaning
                && self.fits(&entry.pattern, on.map(|(id, _)| *id), ty, id)
                && self.holds_in_file(&entry.pattern)
            {
                mask |= bits;
            }
        }
        mask
    }

    /// What such a function is called with.
    fn received(&self, f: FnId, mask: u64) -> Vec<Val<'s>> {
        let parameters = &self.unit.functions[f as usize].parameters;
        let one = |parameter: &Parameter<'s>| {
            if is_service(parameter.ty) {
                return Val::default();
            }
            let at = (parameter.start, parameter.end);
            let trace = Trace::start(at, What::Source, self.unit.name(parameter.name));
            let origin = Origin::Source;
            Val::marked(Marks::one(Mark { bits: mask, origin, trace, needs: None }))
        };
        parameters.iter().map(one).collect()
    }

    /// An argument; a function that is handed over runs with what it is likely
    /// to be called with.
    fn argument(
        &mut self,
        arg: &'s Arg<'s>,
        method: &str,
        (element, handled): (&Marks<'s>, u64),
        state: &mut State<'s>,
    ) -> Val<'s> {
        if let Kind::Lambda(f) = self.kind(arg.value) {
            let each = matches!(
                method,
                "map"
                    | "forEach"
                    | "filter"
                    | "then"
                    | "flatMap"
                    | "reduce"
                    | "some"
                    | "every"
                    | "find"
                    | "each"
                    | "sort"
                    | "ifPresent"
                    | "catch"
                    | "collect"
                    | "apply"
                    | "Select"
                    | "Where"
                    | "ForEach"
                    | "SelectMany"
                    | "array_map"
                    | "transform"
                    | "computeIfAbsent"
                    | "anyMatch"
                    | "replace"
            );
            let given = if handled != 0 {
                self.received(*f, handled)
            } else if each {
                vec![Val::marked(element.clone())]
            } else {
                Vec::new()
            };
            let made = self.closure(*f, &given, state);
            return Val { func: *f, ..made };
        }
        self.eval(arg.value, state)
    }

    /// Runs a function where it stands, with what stands around it.
    pub(super) fn closure(&mut self, f: FnId, given: &[Val<'s>], state: &mut State<'s>) -> Val<'s> {
        if self.is_running(f) || !self.step(state.size()) || !self.enter() {
            return Val::default();
        }
        let function = &self.unit.functions[f as usize];
        let shadowed: Vec<_> =
            function.parameters.iter().map(|p| (p.name, state.get(p.name).cloned())).collect();
        let mut inner = state.clone();
        let (value, frame) = self.run_function(f, &mut inner, Some(given));
        for (sym, old) in shadowed {
            match old {
                Some(old) => inner.set(sym, old),
                None => inner.unset(sym),
            }
        }
        inner.dead = false;
        state.join(inner, &mut self.next);
        self.absorb(frame);
        self.leave();
        value
    }

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

    /// What a call yields, patterns for its result aside.
    fn yields(
        &mut self,
        callee: Id,
        name: &'s str,
        made: &Made<'_, 's>,
        verdict: &Verdict<'s>,
        state: &mut State<'s>,
    ) -> Val<'s> {
        if let Some((_, on)) = &made.on {
            let consts: Vec<&Const> = made.values.iter().map(|v| &v.konst).collect();
            let konst = fold::method(name, &on.konst, &consts);
            if konst.is_known() {
                return Val::known(konst);
            }
            // A constant, asked in a way that is not known.
            if (on.fixed || on.konst.is_known()) && made.values.iter().all(|v| state.is_fixed(v, 0))
            {
                return Val { fixed: true, ty: "String", ..Val::default() };
            }
        }
        // What is taken out can do no harm.
        let replaced = matches!(name, "replace" | "replaceAll" | "Replace" | "ReplaceAll");
        if replaced
            && let Some((_, on)) = &made.on
            && let Some(Const::Str(text)) = made.values.first().map(|v| v.konst.clone())
        {
            // An expression for steps upwards takes them out.
            let steps = text.contains("\\.\\.") || text.contains("\\.{2");
            let text = if steps { Rc::from("..") } else { text };
            let marks = state.flat(on).without(self.rules.without(&text));
            let at = self.unit.range(made.id);
            return Val::marked(marks.step(at, What::Through, name));
        }
        if let Some(class) = self.constructed(callee, made.on.is_none(), name) {
            return self.construct(class, made, state);
        }
        if let Some(f) = self.own_function(callee, name, made, state)
            && let Some(summary) = self.summary_at(f, state)
        {
            return self.apply(f, &summary, made, name, state);
        }
        if let Some((base, on)) = &made.on
            && on.obj != 0
            && let Some(value) = self.contained(name, *base, on, made, state)
        {
            return value;
        }
        let mut marks = Marks::default();
        for value in &made.values {
            marks.join(&state.flat(value));
        }
        if let Some((base, _)) = &made.on
            && puts(name)
            && !marks.is_empty()
        {
            self.taint(*base, &marks, state);
        }
        if fold::yields_no_text(name) {
            return Val::default();
        }
        let at = self.unit.range(made.id);
        if !verdict.known
            && let Some(foreign) = self.foreign(callee, name, made)
        {
            let foreign = Rc::new(foreign);
            let mut all = Marks::default();
            for (i, value) in made.values.iter().enumerate() {
                let place = i.min(200) as u8;
                let flat = state.flat(value);
                self.hand_over(&foreign, place, &flat);
                all.join(&flat.under(&Need::Passes(foreign.clone(), place)));
            }
            if let Some((_, on)) = &made.on {
                let flat = state.flat(on);
                all.join(&flat.under(&Need::Passes(foreign.clone(), THIS)));
            }
            all = all.step(at, What::Through, name);
            let trace = Trace::start(at, What::Source, self.excerpt(at));
            all.join(&Marks::one(Mark {
                bits: u64::MAX,
                origin: Origin::Source,
                trace,
                needs: Some(Rc::new(vec![Need::Yields(foreign)])),
            }));
            return Val::marked(all);
        }
        if let Some((_, on)) = &made.on {
            marks.join(&state.flat(on));
        }
        Val::marked(marks.step(at, What::Through, name))
    }

    /// A function of another file, where the call says which.
    fn foreign(&self, callee: Id, name: &str, made: &Made<'_, 's>) -> Option<Callee> {
        if name.is_empty() {
            return None;
        }
        let arity = made.args.len().min(100) as u8;
        let owner = match &made.on {
            Some((base, on)) if on.ty.is_empty() => {
                // A class, or a module that was imported.
                let Kind::Name(sym) = self.kind(*base) else { return None };
                match self.unit.imports.get(sym) {
                    Some(path) => path.clone(),
                    None => {
                        let text = self.unit.name(*sym);
                        if !text.starts_with(char::is_uppercase) {
                            return None;
                        }
                        text.to_owned()
                    }
                }
            }
            Some((_, on)) if on.ty.starts_with(char::is_uppercase) && on.ty != "String" => {
                if self.rules.kinds.contains_key(on.ty) {
                    return None;
                }
                on.ty.to_owned()
            }
            Some(_) => return None,
            None => {
                let Kind::Name(sym) = self.kind(callee) else { return None };
                let path = self.unit.imports.get(sym)?;
                path.rsplit_once(['.', '/']).map(|(before, _)| before.to_owned())?
            }
        };
        Some(Callee { owner, name: name.to_owned(), arity })
    }

    /// In languages without `new`, a class that is called.
    fn constructed(&self, callee: Id, plain: bool, name: &str) -> Option<u32> {
        if !plain || !matches!(self.kind(callee), Kind::Name(_)) {
            return None;
        }
        self.by_class.get(name).copied()
    }

    /// The function of this file that a call means.
    fn own_function(
        &self,
        callee: Id,
        name: &str,
        made: &Made<'_, 's>,
        state: &State<'s>,
    ) -> Option<FnId> {
        if let Kind::Name(sym) = self.kind(callee)
            && let Some(value) = state.get(*sym)
            && value.func != 0
        {
            return Some(value.func);
        }
        let candidates = self.by_name.get(name)?;
        let class = match &made.on {
            None => None,
            Some((base, on)) => Some(match self.by_class.get(on.ty) {
                Some(class) => *class,
                None if self.is_this(*base) || self.is_super(*base) => self.frame.class?,
                None => {
                    let Kind::Name(sym) = self.kind(*base) else { return None };
                    *self.by_class.get(self.unit.name(*sym))?
                }
            }),
        };
        let arity = made.args.len();
        let takes = |f: &&FnId| {
            let function = &self.unit.functions[**f as usize];
            function.parameters.len() - self.receiver_parameter(**f) == arity
        };
        let found: Vec<&FnId> = candidates
            .iter()
            .filter(|f| {
                let owner = self.unit.functions[**f as usize].class;
                match class {
                    Some(class) => owner.is_some_and(|o| o == class || self.inherits(class, o)),
                    None => owner.is_none() || owner == self.frame.class || candidates.len() == 1,
                }
            })
            .collect();
        found.iter().copied().find(takes).or_else(|| found.first().copied()).copied()
    }

    fn inherits(&self, class: u32, from: u32) -> bool {
        let name = self.unit.classes[from as usize].name;
        self.unit.classes[class as usize].supers.contains(&name)
            // An interface of the file stands for what implements it here.
            || self.unit.classes[from as usize]
                .supers
                .contains(&self.unit.classes[class as usize].name)
    }

    fn is_super(&self, id: Id) -> bool {
        match self.kind(id) {
            Kind::Name(sym) => matches!(self.unit.name(*sym), "super" | "parent" | "base"),
            Kind::Call(callee, _) => self.is_super(*callee),
            _ => false,
        }
    }

    fn summary_at(&mut self, f: FnId, state: &State<'s>) -> Option<Rc<Summary<'s>>> {
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
    fn apply(
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

    /// A class of the file is made.
    fn construct(&mut self, class: u32, made: &Made<'_, 's>, state: &mut State<'s>) -> Val<'s> {
        let owner = &self.unit.classes[class as usize];
        let arity = made.args.len();
        let constructors =
            owner.methods.iter().filter(|f| self.unit.functions[**f as usize].name == "<new>");
        let mut rest = Marks::default();
        let takes = |f: &FnId| {
            self.unit.functions[*f as usize].parameters.len() - self.receiver_parameter(*f) == arity
        };
        let all: Vec<FnId> = constructors.copied().collect();
        let found = all.iter().copied().find(takes).or(all.first().copied());
        match found {
            Some(f) => {
                if let Some(summary) = self.summary_at(f, state) {
                    rest = self.apply(f, &summary, made, owner.name, state).marks;
                }
            }
            None => {
                for value in &made.values {
                    rest.join(&state.flat(value));
                }
            }
        }
        let obj = state.alloc(&mut self.next, Obj { rest, ..Obj::default() });
        Val { obj, ty: owner.name, ..Val::default() }
    }

    /// `new T(…)`.
    pub(super) fn make(
        &mut self,
        id: Id,
        ty: &'s str,
        args: &'s [Arg<'s>],
        body: Option<u32>,
        state: &mut State<'s>,
    ) -> Val<'s> {
        let values: Vec<Val<'s>> =
            args.iter().map(|a| self.argument(a, "", (&Marks::default(), 0), state)).collect();
        let made = Made { id, on: None, args, values };
        let verdict = self.verdict(Shape::New, ty, &made, state);
        if let Some(class) = body {
            let methods = self.unit.classes[class as usize].methods.clone();
            for f in methods {
                self.closure(f, &[], state);
            }
        }
        if let Some(class) = self.by_class.get(ty).copied() {
            let mut value = self.construct(class, &made, state);
            value.ty = if verdict.ty.is_empty() { ty } else { verdict.ty };
            return value;
        }
        let mut rest = Marks::default();
        for value in &made.values {
            rest.join(&state.flat(value));
        }
        rest = rest.without(verdict.clean).step(self.unit.range(id), What::Through, ty);
        if verdict.source != 0 {
            rest.join(&self.source(id, verdict.source));
        }
        let exact = rest.is_empty() && made.values.iter().all(|v| v.obj == 0);
        let text = match made.values.as_slice() {
            [one] => match &one.konst {
                Const::Str(text) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        let obj = state.alloc(&mut self.next, Obj { rest, exact, text, ..Obj::default() });
        let konst = match (ty, made.values.as_slice()) {
            ("String" | "StringBuilder" | "StringBuffer", [one]) => one.konst.clone(),
            _ => Const::Unknown,
        };
        if ty == "String" {
            let marks = state.flat(&Val { obj, ..Val::default() });
            return Val { konst, marks, ty, ..Val::default() };
        }
        let ty = if verdict.ty.is_empty() { ty } else { verdict.ty };
        Val { obj, ty, ..Val::default() }
    }
}

/// Whether some of these are not made of constants, or there are none.
fn values_unknown<'s>(values: &[Val<'s>], state: &State<'s>) -> bool {
    values.is_empty() || values.iter().any(|v| !state.is_fixed(v, 0))
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

/// Methods that by their name put their arguments into what they are called on.
fn puts(name: &str) -> bool {
    const PUTS: [&str; 20] = [
        "add", "append", "push", "put", "set", "insert", "write", "offer", "Add", "Append", "Set",
        "Push", "Insert", "Write", "extend", "update", "load", "enqueue", "concat", "Enqueue",
    ];
    PUTS.iter().any(|p| {
        name.strip_prefix(p).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c.is_uppercase() || c == '_')
        })
    })
}

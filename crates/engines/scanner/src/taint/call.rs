//! Calls: what they yield by what the rules say, by what the functions of the file do,
//! and by what is assumed of all others.

use std::rc::Rc;

use super::fold;
use super::ir::{Arg, FnId, Id, Kind};
use super::machine::Machine;
use super::marks::{Mark, Marks, Need, Origin, THIS, Trace, What};
use super::pattern::Shape;
use super::spec::ANCHORED;
use super::state::State;
use super::value::{Const, Obj, Val};
use super::verdict::Verdict;

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

    /// An argument; a function that is handed over runs with what it is likely
    /// to be called with.
    pub(super) fn argument(
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

    /// What a call yields, patterns for its result aside.
    pub(super) fn yields(
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
        if let Some((_base, on)) = &made.on
            && on.obj != 0
            && let Some(value) = self.contained(name, on, made, state)
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
}

/// Whether some of these are not made of constants, or there are none.
fn values_unknown<'s>(values: &[Val<'s>], state: &State<'s>) -> bool {
    values.is_empty() || values.iter().any(|v| !state.is_fixed(v, 0))
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

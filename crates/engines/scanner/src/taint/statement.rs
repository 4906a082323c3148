//! What statements do to what is known. Branches are run one after the other and
//! joined, loops until nothing new is learnt (at most [`ROUNDS`] times); a branch
//! that a constant decides is not run.

use super::ir::{Block, Case, Id, Loop, Stmt};
use super::machine::Machine;
use super::marks::{Marks, What};
use super::state::State;
use super::value::{Const, Val};

/// How often a loop is run to learn what flows around it.
const ROUNDS: usize = 3;

impl<'s> Machine<'s> {
    pub(super) fn block(&mut self, block: &'s Block<'s>, state: &mut State<'s>) {
        for stmt in block {
            if state.dead {
                // What is only declared here can be called all the same.
                if let Stmt::Function(f) = stmt {
                    self.frame.waiting.push(*f);
                }
                continue;
            }
            if !self.step(0) || !self.enter() {
                return;
            }
            self.statement(stmt, state);
            self.leave();
        }
    }

    fn statement(&mut self, stmt: &'s Stmt<'s>, state: &mut State<'s>) {
        match stmt {
            Stmt::Expr(e) => {
                self.eval(*e, state);
            }
            Stmt::Declare(sym, ty, value) => {
                let mut made = match value {
                    Some(v) => self.eval(*v, state),
                    None => Val::default(),
                };
                if !ty.is_empty() {
                    // `List<X> l = new ArrayList<>()` is known better by its making.
                    if made.ty.is_empty() || !self.rules.kinds.contains_key(made.ty) {
                        made.ty = ty;
                    }
                    if super::fold::is_scalar(ty) {
                        made.marks = Marks::default();
                    }
                }
                if let Some(v) = value {
                    made.marks =
                        made.marks.step(self.unit.range(*v), What::Assign, self.unit.name(*sym));
                }
                state.set(*sym, made);
            }
            Stmt::Return(value) => {
                if let Some(v) = value {
                    let made = self.eval(*v, state);
                    self.frame.returned = true;
                    self.returned(*v, &made, state);
                    let flat = Val { marks: state.flat(&made), ..made };
                    match &mut self.frame.ret {
                        None => self.frame.ret = Some(flat),
                        Some(old) => {
                            old.marks.join(&flat.marks);
                            old.fixed = (old.fixed || old.konst.is_known())
                                && (flat.fixed || flat.konst.is_known());
                            if old.konst != flat.konst {
                                old.konst = Const::Unknown;
                            }
                            if old.obj != flat.obj {
                                old.obj = 0;
                            }
                        }
                    }
                }
                state.dead = true;
            }
            Stmt::Throw(value) => {
                if let Some(v) = value {
                    self.eval(*v, state);
                }
                state.dead = true;
            }
            Stmt::Break => {
                self.frame.breaks.push(state.clone());
                state.dead = true;
            }
            Stmt::Continue => {
                self.frame.continues.push(state.clone());
                state.dead = true;
            }
            Stmt::If(condition, then, other) => self.branch(*condition, then, other, state),
            Stmt::Loop(made) => self.looped(made, state),
            Stmt::Switch(subject, cases) => self.switch(*subject, cases, state),
            Stmt::Try { body, catches, finally } => {
                let before = state.clone();
                if !self.step(before.size()) {
                    return;
                }
                self.block(body, state);
                let after = state.clone();
                for catch in catches {
                    let mut inner = before.clone();
                    let mut thrown = after.clone();
                    thrown.dead = false;
                    inner.join(thrown, &mut self.next);
                    self.block(catch, &mut inner);
                    state.join(inner, &mut self.next);
                }
                if !finally.is_empty() {
                    let dead = std::mem::replace(&mut state.dead, false);
                    self.block(finally, state);
                    state.dead |= dead;
                }
            }
            Stmt::Block(block) => self.block(block, state),
            Stmt::Function(f) => self.frame.waiting.push(*f),
            Stmt::Class(class) => {
                let class = &self.unit.classes[*class as usize];
                self.frame.waiting.extend(class.methods.iter().copied());
            }
        }
    }

    fn branch(
        &mut self,
        condition: Id,
        then: &'s Block<'s>,
        other: &'s Block<'s>,
        state: &mut State<'s>,
    ) {
        let value = self.eval(condition, state);
        match value.konst.truth() {
            Some(true) => self.block(then, state),
            Some(false) => self.block(other, state),
            None => {
                if !self.step(state.size()) {
                    return;
                }
                let mut otherwise = state.clone();
                self.refine(condition, true, state, 0);
                self.refine(condition, false, &mut otherwise, 0);
                self.block(then, state);
                self.block(other, &mut otherwise);
                state.join(otherwise, &mut self.next);
            }
        }
    }

    fn looped(&mut self, made: &'s Loop<'s>, state: &mut State<'s>) {
        // What the loop assigns is no constant inside it.
        for sym in &made.assigned {
            if let Some(value) = state.get_mut(*sym) {
                value.fixed |= value.konst.is_known();
                value.konst = Const::Unknown;
            }
        }
        let outer_breaks = std::mem::take(&mut self.frame.breaks);
        let outer_continues = std::mem::take(&mut self.frame.continues);
        // Left by `break` only, unless the condition can fail.
        let mut forever = made.each.is_none() && (made.condition.is_none() || !made.once);
        for _ in 0..ROUNDS {
            if !self.step(state.size()) {
                break;
            }
            let mut inside = state.clone();
            if let Some((target, over)) = made.each {
                let value = self.eval(over, &mut inside);
                let element = self.element(over, &value, &inside);
                self.bind(target, element, &mut inside);
            } else if let Some(condition) = made.condition
                && !made.once
            {
                let value = self.eval(condition, &mut inside);
                forever &= value.konst.truth() == Some(true);
                if value.konst.truth() == Some(false) {
                    break;
                }
                self.refine(condition, true, &mut inside, 0);
            }
            self.block(&made.body, &mut inside);
            for skipped in std::mem::take(&mut self.frame.continues) {
                inside.join(skipped, &mut self.next);
            }
            self.block(&made.update, &mut inside);
            for sym in &made.assigned {
                if let Some(value) = inside.get_mut(*sym) {
                    value.fixed |= value.konst.is_known();
                    value.konst = Const::Unknown;
                }
            }
            if !state.join(inside, &mut self.next) {
                break;
            }
        }
        state.dead |= forever && !self.cut;
        for left in std::mem::take(&mut self.frame.breaks) {
            state.join(left, &mut self.next);
        }
        self.frame.breaks = outer_breaks;
        self.frame.continues = outer_continues;
        if let Some(condition) = made.condition {
            self.refine(condition, false, state, 0);
        }
    }

    fn switch(&mut self, subject: Id, cases: &'s [Case<'s>], state: &mut State<'s>) {
        let value = self.eval(subject, state);
        let outer = std::mem::take(&mut self.frame.breaks);
        let mut labels: Vec<Vec<Const>> = Vec::with_capacity(cases.len());
        for case in cases {
            labels.push(case.labels.iter().map(|l| self.eval(*l, state).konst).collect());
        }
        let all_known = labels.iter().flatten().all(Const::is_known);
        let only = (value.konst.is_known() && all_known)
            .then(|| {
                labels
                    .iter()
                    .position(|l| l.contains(&value.konst))
                    .or_else(|| cases.iter().position(|c| c.labels.is_empty()))
            })
            .flatten();
        let decided = value.konst.is_known() && all_known;
        let before = state.clone();
        let mut fallen: Option<State<'s>> = None;
        state.dead = true;
        let has_default = cases.iter().any(|c| c.labels.is_empty());
        for (i, case) in cases.iter().enumerate() {
            if !self.step(before.size()) {
                break;
            }
            let enters = !decided || only == Some(i);
            let mut inner = before.clone();
            inner.dead = !enters;
            if enters && !decided {
                self.matched(subject, &labels[i], &mut inner);
            }
            if let Some(fallen) = fallen.take() {
                inner.join(fallen, &mut self.next);
            }
            if inner.dead {
                continue;
            }
            self.block(&case.body, &mut inner);
            if case.falls {
                fallen = (!inner.dead).then_some(inner);
            } else {
                state.join(inner, &mut self.next);
            }
        }
        if let Some(fallen) = fallen {
            state.join(fallen, &mut self.next);
        }
        if (decided && only.is_none()) || (!decided && !has_default) {
            state.join(before, &mut self.next);
        }
        for left in std::mem::replace(&mut self.frame.breaks, outer) {
            state.join(left, &mut self.next);
        }
    }
}

//! Data flow: data from outside that gets to where it does harm.
//!
//! A file is lowered to a small language ([`ir`], [`lower`]) and its functions are
//! run over what is known of their values ([`value`], [`state`]): constants ([`fold`]),
//! which decide branches; marks of where data came from ([`marks`]); the slots of
//! containers ([`contain`]). Rules ([`spec`]) are patterns ([`pattern`], [`matching`])
//! of where data comes from, where it must not get to, and what makes it harmless
//! ([`verdict`], [`sink`]).
//!
//! [`machine`] runs what is lowered: statements ([`statement`], [`guard`]), expressions
//! ([`eval`], [`read`], [`assign`]), calls ([`call`], [`callee`], [`parameter`],
//! [`summary`], [`make`]), texts put together ([`assemble`]). [`export`] says what other
//! files must know.
//!
//! Time is bounded by steps, not by a clock: the same file always gives the same
//! result.

mod assemble;
mod assign;
mod call;
mod callee;
mod contain;
mod eval;
mod export;
mod fold;
mod guard;
mod ir;
mod lower;
mod machine;
mod make;
mod marks;
mod matching;
mod parameter;
mod pattern;
mod read;
mod sink;
mod spec;
mod state;
mod statement;
mod summary;
mod value;
mod verdict;

pub(crate) use export::{Exported, ExportedFlow, ExportedFunction, ExportedSetting};
pub(crate) use spec::{FlowRules, Spec, library_text};

use std::sync::Arc;

use tree_sitter::Node;

use crate::language::{KindTable, Language};
use crate::report::{FlowStep, StepKind};
use crate::rules::RuleInfo;
use crate::text::Text;
use machine::Machine;
use marks::{Need, Trace, What};

/// A flow that a rule forbids.
pub(crate) struct Flow {
    pub(crate) info: Arc<RuleInfo>,
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) steps: Vec<FlowStep>,
}

/// What following the flows of a file gave.
pub(crate) struct Followed {
    pub(crate) flows: Vec<Flow>,
    /// Pattern rules, by their id without the language, and where they are
    /// wrong: what they look at is a constant.
    pub(crate) wrong: Vec<(String, usize)>,
    /// A limit was met: there may be more.
    pub(crate) cut: bool,
    /// What other files must know, and what is asked of them.
    pub(crate) exported: Exported,
}

/// Follows the flows in a file.
pub(crate) fn follow(
    language: Language,
    table: &KindTable,
    rules: &FlowRules,
    root: Node<'_>,
    text: &Text,
) -> Followed {
    let Some(unit) = lower::lower(language, table, root, &text.source) else {
        let exported = Exported::default();
        return Followed { flows: Vec::new(), wrong: Vec::new(), cut: false, exported };
    };
    let mut machine = Machine::new(&unit, rules, &text.source);
    machine.run();
    let mut flows = Vec::with_capacity(machine.hits.len());
    let open = |hit: &sink::Hit<'_>| {
        let yields = |n: &Need| matches!(n, Need::Yields(_));
        hit.needs.iter().flat_map(|n| n.iter()).any(yields) || hit.setting.is_some()
    };
    for hit in &machine.hits {
        let Some(info) = rules.infos.get(usize::from(hit.rule)) else { continue };
        if open(hit) {
            continue;
        }
        // What is known to come from outside says more than that it is not known.
        let known_better = rules.watches(hit.rule)
            && machine.hits.iter().any(|other| {
                let at_once = other.at == hit.at && other.trace.is_some() && !open(other);
                at_once && !rules.watches(other.rule) && {
                    let theirs = rules.infos.get(usize::from(other.rule));
                    theirs.is_some_and(|i| i.cwe.iter().any(|c| info.cwe.contains(c)))
                }
            });
        if known_better {
            continue;
        }
        flows.push(Flow {
            info: Arc::clone(info),
            range: hit.at.0 as usize..hit.at.1 as usize,
            steps: hit.trace.as_deref().map(|t| steps(t, text)).unwrap_or_default(),
        });
    }
    let constants = machine.constant.iter().filter(|(_, always)| **always);
    let wrong = constants.flat_map(|((rule, at), _)| {
        let replaced = &rules.replaces[usize::from(*rule)];
        replaced.iter().map(|id| (id.clone(), at.0 as usize))
    });
    let wrong = wrong.collect();
    let exported = machine.export(text);
    Followed { flows, wrong, cut: machine.cut, exported }
}

/// The steps of a flow from its source on.
fn steps(trace: &Trace<'_>, text: &Text) -> Vec<FlowStep> {
    let mut out = Vec::new();
    let mut at = Some(trace);
    while let Some(step) = at {
        let kind = match step.what {
            What::Source => StepKind::Source,
            What::Assign => StepKind::Assigned,
            What::Through => StepKind::Through,
            What::Enter => StepKind::Entered,
            What::Sink => StepKind::Sink,
        };
        let span = text.span(step.at.0 as usize..step.at.1 as usize);
        out.push(FlowStep { kind, name: step.name.to_owned(), path: String::new(), span });
        at = step.before.as_deref();
    }
    out.reverse();
    // Assignments without a name, and the same line twice, tell nothing.
    let last = out.len().saturating_sub(1);
    let mut kept: Vec<FlowStep> = Vec::with_capacity(out.len());
    for (i, step) in out.into_iter().enumerate() {
        let dull = i != 0 && i != last && step.kind == StepKind::Assigned && step.name.is_empty();
        if !dull {
            kept.push(step);
        }
    }
    kept
}

//! What came of trying a rule.

use analysis::{Language, RuleFault, TriedRule};
use maud::{Markup, html};

use crate::{
    components::{Icon, Language as Painted, Note, Source, Tone, banner, code, highlight, icon},
    request::{Visit, sentence},
};

/// Matches that are shown.
const SHOWN: usize = 100;

/// Draws what a rule found in the sample, and what became of its examples.
pub(super) fn draw(visit: &Visit, sample: &str, tried: &Result<TriedRule, RuleFault>) -> Markup {
    let t = visit.ui.t;
    let tried = match tried {
        Ok(tried) => tried,
        Err(fault) => return html! { div.body { (wrong(visit, fault)) } },
    };
    let found = tried.trial.matches.len();
    html! {
        div.body.stack.s12 {
            @if let Some(fault) = tried.fault() { (banner(Tone::Warn, t.rules_examples_wrong(), &html! { p { (sentence(&visit.ui, &fault)) } })) }
            @else { (banner(Tone::Ok, t.rules_examples_right(), &Markup::default())) }
            (examples(visit, tried))
            p { strong { (t.rules_found(found)) } " " span.muted.small { (tried.language.name()) } }
            @if tried.trial.cut { (banner(Tone::Warn, t.rules_cut(), &html! { p { (t.rules_cut_about()) } })) }
            @if tried.trial.broken { p.small.muted { (t.rules_sample_broken()) } }
        }
        @if !sample.is_empty() { (marked(visit, tried.language, sample, tried)) }
    }
}

fn wrong(visit: &Visit, fault: &RuleFault) -> Markup {
    let t = visit.ui.t;
    banner(
        Tone::Bad,
        t.rules_wrong(),
        &html! {
            p {
                @if fault.line > 0 { strong { (t.rules_line(fault.line)) } " " }
                @if !fault.field.is_empty() { code { (fault.field) } " " }
                (fault.why)
            }
        },
    )
}

fn examples(visit: &Visit, tried: &TriedRule) -> Markup {
    let t = visit.ui.t;
    html! {
        @if !tried.tested.is_empty() {
            ul.plain {
                @for one in &tried.tested {
                    li {
                        (icon(if one.holds { Icon::Passed } else { Icon::Failed })) " "
                        @if one.valid { (t.rules_valid_number(one.number)) } @else { (t.rules_invalid_number(one.number)) }
                        span.small.muted {
                            " " (one.language.name()) " · "
                            @if one.lines.is_empty() { (t.rules_silent()) } @else { (t.rules_reports(one.lines.iter().take(5).map(u32::to_string).collect::<Vec<_>>().join(", "))) }
                            @if one.broken { " · " (t.rules_sample_broken()) }
                        }
                        @if !one.fix.is_empty() { pre.small { (one.fix) } }
                    }
                }
            }
        }
    }
}

/// The sample with what was found on its lines.
fn marked(visit: &Visit, language: Language, sample: &str, tried: &TriedRule) -> Markup {
    let t = visit.ui.t;
    let notes: Vec<Note> = tried
        .trial
        .matches
        .iter()
        .take(SHOWN)
        .map(|found| Note {
            line: found.span.start_line,
            icon: Icon::Failed,
            tone: if found.suppressed { Tone::Calm } else { Tone::Warn },
            body: html! { (super::super::words::inline(&found.message)) span.small.muted { " " (found.span.start_line) ":" (found.span.start_column) } @if let Some(fix) = &found.fix { " → " @if fix.text.is_empty() { span.muted { (t.rules_fix_nothing()) } } @else { code { (fix.text) } } } },
        })
        .collect();
    code(&Source {
        lines: &highlight(Painted::of_name(language.id()), sample),
        first: 1,
        address: None,
        marked: None,
        notes: &notes,
        label: t.rules_sample(),
    })
}

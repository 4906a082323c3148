use analysis::{FunctionOf, Scan, functions};
use base::{PageRequest, Read};
use maud::{Markup, html};

use super::frame::At;
use crate::{
    charts::{Bar, Frame, Ink, bars},
    components::{Column, Icon, card, card_flush, empty, folding, sheet},
    i18n::group,
    request::{Fault, Visit},
};

/// Functions in the table.
const LISTED: u64 = 100;
/// Bars in the picture.
const DRAWN: usize = 10;

pub(super) async fn show(visit: &Visit, at: &At<Read>, scan: &Scan) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let worst = functions(&visit.call, &at.plan, scan, PageRequest::first(LISTED)).await?.items;
    if worst.is_empty() {
        return Ok(sheet(&empty(
            ui,
            Icon::Function,
            t.functions_none(),
            t.details_gone(),
            &Markup::default(),
            &[],
        )));
    }
    let picture: Vec<Bar> = worst
        .iter()
        .take(DRAWN)
        .map(|one| Bar {
            name: one.name.clone(),
            value: i64::from(one.cyclomatic),
            ink: if one.cyclomatic > 30 {
                Ink::Bad
            } else if one.cyclomatic > 15 {
                Ink::Warn
            } else {
                Ink::Number(1)
            },
            href: at.code_of(scan, &one.path, one.line),
        })
        .collect();
    let columns = [
        Column::text(t.function_name()),
        Column::number(t.function_cyclomatic()),
        Column::number(t.function_cognitive()),
        Column::number(t.function_nesting()),
        Column::number(t.function_parameters()),
        Column::number(t.function_length()),
    ];
    let lines: Vec<Vec<Markup>> = worst.iter().map(|one| line(at, scan, one)).collect();
    let since = scan.sources.first().filter(|source| {
        scan.sources.len() == 1
            && !source.base_commit.is_empty()
            && source.base_commit != source.commit
    });
    Ok(html! {
        @if let Some(source) = since {
            p { a href={ (at.base()) "/compare?old=" (source.base_commit) "&new=" (source.commit) } { (t.versus_since()) } }
        }
        (card(t.scan_functions(), None, &bars(ui, &Frame { title: t.functions_title(), about: t.functions_about() }, &picture)))
        (card_flush(&t.functions_worst(worst.len()), None, &folding(t.scan_functions(), &columns, &lines)))
    })
}

fn line(at: &At<Read>, scan: &Scan, one: &FunctionOf) -> Vec<Markup> {
    vec![
        html! {
            @match at.code_of(scan, &one.path, one.line) {
                Some(href) => { a.mono href=(href) { (one.name) } }
                None => { span.mono { (one.name) } }
            }
            br; span.small.muted.mono { (one.path) ":" (one.line) }
        },
        html! { strong { (one.cyclomatic) } },
        html! { (one.cognitive) },
        html! { (one.nesting) },
        html! { (one.parameters) },
        html! { (group(i64::from(one.end_line.saturating_sub(one.line) + 1))) },
    ]
}

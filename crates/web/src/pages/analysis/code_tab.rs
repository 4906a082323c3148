use analysis::{Scan, ScanResult, left_out};
use base::{PageRequest, Read};
use maud::{Markup, html};

use super::{frame::At, map, plan::language_bars, words::number};
use crate::{
    charts::{Frame, ribbon},
    components::{Column, card, card_flush, folding},
    i18n::group,
    request::{Asked, Fault, Visit},
};

/// Files listed that were left out.
const LEFT_OUT: u64 = 100;

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    result: &ScanResult,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let skipped = left_out(&visit.call, &at.plan, scan, PageRequest::first(LEFT_OUT)).await?;
    let columns = [
        Column::text(t.language_word()),
        Column::number(t.lines_files()),
        Column::number(t.lines_code()),
        Column::number(t.lines_comment()),
        Column::number(t.lines_blank()),
        Column::number(t.figure_functions()),
        Column::number(t.figure_duplication()),
        Column::number(t.scan_findings()),
    ];
    let count = |n: u32| html! { (group(i64::from(n))) };
    let lines: Vec<Vec<Markup>> = result
        .languages
        .iter()
        .map(|one| {
            let totals = &one.totals;
            vec![
                html! { (one.language.name()) },
                count(totals.files),
                count(totals.lines.code),
                count(totals.lines.comment),
                count(totals.lines.blank),
                count(totals.functions),
                html! { (number(totals.duplication() * 100.0)) " %" },
                count(totals.findings.total()),
            ]
        })
        .collect();
    Ok(html! {
        (map::show(visit, at, scan, asked).await?)
        (card(t.languages_title(), None, &ribbon(ui, &Frame { title: t.languages_title(), about: "" }, &language_bars(visit, result))))
        (card_flush(t.lines_by_language(), None, &folding(t.lines_by_language(), &columns, &lines)))
        @if skipped.total > 0 {
            (card_flush(&t.left_out_title(skipped.total), None, &folding(t.left_out(), &[Column::text(t.depot_files()), Column::text(t.left_out_why())], &skipped.items.iter().map(|one| vec![html! { span.mono.small { (one.path) } }, html! { (one.reason.text()) }]).collect::<Vec<_>>())))
        }
    })
}

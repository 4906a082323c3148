use analysis::{PartlyParsed, Scan, ScanResult, SkipReason, left_out, partly_parsed};
use base::{PageRequest, Read};
use maud::{Markup, html};

use super::{frame::At, map, plan::language_bars, words::number};
use crate::{
    charts::{Frame, ribbon},
    components::{Column, card, card_flush, folding},
    i18n::{Text, group},
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
    let partly = partly_parsed(&visit.call, &at.plan, scan, PageRequest::first(LEFT_OUT)).await?;
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
        @if partly.total > 0 {
            @let rows: Vec<Vec<Markup>> = partly.items.iter().map(|one| vec![html! { span.mono.small { (one.path) } }, html! { (parsed(t, one)) }]).collect();
            (card_flush(&t.partly_title(partly.total), None, &html! {
                p.said { (t.partly_about()) }
                (folding(&t.partly_title(partly.total), &[Column::text(t.depot_files()), Column::text(t.partly_how_much())], &rows))
            }))
        }
        @if skipped.total > 0 {
            (card_flush(&t.left_out_title(skipped.total), None, &folding(t.left_out(), &[Column::text(t.depot_files()), Column::text(t.left_out_why())], &skipped.items.iter().map(|one| vec![html! { span.mono.small { (one.path) } }, html! { (why(t, one.reason)) }]).collect::<Vec<_>>())))
        }
    })
}

/// Why a file was left out.
fn why(t: Text, reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::Binary => t.left_binary(),
        SkipReason::Minified => t.left_minified(),
        SkipReason::Generated => t.left_generated(),
        SkipReason::TooLarge => t.left_too_large(),
        SkipReason::Vendored => t.left_vendored(),
        SkipReason::Timeout => t.left_timeout(),
        SkipReason::Failed => t.left_failed(),
        SkipReason::Excluded => t.left_excluded(),
        SkipReason::Unreadable => t.left_unreadable(),
    }
}

/// How much of a file was not understood.
fn parsed(t: Text, file: &PartlyParsed) -> String {
    if file.rules_skipped {
        return t.partly_cut().to_owned();
    }
    let percent = file.error_share * 100.0;
    if percent < 0.1 { t.partly_little().to_owned() } else { format!("{} %", number(percent)) }
}

use analysis::{
    DirectoryTotals, FileTotals, Scan, ScanResult, Totals, directories, files, left_out,
};
use base::{PageRequest, Read};
use maud::{Markup, html};

use super::{frame::At, plan::language_bars, words::number};
use crate::{
    charts::{Cell, Frame, ribbon, treemap},
    components::{Column, card, card_flush, table},
    i18n::group,
    request::{Fault, Visit},
};

/// Rectangles in the picture.
const DRAWN: usize = 60;
/// Files listed that were left out.
const LEFT_OUT: u64 = 100;

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    result: &ScanResult,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let folders = directories(&visit.call, &at.plan, scan, PageRequest::first(1000)).await?.items;
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
    let files = files(&visit.call, &at.plan, scan, PageRequest::first(1000)).await?;
    let few = !files.has_next();
    let cells = if few {
        of_files(visit, at, scan, &files.items)
    } else {
        cells(visit, at, scan, &folders)
    };
    let what = if few { t.map_files() } else { t.map_what() };
    Ok(html! {
        @if !cells.is_empty() {
            (card(t.map_title(), None, &treemap(ui, &Frame { title: what, about: t.map_about() }, 340, t.lines_code(), &cells)))
        }
        (card(t.languages_title(), None, &ribbon(ui, &Frame { title: t.languages_title(), about: "" }, &language_bars(visit, result))))
        (card_flush(t.lines_by_language(), None, &table(t.lines_by_language(), &columns, &lines)))
        @if skipped.total > 0 {
            (card_flush(&t.left_out_title(skipped.total), None, &table(t.left_out(), &[Column::text(t.depot_files()), Column::text(t.left_out_why())], &skipped.items.iter().map(|one| vec![html! { span.mono.small { (one.path) } }, html! { (one.reason.text()) }]).collect::<Vec<_>>())))
        }
    })
}

/// The largest files.
fn of_files(visit: &Visit, at: &At<Read>, scan: &Scan, files: &[FileTotals]) -> Vec<Cell> {
    let mut all: Vec<&FileTotals> = files
        .iter()
        .filter(|file| file.totals.lines.code > 0 && file.totals.functions > 0)
        .collect();
    all.sort_by_key(|file| std::cmp::Reverse(file.totals.lines.code));
    all.truncate(DRAWN);
    all.into_iter()
        .map(|file| Cell {
            name: file.path.rsplit('/').next().unwrap_or(&file.path).to_owned(),
            said: format!("{}: {}", file.path, said(visit, &file.totals)),
            href: at.code_of(scan, &file.path, 1),
            size: i64::from(file.totals.lines.code),
            heat: heat(&file.totals),
        })
        .collect()
}

/// Average complexity of a function.
fn average(totals: &Totals) -> f64 {
    if totals.functions == 0 {
        0.0
    } else {
        to_f64(totals.cyclomatic) / f64::from(totals.functions)
    }
}

/// The average as one of five colours.
fn heat(totals: &Totals) -> u8 {
    match average(totals) {
        x if x < 2.0 => 1,
        x if x < 3.0 => 2,
        x if x < 4.5 => 3,
        x if x < 7.0 => 4,
        _ => 5,
    }
}

fn said(visit: &Visit, totals: &Totals) -> String {
    visit.ui.t.map_said(totals.lines.code, number(average(totals)), totals.findings.total())
}

/// The folders that together cover the code once: those without a listed
/// folder below them, or what a folder holds beside those.
fn cells(visit: &Visit, at: &At<Read>, scan: &Scan, folders: &[DirectoryTotals]) -> Vec<Cell> {
    let mut chosen: Vec<&DirectoryTotals> = vec![];
    let mut queue: Vec<&DirectoryTotals> =
        folders.iter().filter(|folder| folder.path.is_empty()).collect();
    let children = |of: &str| -> Vec<&DirectoryTotals> {
        folders
            .iter()
            .filter(|folder| {
                let rest = if of.is_empty() {
                    Some(folder.path.as_str())
                } else {
                    folder.path.strip_prefix(of).and_then(|r| r.strip_prefix('/'))
                };
                rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
            })
            .collect()
    };
    // The largest folder is opened until there are enough.
    while let Some(place) = (0..queue.len()).max_by_key(|place| queue[*place].totals.lines.code) {
        let folder = queue.swap_remove(place);
        let below = children(&folder.path);
        let covered: u32 = below.iter().map(|one| one.totals.lines.code).sum();
        let mostly = covered.saturating_mul(10) >= folder.totals.lines.code.saturating_mul(9);
        if below.is_empty()
            || !mostly && !folder.path.is_empty()
            || chosen.len() + queue.len() + below.len() > DRAWN
        {
            chosen.push(folder);
        } else {
            queue.extend(below);
        }
    }
    chosen
        .into_iter()
        .filter(|folder| folder.totals.lines.code > 0)
        .map(|folder| {
            let totals = &folder.totals;
            let (name, href) = match scan.locate(&folder.path) {
                Some((source, path)) => {
                    let href = at.code(source.depot, &source.commit, path, 0);
                    (
                        path.to_owned(),
                        href.map(|href| {
                            href.replace("/blob/", "/tree/")
                                .split('#')
                                .next()
                                .unwrap_or_default()
                                .to_owned()
                        }),
                    )
                }
                None => (folder.path.clone(), None),
            };
            Cell {
                name: if name.is_empty() { "/".to_owned() } else { name },
                size: i64::from(totals.lines.code),
                heat: heat(totals),
                said: said(visit, totals),
                href,
            }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "an average with one digit")]
fn to_f64(number: u64) -> f64 {
    number as f64
}

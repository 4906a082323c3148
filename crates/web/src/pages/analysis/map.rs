//! Where the complexity is: one directory at a time, as a picture and as a table.

use analysis::{Below, Scan, Totals, below};
use base::Read;
use maud::{Markup, html};

use super::{frame::At, words::number};
use crate::{
    charts::{Cell, Frame, treemap},
    components::{Column, Icon, banner, card, card_flush, folding, icon},
    i18n::group,
    request::{Asked, Fault, Visit},
};

/// Directories, and files, of each at most.
const LISTED: usize = 200;
/// Rectangles in the picture.
const DRAWN: usize = 80;

/// One thing in the directory.
struct Thing {
    path: String,
    name: String,
    folder: bool,
    href: Option<String>,
    totals: Totals,
}

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let directory = asked.one("dir").trim_matches('/');
    let Some(found) = below(&visit.call, &at.plan, scan, directory, LISTED).await? else {
        // Lists of older scans are not kept; a directory may have gone.
        let about = html! { p { a href=(asked.with("dir", None)) { (t.map_root()) } } };
        return Ok(if directory.is_empty() {
            Markup::default()
        } else {
            banner(crate::components::Tone::Info, t.map_gone(), &about)
        });
    };
    let things = things(at, scan, asked, directory, found);
    let mut drawn: Vec<&Thing> = things.iter().filter(|one| one.totals.lines.code > 0).collect();
    drawn.sort_by_key(|one| std::cmp::Reverse(one.totals.lines.code));
    drawn.truncate(DRAWN);
    let cells: Vec<Cell> = drawn
        .iter()
        .map(|one| Cell {
            name: one.name.clone(),
            size: i64::from(one.totals.lines.code),
            heat: heat(&one.totals),
            said: said(visit, &one.totals),
            href: one.href.clone(),
        })
        .collect();
    let title = if directory.is_empty() { t.map_title().to_owned() } else { t.map_in(directory) };
    let count = |n: u32| html! { (group(i64::from(n))) };
    let columns = [
        Column::text(t.map_name()),
        Column::number(t.lines_code()),
        Column::number(t.figure_functions()),
        Column::number(t.map_average()),
        Column::number(t.figure_duplication()),
        Column::number(t.scan_findings()),
    ];
    let lines: Vec<Vec<Markup>> = things
        .iter()
        .map(|one| {
            vec![
                html! { span.line.tight {
                    (icon(if one.folder { Icon::Folder } else { Icon::File }))
                    @match &one.href { Some(href) => { a href=(href) data-row { (one.name) } } None => { (one.name) } }
                } },
                count(one.totals.lines.code),
                count(one.totals.functions),
                html! { span class={ "swatch heat-" (heat(&one.totals)) } aria-hidden="true" {} " " (number(average(&one.totals))) },
                html! { (number(one.totals.duplication() * 100.0)) " %" },
                html! { @if one.totals.findings.total() > 0 {
                    a href={ (at.scan(scan.number)) "?path=" (crate::request::segment(&findings_in(scan, one))) } { (one.totals.findings.total()) }
                } @else { "0" } },
            ]
        })
        .collect();
    Ok(html! {
        @if !cells.is_empty() {
            (card(&title, None, &html! { div.stack.s12 {
                (steps(visit, asked, directory))
                (treemap(ui, &Frame { title: t.map_what(), about: t.map_about() }, 340, t.lines_code(), &cells))
            } }))
        }
        (card_flush(t.map_table(), None, &folding(t.map_table(), &columns, &lines)))
    })
}

/// The way from the root, each step a link.
fn steps(visit: &Visit, asked: &Asked, directory: &str) -> Markup {
    let t = visit.ui.t;
    let parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    html! {
        @if !parts.is_empty() {
            nav.line.tight.small aria-label=(t.map_way()) {
                a href=(asked.with("dir", None)) { (t.map_root()) }
                @for (place, part) in parts.iter().enumerate() {
                    span.muted { "/" }
                    @if place + 1 == parts.len() { strong aria-current="location" { (part) } }
                    @else { a href=(asked.with("dir", Some(&parts[..=place].join("/")))) { (part) } }
                }
            }
        }
    }
}

/// Directories first, each by name.
fn things(at: &At<Read>, scan: &Scan, asked: &Asked, directory: &str, found: Below) -> Vec<Thing> {
    let name = |path: &str| match directory {
        "" => path.to_owned(),
        _ => path.get(directory.len() + 1..).unwrap_or(path).to_owned(),
    };
    let folders = found.directories.into_iter().map(|one| Thing {
        name: name(&one.path),
        folder: true,
        href: Some(asked.with("dir", Some(&one.path))),
        path: one.path,
        totals: one.totals,
    });
    let files = found.files.into_iter().map(|one| Thing {
        name: name(&one.path),
        folder: false,
        href: at.code_of(scan, &one.path, 1),
        path: one.path,
        totals: one.totals,
    });
    folders.chain(files).collect()
}

/// The path by which findings are filtered: in its depot.
fn findings_in(scan: &Scan, thing: &Thing) -> String {
    let path = scan.locate(&thing.path).map_or(thing.path.as_str(), |(_, path)| path);
    if thing.folder && !path.is_empty() { format!("{path}/") } else { path.to_owned() }
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

#[expect(clippy::cast_precision_loss, reason = "an average with one digit")]
fn to_f64(number: u64) -> f64 {
    number as f64
}

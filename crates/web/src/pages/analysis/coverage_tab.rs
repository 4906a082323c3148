use analysis::{CoverageOf, Scan, gate::Covered};
use base::Read;
use depots::DepotKey;
use maud::{Markup, html};

use super::{frame::At, words::number};
use crate::{
    components::{
        Column, Icon, Language, Note, Source, Tone, badge, card_flush, code, empty, folding,
        highlight, pager, sheet,
    },
    i18n::group,
    request::{Asked, Fault, Visit, segment},
};

const SIZE: u64 = 50;
/// Lines of a file that are shown.
const LONGEST: u32 = 2_000;

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let nothing = || {
        let about = t.quality_coverage_none_about();
        sheet(&empty(ui, Icon::Code, t.quality_coverage_none(), about, &Markup::default(), &[]))
    };
    let wanted = asked.some("depot").and_then(|id| id.parse::<i64>().ok());
    let source = scan.sources.iter().find(|one| wanted.is_none_or(|id| id == one.depot.0));
    let Some(source) = source else { return Ok(nothing()) };
    let depot = match depots::authorise::<Read>(&visit.call, DepotKey::Id(source.depot)).await {
        Ok(depot) => depot,
        Err(error) if error.is_not_found() => return Ok(nothing()),
        Err(error) => return Err(error.into()),
    };
    if let Some(path) = asked.some("file") {
        let found = analysis::coverage_file(&visit.call, &depot, &source.commit, path).await?;
        let Some(found) = found else { return Ok(nothing()) };
        let path_of_result = if scan.sources.len() > 1 {
            format!("{}/{path}", source.name)
        } else {
            path.to_owned()
        };
        return file(visit, at, scan, &path_of_result, &found).await;
    }
    let page = asked.page(SIZE);
    let found = analysis::coverage(&visit.call, &depot, &source.commit, page).await?;
    let Some(report) = found else { return Ok(nothing()) };
    let address = at.scan(scan.number);
    let columns = [
        Column::text(t.depot_files()),
        Column::number(t.quality_coverage_tab()),
        Column::number(t.quality_missed()),
        Column::number(t.quality_lines()),
    ];
    let lines: Vec<Vec<Markup>> = report
        .files
        .items
        .iter()
        .map(|file| {
            let href = format!(
                "{address}?tab=coverage&depot={}&file={}",
                source.depot,
                segment(&file.path)
            );
            vec![
                html! { a.mono.small href=(href) { (file.path) } },
                html! { (percent(file.covered)) },
                html! { (group(i64::from(file.covered.lines - file.covered.hit))) },
                html! { (group(i64::from(file.covered.lines))) },
            ]
        })
        .collect();
    let title =
        t.quality_covered(percent(report.covered), report.covered.hit, report.covered.lines);
    let number = report.files.page.number();
    let at_page = |n: u64| format!("{address}?tab=coverage&depot={}&page={n}", source.depot);
    Ok(html! {
        div.line {
            @for one in &scan.sources {
                @if scan.sources.len() > 1 { a href={ (address) "?tab=coverage&depot=" (one.depot) } aria-current=[(one.depot == source.depot).then_some("true")] { (one.name) } }
            }
            @for flag in &report.flags {
                (badge(&format!("{} {} · {}", if flag.flag.is_empty() { t.quality_all_tests() } else { &flag.flag }, percent(flag.covered), flag.format), None))
            }
        }
        (card_flush(&title, None, &folding(&title, &columns, &lines)))
        (pager(ui, (number > 1).then(|| at_page(number - 1)).as_deref(), &t.list_page_of(number, report.files.total.div_ceil(SIZE).max(1)), report.files.has_next().then(|| at_page(number + 1)).as_deref()))
    })
}

fn percent(covered: Covered) -> String {
    covered.percent().map_or_else(|| "–".to_owned(), |percent| format!("{} %", number(percent)))
}

/// One file with a note under each run of lines that no test has run.
async fn file(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    path: &str,
    coverage: &CoverageOf,
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let excerpt = analysis::lines(&visit.call, &at.plan, scan, path, (1, LONGEST)).await?;
    let text: Vec<&str> = excerpt.lines.iter().map(|line| line.text.as_str()).collect();
    let painted = highlight(Language::of_path(path), &text.join("\n"));
    let notes: Vec<Note> = missed(coverage)
        .into_iter()
        .filter(|(_, last)| *last <= LONGEST)
        .map(|(first, last)| Note {
            line: last,
            icon: Icon::Warning,
            tone: Tone::Warn,
            body: html! { (t.quality_not_run(first, last)) },
        })
        .collect();
    let href = at.code_of(scan, path, 1);
    let address = href.as_deref().and_then(|href| href.split('#').next());
    let source =
        Source { lines: &painted, first: 1, address, marked: None, notes: &notes, label: path };
    let title = format!("{path} · {}", percent(coverage.totals()));
    let back = html! { a.button.small href={ (at.scan(scan.number)) "?tab=coverage" } { (t.quality_all_files()) } };
    Ok(card_flush(&title, Some(&back), &code(&source)))
}

/// Runs of lines that can be run and were not; lines with nothing to run do not
/// end one.
fn missed(coverage: &CoverageOf) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    let mut open = false;
    for (line, hits) in coverage.lines() {
        match runs.last_mut() {
            _ if *hits > 0 => open = false,
            Some(run) if open => run.1 = *line,
            _ => {
                runs.push((*line, *line));
                open = true;
            }
        }
    }
    runs
}

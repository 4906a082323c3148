use analysis::{ClonePair, CloneSide, Scan, ScanResult, duplicates, lines};
use base::Read;
use maud::{Markup, html};

use super::{frame::At, words::number};
use crate::{
    components::{Icon, Language, Source, badge, code, empty, highlight, icon, pager, sheet},
    request::{Asked, Fault, Visit},
};

const SIZE: u64 = 8;
/// Of longer blocks only so many lines are shown.
const LONGEST: u32 = 40;

pub(super) async fn show(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    result: &ScanResult,
    asked: &Asked,
) -> Result<Markup, Fault> {
    let (ui, t) = (&visit.ui, visit.ui.t);
    let pairs = duplicates(&visit.call, &at.plan, scan, asked.page(SIZE)).await?;
    if pairs.items.is_empty() {
        let (title, about) = if result.duplicate_blocks == 0 {
            (t.duplicates_none(), t.duplicates_none_about())
        } else {
            (t.scan_duplicates(), t.details_gone())
        };
        return Ok(sheet(&empty(ui, Icon::Duplicate, title, about, &Markup::default(), &[])));
    }
    let mut drawn = Vec::with_capacity(pairs.items.len());
    for pair in &pairs.items {
        drawn.push(pair_card(visit, at, scan, pair).await?);
    }
    let address = |n: u64| asked.with("page", Some(&n.to_string()));
    let page = pairs.page.number();
    Ok(html! {
        p.muted { (t.duplicates_about(pairs.total, number(result.totals.duplication() * 100.0))) }
        @for one in &drawn { (one) }
        (pager(ui, (page > 1).then(|| address(page - 1)).as_deref(), &t.list_page_of(page, pairs.total.div_ceil(SIZE).max(1)), pairs.has_next().then(|| address(page + 1)).as_deref()))
    })
}

async fn pair_card(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    pair: &ClonePair,
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let length = pair.first.end_line.saturating_sub(pair.first.start_line) + 1;
    let (left, right) =
        (side(visit, at, scan, &pair.first).await?, side(visit, at, scan, &pair.second).await?);
    Ok(html! {
        section.card {
            header.quiet {
                (icon(Icon::Duplicate)) strong { (t.duplicate_lines(length)) }
                (badge(&t.duplicate_alike(pair.similarity), None))
            }
            div.beside { (left) (right) }
        }
    })
}

async fn side(
    visit: &Visit,
    at: &At<Read>,
    scan: &Scan,
    side: &CloneSide,
) -> Result<Markup, Fault> {
    let t = visit.ui.t;
    let last = side.end_line.min(side.start_line.saturating_add(LONGEST - 1));
    let text = match lines(&visit.call, &at.plan, scan, &side.path, (side.start_line, last)).await {
        Ok(excerpt) => excerpt.lines,
        // The commit may be gone; the place is still worth knowing.
        Err(error) if error.is_not_found() => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let text: Vec<&str> = text.iter().map(|line| line.text.as_str()).collect();
    let painted = highlight(Language::of_path(&side.path), &text.join("\n"));
    let href = at.code_of(scan, &side.path, side.start_line);
    let address = href.as_deref().and_then(|href| href.split('#').next());
    let source = Source {
        lines: &painted,
        first: side.start_line,
        address,
        marked: None,
        notes: &[],
        label: &side.path,
    };
    Ok(html! {
        div {
            p.place {
                @match &href {
                    Some(href) => { a href=(href) { (side.path) ":" (side.start_line) "–" (side.end_line) } }
                    None => { (side.path) ":" (side.start_line) "–" (side.end_line) }
                }
            }
            (code(&source))
            @if last < side.end_line { p.muted.small.more { (t.duplicate_more(side.end_line - last)) } }
        }
    })
}

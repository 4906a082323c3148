//! What was found.

use ::search::{DefinitionKind, FileHit, Results, ShownLine};
use maud::{Markup, html};

use super::wish::Wish;
use crate::{
    components::{Icon, Source, Tone, badge, banner, code, empty, icon, pager, sheet},
    i18n::{Text, group},
    request::{Asked, link},
    ui::Ui,
};

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// One page of results. `in_depot`: all of them are of one depot.
pub(super) fn draw(
    ui: &Ui,
    asked: &Asked,
    wish: &Wish,
    results: &Results,
    in_depot: bool,
) -> Markup {
    let t = ui.t;
    html! {
        div.seen role="status" {
            strong { (t.codesearch_files(number(results.files))) }
            span.muted { (t.codesearch_lines(number(results.lines))) }
            span.muted { (t.codesearch_took(results.took.as_millis())) }
            @if !in_depot { span.muted { (t.codesearch_depots(number(results.searched))) } }
        }
        @if results.incomplete { (banner(Tone::Warn, t.codesearch_incomplete(), &html! { p { (t.codesearch_incomplete_about()) } })) }
        @if results.pending > 0 { (banner(Tone::Info, &t.codesearch_pending(number(results.pending)), &html! { p { (t.codesearch_pending_about()) } })) }
        @if results.files == 0 {
            (sheet(&empty(ui, Icon::Search, t.search_none(), t.codesearch_none_about(), &Markup::default(), &[])))
            (chosen(ui, asked, wish))
        } @else {
            div.sought {
                aside.narrow aria-label=(t.action_filter()) { (chosen(ui, asked, wish)) (facets(ui, asked, wish, results, in_depot)) }
                div.stack.s16 {
                    @for hit in &results.hits { (file(ui, hit, in_depot)) }
                    (pages(ui, asked, results))
                    @if results.reachable < results.files && !results.has_next() { p.muted.small { (t.codesearch_beyond(number(results.reachable))) } }
                }
            }
        }
        @if results.too_large > 0 { p.muted.small { (t.codesearch_too_large(number(results.too_large))) } }
    }
}

fn pages(ui: &Ui, asked: &Asked, results: &Results) -> Markup {
    let here = results.page.number();
    let to = |page: u64| asked.with("page", Some(&page.to_string()));
    let previous = (here > 1).then(|| to(here - 1));
    let next = results.has_next().then(|| to(here + 1));
    let last = results.reachable.div_ceil(results.page.size()).max(1);
    let words = format!("{here} / {last}");
    pager(ui, previous.as_deref(), &words, next.as_deref())
}

/// The filters that are on, each with the address without it.
fn chosen(ui: &Ui, asked: &Asked, wish: &Wish) -> Markup {
    let mut all = Vec::new();
    if let Some(language) = wish.language {
        all.push((language.name().to_owned(), asked.with("lang", None)));
    }
    if !wish.below.is_empty() {
        all.push((format!("{}/", wish.below), asked.with("in", None)));
    }
    if !wish.paths.is_empty() {
        all.push((wish.paths.clone(), asked.with("path", None)));
    }
    if !wish.project.is_empty() {
        all.push((wish.project.clone(), asked.with("project", None)));
    }
    html! {
        @if !all.is_empty() {
            div.chips {
                @for (words, href) in all {
                    a.chip.on href=(href) title=(ui.t.codesearch_without()) { span.cut { (words) } (icon(Icon::Cross)) }
                }
            }
        }
    }
}

fn facets(ui: &Ui, asked: &Asked, wish: &Wish, results: &Results, in_depot: bool) -> Markup {
    let t = ui.t;
    let languages: Vec<_> = results
        .languages
        .iter()
        .take(12)
        .map(|(it, count)| (it.name().to_owned(), asked.with("lang", Some(it.id())), *count))
        .collect();
    let directories: Vec<_> = results
        .directories
        .iter()
        .take(12)
        .map(|(it, count)| (format!("{it}/"), asked.with("in", Some(it)), *count))
        .collect();
    let depots: Vec<_> = results
        .depots
        .iter()
        .map(|(depot, count)| {
            let address = link(&["p", &depot.project_name, "d", &depot.name, "search"], "");
            (format!("{}/{}", depot.project_name, depot.name), wish.at(&address), *count)
        })
        .collect();
    let group_of = |title: &str, all: Vec<(String, String, u64)>| {
        html! {
            @if all.len() > 1 {
                section {
                    h2 { (title) }
                    ul { @for (words, href, count) in all { li { a href=(href) title=(words) { span.cut { (words) } span.n { (group(number(count))) } } } } }
                }
            }
        }
    };
    html! {
        @if !in_depot { (group_of(t.codesearch_facet_depots(), depots)) }
        (group_of(t.codesearch_facet_languages(), languages))
        @if in_depot { (group_of(t.codesearch_facet_directories(), directories)) }
    }
}

fn file(ui: &Ui, hit: &FileHit, in_depot: bool) -> Markup {
    let t = ui.t;
    let depot = &hit.depot;
    let address =
        link(&["p", &depot.project_name, "d", &depot.name, "blob", &hit.branch], &hit.path);
    let lines = || hit.shown.blocks.iter().flatten();
    let first = lines().find(|line| line.is_chosen);
    let open = first.map_or_else(|| address.clone(), |line| format!("{address}#L{}", line.number));
    let defines = lines().find_map(|line| line.defines);
    let shown = lines().filter(|line| line.is_chosen).count() as u64;
    let rest = u64::from(hit.lines).saturating_sub(shown);
    html! {
        article.card.hit {
            header.quiet {
                (icon(Icon::File))
                a.plain.path href=(open) data-row {
                    @if !in_depot { span.muted { (depot.project_name) "/" (depot.name) } " " }
                    span.mono { (hit.path) }
                }
                @if let Some(kind) = defines { (badge(kind_word(t, kind), Some(Tone::Info))) }
                @if let Some(language) = hit.language { span.small.muted.wide-only { (language.name()) } }
                span.grow {}
                span.small.muted { @if hit.lines == 0 { (t.codesearch_by_path()) } @else { (t.codesearch_matches(i64::from(hit.lines))) } }
            }
            @for block in &hit.shown.blocks {
                @let text: Vec<String> = block.iter().map(marked).collect();
                (code(&Source { lines: &text, first: block.first().map_or(1, |line| line.number), address: Some(&address), marked: None, notes: &[], label: &hit.path }))
            }
            @if rest > 0 { p.more.small { a href=(address) { (t.codesearch_more(number(rest))) } } }
        }
    }
}

/// A line with what matches marked, as HTML.
fn marked(line: &ShownLine) -> String {
    let mut at = 0;
    let mut parts = Vec::new();
    for range in &line.matches {
        parts.push((line.text.get(at..range.start).unwrap_or_default(), false));
        parts.push((line.text.get(range.clone()).unwrap_or_default(), true));
        at = range.end;
    }
    parts.push((line.text.get(at..).unwrap_or_default(), false));
    html! {
        @if line.cut_before { span.muted { "…" } }
        @for (text, matches) in parts { @if matches { mark { (text) } } @else { (text) } }
        @if line.cut_after { span.muted { "…" } }
    }
    .into_string()
}

fn kind_word(t: Text, kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Function => t.codesearch_kind_function(),
        DefinitionKind::Method => t.codesearch_kind_method(),
        DefinitionKind::Class => t.codesearch_kind_class(),
        DefinitionKind::Struct => t.codesearch_kind_struct(),
        DefinitionKind::Interface => t.codesearch_kind_interface(),
        DefinitionKind::Trait => t.codesearch_kind_trait(),
        DefinitionKind::Enum => t.codesearch_kind_enum(),
        DefinitionKind::Type => t.codesearch_kind_type(),
        DefinitionKind::Module => t.codesearch_kind_module(),
        DefinitionKind::Macro => t.codesearch_kind_macro(),
        DefinitionKind::Constant => t.codesearch_kind_constant(),
        DefinitionKind::Variable => t.codesearch_kind_variable(),
    }
}

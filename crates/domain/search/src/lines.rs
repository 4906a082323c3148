//! Searching one branch line by line.

use base::{Granted, PageRequest, Paged, Read, Result};
use call::Call;
use codesearch::{ShownLine, Wish};
use depots::Depot;

use crate::ask::{Asked, Ranking, Scope, prepare, run};
use crate::source::within;

/// A line that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLine {
    /// The branch that was searched.
    pub branch: String,
    /// The commit that was searched.
    pub commit: String,
    /// The file.
    pub path: String,
    /// How many lines the file has.
    pub file_lines: u32,
    /// The line and those around it, in order.
    pub around: Vec<ShownLine>,
    /// Which of them it is.
    pub at: usize,
}

const TIME: std::time::Duration = std::time::Duration::from_secs(8);

/// Finds lines on a branch (the default one where none is named), those of the
/// best files first, each with up to `context` lines before and after it. Lines
/// beyond those of the 1,000 best files cannot be reached, and are not counted.
///
/// # Errors
/// As [`crate::search`].
pub async fn lines(
    call: &Call,
    asked: &Asked,
    depot: &Granted<Depot, Read>,
    branch: Option<&str>,
    context: u32,
    page: PageRequest,
) -> Result<Paged<FoundLine>> {
    let (targets, search) = prepare(call, asked, Scope::Depot(depot, branch)).await?;
    run(call, targets, search, move |ranking, search| {
        let total = ranking.hits.iter().map(|ranked| u64::from(ranked.hit.lines)).sum();
        Ok(Paged { items: on_page(ranking, search, context, page)?, total, page })
    })
    .await
}

fn on_page(
    ranking: &Ranking,
    search: &codesearch::Search,
    context: u32,
    page: PageRequest,
) -> Result<Vec<FoundLine>> {
    let size = usize::try_from(page.size()).unwrap_or(usize::MAX);
    let mut skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for ranked in &ranking.hits {
        let matching = ranked.hit.lines as usize;
        if skip >= matching {
            skip -= matching;
            continue;
        }
        let wish = Wish {
            skip,
            lines: size - found.len(),
            context,
            symbols_first: false,
            width: 1_000,
            deadline: within(TIME),
        };
        let file = ranking.show(ranked, search, wish)?;
        let chosen = matching.saturating_sub(skip).min(size - found.len());
        skip = 0;
        let lines = file.shown.blocks.iter().flat_map(|block| {
            block.iter().filter(|line| line.is_chosen).map(move |line| (block, line.number))
        });
        for (block, number) in lines.take(chosen) {
            let near = block.iter().filter(|it| it.number.abs_diff(number) <= context);
            let around: Vec<ShownLine> = near.cloned().collect();
            let at = around.iter().position(|it| it.number == number).unwrap_or_default();
            found.push(FoundLine {
                branch: file.branch.clone(),
                commit: file.commit.clone(),
                path: file.path.clone(),
                file_lines: file.shown.total,
                around,
                at,
            });
        }
        if found.len() >= size {
            break;
        }
    }
    Ok(found)
}

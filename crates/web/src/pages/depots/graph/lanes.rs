use git::Oid;

/// Lines beside each other; further ones share the last place.
const WIDEST: usize = 14;

/// Where the bead of a commit stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) lane: usize,
}

/// A line from the middle of one row to that of the next.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// The upper row; `None` for a line from the top of the picture to its first row.
    pub(super) row: Option<usize>,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Which line it belongs to, for its colour.
    pub(super) ink: usize,
}

/// A history as lines.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    pub(super) steps: Vec<Step>,
    pub(super) edges: Vec<Edge>,
    /// How many lines stand beside each other at most.
    pub(super) width: usize,
}

impl Lanes {
    /// Lays out commits, children before parents. `continued`: there are
    /// commits above; `more`: there are some below.
    pub(super) fn of<'a>(
        commits: impl Iterator<Item = (Oid, &'a [Oid])>,
        continued: bool,
        more: bool,
    ) -> Self {
        let commits: Vec<(Oid, &[Oid])> = commits.collect();
        let mut all = Self::default();
        // Which commit each line waits for.
        let mut waiting: Vec<Option<Oid>> = Vec::new();
        let mut leaving = Leaving::default();
        for (row, (id, parents)) in commits.iter().enumerate() {
            let mine = waiting.iter().position(|wanted| *wanted == Some(*id));
            let new = mine.is_none();
            let lane = mine.unwrap_or_else(|| free(&mut waiting, *id));
            if let Some(above) = row.checked_sub(1) {
                all.down(above, &waiting, Some((*id, lane, new)), &leaving);
            } else if continued {
                all.edges.push(Edge { row: None, from: lane, to: lane, ink: lane });
            }
            leaving = Leaving::default();
            for wanted in waiting.iter_mut().filter(|wanted| **wanted == Some(*id)) {
                *wanted = None;
            }
            for (place, parent) in parents.iter().enumerate() {
                // What a wrong clock has put above is not waited for.
                if commits[..row].iter().any(|(above, _)| above == parent) {
                    continue;
                }
                if place == 0 {
                    waiting[lane] = Some(*parent);
                } else if let Some(other) =
                    waiting.iter().position(|wanted| *wanted == Some(*parent))
                {
                    leaving.joins.push((lane, other));
                } else {
                    let other = free(&mut waiting, *parent);
                    leaving.born.push((lane, other));
                }
            }
            all.steps.push(Step { lane: lane.min(WIDEST - 1) });
            all.width = all.width.max(waiting.len()).min(WIDEST);
        }
        if more && let Some(last) = commits.len().checked_sub(1) {
            all.down(last, &waiting, None, &leaving);
        }
        for edge in &mut all.edges {
            edge.from = edge.from.min(WIDEST - 1);
            edge.to = edge.to.min(WIDEST - 1);
        }
        all
    }

    /// The lines from a row to the next. `next`: the commit there, its line,
    /// and whether the line begins with it.
    fn down(
        &mut self,
        row: usize,
        waiting: &[Option<Oid>],
        next: Option<(Oid, usize, bool)>,
        leaving: &Leaving,
    ) {
        let end = |line: usize| match next {
            Some((id, lane, _)) if waiting[line] == Some(id) => lane,
            _ => line,
        };
        for line in (0..waiting.len()).filter(|line| waiting[*line].is_some()) {
            if next.is_some_and(|(_, lane, new)| new && line == lane) {
                continue;
            }
            let born = leaving.born.iter().find(|(_, to)| *to == line);
            let from = born.map_or(line, |(from, _)| *from);
            self.edges.push(Edge { row: Some(row), from, to: end(line), ink: line });
        }
        for (from, line) in &leaving.joins {
            self.edges.push(Edge { row: Some(row), from: *from, to: end(*line), ink: *line });
        }
    }
}

/// Lines that leave a merge beside its own: from its line, to theirs.
#[derive(Default)]
struct Leaving {
    /// To lines that were there already.
    joins: Vec<(usize, usize)>,
    /// To lines that begin with it.
    born: Vec<(usize, usize)>,
}

/// A line that waits for a commit, where none is used or at the end.
fn free(waiting: &mut Vec<Option<Oid>>, commit: Oid) -> usize {
    let place = waiting.iter().position(Option::is_none).unwrap_or(waiting.len());
    match waiting.get_mut(place) {
        Some(line) => *line = Some(commit),
        None => waiting.push(Some(commit)),
    }
    place
}

#[cfg(test)]
mod tests {
    use super::{Edge, Lanes};
    use git::Oid;

    fn id(n: u8) -> Oid {
        Oid::from_bytes([n; 20])
    }

    fn lay(commits: &[(u8, &[u8])]) -> (Vec<usize>, Vec<(usize, usize, usize)>) {
        let parents: Vec<Vec<Oid>> =
            commits.iter().map(|(_, parents)| parents.iter().map(|n| id(*n)).collect()).collect();
        let all =
            commits.iter().zip(&parents).map(|((n, _), parents)| (id(*n), parents.as_slice()));
        let lanes = Lanes::of(all, false, false);
        let edge = |edge: &Edge| (edge.row.unwrap(), edge.from, edge.to);
        (lanes.steps.iter().map(|step| step.lane).collect(), lanes.edges.iter().map(edge).collect())
    }

    #[test]
    fn a_branch_leaves_and_comes_back() {
        // 4 merges 3 into 2; both come from 1.
        let (lanes, edges) = lay(&[(4, &[2, 3]), (3, &[1]), (2, &[1]), (1, &[])]);
        assert_eq!(lanes, [0, 1, 0, 0]);
        assert_eq!(edges, [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 1, 1), (2, 0, 0), (2, 1, 0)]);
    }

    #[test]
    fn tips_that_nothing_waits_for_begin_lines() {
        let (lanes, edges) = lay(&[(3, &[1]), (2, &[1]), (1, &[])]);
        assert_eq!(lanes, [0, 1, 0]);
        assert_eq!(edges, [(0, 0, 0), (1, 0, 0), (1, 1, 0)]);
    }

    #[test]
    fn parents_above_are_not_waited_for() {
        let (lanes, edges) = lay(&[(1, &[]), (2, &[1])]);
        assert_eq!((lanes, edges), (vec![0, 0], vec![]));
    }

    #[test]
    fn many_lines_share_the_last_place() {
        let parents: Vec<u8> = (1..60).collect();
        let (lanes, edges) = lay(&[(99, &parents), (59, &[])]);
        assert!(lanes[1] < 14 && edges.iter().all(|edge| edge.2 < 14));
    }
}

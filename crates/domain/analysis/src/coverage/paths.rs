//! Which file of a commit a report means.
//!
//! Tools write absolute paths of the machine that ran the tests, paths below
//! some source directory, or names of packages. What they have in common with
//! the file is their end.

use std::collections::{BTreeMap, HashMap};

use super::CoverageOf;

/// What a report says of the files of a commit, and how many of its files are
/// none, or could be several.
pub(super) fn settle(
    reported: BTreeMap<String, CoverageOf>,
    known: &[String],
) -> (BTreeMap<String, CoverageOf>, usize) {
    let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
    for path in known {
        by_name.entry(name(path)).or_default().push(path);
    }
    let mut files: BTreeMap<String, CoverageOf> = BTreeMap::new();
    let mut lost = 0;
    for (path, file) in reported {
        match find(&path, &by_name) {
            Some(found) => files.entry(found.to_owned()).or_default().merge(&file),
            None => lost += 1,
        }
    }
    (files, lost)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn find<'a>(reported: &str, known: &HashMap<&str, Vec<&'a str>>) -> Option<&'a str> {
    let path = reported.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let candidates = known.get(name(path))?;
    if let Some(same) = candidates.iter().find(|candidate| **candidate == path) {
        return Some(same);
    }
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for &candidate in candidates {
        let common = path
            .rsplit('/')
            .zip(candidate.rsplit('/'))
            .take_while(|(one, other)| one == other)
            .count();
        let whole = common == path.split('/').filter(|part| !part.is_empty()).count()
            || common == candidate.split('/').count();
        if !whole && common < 2 {
            continue;
        }
        match best {
            Some((most, _)) if common < most => {}
            Some((most, _)) if common == most => tied = true,
            _ => (best, tied) = (Some((common, candidate)), false),
        }
    }
    best.filter(|_| !tied).map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_end() {
        let paths =
            ["src/main/java/a/B.java", "other/b/B.java", "pkg/f.go", "svc/pkg/g.go", "x.py"];
        let mut by_name: HashMap<&str, Vec<&str>> = HashMap::new();
        for path in paths {
            by_name.entry(name(path)).or_default().push(path);
        }
        let find = |path: &str| super::find(path, &by_name);
        assert_eq!(find("a/B.java"), Some(paths[0]));
        assert_eq!(find("B.java"), None, "could be either");
        assert_eq!(find("github.com/x/y/pkg/f.go"), Some("pkg/f.go"));
        assert_eq!(find("example.com/m/pkg/g.go"), Some("svc/pkg/g.go"));
        assert_eq!(find("/home/ci/build/x.py"), Some("x.py"));
        assert_eq!(find(r".\pkg\f.go"), Some("pkg/f.go"));
        assert_eq!(find("nothing.py"), None);
    }
}

//! Data flow over two files: what one file asks of functions and configurations of
//! others, put together from what their reports say. Nothing is guessed: a name
//! that may mean several things means none.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::{Alone, ProjectFile};
use crate::language::Language;
use crate::report::links::YIELDS;
use crate::report::{
    BlobReport, FlowCallee, FlowFunction, FlowStep, Links, RawFinding, StepKind, name_hash,
};

/// Findings that are added to one project.
const MOST_ADDED: usize = 5_000;
/// Functions of one name that are looked at.
const MOST_NAMESAKES: usize = 400;
/// Steps of a flow over two files.
const LONGEST: usize = 32;

/// How the findings of a file change by what others say.
#[derive(Debug, Default)]
struct Patch {
    /// Places in the report's findings.
    wrong: Vec<usize>,
    found: Vec<RawFinding>,
}

/// Reports of files as the others change them, by the place of the file; those
/// that are not in it stay as they are. `files` are in order of their paths, and
/// `alone` runs in parallel to them.
pub(super) fn link(files: &[&ProjectFile], alone: &[Cow<'_, Alone>]) -> HashMap<usize, BlobReport> {
    let linked: Vec<(usize, &Links)> = alone
        .iter()
        .enumerate()
        .filter_map(|(at, alone)| Some((at, alone.links.as_deref()?)))
        .collect();
    // Rules of a team know of each other, and of nothing else.
    let own: Vec<(usize, &Links)> =
        linked.iter().filter_map(|(at, links)| Some((*at, links.own.as_deref()?))).collect();
    let mut patches: HashMap<usize, Patch> = HashMap::new();
    for linked in [&linked, &own] {
        let names = wanted(linked);
        if names.is_empty() {
            continue;
        }
        let index = Index::new(files, alone, linked, &names);
        for (at, links) in linked {
            index.calls(*at, links, &mut patches);
            index.flows(*at, links, &mut patches);
        }
    }
    let asking: Vec<(usize, &Links)> = linked.iter().chain(&own).copied().collect();
    settings(&asking, files, &mut patches);
    let patched = |(at, patch): (usize, Patch)| (at, patch.apply(files[at].report.report()));
    patches.into_iter().map(patched).collect()
}

/// The names that some file asks for.
fn wanted<'a>(linked: &[(usize, &'a Links)]) -> HashSet<&'a str> {
    linked
        .iter()
        .flat_map(|(_, links)| {
            let calls = links.calls.iter().map(|call| call.callee.name.as_str());
            let flows = links.flows.iter().flat_map(|flow| flow.needs.iter());
            calls.chain(flows.map(|(callee, _)| callee.name.as_str()))
        })
        .collect()
}

/// The functions of a project that have one of the wanted names.
struct Index<'a> {
    files: &'a [&'a ProjectFile],
    functions: HashMap<&'a str, Vec<(usize, &'a Links, &'a FlowFunction)>>,
    /// Files that declare a function of a name, whatever is known of it.
    declared: HashMap<&'a str, Vec<(usize, String)>>,
}

impl<'a> Index<'a> {
    fn new(
        files: &'a [&'a ProjectFile],
        alone: &[Cow<'_, Alone>],
        linked: &[(usize, &'a Links)],
        names: &HashSet<&'a str>,
    ) -> Self {
        let mut functions: HashMap<&str, Vec<_>> = HashMap::new();
        for (at, links) in linked {
            for function in links.functions.iter().filter(|f| names.contains(f.name.as_str())) {
                functions.entry(&function.name).or_default().push((*at, *links, function));
            }
        }
        let known: HashMap<u64, &str> =
            functions.keys().map(|name| (name_hash(name.as_bytes()), *name)).collect();
        let mut declared: HashMap<&str, Vec<(usize, String)>> = HashMap::new();
        for (at, (file, alone)) in files.iter().zip(alone).enumerate() {
            if !alone.names.iter().any(|name| known.contains_key(name)) {
                continue;
            }
            for function in file.report.functions() {
                if let Some((name, _)) = functions.get_key_value(function.name.as_str()) {
                    declared.entry(name).or_default().push((at, function.qualified_name));
                }
            }
        }
        Self { files, functions, declared }
    }

    /// Data that goes into functions which do harm with it.
    fn calls(&self, at: usize, links: &Links, patches: &mut HashMap<usize, Patch>) {
        for call in &links.calls {
            let Some((target, _, function)) = self.resolve(at, links, &call.callee) else {
                continue;
            };
            for sink in &function.sinks {
                if sink.parameter != call.place || !rule_in(links, call.rules, &sink.finding.rule) {
                    continue;
                }
                let path = self.files[at].path.as_str();
                let mut flow = elsewhere(&call.steps, path);
                flow.push(FlowStep {
                    kind: StepKind::Through,
                    name: call.callee.name.clone(),
                    path: path.to_owned(),
                    span: call.steps.last().map(|s| s.span).unwrap_or_default(),
                });
                flow.extend(sink.finding.flow.iter().cloned());
                flow.truncate(LONGEST);
                add(patches, target, RawFinding { flow, ..sink.finding.clone() });
            }
        }
    }

    /// Findings that hang on what functions yield or hand on.
    fn flows(&self, at: usize, links: &Links, patches: &mut HashMap<usize, Patch>) {
        let mut findings: Option<Vec<RawFinding>> = None;
        for open in &links.flows {
            let Some(rule) = links.rules.get(usize::from(open.rule)) else { continue };
            let mut known_wrong = false;
            let mut all_hold = true;
            let mut before = Vec::new();
            for (callee, place) in &open.needs {
                match self.resolve(at, links, callee) {
                    None => all_hold &= *place != YIELDS,
                    Some((target, theirs, function)) if *place == YIELDS => {
                        match &function.yields {
                            Some((rules, steps)) if rule_in(theirs, *rules, rule) => {
                                before = elsewhere(steps, &self.files[target].path);
                            }
                            _ => all_hold = false,
                        }
                    }
                    Some((_, theirs, function)) => {
                        let passes = function.passes.iter().any(|(p, lost)| {
                            p == place && (*lost == 0 || !rule_in(theirs, *lost, rule))
                        });
                        known_wrong |= !passes;
                    }
                }
            }
            match &open.finding {
                Some(finding) if all_hold && !known_wrong => {
                    let mut flow = before;
                    flow.extend(finding.flow.iter().cloned());
                    flow.truncate(LONGEST);
                    add(patches, at, RawFinding { flow, ..finding.clone() });
                }
                None if known_wrong => {
                    let report = || self.files[at].report.report();
                    let findings = findings.get_or_insert_with(|| report().findings);
                    let stands = findings.iter().position(|f| f.rule == *rule && f.span == open.at);
                    if let Some(place) = stands {
                        patches.entry(at).or_default().wrong.push(place);
                    }
                }
                _ => {}
            }
        }
    }

    /// The function that a call means, if that is certain.
    fn resolve(
        &self,
        from: usize,
        links: &Links,
        callee: &FlowCallee,
    ) -> Option<(usize, &'a Links, &'a FlowFunction)> {
        let named = self.functions.get(callee.name.as_str())?;
        if named.len() > MOST_NAMESAKES {
            return None;
        }
        let caller = self.files[from];
        let spoken = caller.report.language();
        let family = family_of(spoken);
        let fits = |(at, _, f): &&(usize, &Links, &FlowFunction)| {
            *at != from
                && family_of(self.files[*at].report.language()) == family
                && (f.arity == callee.arity
                    || (spoken != Language::Java && callee.arity <= f.arity))
        };
        let (before, last) = split(&callee.owner);
        let mut found: Vec<_> = if last.starts_with(char::is_uppercase) {
            let of_class: Vec<_> =
                named.iter().filter(fits).filter(|(_, _, f)| f.owner == last).copied().collect();
            if of_class.is_empty() {
                // What implements it, where nothing else does.
                let kinds = |f: &FlowFunction| f.supers.iter().any(|s| s == last);
                named.iter().filter(fits).filter(|(_, _, f)| kinds(f)).copied().collect()
            } else {
                of_class
            }
        } else {
            let module = |at: usize| is_module(caller, &callee.owner, self.files[at]);
            let plain = named.iter().filter(fits).filter(|(_, _, f)| f.owner.is_empty());
            plain.filter(|(at, _, _)| module(*at)).copied().collect()
        };
        if found.len() > 1 {
            let package = if before.is_empty() { links.package.as_str() } else { before };
            found.retain(|(_, theirs, _)| same_package(&theirs.package, package));
        }
        let [one] = found[..] else { return None };
        let (at, theirs, function) = one;
        // Others of the name of which nothing is known: the package must tell.
        let ending = format!("{}.{}", function.owner, function.name);
        let others = self.declared.get(callee.name.as_str()).map_or(&[][..], Vec::as_slice);
        let ambiguous = others.iter().any(|(place, name)| {
            *place != at
                && *place != from
                && !function.owner.is_empty()
                && name.ends_with(&ending)
                && family_of(self.files[*place].report.language()) == family
        });
        let told = !theirs.package.is_empty()
            && (same_package(&theirs.package, before)
                || (before.is_empty() && theirs.package == links.package));
        (!ambiguous || told).then_some((at, theirs, function))
    }
}

/// Languages whose files use each other's functions.
fn family_of(language: Language) -> Language {
    match language {
        Language::TypeScript | Language::Tsx => Language::JavaScript,
        other => other,
    }
}

/// Whether two texts name one package, whatever stands between its parts.
fn same_package(one: &str, other: &str) -> bool {
    one == other || (one.contains('\\') && one.replace('\\', ".") == other)
}

/// A path of names, and its last one.
fn split(owner: &str) -> (&str, &str) {
    owner.rsplit_once(['.', '/', '\\', ':']).unwrap_or(("", owner))
}

/// Whether a file is the module that an import in another file names.
fn is_module(caller: &ProjectFile, owner: &str, file: &ProjectFile) -> bool {
    let stem = |path: &str| path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned();
    let ends = |path: &str, with: &str| {
        path.strip_suffix(with).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    let directory = |path: &str| path.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned();
    match family_of(caller.report.language()) {
        Language::Python => {
            let plain = owner.trim_start_matches('.');
            let dots = owner.len() - plain.len();
            let mut path = plain.replace('.', "/");
            let target = stem(&file.path);
            let target = target.strip_suffix("/__init__").unwrap_or(&target);
            if dots == 0 {
                return ends(target, &path);
            }
            let mut base = directory(&caller.path);
            for _ in 1..dots {
                base = directory(&base);
            }
            if !base.is_empty() {
                path = format!("{base}/{path}");
            }
            target == path.trim_end_matches('/')
        }
        Language::JavaScript => {
            if !owner.starts_with('.') {
                return false;
            }
            let mut parts: Vec<&str> = caller.path.split('/').collect();
            parts.pop();
            for part in owner.split('/') {
                match part {
                    "." | "" => {}
                    ".." => {
                        if parts.pop().is_none() {
                            return false;
                        }
                    }
                    part => parts.push(part),
                }
            }
            let wanted = parts.join("/");
            let target = stem(&file.path);
            wanted == file.path
                || wanted == target
                || target.strip_suffix("/index").is_some_and(|target| target == wanted)
        }
        Language::Go => {
            let dir = directory(&file.path);
            !dir.is_empty() && ends(owner, &dir)
        }
        _ => false,
    }
}

/// Whether a set of a file's rules has one.
fn rule_in(links: &Links, set: u64, rule: &str) -> bool {
    let name = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    set == u64::MAX
        || links.rules.iter().enumerate().any(|(place, id)| {
            set & (1 << place.min(63)) != 0 && (id == rule || name(id) == name(rule))
        })
}

/// Steps that lie in another file.
fn elsewhere(steps: &[FlowStep], path: &str) -> Vec<FlowStep> {
    steps.iter().map(|step| FlowStep { path: path.to_owned(), ..step.clone() }).collect()
}

fn add(patches: &mut HashMap<usize, Patch>, at: usize, finding: RawFinding) {
    let so_far: usize = patches.values().map(|p| p.found.len()).sum();
    let found = &mut patches.entry(at).or_default().found;
    // The first caller by path tells of it.
    if so_far < MOST_ADDED
        && !found.iter().any(|f| f.rule == finding.rule && f.span == finding.span)
    {
        found.push(finding);
    }
}

impl Patch {
    fn apply(self, report: BlobReport) -> BlobReport {
        let kept = report.findings.into_iter().enumerate();
        let kept = kept.filter(|(place, _)| !self.wrong.contains(place));
        let mut findings: Vec<RawFinding> = kept.map(|(_, finding)| finding).collect();
        for finding in self.found {
            if !findings.iter().any(|f| f.rule == finding.rule && f.span == finding.span) {
                findings.push(finding);
            }
        }
        BlobReport { findings, ..report }
    }
}

/// Findings that hang on configurations: a key that means one value in the whole
/// project, or the default of one that no file has.
fn settings(
    linked: &[(usize, &Links)],
    files: &[&ProjectFile],
    patches: &mut HashMap<usize, Patch>,
) {
    let asked: HashSet<&str> =
        linked.iter().flat_map(|(_, l)| l.asked.iter().map(|a| a.key.as_str())).collect();
    if asked.is_empty() {
        return;
    }
    // The value, and where it stands; `None` where files disagree.
    let mut values: HashMap<&str, Option<(&str, usize)>> = HashMap::new();
    for (at, links) in linked {
        for (key, value) in &links.settings {
            if !asked.contains(key.as_str()) {
                continue;
            }
            values
                .entry(key)
                .and_modify(|known| {
                    if known.is_some_and(|(other, _)| other != value) {
                        *known = None;
                    }
                })
                .or_insert(Some((value, *at)));
        }
    }
    for (at, links) in linked {
        for asked in &links.asked {
            let (value, place) = match values.get(asked.key.as_str()) {
                Some(None) => continue,
                Some(Some((value, place))) => (*value, Some(*place)),
                None => match &asked.default {
                    Some(default) => (default.as_str(), None),
                    None => continue,
                },
            };
            let test = regex::RegexBuilder::new(&asked.test).size_limit(1 << 18).build();
            if test.is_ok_and(|test| test.is_match(value) == asked.wanted) {
                let mut flow = asked.finding.flow.clone();
                if let Some(place) = place {
                    flow.push(FlowStep {
                        kind: StepKind::Source,
                        name: format!("{}={value}", asked.key),
                        path: files[place].path.clone(),
                        span: crate::report::Span::default(),
                    });
                }
                flow.extend(sink_of(&asked.finding));
                add(patches, *at, RawFinding { flow, ..asked.finding.clone() });
            }
        }
    }
}

fn sink_of(finding: &RawFinding) -> Option<FlowStep> {
    finding.flow.is_empty().then(|| FlowStep {
        kind: StepKind::Sink,
        name: String::new(),
        path: String::new(),
        span: finding.span,
    })
}

//! Joining again and again at the price of what changed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use super::standing::{Files, Standing};
use super::{Alone, FileReport, ProjectReport, is_counted};
use crate::engine::Engine;
use crate::language::{SkipReason, Skipped};
use crate::report::BlobReport;

/// A file of a project whose report is shared.
#[derive(Debug, Clone)]
pub struct ProjectFile {
    /// Path below the project's root, with `/`.
    pub path: String,
    /// The blob's id, in whatever form the caller uses.
    pub blob: String,
    /// The blob's report.
    pub report: Arc<BlobReport>,
}

/// Joins the reports of a project, and then again those of what the project has
/// become, at the price of what changed: files whose report is the same object
/// as the last time are not looked at again. Large as the project: see
/// [`Joiner::bytes`].
#[derive(Debug, Default)]
pub struct Joiner {
    /// What the remembered answers depend on.
    rules: (String, String),
    /// Files by their numbers, which they keep while they stay as they are.
    slots: Vec<Option<Slot>>,
    free: Vec<u32>,
    /// The numbers of the last files in order of their paths.
    order: Vec<u32>,
    standing: Option<Standing>,
}

/// A file, and what can be said of it without the others.
#[derive(Debug)]
struct Slot {
    file: ProjectFile,
    reason: Option<SkipReason>,
    alone: Alone,
}

/// Where more than one of so many files has changed, it is quicker to begin anew,
const MANY: usize = 4;
/// but not where so few have.
const FEW: usize = 16;

impl Joiner {
    /// As [`Engine::join`], with the same result whatever was joined before.
    #[must_use]
    pub fn join(
        &mut self,
        engine: &Engine,
        files: &[ProjectFile],
        left_out: &[Skipped],
    ) -> ProjectReport {
        let rules = (engine.ruleset_hash().to_owned(), engine.analysis_hash().to_owned());
        if self.rules != rules {
            *self = Self { rules, ..Self::default() };
        }
        let mut files: Vec<&ProjectFile> = files.iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        if files.windows(2).any(|pair| pair[0].path == pair[1].path) {
            // Names that are no UTF-8 may look alike. Such files have no names
            // here by which to know them again.
            *self = Self::default();
            let files: Vec<FileReport<'_>> = files.into_iter().map(view).collect();
            return engine.join(&files, left_out);
        }
        self.take(engine, &files);
        self.report(engine, left_out)
    }

    /// About how many bytes it holds; the reports of the files are counted even
    /// though others may hold them too.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let of = |slot: &Slot| {
            let findings = slot.alone.findings.len() + slot.alone.suppressed.len();
            slot.file.path.len() + slot.file.report.bytes() + findings * 400 + 300
        };
        let slots: usize = self.slots.iter().flatten().map(of).sum();
        slots + self.standing.as_ref().map_or(0, Standing::bytes)
    }

    /// Makes `files`, which are in order of their paths, the present ones.
    fn take(&mut self, engine: &Engine, files: &[&ProjectFile]) {
        let change = self.compare(files);
        let most = FEW.max(files.len() / MANY);
        if self.standing.is_none() || change.came.len() + change.gone.len() > most {
            let metrics: super::MetricRules<'_> = engine.metric_rules().collect();
            let slots: Vec<Slot> =
                files.par_iter().map(|file| Slot::new(engine, file, &metrics)).collect();
            let none = BlobReport::empty(crate::Language::Json);
            let views: Vec<FileReport<'_>> = slots
                .iter()
                .map(|slot| {
                    let view = view(&slot.file);
                    if is_counted(slot.reason) {
                        view
                    } else {
                        FileReport { report: &none, ..view }
                    }
                })
                .collect();
            self.standing = Some(Standing::new(&views, engine.ruleset().clones));
            self.order = (0..slots.len() as u32).collect();
            self.slots = slots.into_iter().map(Some).collect();
            self.free.clear();
            return;
        }
        if change.came.is_empty() && change.gone.is_empty() {
            return;
        }
        let metrics: super::MetricRules<'_> = engine.metric_rules().collect();
        let mut order = Vec::with_capacity(files.len());
        // Everything that was there or is, in order of the paths.
        let mut all: Vec<u32> = Vec::with_capacity(files.len() + change.gone.len());
        let mut came: Vec<u32> = Vec::with_capacity(change.came.len());
        for step in &change.steps {
            match step {
                Step::Kept(slot) => {
                    order.push(*slot);
                    all.push(*slot);
                }
                Step::Gone(slot) => all.push(*slot),
                Step::Came(index) => {
                    let slot = self.put(Slot::new(engine, files[*index], &metrics));
                    came.push(slot);
                    order.push(slot);
                    all.push(slot);
                }
            }
        }
        let mut places = vec![0; self.slots.len()];
        for (place, slot) in all.iter().enumerate() {
            places[*slot as usize] = place as u32;
        }
        let present =
            Present { places, slots: &self.slots, none: BlobReport::empty(crate::Language::Json) };
        if let Some(standing) = &mut self.standing {
            standing.change(&change.gone, &came, &present);
        }
        for slot in &change.gone {
            self.slots[*slot as usize] = None;
        }
        self.free.extend(change.gone);
        self.order = order;
    }

    /// How the last files become these.
    fn compare(&self, files: &[&ProjectFile]) -> Change {
        let mut change = Change::default();
        let mut old = self.order.iter().copied().peekable();
        let mut new = files.iter().copied().enumerate().peekable();
        let known = |slot: u32| self.slots[slot as usize].as_ref().map(|slot| &slot.file);
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(slot), Some((_, file))) => {
                    known(*slot).map_or("", |known| &known.path).cmp(&file.path)
                }
            };
            let was = if order.is_le() { old.next() } else { None };
            let is = if order.is_ge() { new.next() } else { None };
            if let (Some(slot), Some((_, file))) = (was, is)
                && known(slot).is_some_and(|known| {
                    Arc::ptr_eq(&known.report, &file.report) && known.blob == file.blob
                })
            {
                change.steps.push(Step::Kept(slot));
                continue;
            }
            if let Some(slot) = was {
                change.gone.push(slot);
                change.steps.push(Step::Gone(slot));
            }
            if let Some((index, _)) = is {
                change.came.push(index);
                change.steps.push(Step::Came(index));
            }
        }
        change
    }

    fn put(&mut self, slot: Slot) -> u32 {
        match self.free.pop() {
            Some(number) => {
                self.slots[number as usize] = Some(slot);
                number
            }
            None => {
                self.slots.push(Some(slot));
                self.slots.len() as u32 - 1
            }
        }
    }

    fn report(&mut self, engine: &Engine, left_out: &[Skipped]) -> ProjectReport {
        let mut skipped = left_out.to_vec();
        let mut files: Vec<FileReport<'_>> = Vec::with_capacity(self.order.len());
        let mut own: Vec<Cow<'_, Alone>> = Vec::with_capacity(self.order.len());
        let mut numbers = vec![0; self.slots.len()];
        for number in &self.order {
            let Some(slot) = &self.slots[*number as usize] else { continue };
            if let Some(reason) = slot.reason {
                skipped.push(Skipped { path: slot.file.path.clone(), reason });
            }
            if is_counted(slot.reason) {
                numbers[*number as usize] = files.len() as u32;
                files.push(view(&slot.file));
                own.push(Cow::Borrowed(&slot.alone));
            }
        }
        let linked = engine.linked(&files);
        if !linked.is_empty() {
            let metrics: super::MetricRules<'_> = engine.metric_rules().collect();
            for (at, report) in &linked {
                let file = FileReport { report, ..files[*at] };
                own[*at] = Cow::Owned(engine.alone(&file, &metrics));
            }
        }
        let told = self.standing.as_mut().map(|standing| standing.told(&files, &numbers));
        engine.assemble(&files, own, told.unwrap_or_default(), skipped)
    }
}

impl Slot {
    fn new(engine: &Engine, file: &ProjectFile, metrics: &super::MetricRules<'_>) -> Self {
        let reason = engine.reason(&file.path, &file.report);
        let alone = match is_counted(reason) {
            true => engine.alone(&view(file), metrics),
            false => Alone::default(),
        };
        Self { file: file.clone(), reason, alone }
    }
}

fn view(file: &ProjectFile) -> FileReport<'_> {
    FileReport { path: &file.path, blob: &file.blob, report: &file.report }
}

/// How files became others.
#[derive(Default)]
struct Change {
    /// In order of the paths.
    steps: Vec<Step>,
    gone: Vec<u32>,
    came: Vec<usize>,
}

enum Step {
    Kept(u32),
    Gone(u32),
    Came(usize),
}

/// The files before and after a change.
struct Present<'a> {
    places: Vec<u32>,
    slots: &'a [Option<Slot>],
    none: BlobReport,
}

impl Files for Present<'_> {
    fn place(&self, file: u32) -> u32 {
        self.places[file as usize]
    }

    fn report(&self, file: u32) -> &BlobReport {
        match &self.slots[file as usize] {
            Some(slot) if is_counted(slot.reason) => &slot.file.report,
            _ => &self.none,
        }
    }
}

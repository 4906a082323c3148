//! Joining again and again at the price of what changed.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use super::finder::Files;
use super::standing::Standing;
use super::{Alone, FileReport, ProjectReport, is_counted};
use crate::engine::Engine;
use crate::language::{SkipReason, Skipped};
use crate::report::{BlobReport, PackedReport};

/// A file of a project whose report is shared.
#[derive(Debug, Clone)]
pub struct ProjectFile {
    /// Path below the project's root, with `/`.
    pub path: String,
    /// The blob's id, in whatever form the caller uses.
    pub blob: String,
    /// The blob's report.
    pub report: Arc<PackedReport>,
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
        let names = self.take(engine, files);
        let report = self.report(engine, left_out, false);
        if !names {
            *self = Self::default();
        }
        report
    }

    /// The same for the last time: nothing is remembered.
    #[must_use]
    pub fn finish(
        mut self,
        engine: &Engine,
        files: &[ProjectFile],
        left_out: &[Skipped],
    ) -> ProjectReport {
        self.take(engine, files);
        self.report(engine, left_out, true)
    }

    /// About how many bytes it holds; the reports of the files are counted even
    /// though others may hold them too.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let of = |slot: &Slot| {
            slot.file.path.len() + slot.file.report.bytes() + slot.alone.bytes() + 300
        };
        let slots: usize = self.slots.iter().flatten().map(of).sum();
        slots + self.standing.as_ref().map_or(0, Standing::bytes)
    }

    /// Makes `files` the present ones; whether they can be known again by their
    /// names.
    fn take(&mut self, engine: &Engine, files: &[ProjectFile]) -> bool {
        let rules = (engine.ruleset_hash().to_owned(), engine.analysis_hash().to_owned());
        let mut files: Vec<&ProjectFile> = files.iter().collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        // Names that are no UTF-8 may look alike.
        let names = files.windows(2).all(|pair| pair[0].path != pair[1].path);
        if self.rules != rules || !names {
            *self = Self { rules, ..Self::default() };
        }
        self.change(engine, &files);
        names
    }

    /// Makes `files`, which are in order of their paths, the present ones.
    fn change(&mut self, engine: &Engine, files: &[&ProjectFile]) {
        let change = self.compare(files);
        let most = FEW.max(files.len() / MANY);
        if self.standing.is_none() || change.came.len() + change.gone.len() > most {
            // What was remembered goes before the new comes.
            *self = Self { rules: std::mem::take(&mut self.rules), ..Self::default() };
            let metrics: super::MetricRules<'_> = engine.metric_rules().collect();
            self.slots =
                files.par_iter().map(|file| Some(Slot::new(engine, file, &metrics))).collect();
            self.order = (0..self.slots.len() as u32).collect();
            let present = Present { places: self.order.clone(), slots: &self.slots };
            self.standing = Some(Standing::new(&present, engine.ruleset().clones));
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
        let present = Present { places, slots: &self.slots };
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

    /// What is said of the present files; the last time, what is remembered of them
    /// is given away.
    fn report(&mut self, engine: &Engine, left_out: &[Skipped], last: bool) -> ProjectReport {
        let mut skipped = left_out.to_vec();
        let mut numbers = vec![0; self.slots.len()];
        let mut counted = Vec::with_capacity(self.order.len());
        for number in &self.order {
            let Some(slot) = &self.slots[*number as usize] else { continue };
            if let Some(reason) = slot.reason {
                skipped.push(Skipped { path: slot.file.path.clone(), reason });
            }
            if is_counted(slot.reason) {
                numbers[*number as usize] = counted.len() as u32;
                counted.push(*number);
            }
        }
        let mut given = Vec::new();
        for number in counted.iter().filter(|_| last) {
            let slot = self.slots[*number as usize].as_mut();
            given.extend(slot.map(|slot| Cow::Owned(std::mem::take(&mut slot.alone))));
        }
        let slots = || counted.iter().filter_map(|number| self.slots[*number as usize].as_ref());
        let files: Vec<&ProjectFile> = slots().map(|slot| &slot.file).collect();
        let mut own: Vec<Cow<'_, Alone>> = match last {
            true => given,
            false => slots().map(|slot| Cow::Borrowed(&slot.alone)).collect(),
        };
        let linked = engine.linked(&files, &own);
        if !linked.is_empty() {
            let metrics: super::MetricRules<'_> = engine.metric_rules().collect();
            for (at, report) in &linked {
                own[*at] = Cow::Owned(engine.alone(&files[*at].view(report), &metrics));
            }
        }
        let standing = self.standing.as_mut();
        let clones = standing.map(|standing| standing.told(&files, &numbers)).unwrap_or_default();
        engine.assemble(&files, own, clones, skipped)
    }
}

impl Slot {
    fn new(engine: &Engine, file: &ProjectFile, metrics: &super::MetricRules<'_>) -> Self {
        let reason = engine.reason(&file.path, &file.report);
        let mut alone = Alone::default();
        if is_counted(reason) {
            let mut report = file.report.report();
            alone = engine.alone(&file.view(&report), metrics);
            alone.links = report.links.take();
            alone.names = file.report.names();
        }
        Self { file: file.clone(), reason, alone }
    }
}

impl ProjectFile {
    /// The file with its report unpacked.
    fn view<'a>(&'a self, report: &'a BlobReport) -> FileReport<'a> {
        FileReport { path: &self.path, blob: &self.blob, report }
    }
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

/// Files by their numbers; after a change, those before it, too.
struct Present<'a> {
    places: Vec<u32>,
    slots: &'a [Option<Slot>],
}

impl Files for Present<'_> {
    fn end(&self) -> u32 {
        self.slots.len() as u32
    }

    fn place(&self, file: u32) -> u32 {
        self.places[file as usize]
    }

    fn report(&self, file: u32) -> Option<&PackedReport> {
        let slot = self.slots[file as usize].as_ref()?;
        is_counted(slot.reason).then_some(&*slot.file.report)
    }
}

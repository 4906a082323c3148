//! Three trees become one, by gitoxide.

use std::collections::BTreeSet;

use gix::{
    ObjectId,
    bstr::{BString, ByteSlice as _},
    merge::{
        blob::{
            Pipeline, Platform,
            builtin_driver::text::Labels,
            pipeline::{Mode as MergeMode, Options as PipelineOptions, WorktreeRoots},
            platform::Options as PlatformOptions,
        },
        plumbing::tree as merge_trees,
        tree::TreatAsUnresolved,
    },
    objs::{FindExt as _, TreeRefIter, Write as _},
};

use super::Draft;
use crate::{Error, Oid, Result, commit::lossy, error::from_gix, tree::find_bytes};

/// Larger files are not merged line by line; the same as `core.bigFileThreshold`.
const BIG_FILE: u64 = 32 << 20;
/// The most paths that a conflict lists.
const PATHS_LIMIT: usize = 100;

/// What of `base` → `theirs` makes of `ours`, under the attributes of `ours`, which is what would
/// be checked out; `commit` is who did it, for the error. The cost follows the two differences,
/// not the size of the trees.
pub(super) fn merge(
    draft: &Draft,
    base: ObjectId,
    ours: ObjectId,
    theirs: ObjectId,
    commit: Oid,
) -> Result<ObjectId> {
    if base == ours {
        return Ok(theirs);
    }
    let repo = &draft.repo;
    let objects = &repo.objects;
    let mut state = gix::diff::tree::State::default();
    let index = attributes(draft, base, ours, theirs, &mut state)?;
    let source = || gix::worktree::stack::state::attributes::Source::IdMapping;
    let stack = || Ok(repo.attributes_only(&index, source()).map_err(from_gix)?.detach());
    let mut differ = gix::diff::resource_cache(
        repo,
        gix::diff::blob::pipeline::Mode::ToGit,
        stack()?,
        gix::diff::blob::pipeline::WorktreeRoots::default(),
    )
    .map_err(from_gix)?;
    let filter = gix::filter::plumbing::Pipeline::new(
        repo.command_context().map_err(from_gix)?,
        repo.object_hash(),
        gix::filter::Pipeline::options(repo).map_err(from_gix)?,
    );
    let mut blobs = Platform::new(
        Pipeline::new(
            WorktreeRoots::default(),
            filter,
            PipelineOptions { large_file_threshold_bytes: BIG_FILE },
        ),
        MergeMode::ToGit,
        stack()?,
        // Drivers are programs that somebody's attributes would name.
        Vec::new(),
        PlatformOptions { default_driver: None },
    );
    let short = commit.short(10);
    let labels = Labels {
        ancestor: Some("base".into()),
        current: Some("HEAD".into()),
        other: Some(short.as_str().into()),
    };
    let mut outcome = merge_trees(
        &base,
        &ours,
        &theirs,
        labels,
        objects,
        |data| objects.write_buf(gix::object::Kind::Blob, data),
        &mut state,
        &mut differ,
        &mut blobs,
        repo.tree_merge_options().map_err(from_gix)?.into(),
    )
    .map_err(from_gix)?;
    let how = TreatAsUnresolved::git();
    if outcome.has_unresolved_conflicts(how) {
        let paths: BTreeSet<String> = outcome
            .conflicts
            .iter()
            .filter(|conflict| conflict.is_unresolved(how))
            .flat_map(|conflict| [conflict.ours.location(), conflict.theirs.location()])
            .map(lossy)
            .collect();
        return Err(Error::Conflicts {
            commit,
            paths: paths.into_iter().take(PATHS_LIMIT).collect(),
        });
    }
    outcome.tree.write(|tree| objects.write(tree)).map_err(from_gix)
}

/// An index of the `.gitattributes` of `ours` that can say something of what either side changed:
/// gitoxide asks an index for them.
fn attributes(
    draft: &Draft,
    base: ObjectId,
    ours: ObjectId,
    theirs: ObjectId,
    state: &mut gix::diff::tree::State,
) -> Result<gix::index::State> {
    let repo = &draft.repo;
    let mut directories = BTreeSet::from([BString::default()]);
    for side in [ours, theirs] {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut recorder = gix::diff::tree::Recorder::default()
            .track_location(Some(gix::diff::tree::recorder::Location::Path));
        gix::diff::tree(
            tree(draft, base, &mut before)?,
            tree(draft, side, &mut after)?,
            &mut *state,
            &repo.objects,
            &mut recorder,
        )
        .map_err(|error| Error::Repository(format!("cannot compare trees: {error}")))?;
        for change in recorder.records {
            use gix::diff::tree::recorder::Change;
            let (Change::Addition { path, .. }
            | Change::Deletion { path, .. }
            | Change::Modification { path, .. }) = change;
            let mut path = path.as_bstr();
            while let Some(end) = path.rfind_byte(b'/') {
                path = path[..end].as_bstr();
                if !directories.insert(path.to_owned()) {
                    break;
                }
            }
        }
    }
    let mut index = gix::index::State::new(repo.object_hash());
    for directory in directories {
        let mut path = directory;
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(b".gitattributes");
        match find_bytes(repo, ours, &path.to_str_lossy()) {
            Ok((mode, id, _)) if mode.is_file() => index.dangerously_push_entry(
                gix::index::entry::Stat::default(),
                id.into(),
                gix::index::entry::Flags::empty(),
                gix::index::entry::Mode::FILE,
                path.as_bstr(),
            ),
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(other) => return Err(other),
        }
    }
    index.sort_entries();
    Ok(index)
}

fn tree<'a>(draft: &Draft, id: ObjectId, buffer: &'a mut Vec<u8>) -> Result<TreeRefIter<'a>> {
    if id.is_empty_tree() {
        return Ok(TreeRefIter::from_bytes(&[], id.kind()));
    }
    draft.repo.objects.find_tree_iter(&id, buffer).map_err(from_gix)
}

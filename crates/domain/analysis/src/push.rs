//! What pushes start.

use base::{Administer, Granted, Read, Result, Write};
use call::{Call, Env};
use depots::happened::Pushed;
use depots::push::RefChange;
use depots::{Depot, DepotChange, DepotId, DepotKey, DepotKind};
use events::EventKind as _;
use git::{Oid, Repository};

use crate::plan::{Hook, HookEvent, ScanPlan};
use crate::{parameters, plans, scans};

pub(crate) fn listen(listeners: events::Listeners<Env>) -> events::Listeners<Env> {
    listeners.on("analysis.pushes", &[Pushed::KIND], |env: Env, event: events::Event| async move {
        let pushed: Pushed = serde_json::from_value(event.payload)?;
        hear(&env, &pushed).await
    })
}

async fn hear(env: &Env, pushed: &Pushed) -> Result<()> {
    let call = Call::system(env.clone());
    let depot = match depots::authorise::<Read>(&call, DepotKey::Id(pushed.depot)).await {
        Ok(depot) => depot,
        // Deleted meanwhile.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => return Err(error),
    };
    let Ok(repository) = depots::repository(env, &depot) else { return Ok(()) };
    let updates = if pushed.updates.is_empty() {
        everything(&repository).await?
    } else {
        pushed.updates.clone()
    };
    let arrived: Vec<RefChange> =
        updates.into_iter().filter(|update| !update.is_deletion()).collect();
    let depot = follow(&call, depot, &repository, &arrived).await?;
    if arrived.iter().any(|update| update.branch() == Some(depot.default_branch.as_str())) {
        let depot = depots::authorise::<Write>(&call, DepotKey::Id(depot.id)).await?;
        plans::ensure_default_plan(&call, &depot).await?;
    }
    for plan in plans::of_depot(env.db.reader(), depot.id).await? {
        if !plan.enabled || !plan.definition.triggers.enabled {
            continue;
        }
        for update in &arrived {
            if let Some(branch) = wanted(&plan, &depot, &repository, update).await? {
                let branches: Vec<(DepotId, String)> = vec![(depot.id, branch)];
                scans::moved_or_started(&call, &plan, &branches, &pushed.pusher).await?;
            }
        }
    }
    Ok(())
}

/// A depot whose default branch does not exist gets one of those that have
/// arrived for it: people push what they call their main branch first.
async fn follow(
    call: &Call,
    depot: Granted<Depot, Read>,
    repository: &Repository,
    arrived: &[RefChange],
) -> Result<Granted<Depot, Read>> {
    if depot.kind != DepotKind::Hosted {
        return Ok(depot);
    }
    let (reader, name) = (repository.clone(), format!("refs/heads/{}", depot.default_branch));
    let exists = tokio::task::spawn_blocking(move || reader.reference(&name))
        .await
        .map_err(base::Error::internal)?
        .map_err(base::Error::internal)?
        .is_some();
    let branches: Vec<&str> = arrived.iter().filter_map(RefChange::branch).collect();
    let usual = branches.iter().find(|branch| matches!(**branch, "main" | "master" | "trunk"));
    let Some(branch) = usual.or(branches.first()).filter(|_| !exists) else { return Ok(depot) };
    let change =
        DepotChange { default_branch: Some((*branch).to_owned()), ..DepotChange::default() };
    let key = DepotKey::Id(depot.id);
    let administered = depots::authorise::<Administer>(call, key).await?;
    match depots::modify(call, &administered, change).await {
        // It may be gone again already.
        Ok(_) | Err(base::Error::Invalid { .. }) => {}
        Err(error) => return Err(error),
    }
    depots::authorise::<Read>(call, key).await
}

/// Where it is not known what changed: every branch, as if it had just come.
/// Whatever has been scanned already is not scanned again.
async fn everything(repository: &Repository) -> Result<Vec<RefChange>> {
    let repository = repository.clone();
    let branches = tokio::task::spawn_blocking(move || repository.branches())
        .await
        .map_err(base::Error::internal)?
        .map_err(base::Error::internal)?;
    Ok(branches
        .into_iter()
        .map(|branch| RefChange {
            name: format!("refs/heads/{}", branch.name),
            old: Oid::ZERO.to_string(),
            new: branch.commit.to_string(),
        })
        .collect())
}

/// The branch or tag that a plan wants scanned for a change, if it does.
async fn wanted(
    plan: &ScanPlan,
    depot: &Granted<Depot, Read>,
    repository: &Repository,
    update: &RefChange,
) -> Result<Option<String>> {
    let (event, name) = match (update.branch(), update.name.strip_prefix("refs/tags/")) {
        (Some(branch), _) => (HookEvent::Push, branch),
        (None, Some(tag)) => (HookEvent::Tag, tag),
        (None, None) => return Ok(None),
    };
    for hook in &plan.definition.triggers.hooks {
        if matches(hook, plan, depot.id, event, name) && touches(hook, repository, update).await? {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
}

fn matches(hook: &Hook, plan: &ScanPlan, depot: DepotId, event: HookEvent, name: &str) -> bool {
    if !hook.events.contains(&event) || hook.depot.is_some_and(|own| own != depot) {
        return false;
    }
    match (parameters::glob(&hook.branch), event) {
        (Ok(Some(glob)), _) => glob.is_match(name),
        (Ok(None), HookEvent::Push) => {
            plan.sources.iter().any(|source| source.depot == depot && source.branch == name)
        }
        (Ok(None), _) => true,
        // It was checked when the plan was made.
        (Err(_), _) => false,
    }
}

/// Whether something changed in the folders that a trigger minds. What cannot be
/// compared counts as changed.
async fn touches(hook: &Hook, repository: &Repository, update: &RefChange) -> Result<bool> {
    let everywhere = |folder: &String| matches!(folder.as_str(), "" | "/" | "." | "./");
    if hook.folders.is_empty() || hook.folders.iter().all(everywhere) {
        return Ok(true);
    }
    let (Ok(old), Ok(new)) = (Oid::from_hex(&update.old), Oid::from_hex(&update.new)) else {
        return Ok(true);
    };
    if old.is_zero() {
        return Ok(true);
    }
    let repository = repository.clone();
    let changes = tokio::task::spawn_blocking(move || repository.diff_trees(Some(old), new, false))
        .await
        .map_err(base::Error::internal)?;
    let Ok(changes) = changes else { return Ok(true) };
    Ok(changes.iter().any(|change| minds(&hook.folders, change.path())))
}

/// Whether a path lies below one of the folders, and below none of those that
/// begin with `!`.
fn minds(folders: &[String], path: &str) -> bool {
    let below = |folder: &str| {
        let folder = folder.trim_start_matches("./").trim_matches('/');
        folder.is_empty()
            || folder == "."
            || path == folder
            || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let (not, those): (Vec<&str>, Vec<&str>) =
        folders.iter().map(String::as_str).partition(|folder| folder.starts_with('!'));
    let excluded = not.iter().any(|folder| below(&folder[1..]));
    !excluded && (those.is_empty() || those.into_iter().any(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_minded() {
        let folders = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
        assert!(minds(&folders(&["src/"]), "src/a.c"));
        assert!(!minds(&folders(&["src"]), "srcs/a.c"));
        assert!(minds(&folders(&["/"]), "x"));
        assert!(!minds(&folders(&["src", "!src/gen"]), "src/gen/a.c"));
        assert!(minds(&folders(&["!docs"]), "src/a.c"));
        assert!(!minds(&folders(&["!docs"]), "docs/a.md"));
    }
}

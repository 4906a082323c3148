//! The end of a push: objects move in, references change, the client is told.

use std::collections::HashMap;

use crate::{
    Error, HIDDEN_REFS, RefEdit, Repository, Result, Signature, ref_update::Reason,
    refs::check_ref_name,
};

use super::{Arrived, Pusher, Received, RefCommand, RefUpdate, UpdateResult, report};

impl Arrived {
    /// Does what is not refused, by an earlier check or by `refused`: names of references, each
    /// with one line that says why. When the client asked for all or nothing, one refusal refuses
    /// everything. On disk when this returns.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk refuses; nothing, or not everything, was changed then.
    pub async fn commit(self, refused: Vec<(String, String)>) -> Result<Received> {
        tokio::task::spawn_blocking(move || self.commit_blocking(&refused))
            .await
            .map_err(|error| Error::Repository(error.to_string()))?
    }

    fn commit_blocking(self, refused: &[(String, String)]) -> Result<Received> {
        let Arrived { repository, request, pusher, quarantine, unpacked, refused: before, at_work } =
            self;
        let commands = &request.commands;
        let mut reasons: Vec<Option<String>> =
            (0..commands.len()).map(|index| before.get(&index).cloned()).collect();
        for (name, why) in refused {
            for (command, reason) in commands.iter().zip(&mut reasons) {
                if command.name == *name && reason.is_none() {
                    *reason = Some(why.clone());
                }
            }
        }
        refuse_names(&repository, commands, &mut reasons);
        if request.atomic && reasons.iter().any(Option::is_some) {
            for reason in &mut reasons {
                reason.get_or_insert_with(|| "atomic push failure".to_owned());
            }
        }
        let mut todo: Vec<usize> =
            (0..commands.len()).filter(|index| reasons[*index].is_none()).collect();
        if !todo.is_empty() {
            // Before anything is moved in: until a reference leads there, it is garbage.
            let hold = repository.hold_removals()?;
            if let Some(quarantine) = quarantine {
                quarantine.migrate(&repository.path().join("objects"))?;
            }
            for index in &todo {
                let tip = [commands[*index].new];
                if let Err(error) = repository.check_after_removal(&hold, at_work.since, &tip) {
                    reasons[*index] = Some(in_words(error)?);
                }
            }
            if request.atomic && todo.iter().any(|index| reasons[*index].is_some()) {
                todo.iter().for_each(|index| {
                    reasons[*index].get_or_insert_with(|| "atomic push failure".to_owned());
                });
            }
            todo.retain(|index| reasons[*index].is_none());
            if request.atomic {
                let edits: Vec<RefEdit> =
                    todo.iter().map(|index| edit(&commands[*index])).collect();
                if let Err(error) = change(&repository, &edits, &pusher) {
                    let why = in_words(error)?;
                    todo.iter().for_each(|index| reasons[*index] = Some(why.clone()));
                }
            } else {
                for (index, outcome) in each(&repository, commands, &todo, &pusher) {
                    if let Err(error) = outcome {
                        reasons[index] = Some(in_words(error)?);
                    }
                }
            }
        }
        let updates: Vec<RefUpdate> = commands
            .iter()
            .zip(reasons)
            .map(|(command, reason)| RefUpdate {
                name: command.name.clone(),
                old: command.old,
                new: command.new,
                result: reason.map_or(UpdateResult::Updated, UpdateResult::Refused),
            })
            .collect();
        drop(at_work);
        let report = report::report(&request, &unpacked, &updates);
        Ok(Received { updates, report })
    }
}

/// Refuses names that Git does not take or that are ours, a name twice, and the end of the branch
/// that `HEAD` names.
fn refuse_names(repository: &Repository, commands: &[RefCommand], reasons: &mut [Option<String>]) {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for command in commands {
        *count.entry(&command.name).or_default() += 1;
    }
    let head = std::fs::read_to_string(repository.path().join("HEAD")).unwrap_or_default();
    let head = head.strip_prefix("ref: ").map(str::trim_end);
    for (command, reason) in commands.iter().zip(reasons) {
        let name = command.name.as_str();
        let why = if check_ref_name(name).is_err() {
            "funny refname"
        } else if name.starts_with(HIDDEN_REFS) {
            "deny updating a hidden ref"
        } else if count.get(name).is_some_and(|count| *count > 1) {
            "multiple updates for ref not allowed"
        } else if command.new.is_zero() && head == Some(name) {
            "deletion of the current branch prohibited"
        } else {
            continue;
        };
        reason.get_or_insert_with(|| why.to_owned());
    }
}

fn edit(command: &RefCommand) -> RefEdit {
    RefEdit { name: command.name.clone(), old: Some(command.old), new: command.new }
}

fn change(repository: &Repository, edits: &[RefEdit], pusher: &Pusher) -> Result<()> {
    if repository.is_odd(edits) {
        let who = Signature {
            name: pusher.name.clone(),
            mail: pusher.mail.clone(),
            seconds: 0,
            offset_minutes: 0,
        };
        return repository.update_ref(edits, &who, "push");
    }
    let reason = Reason { name: &pusher.name, mail: &pusher.mail, time: None, text: "push" };
    repository.change_refs(edits, &reason)
}

/// Every change by itself; only deletions go together as long as none fails, as each costs, in a
/// large repository, a new list of references.
fn each(
    repository: &Repository,
    commands: &[RefCommand],
    todo: &[usize],
    pusher: &Pusher,
) -> Vec<(usize, Result<()>)> {
    let (gone, moved): (Vec<usize>, Vec<usize>) =
        todo.iter().partition(|index| commands[**index].new.is_zero());
    // What is deleted may stand in the way of what is made.
    let mut outcomes = delete(repository, commands, &gone, pusher);
    outcomes.extend(
        moved
            .into_iter()
            .map(|index| (index, change(repository, &[edit(&commands[index])], pusher))),
    );
    outcomes
}

fn delete(
    repository: &Repository,
    commands: &[RefCommand],
    gone: &[usize],
    pusher: &Pusher,
) -> Vec<(usize, Result<()>)> {
    let repo = repository.local();
    let (there, absent): (Vec<usize>, Vec<usize>) = gone.iter().partition(|index| {
        let name = &commands[**index].name;
        // What is broken or symbolic is there as well.
        !matches!(repository.value(&repository.path().join(name), name), Ok(None))
    });
    // Like git: to delete what is not there is no failure, unless the client has seen it.
    let mut outcomes: Vec<(usize, Result<()>)> = absent
        .into_iter()
        .map(|index| match commands[index].old.within(&repo).map(|id| repo.try_find_header(id)) {
            None | Some(Ok(None)) => (index, Ok(())),
            _ => (index, Err(Error::Conflict(format!("{} is gone", commands[index].name)))),
        })
        .collect();
    let mut waiting = vec![there];
    while let Some(group) = waiting.pop() {
        if group.is_empty() {
            continue;
        }
        let edits: Vec<RefEdit> = group.iter().map(|index| edit(&commands[*index])).collect();
        match change(repository, &edits, pusher) {
            Ok(()) => outcomes.extend(group.into_iter().map(|index| (index, Ok(())))),
            Err(error) if group.len() == 1 => outcomes.push((group[0], Err(error))),
            Err(_) => {
                let (first, second) = group.split_at(group.len() / 2);
                waiting.push(first.to_vec());
                waiting.push(second.to_vec());
            }
        }
    }
    outcomes
}

/// What the client reads; an error of this machine stays one.
fn in_words(error: Error) -> Result<String> {
    match error {
        Error::Conflict(why) | Error::Invalid(why) => {
            tracing::debug!(%why, "a reference was not changed");
            Ok("failed to update ref".to_owned())
        }
        other => Err(other),
    }
}

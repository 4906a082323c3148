//! What a Git client pushes, whatever the door.

use base::{Error, Granted, Result, Write};
use bytes::Bytes;
use call::Call;
use git::{Arrived, PackStream, PushRequest, Pusher, Received, Receiving, RefUpdate, UpdateResult};
use tokio::io::AsyncBufRead;
use tokio::sync::mpsc;

use super::{Push, RefChange, check, moved, open};
use crate::rules::{self, Refused, Rules};
use crate::{Depot, place};

/// Receives a push whose head was read, with the pack in `input`, and gives the
/// answer for the client: what is refused stands in it, beside its ref. From
/// here on the push is finished even when the client hangs up, because a ref
/// that has moved must be told of.
///
/// # Errors
/// When the repository cannot be opened; then nothing has been read of `input`.
pub async fn receive(
    call: &Call,
    depot: &Granted<Depot, Write>,
    request: PushRequest,
    mut input: impl AsyncBufRead + Send + Unpin + 'static,
) -> Result<PackStream> {
    if request.commands.is_empty() {
        // Before a large push a client tries whether it may.
        return Ok(PackStream::ready(Vec::new()));
    }
    let repository = place::repository(&call.env, depot)?;
    let wanted: Vec<RefChange> = request
        .commands
        .iter()
        .map(|command| change(&command.name, command.old, command.new))
        .collect();
    if let Err(error) = check(depot, &wanted) {
        if wanted.iter().any(|change| !change.is_deletion()) {
            git::drain(&mut input).await;
        }
        return Ok(PackStream::ready(git::refuse_push(&request, &error.to_string())));
    }
    let name = call.actor.name();
    let pusher = Pusher { name: name.to_owned(), mail: name.to_owned() };
    let receiving = repository.receive(request, input, &pusher);
    let (sender, answer) = PackStream::channel();
    let work = Work { call: call.clone(), depot: (**depot).clone(), repository, wanted };
    tokio::spawn(async move {
        let report = work.finish(receiving, &sender).await;
        drop(sender.send(report).await);
    });
    Ok(answer)
}

/// A push that is being received.
struct Work {
    call: Call,
    depot: Depot,
    repository: git::Repository,
    wanted: Vec<RefChange>,
}

type Answer = mpsc::Sender<Result<Bytes, git::Error>>;

impl Work {
    async fn finish(self, receiving: Receiving, sender: &Answer) -> Result<Bytes, git::Error> {
        let (arrived, begun) = tokio::join!(arrive(receiving, sender), self.begin());
        let (push, rules) = begun.map_err(|error| {
            tracing::error!(%error, "a push could not be written down");
            git::Error::Repository("the push could not be written down".to_owned())
        })?;
        let outcome = match arrived {
            Ok(arrived) => self.decide(arrived, rules, sender).await,
            Err(error) => Err(error),
        };
        let (changes, report) = match outcome {
            Ok(received) => {
                (received.updates.iter().filter_map(changed).collect(), Ok(received.report))
            }
            Err(error) => {
                tracing::info!(%error, "a push broke off");
                let (repository, wanted) = (self.repository, self.wanted);
                let moved = tokio::task::spawn_blocking(move || moved(&repository, wanted)).await;
                (moved.unwrap_or_default(), Err(error))
            }
        };
        match push.finish(changes).await {
            Ok(()) => report,
            Err(error) => {
                // The references have moved, but what has to follow is not
                // certain before the next start: the client shall not hear
                // that all is well.
                tracing::error!(%error, "a push could not be written down");
                Err(git::Error::Repository("the push could not be written down".to_owned()))
            }
        }
    }

    /// What has to be known before a ref changes, while objects come in.
    async fn begin(&self) -> Result<(Push, Rules)> {
        let rules = Rules::load(&self.call, &self.depot).await?;
        Ok((open(&self.call, &self.depot).await?, rules))
    }

    /// Asks the rules and changes the refs.
    async fn decide(
        &self,
        arrived: Arrived,
        rules: Rules,
        sender: &Answer,
    ) -> Result<Received, git::Error> {
        if rules.is_empty() {
            return arrived.commit(Vec::new()).await;
        }
        let refused = self.judge(&arrived, rules).await.map_err(|error| {
            tracing::error!(%error, "the rules of a depot could not be applied");
            git::Error::Repository("the rules of the depot could not be applied".to_owned())
        })?;
        let mut reasons = Vec::with_capacity(refused.len());
        for Refused { name, reason, detail } in refused {
            if !detail.is_empty() {
                // Nobody may be listening any more.
                let text = format!("{}\n", detail.join("\n"));
                drop(sender.send(Ok(arrived.message(&text))).await);
            }
            reasons.push((name, reason));
        }
        arrived.commit(reasons).await
    }

    async fn judge(&self, arrived: &Arrived, rules: Rules) -> Result<Vec<Refused>> {
        let changes: Vec<RefChange> = arrived
            .commands()
            .iter()
            .map(|command| change(&command.name, command.old, command.new))
            .collect();
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let repository = arrived.repository().map_err(Error::internal)?;
        rules::decide(&self.call, &self.depot, rules, changes, repository).await
    }
}

/// Passes on what Git says until the objects are here.
async fn arrive(mut receiving: Receiving, sender: &Answer) -> Result<Arrived, git::Error> {
    while let Some(progress) = receiving.progress().await {
        // Nobody may be listening any more.
        drop(sender.send(Ok(progress)).await);
    }
    receiving.arrived().await
}

fn change(name: &str, old: git::Oid, new: git::Oid) -> RefChange {
    RefChange { name: name.to_owned(), old: old.to_string(), new: new.to_string() }
}

fn changed(update: &RefUpdate) -> Option<RefChange> {
    (update.result == UpdateResult::Updated).then(|| change(&update.name, update.old, update.new))
}

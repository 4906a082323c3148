//! What a Git client pushes, whatever the door.

use base::{Error, Granted, Result, Write};
use call::Call;
use git::{PackStream, PushRequest, Pusher, RefUpdate, UpdateResult};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

use super::{Push, RefChange, begin, moved};
use crate::{Depot, place};

/// How much of a refused push is read before the refusal is sent. Clients do
/// not listen while they send; beyond this they have to live with an error of
/// the connection.
const REFUSED_LIMIT: u64 = 1 << 30;

/// Receives a push whose head was read, with the pack in `input`, and gives the
/// answer for the client: what is refused stands in it, beside its ref. From
/// here on the push is finished even when the client hangs up, because a ref
/// that has moved must be told of.
///
/// # Errors
/// When the database cannot be reached or the repository not be opened; then
/// nothing has been read of `input`.
pub async fn receive(
    call: &Call,
    depot: &Granted<Depot, Write>,
    request: PushRequest,
    input: impl AsyncBufRead + Send + Unpin + 'static,
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
    let push = match begin(call, depot, &wanted).await {
        Ok(push) => push,
        Err(error @ (Error::Denied { .. } | Error::Conflict { .. } | Error::Invalid { .. })) => {
            if wanted.iter().any(|change| !change.is_deletion()) {
                drain(input).await;
            }
            return Ok(PackStream::ready(git::refuse_push(&request, &error.to_string())));
        }
        Err(error) => return Err(error),
    };
    let name = call.actor.name();
    let pusher = Pusher { name: name.to_owned(), mail: name.to_owned() };
    let mut receiving = match repository.receive_pack(request, input, &pusher) {
        Ok(receiving) => receiving,
        Err(error) => {
            push.finish(Vec::new()).await?;
            return Err(Error::internal(error));
        }
    };
    let (sender, answer) = PackStream::channel();
    tokio::spawn(async move {
        let outcome = async {
            while let Some(progress) = receiving.progress().await? {
                // Nobody may be listening any more.
                drop(sender.send(Ok(progress)).await);
            }
            receiving.finish().await
        }
        .await;
        let (changes, report) = match outcome {
            Ok(received) => {
                (received.updates.iter().filter_map(changed).collect(), Ok(received.report))
            }
            Err(error) => {
                tracing::info!(%error, "a push broke off");
                let moved = tokio::task::spawn_blocking(move || moved(&repository, wanted)).await;
                (moved.unwrap_or_default(), Err(error))
            }
        };
        drop(sender.send(told(push, changes, report).await).await);
    });
    Ok(answer)
}

/// What the client hears: `report`, once what has to follow is written down.
async fn told<T>(
    push: Push,
    changes: Vec<RefChange>,
    report: Result<T, git::Error>,
) -> Result<T, git::Error> {
    match push.finish(changes).await {
        Ok(()) => report,
        Err(error) => {
            // The references have moved, but what has to follow is not certain
            // before the next start: the client shall not hear that all is well.
            tracing::error!(%error, "a push could not be written down");
            Err(git::Error::Repository("the push could not be written down".to_owned()))
        }
    }
}

async fn drain(input: impl AsyncBufRead + Unpin) {
    let mut rest = input.take(REFUSED_LIMIT);
    while let Ok(count @ 1..) = rest.fill_buf().await.map(<[u8]>::len) {
        rest.consume(count);
    }
}

fn change(name: &str, old: git::Oid, new: git::Oid) -> RefChange {
    RefChange { name: name.to_owned(), old: old.to_string(), new: new.to_string() }
}

fn changed(update: &RefUpdate) -> Option<RefChange> {
    (update.result == UpdateResult::Updated).then(|| change(&update.name, update.old, update.new))
}

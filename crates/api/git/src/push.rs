//! Pushes.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use base::{Error, Write};
use bytes::Bytes;
use call::Env;
use depots::push::{self, Push, RefChange};
use futures_util::stream;
use git::{PushRequest, Pusher, RefUpdate, Repository, Service, UpdateResult};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};
use tokio::sync::mpsc;

use crate::answer::{self, Refusal};
use crate::authorise::{Names, Opened, open};
use crate::body::{Input, input};

/// How much of a refused push is read before the refusal is sent. Clients do
/// not listen while they send; beyond this they have to live with an error of
/// the connection.
const REFUSED_LIMIT: u64 = 1 << 30;

/// `POST git-receive-pack`
pub(crate) async fn receive_pack(
    State(env): State<Env>,
    Path(names): Path<Names>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let opened = open::<Write>(&env, &names, &parts).await?;
    let mut input = input(&parts.headers, Service::Receive, body)?;
    let request = PushRequest::read(&mut input).await?;
    if request.commands.is_empty() {
        // Before a large push a client tries whether it may.
        return Ok(whole(Bytes::new()));
    }
    let wanted: Vec<RefChange> = request
        .commands
        .iter()
        .map(|command| change(&command.name, command.old, command.new))
        .collect();
    match push::begin(&opened.call, &opened.depot, &wanted).await {
        Ok(push) => start(&opened, push, wanted, request, input).await,
        Err(error @ (Error::Denied { .. } | Error::Conflict { .. } | Error::Invalid { .. })) => {
            drain(input).await;
            Ok(whole(git::refuse_push(&request, &error.to_string())))
        }
        Err(error) => Err(error.into()),
    }
}

fn change(name: &str, old: git::Oid, new: git::Oid) -> RefChange {
    RefChange { name: name.to_owned(), old: old.to_string(), new: new.to_string() }
}

fn whole(answer: Bytes) -> Response {
    answer::service(Service::Receive, "result", Body::from(answer))
}

async fn drain(input: Input) {
    let mut rest = input.take(REFUSED_LIMIT);
    while let Ok(count @ 1..) = rest.fill_buf().await.map(<[u8]>::len) {
        rest.consume(count);
    }
}

/// Hands the push to git. From here on it is finished even when the client
/// hangs up: a reference that has moved must be told of.
async fn start(
    opened: &Opened<Write>,
    push: Push,
    wanted: Vec<RefChange>,
    request: PushRequest,
    input: Input,
) -> Result<Response, Refusal> {
    let name = opened.call.actor.name();
    let pusher = Pusher { name: name.to_owned(), mail: name.to_owned() };
    let mut receiving = match opened.repository.receive_pack(request, input, &pusher) {
        Ok(receiving) => receiving,
        Err(error) => {
            push.finish(Vec::new()).await?;
            return Err(error.into());
        }
    };
    let repository = opened.repository.clone();
    let (sender, mut answer) = mpsc::channel::<Result<Bytes, git::Error>>(4);
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
        let told = match push.finish(changes).await {
            Ok(()) => report,
            Err(error) => {
                // The references have moved, but what has to follow is not
                // certain before the next start: the client shall not hear
                // that all is well.
                tracing::error!(%error, "a push could not be written down");
                Err(git::Error::Repository("the push could not be written down".to_owned()))
            }
        };
        drop(sender.send(told).await);
    });
    let answer = Body::from_stream(stream::poll_fn(move |cx| answer.poll_recv(cx)));
    Ok(answer::service(Service::Receive, "result", answer))
}

fn changed(update: &RefUpdate) -> Option<RefChange> {
    (update.result == UpdateResult::Updated).then(|| change(&update.name, update.old, update.new))
}

/// Those references that are where they were wanted, though git has not said so.
fn moved(repository: &Repository, mut wanted: Vec<RefChange>) -> Vec<RefChange> {
    wanted.retain(|change| {
        let now = repository.reference(&change.name).ok().flatten().unwrap_or(git::Oid::ZERO);
        now.to_string() == change.new && change.new != change.old
    });
    wanted
}

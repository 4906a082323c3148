//! Accepting connections and ending them in good order.
//!
//! `axum::serve` gives a client all the time in the world to send its request
//! line; this gives it [`PATIENCE`].

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::{ServiceExt as _, service_fn};

/// How long a client may take to send the head of a request, and how long an
/// idle connection is kept.
pub(super) const PATIENCE: Duration = Duration::from_secs(75);
/// After an error of the system, such as too many open files.
const PAUSE: Duration = Duration::from_millis(500);

/// Serves `app` until `stop` ends, and then until the open requests have
/// ended or `grace` is over. Says whether all of them ended.
pub(super) async fn serve(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
    patience: Duration,
    grace: Duration,
) -> bool {
    // Connections hold a receiver each: told by the sender, counted by it.
    let (tell, told) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, client)) => {
                tokio::spawn(connection(stream, client, app.clone(), patience, told.clone()));
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(told);
    tell.send_replace(true);
    tokio::time::timeout(grace, tell.closed()).await.is_ok()
}

async fn connection(
    stream: TcpStream,
    client: SocketAddr,
    app: Router,
    patience: Duration,
    mut told: watch::Receiver<bool>,
) {
    // Small answers must not wait for more to send.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: http::Request<_>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(client));
        let answer = app.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(patience);
    let service = TowerToHyperService::new(service);
    let mut served = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let mut is_told = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::trace!(error, "a connection broke");
                }
                return;
            }
            _ = told.wait_for(|told| *told), if !is_told => {
                is_told = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The client gave up before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::oneshot;
    use tokio::task::JoinHandle;

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        served: JoinHandle<bool>,
    }

    async fn start(patience: Duration, grace: Duration) -> Running {
        let app = Router::new()
            .route("/", get(async |client: ConnectInfo<SocketAddr>| client.ip().to_string()))
            .route("/slow", get(async || tokio::time::sleep(Duration::from_millis(600)).await));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { stopped.await.unwrap_or(()) };
        let served = tokio::spawn(serve(listener, app, stopped, patience, grace));
        Running { address, stop, served }
    }

    async fn ask(address: SocketAddr, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn rest(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        tokio::time::timeout(Duration::from_secs(5), read).await.expect("an end").unwrap();
        answer
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_handler_knows_the_client() {
        let running = start(LONG, LONG).await;
        let request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let answer = rest(ask(running.address, request).await).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("127.0.0.1"), "{answer}");
    }

    #[tokio::test]
    async fn whoever_never_ends_his_request_is_not_waited_for() {
        let running = start(Duration::from_millis(200), LONG).await;
        for beginning in ["", "G", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            rest(ask(running.address, beginning).await).await;
        }
    }

    #[tokio::test]
    async fn open_requests_are_ended_and_idle_connections_do_not_matter() {
        let running = start(LONG, LONG).await;
        let idle = ask(running.address, "").await;
        let slow = ask(running.address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop.send(()).unwrap();
        assert!(rest(slow).await.starts_with("HTTP/1.1 200"));
        assert_eq!(rest(idle).await, "");
        assert!(running.served.await.unwrap());
        assert!(TcpStream::connect(running.address).await.is_err());
    }

    #[tokio::test]
    async fn what_takes_longer_than_the_grace_is_broken_off() {
        let running = start(LONG, Duration::from_millis(50)).await;
        let _slow = ask(running.address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        running.stop.send(()).unwrap();
        assert!(!running.served.await.unwrap());
    }
}

//! Being told to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Ends at the first SIGTERM or SIGINT; the second one ends the process.
pub(super) async fn stop() {
    one().await;
    tracing::info!("stopping; once more to stop at once");
    tokio::spawn(async {
        one().await;
        std::process::exit(130);
    });
}

async fn one() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

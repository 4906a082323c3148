//! The installation for tests does what the real one does.

use std::time::Duration;

use base::Result;
use call::testing::{START, on_each};
use call::{Call, Env};
use events::{Event, EventKind, Listeners};
use jobs::{Job, JobContext, Registry};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
struct Pushed {
    text: String,
}

impl EventKind for Pushed {
    const KIND: &'static str = "test.pushed";
}

#[derive(Debug, Serialize, Deserialize)]
struct Keep {
    text: String,
}

impl Job for Keep {
    const KIND: &'static str = "test.keep";
}

async fn heard(env: Env, event: Event) -> Result<()> {
    if let Some(pushed) = event.payload_as::<Pushed>()? {
        let tx = env.db.begin().await?;
        env.jobs.enqueue(&tx, &Keep { text: pushed.text }).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn keep(context: JobContext<Env>, job: Keep) -> Result<()> {
    let secret = context.context.vault.seal(job.text.as_bytes(), "test")?;
    context.context.blobs.put(secret.into()).await?;
    Ok(())
}

#[tokio::test]
async fn an_event_becomes_a_job_becomes_a_blob() {
    let listeners = Listeners::new().on("test", &[Pushed::KIND], heard);
    on_each(&[], Registry::new().on(keep), listeners, async |test| {
        let call = Call::system(test.env.clone());
        assert_eq!(call.clock.now(), START);
        assert_eq!(START.to_jiff().to_string(), "2026-01-01T00:00:00Z");
        let tx = call.db.begin().await.unwrap();
        call.emit(&tx, Some(1), &Pushed { text: "hello".to_owned() }).await.unwrap();
        tx.commit().await.unwrap();
        let drained = test.run_jobs().await;
        let kinds: Vec<&str> = drained.iter().map(|attempt| attempt.kind.as_str()).collect();
        assert_eq!(kinds, ["event:test", "test.keep"]);
        test.clock.advance(Duration::from_secs(5));
        assert_eq!(call.clock.now().since(START), Duration::from_secs(5));
        assert!(call.data_dir.join("blobs/sha256").is_dir());
    })
    .await;
}

#[tokio::test]
async fn the_same_installation_is_made_twice() {
    let ids = async || {
        let test = call::testing::on_sqlite(&[], Registry::new(), Listeners::new()).await;
        Call::anonymous(test.env.clone()).request_id
    };
    assert_eq!(ids().await, ids().await);
}

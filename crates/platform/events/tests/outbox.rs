//! Events are told exactly when their unit of work happens.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{Actor, Clock as _, Error, ManualClock, SeededRandom, Timestamp, UserId};
use db::Db;
use db::testing::on_each;
use events::{Event, EventFilter, EventId, EventKind, Events, Listeners, NewEvent};
use jobs::{Drained, JobState, Jobs, Registry};
use serde::{Deserialize, Serialize};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pushed {
    branch: String,
}

impl EventKind for Pushed {
    const KIND: &'static str = "depot.pushed";
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Renamed;

impl EventKind for Renamed {
    const KIND: &'static str = "project.renamed";
}

#[derive(Clone, Default)]
struct Ears {
    heard: Arc<Mutex<Vec<String>>>,
    deaf: Arc<AtomicBool>,
}

impl Ears {
    fn hear(&self, who: &str, event: &Event) {
        self.heard.lock().unwrap().push(format!("{who}: {} by {}", event.kind, event.actor_name));
    }

    fn take(&self) -> Vec<String> {
        let mut heard = std::mem::take(&mut *self.heard.lock().unwrap());
        heard.sort();
        heard
    }
}

fn listeners() -> Listeners<Ears> {
    Listeners::new()
        .on("analysis", &[Pushed::KIND], async |ears: Ears, event: Event| {
            if ears.deaf.load(Ordering::SeqCst) {
                return Err(Error::unavailable("not now"));
            }
            assert_eq!(event.payload_as::<Renamed>()?, None);
            let pushed = event.payload_as::<Pushed>()?.unwrap();
            ears.hear(&format!("analysis of {}", pushed.branch), &event);
            Ok(())
        })
        .on("feed", &["*"], async |ears: Ears, event: Event| {
            ears.hear("feed", &event);
            Ok(())
        })
}

struct Stage {
    db: Db,
    clock: ManualClock,
    jobs: Jobs,
    events: Events,
    registry: Registry<Ears>,
    ears: Ears,
}

impl Stage {
    fn new(db: &Db) -> Self {
        let clock = ManualClock::at(Timestamp(1_000_000_000));
        let jobs = Jobs::new(Arc::new(clock.clone()), Arc::new(SeededRandom::new(1)));
        let events = listeners().events(Arc::new(clock.clone()), jobs.clone());
        let registry = listeners().register(Registry::new(), 30 * DAY).unwrap();
        Self { db: db.clone(), clock, jobs, events, registry, ears: Ears::default() }
    }

    async fn emit<K: EventKind>(&self, project: Option<i64>, payload: &K) -> EventId {
        let tx = self.db.begin().await.unwrap();
        let event = NewEvent::of(&Actor::System, project, payload).unwrap();
        let id = self.events.emit(&tx, event).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn deliver(&self) -> Vec<Drained> {
        jobs::drain(&self.db, &self.jobs, &self.registry, self.ears.clone()).await.unwrap()
    }

    async fn list(&self, filter: EventFilter, limit: u64) -> Vec<EventId> {
        let events = self.events.list(&self.db, &filter, limit).await.unwrap();
        events.into_iter().map(|event| event.id).collect()
    }
}

fn push() -> Pushed {
    Pushed { branch: "main".to_owned() }
}

#[tokio::test]
async fn each_listener_hears_its_kinds_once() {
    on_each(&[jobs::MIGRATIONS, events::MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        stage.emit(Some(1), &push()).await;
        stage.emit(Some(1), &Renamed).await;
        assert_eq!(stage.deliver().await.len(), 3);
        let expected = [
            "analysis of main: depot.pushed by system",
            "feed: depot.pushed by system",
            "feed: project.renamed by system",
        ];
        assert_eq!(stage.ears.take(), expected);
        assert_eq!(stage.deliver().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_was_undone_is_not_told() {
    on_each(&[jobs::MIGRATIONS, events::MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let tx = db.begin().await.unwrap();
        let event = NewEvent::of(&Actor::System, None, &push()).unwrap();
        stage.events.emit(&tx, event).await.unwrap();
        drop(tx);
        assert_eq!(stage.deliver().await, []);
        assert_eq!(stage.list(EventFilter::default(), 10).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_listener_that_fails_hears_it_later_and_others_do_not_wait() {
    on_each(&[jobs::MIGRATIONS, events::MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        stage.ears.deaf.store(true, Ordering::SeqCst);
        stage.emit(None, &push()).await;
        let delivered = stage.deliver().await;
        let failed = delivered.iter().find(|job| job.kind == "event:analysis").unwrap();
        assert_eq!(failed.state, JobState::Queued);
        assert_eq!(failed.error.as_deref(), Some("not now"));
        assert_eq!(stage.ears.take(), ["feed: depot.pushed by system"]);

        stage.ears.deaf.store(false, Ordering::SeqCst);
        stage.clock.advance(Duration::from_secs(60));
        stage.deliver().await;
        assert_eq!(stage.ears.take(), ["analysis of main: depot.pushed by system"]);
    })
    .await;
}

#[tokio::test]
async fn a_projects_feed_is_read_backwards_page_by_page() {
    on_each(&[jobs::MIGRATIONS, events::MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let mut ids = Vec::new();
        for number in 0..4 {
            ids.push(stage.emit(Some(1), &push()).await);
            stage.emit(Some(2 + number), &push()).await;
        }
        let renamed = stage.emit(Some(1), &Renamed).await;
        ids.reverse();
        let project = || EventFilter { project: Some(1), ..EventFilter::default() };
        let pushes = EventFilter { kinds: vec![Pushed::KIND.to_owned()], ..project() };
        assert_eq!(stage.list(pushes, 10).await, ids);
        assert_eq!(stage.list(project(), 2).await, [renamed, ids[0]]);
        let next = EventFilter { before: Some(ids[0]), ..project() };
        assert_eq!(stage.list(next, 2).await, ids[1..3]);
        let visible = EventFilter { projects: Some(vec![2, 3]), ..EventFilter::default() };
        assert_eq!(stage.list(visible, 10).await.len(), 2);
        let nothing = EventFilter { projects: Some(Vec::new()), ..EventFilter::default() };
        assert_eq!(stage.list(nothing, 10).await, []);
        let strangers = EventFilter { actor: Some(UserId(9)), ..EventFilter::default() };
        assert_eq!(stage.list(strangers, 10).await, []);
        let event = stage.events.get(&db, renamed).await.unwrap();
        assert_eq!((event.at, event.payload_as().unwrap()), (stage.clock.now(), Some(Renamed)));
    })
    .await;
}

#[tokio::test]
async fn old_events_go_and_new_ones_stay() {
    on_each(&[jobs::MIGRATIONS, events::MIGRATIONS], async |db| {
        let stage = Stage::new(&db);
        let old = stage.emit(Some(1), &push()).await;
        stage.deliver().await;
        stage.clock.advance(20 * DAY);
        let new = stage.emit(Some(1), &push()).await;
        stage.deliver().await;
        stage.clock.advance(11 * DAY);
        let worker = jobs::Worker::start(
            db.clone(),
            stage.jobs.clone(),
            stage.registry.clone(),
            stage.ears.clone(),
            jobs::WorkerOptions { poll: Duration::from_millis(50), ..Default::default() },
        )
        .await
        .unwrap();
        stage.clock.advance(Duration::from_secs(3600));
        for _ in 0..200 {
            if stage.list(EventFilter::default(), 10).await == [new] {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(stage.list(EventFilter::default(), 10).await, [new]);
        assert!(stage.events.get(&db, old).await.unwrap_err().is_not_found());
        worker.shutdown(Duration::from_secs(5)).await;
    })
    .await;
}

#[test]
fn two_listeners_cannot_share_a_name() {
    let twice = listeners().on("feed", &["*"], async |_: Ears, _: Event| Ok(()));
    let error = twice.register(Registry::new(), DAY).unwrap_err();
    assert!(error.to_string().contains("feed"), "{error}");
}

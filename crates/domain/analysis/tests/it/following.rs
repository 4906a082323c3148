//! What follows from scans and decisions: exceptions, expiry, people, files,
//! badges, messages, schedules.

use std::time::Duration;

use analysis::{
    Badge, BadgeOf, ExportFormat, FindingFilter, FindingState, Gate, IgnoreReason, NewException,
    NewNotice, NoticeKind, PlanChange, ScanState, Trigger, Triggers,
};
use base::PageRequest;
use messages::Lang;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::world::{CLEAN, DANGEROUS, each};

#[tokio::test]
async fn what_is_ignored_for_a_time_comes_back() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let mut new = world.new_plan("plan");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let scan = world.scan(&plan).await;
        let all: Vec<_> = world.findings(&plan).await.iter().map(|one| one.id).collect();
        let first = all[0];
        let now = world.env().clock.now();
        let ignore = async |until| {
            let reason = IgnoreReason::Accepted;
            analysis::ignore_until(&world.ann, &plan, &all, reason, "", Some(until)).await
        };
        assert!(ignore(now.before(Duration::from_secs(1))).await.is_err());
        ignore(now.after(Duration::from_secs(3600))).await.unwrap();
        let state = async || {
            let found = analysis::finding(&world.ann, &plan, first).await.unwrap();
            (found.state, found.ignored.is_some())
        };
        assert_eq!(state().await, (FindingState::Ignored, true));
        world.tick(Duration::from_secs(3000)).await;
        assert_eq!(state().await, (FindingState::Ignored, true));
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Passed);
        world.tick(Duration::from_secs(900)).await;
        assert_eq!(state().await, (FindingState::Open, false));
        assert_eq!(world.again(&plan, &scan).await.state, ScanState::Failed);
    })
    .await;
}

#[tokio::test]
async fn exceptions_hold_for_what_comes_later() {
    each(async |world| {
        world.commit(&[("old/run.py", Some(DANGEROUS)), ("new/run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("plan")).await;
        world.scan(&plan).await;
        let new = |path: &str| NewException {
            rule: "python/eval-call".to_owned(),
            path: path.to_owned(),
            reason: IgnoreReason::WontFix,
            note: "legacy".to_owned(),
            until: None,
        };
        let made = analysis::except(&world.ann, &plan, new("old/")).await.unwrap();
        let ignored = async || {
            let filter =
                FindingFilter { states: vec![FindingState::Ignored], ..Default::default() };
            let found = world.findings_of(&plan, &filter).await;
            found.into_iter().map(|one| one.path).collect::<Vec<_>>()
        };
        assert_eq!(ignored().await, ["old/run.py"]);
        world.commit(&[("old/more.py", Some(DANGEROUS)), ("older/more.py", Some(DANGEROUS))]);
        world.scan(&plan).await;
        assert_eq!(ignored().await, ["old/more.py", "old/run.py"]);
        assert_eq!(analysis::exceptions(&world.ann, &plan).await.unwrap().len(), 1);
        analysis::lift(&world.ann, &plan, made.id).await.unwrap();
        assert!(ignored().await.is_empty());
        assert!(analysis::lift(&world.ann, &plan, made.id).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn findings_find_their_people() {
    each(async |world| {
        world.commit(&[
            ("CODEOWNERS", Some("/owned/ @ann\n")),
            ("owned/run.py", Some(DANGEROUS)),
            ("free/run.py", Some(DANGEROUS)),
        ]);
        let plan = world.make(world.new_plan("plan")).await;
        world.scan(&plan).await;
        let ann = world.ann.actor.user_id().unwrap();
        let of = async |path: &str| {
            let filter = FindingFilter { path: path.to_owned(), ..Default::default() };
            world.findings_of(&plan, &filter).await
        };
        let owned = of("owned").await;
        assert!(
            owned.iter().all(|one| one.assignee.as_ref().is_some_and(|who| who.id == ann)),
            "{owned:?}"
        );
        let free = of("free").await;
        assert!(free.iter().all(|one| one.assignee.is_none()));
        let ids: Vec<_> = free.iter().map(|one| one.id).collect();
        analysis::assign(&world.ann, &plan, &ids, Some(ann)).await.unwrap();
        let mine = FindingFilter { assignee: Some(ann), ..Default::default() };
        assert_eq!(world.findings_of(&plan, &mine).await.len(), owned.len() + free.len());
        analysis::assign(&world.ann, &plan, &ids, None).await.unwrap();
        assert_eq!(world.findings_of(&plan, &mine).await.len(), owned.len());
        let stranger = base::UserId(987_654);
        assert!(analysis::assign(&world.ann, &plan, &ids, Some(stranger)).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn findings_leave_as_files() {
    each(async |world| {
        world.commit(&[("=run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("plan")).await;
        world.scan(&plan).await;
        let filter = FindingFilter::active();
        let export =
            async |format| analysis::export(&world.ann, &plan, &filter, format).await.unwrap();
        let csv = String::from_utf8(export(ExportFormat::Csv).await).unwrap();
        assert_eq!(csv.lines().count(), 1 + world.findings(&plan).await.len());
        assert!(csv.contains("\"'=run.py\""), "{csv}");
        let sarif: serde_json::Value =
            serde_json::from_slice(&export(ExportFormat::Sarif).await).unwrap();
        assert_eq!(crate::sarif::faults(&sarif), [""; 0]);
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let first = &results[0];
        assert_eq!(first["ruleId"], "python/eval-call");
        let place = &first["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "=run.py");
        assert_eq!(place["region"]["startLine"], 5);
        let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
        let index = first["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], "python/eval-call");
        let book = export(ExportFormat::Xlsx).await;
        assert!(book.starts_with(b"PK"));
    })
    .await;
}

#[tokio::test]
async fn badges_are_shown_to_whom_they_are_meant_for() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("plan");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let show = async |badge: Badge, token: &str| {
            let mut definition = plan.definition.clone();
            definition.badge = badge;
            let change = PlanChange { definition: Some(definition), ..PlanChange::default() };
            analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
            analysis::badge(world.env(), &plan.uid, token, BadgeOf::Gate).await
        };
        assert!(show(Badge::Hidden, "").await.unwrap_err().is_not_found());
        assert!(show(Badge::Public, "").await.unwrap().contains("failed"));
        let secret = || Badge::Token { hash: analysis::badge_hash("t0ken") };
        assert!(show(secret(), "").await.unwrap_err().is_not_found());
        assert!(show(secret(), "t0ken").await.unwrap().starts_with("<svg"));
    })
    .await;
}

#[tokio::test]
async fn messages_go_out_signed_and_are_tried_again() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("plan")).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let new = NewNotice {
            name: "room".to_owned(),
            kind: NoticeKind::Plain,
            address: format!("http://127.0.0.1:{port}/hook?key=k"),
            language: Lang::En,
            secret: "s3cret".to_owned(),
            only_failures: false,
        };
        let made = analysis::create_notice(&world.ann, &plan, new.clone()).await.unwrap();
        assert_eq!((made.host.as_str(), made.signed), ("127.0.0.1", true));
        for address in ["ftp://x/y", "no address", ""] {
            let wrong = NewNotice { address: address.to_owned(), ..new.clone() };
            assert!(analysis::create_notice(&world.ann, &plan, wrong).await.is_err());
        }
        let receiving = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in [
                "HTTP/1.1 500 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
            ] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut text = Vec::new();
                let mut piece = [0; 4096];
                while !String::from_utf8_lossy(&text).contains("\"url\"") {
                    let read = stream.read(&mut piece).await.unwrap();
                    assert!(read > 0);
                    text.extend_from_slice(&piece[..read]);
                }
                stream.write_all(answer.as_bytes()).await.unwrap();
                requests.push(String::from_utf8(text).unwrap());
            }
            requests
        });
        world.start(&plan).await;
        world.drain().await;
        let log = async || {
            let page = PageRequest::first(10);
            let log = analysis::deliveries(&world.ann, &plan, page).await.unwrap().items;
            (log.len(), log[0].state.clone(), log[0].attempts)
        };
        assert_eq!(log().await, (1, "waiting".to_owned(), 1));
        world.tick(Duration::from_secs(3600)).await;
        assert_eq!(log().await, (1, "sent".to_owned(), 2));
        let requests = receiving.await.unwrap();
        assert!(requests[1].starts_with("POST /hook?key=k HTTP/1.1"), "{}", requests[1]);
        assert!(requests[1].contains("x-mortise-signature: sha256="));
        assert!(requests[1].contains("\"event\":\"scan.finished\""));
        analysis::delete_notice(&world.ann, &plan, made.id).await.unwrap();
        assert!(analysis::notices(&world.ann, &plan).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn schedules_start_scans() {
    each(async |world| {
        world.commit(&[("add.py", Some(CLEAN))]);
        let mut new = world.new_plan("nightly");
        new.definition.triggers =
            Triggers { enabled: true, schedule: "30 * * * *".to_owned(), ..Triggers::default() };
        let plan = world.make(new).await;
        world.tick(Duration::from_secs(61)).await;
        let before = world.scans(&plan).await.len();
        world.tick(Duration::from_secs(3600)).await;
        let scans = world.scans(&plan).await;
        assert_eq!(scans.len(), before + 1);
        let last = scans.last().unwrap();
        assert_eq!((last.trigger, last.state), (Trigger::Schedule, ScanState::Passed));
    })
    .await;
}

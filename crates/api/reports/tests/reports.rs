//! Results that programs bring and fetch.

use analysis::testing::{TEAM, World, on_each};
use analysis::{Badge, PlanChange, PlanKey};
use base::Write;
use door::testing::{Client, token};
use http::{Method, StatusCode};

fn anonymous(world: &World) -> Client {
    Client::new(api_reports::router().with_state(world.env().clone()))
}

async fn client(world: &World, name: &str) -> Client {
    let token = token(world.env(), &world.person(name).await).await;
    anonymous(world).with("authorization", &format!("Bearer {token}"))
}

const CODE: &str = "def f(x):\n    return eval(x)\n";
const REPORT: &str = "SF:f.py\nDA:1,1\nDA:2,0\nend_of_record\n";

#[tokio::test]
async fn coverage_is_brought_and_judged() {
    on_each(async |world| {
        let commit = world.push("main", &[("f.py", CODE)]).await;
        world.test.run_jobs().await;
        let ann = client(&world, "ann").await;
        let target = format!("/api/analysis/depots/{TEAM}/web/site/coverage?commit=main&flag=unit");
        let answer = ann.send(Method::POST, &target, REPORT).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let body = answer.json();
        assert_eq!((&body["commit"], &body["format"]), (&commit.into(), &"lcov".into()));
        assert_eq!(
            (&body["lines"], &body["hit"], &body["files"]),
            (&2.into(), &1.into(), &1.into())
        );
        for (name, expected) in [("gus", StatusCode::FORBIDDEN), ("zoe", StatusCode::NOT_FOUND)] {
            let answer = client(&world, name).await.send(Method::POST, &target, REPORT).await;
            assert_eq!(answer.status, expected, "{name}");
        }
        let answer = anonymous(&world).send(Method::POST, &target, REPORT).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let answer = ann.send(Method::POST, &target, "nonsense").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["error"]["field"], "report");
    })
    .await;
}

#[tokio::test]
async fn findings_and_badges_are_fetched() {
    on_each(async |world| {
        world.push("main", &[("f.py", CODE)]).await;
        world.test.run_jobs().await;
        let key = PlanKey::Named(world.project.id, "default");
        let plan = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        let base = format!("/api/analysis/plans/{}", plan.uid);
        let gus = client(&world, "gus").await;
        let answer = gus.get(&format!("{base}/findings.sarif")).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["runs"][0]["results"][0]["ruleId"], "python/eval-call");
        for ending in ["csv", "xlsx"] {
            let answer = gus.get(&format!("{base}/findings.{ending}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{ending}");
        }
        assert_eq!(gus.get(&format!("{base}/findings.pdf")).await.status, StatusCode::NOT_FOUND);
        let stranger = client(&world, "zoe").await;
        let answer = stranger.get(&format!("{base}/findings.csv")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);

        let nobody = anonymous(&world);
        let badge = format!("{base}/badge.svg");
        assert_eq!(nobody.get(&badge).await.status, StatusCode::NOT_FOUND);
        let mut definition = plan.definition.clone();
        definition.badge = Badge::Public;
        let change = PlanChange { definition: Some(definition), ..PlanChange::default() };
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        for of in ["", "?of=findings", "?of=security", "?of=coverage"] {
            let answer = nobody.get(&format!("{badge}{of}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{of}");
        }
        assert_eq!(nobody.get(&format!("{badge}?of=x")).await.status, StatusCode::BAD_REQUEST);

        let ann = client(&world, "ann").await;
        let answer = ann.send(Method::POST, &format!("{base}/scans"), "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let number = answer.json()["number"].as_i64().unwrap();
        world.test.run_jobs().await;
        let answer = ann.get(&format!("{base}/scans/{number}")).await;
        assert_eq!(answer.json()["state"], "passed");
        let refused = gus.send(Method::POST, &format!("{base}/scans"), "").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn histories_are_measured_read_and_compared() {
    on_each(async |world| {
        let first = world.push("main", &[("f.py", CODE)]).await;
        let second = world.push("main", &[("g.py", "def g(x):\n    return x\n")]).await;
        world.test.run_jobs().await;
        let key = PlanKey::Named(world.project.id, "default");
        let plan = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        let base = format!("/api/analysis/plans/{}", plan.uid);
        let (ann, gus) = (client(&world, "ann").await, client(&world, "gus").await);
        let target = format!("{base}/history?commits=10");
        let refused = gus.send(Method::POST, &target, "").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        let stranger = client(&world, "zoe").await;
        assert_eq!(stranger.get(&format!("{base}/series")).await.status, StatusCode::NOT_FOUND);
        let nobody = anonymous(&world).get(&format!("{base}/series")).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
        let wrong = ann.send(Method::POST, &format!("{base}/history?commits=x"), "").await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let started = ann.send(Method::POST, &target, "").await;
        assert_eq!(started.status, StatusCode::OK, "{}", started.json());
        let id = started.json()["id"].as_i64().unwrap();
        world.test.run_jobs().await;
        let told = gus.get(&format!("{base}/history")).await.json();
        assert_eq!(
            (&told["backfills"][0]["state"], &told["backfills"][0]["done"]),
            (&"done".into(), &2.into())
        );
        let ended = ann.send(Method::DELETE, &format!("{base}/history/{id}"), "").await;
        assert_eq!(ended.status, StatusCode::CONFLICT);

        let series = gus.get(&format!("{base}/series?metric=files,findings")).await.json();
        assert_eq!((&series["tip"], &series["measured"]), (&second.clone().into(), &2.into()));
        assert_eq!(series["points"][0]["commit"], first.clone());
        assert_eq!(series["points"][1]["values"], serde_json::json!([2.0, 1.0]));
        let wrong = gus.get(&format!("{base}/series?metric=beauty")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        let measured = gus.get(&format!("{base}/commits/{first}")).await.json();
        assert_eq!(measured["measures"]["totals"]["files"], 1);
        let unknown = gus.get(&format!("{base}/commits/{}", "0".repeat(40))).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);

        let compared = gus.get(&format!("{base}/compare?old={second}&new={first}")).await.json();
        assert_eq!(compared["files"]["total"], 1);
        assert_eq!(compared["files"]["items"][0]["path"], "g.py");
        assert_eq!(compared["functions"]["items"][0]["name"], "g");
        let missing = gus.get(&format!("{base}/compare?old={second}")).await;
        assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

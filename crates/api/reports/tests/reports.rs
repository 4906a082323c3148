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
async fn the_lines_of_a_comparison_are_told() {
    on_each(async |world| {
        let old = world.push("main", &[("f.py", "import os\n")]).await;
        let new = world.push("main", &[("f.py", CODE)]).await;
        world.test.run_jobs().await;
        let ann = client(&world, "ann").await;
        let depot = format!("/api/analysis/depots/{TEAM}/web/site");
        let coverage = format!("{depot}/coverage?commit=main");
        let brought = ann.send(Method::POST, &coverage, REPORT).await;
        assert_eq!(brought.status, StatusCode::OK);
        let changes = format!("{depot}/changes?old={old}&new=main");
        let gus = client(&world, "gus").await;
        let answer = gus.get(&changes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let body = answer.json();
        assert_eq!((&body["scanned"], &body["covered"]["percent"]), (&true.into(), &50.0.into()));
        let file = &body["files"][0];
        assert_eq!(file["path"], "f.py");
        assert_eq!(file["hits"], serde_json::json!([[1, 1], [2, 0]]));
        assert_eq!(file["findings"][0]["rule"], "python/eval-call");
        assert_eq!(file["findings"][0]["line"], 2);
        // What is no commit, what is missing, and who may not see it.
        let answer = gus.get(&format!("{depot}/changes?old=gone&new={new}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["error"]["field"], "old");
        assert_eq!(gus.get(&format!("{depot}/changes")).await.status, StatusCode::BAD_REQUEST);
        let zoe = client(&world, "zoe").await;
        assert_eq!(zoe.get(&changes).await.status, StatusCode::NOT_FOUND);
        assert_eq!(anonymous(&world).get(&changes).await.status, StatusCode::UNAUTHORIZED);
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

#[tokio::test]
async fn secrets_in_the_history_are_told_and_decided_about() {
    on_each(async |world| {
        // Made up here, so that none stands in the repository.
        let secret = ["x9#Lq", "27vRt!", "mZ4"].concat();
        let text = format!("password = '{secret}'\n");
        let first = world.push("main", &[("f.py", &text)]).await;
        world.push("main", &[("f.py", CODE)]).await;
        world.test.run_jobs().await;
        let key = PlanKey::Named(world.project.id, "default");
        let plan = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        let base = format!("/api/analysis/plans/{}/secrets", plan.uid);
        let (ann, gus) = (client(&world, "ann").await, client(&world, "gus").await);
        let listed = gus.get("/api/analysis/projects/web/plans").await.json();
        assert_eq!(
            (&listed["total"], &listed["plans"][0]["uid"]),
            (&1.into(), &plan.uid.clone().into())
        );
        assert_eq!(gus.send(Method::POST, &base, "").await.status, StatusCode::FORBIDDEN);
        let stranger = client(&world, "zoe").await;
        assert_eq!(stranger.get(&base).await.status, StatusCode::NOT_FOUND);
        assert_eq!(anonymous(&world).get(&base).await.status, StatusCode::UNAUTHORIZED);
        let nowhere = ann.send(Method::POST, &format!("{base}?branch=none"), "").await;
        assert_eq!(nowhere.status, StatusCode::BAD_REQUEST);
        let started = ann.send(Method::POST, &base, "").await;
        assert_eq!(started.status, StatusCode::OK, "{}", started.json());
        assert_eq!(started.json()["kind"], "secrets");
        world.test.run_jobs().await;

        let told = gus.get(&base).await;
        assert!(!told.json().to_string().contains(&secret));
        let told = told.json();
        assert_eq!((&told["total"], &told["searches"][0]["done"]), (&1.into(), &2.into()));
        let one = &told["secrets"][0];
        assert_eq!((&one["commit"], &one["path"]), (&first.into(), &"f.py".into()));
        assert_eq!((&one["state"], &one["at_tip"]), (&"open".into(), &false.into()));
        let target = format!("{base}/{}", one["id"]);
        let revoked = r#"{"state":"revoked","note":"done"}"#;
        let refused = gus.send(Method::PUT, &target, revoked).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        for wrong in ["", "{}", r#"{"state":"gone"}"#, r#"{"state":"ignored"}"#] {
            let answer = ann.send(Method::PUT, &target, wrong).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        let answer = ann.send(Method::PUT, &target, revoked).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let told = gus.get(&format!("{base}?state=open")).await.json();
        assert_eq!((&told["total"], &told["counts"]["revoked"]), (&0.into(), &1.into()));
        assert_eq!(gus.get(&format!("{base}?at_tip=x")).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

const RULE: &str = "id: no-print
language: python
rule: { pattern: print($X) }
metadata: { tests: { valid: [log(x)], invalid: [print(x)] } }
";
const FOREIGN: &str = "rules:
- id: no-exec
  languages: [python]
  severity: ERROR
  message: dangerous
  patterns:
  - pattern: exec(...)
  - pattern-not: exec(\"...\")
- id: judges
  languages: [python]
  severity: INFO
  message: slow
  patterns:
  - pattern: key($N)
  - metavariable-analysis: { metavariable: $N, analyzer: redos }
";

#[tokio::test]
async fn rules_are_listed_made_changed_removed_and_imported() {
    on_each(async |world| {
        let actor = identity::testing::actor(world.env(), TEAM, "eve", base::TeamRole::Admin).await;
        let token = token(world.env(), &actor).await;
        let eve = anonymous(&world).with("authorization", &format!("Bearer {token}"));
        let rules = "/api/analysis/projects/web/rules";
        let answer = eve.send(Method::POST, rules, RULE).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let first = answer.json();
        assert_eq!((&first["id"], &first["tested"]), (&"own/no-print".into(), &true.into()));
        assert_eq!(eve.send(Method::POST, rules, RULE).await.status, StatusCode::CONFLICT);
        let wrong = RULE.replace("print(x)]", "log(x)]");
        let answer = eve.send(Method::POST, rules, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["error"]["field"], "rule");
        let one = format!("{rules}/no-print");
        let answer = eve.send(Method::PUT, &one, RULE.replace("print", "printf")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let answer = eve.send(Method::PUT, &one, RULE.replace("rule: {", "rule: {  ")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        assert_ne!(answer.json()["version"], first["version"]);

        let gus = client(&world, "gus").await;
        assert_eq!(gus.get(rules).await.json()["rules"].as_array().unwrap().len(), 1);
        assert_eq!(gus.send(Method::POST, rules, RULE).await.status, StatusCode::FORBIDDEN);
        assert_eq!(gus.send(Method::DELETE, &one, "").await.status, StatusCode::FORBIDDEN);
        let stranger = client(&world, "zoe").await;
        assert_eq!(stranger.get(rules).await.status, StatusCode::NOT_FOUND);
        assert_eq!(anonymous(&world).get(rules).await.status, StatusCode::UNAUTHORIZED);

        let import = format!("{rules}/import");
        let look = eve.send(Method::POST, &format!("{import}?look=1"), FOREIGN).await;
        assert_eq!(look.json()["rules"][0]["kept"], false, "{}", look.json());
        let report = eve.send(Method::POST, &import, FOREIGN).await.json();
        let (exec, judges) = (&report["rules"][0], &report["rules"][1]);
        assert_eq!((&exec["outcome"], &exec["kept"]), (&"whole".into(), &true.into()), "{report}");
        assert_eq!(judges["outcome"], "refused", "{report}");
        assert_eq!(eve.get(&format!("{rules}/no-exec")).await.json()["tested"], false);
        assert_eq!(eve.send(Method::DELETE, &one, "").await.status, StatusCode::OK);
        assert_eq!(eve.send(Method::DELETE, &one, "").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

const COMPARED: &str = "def f(x):\n    return x is 5\n";

#[tokio::test]
async fn fixes_are_shown_and_committed() {
    on_each(async |world| {
        world.push("main", &[("f.py", COMPARED)]).await;
        world.test.run_jobs().await;
        let key = PlanKey::Named(world.project.id, "default");
        let plan = analysis::authorise_plan::<Write>(&world.ann, key).await.unwrap();
        let page = base::PageRequest::first(10);
        let filter = analysis::FindingFilter::default();
        let sort = analysis::FindingSort::Path;
        let found = analysis::findings(&world.ann, &plan, &filter, sort, page).await.unwrap();
        let finding = found.items.iter().find(|one| one.rule == "python/is-literal").unwrap().id;
        let target = format!("/api/analysis/plans/{}/findings/{finding}/fix", plan.uid);

        let gus = client(&world, "gus").await;
        let answer = gus.get(&target).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let fix = answer.json();
        let patch = fix["patch"].as_str().unwrap();
        assert!(patch.contains("-    return x is 5\n+    return x == 5\n"), "{patch}");
        assert_eq!((&fix["branch"], &fix["line"]), (&"main".into(), &2.into()));
        let wanted = serde_json::json!({ "branch": "fix/value", "blob": fix["blob"] }).to_string();
        for (name, expected) in [("gus", StatusCode::FORBIDDEN), ("zoe", StatusCode::NOT_FOUND)] {
            let answer =
                client(&world, name).await.send(Method::POST, &target, wanted.clone()).await;
            assert_eq!(answer.status, expected, "{name}");
        }
        let nobody = anonymous(&world);
        assert_eq!(nobody.get(&target).await.status, StatusCode::UNAUTHORIZED);

        let ann = client(&world, "ann").await;
        let odd = ann.send(Method::POST, &target, "{\"brunch\": \"x\"}").await;
        assert_eq!(
            (odd.status, &odd.json()["error"]["field"]),
            (StatusCode::BAD_REQUEST, &"body".into())
        );
        assert_eq!(ann.get(&format!("{target}?range=all")).await.status, StatusCode::BAD_REQUEST);
        let answer = ann.send(Method::POST, &target, wanted.clone()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.json());
        let repository = depots::repository(world.env(), &world.depot).unwrap();
        let tip = repository.reference("refs/heads/fix/value").unwrap().unwrap();
        assert_eq!(answer.json()["commit"], tip.to_string());
        let file = repository.file(tip, "f.py", 1 << 20).unwrap();
        assert_eq!(file.data, COMPARED.replace("is 5", "== 5").as_bytes());
        let said = repository.commit(tip).unwrap().message;
        assert!(said.starts_with("Fix in f.py: "), "{said}");
        // The answer names the branch also where the question left it away.
        let straight = ann.send(Method::POST, &target, "{}").await;
        assert_eq!(straight.json()["branch"], "main", "{}", straight.json());
        // The branch has it now.
        let again = ann.send(Method::POST, &target, wanted.clone()).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.json());
    })
    .await;
}

#[tokio::test]
async fn what_the_code_depends_on_is_fetched_as_a_bill() {
    on_each(async |world| {
        let lock = r#"{ "lockfileVersion": 3, "packages": {
            "": { "dependencies": { "a": "1" } },
            "node_modules/a": { "version": "1.2.0", "license": "MIT" } } }"#;
        world.push("main", &[("package-lock.json", lock), ("f.py", CODE)]).await;
        world.test.run_jobs().await;
        let ann = client(&world, "ann").await;
        let plans = ann.send(Method::GET, "/api/analysis/projects/web/plans", "").await.json();
        let uid = plans["plans"][0]["uid"].as_str().expect("a plan").to_owned();
        let target = |file: &str| format!("/api/analysis/plans/{uid}/{file}");
        let bill = ann.send(Method::GET, &target("sbom.cdx.json"), "").await;
        assert_eq!(bill.status, StatusCode::OK);
        let bill = bill.json();
        assert_eq!(
            (&bill["bomFormat"], &bill["specVersion"]),
            (&"CycloneDX".into(), &"1.6".into())
        );
        assert_eq!(bill["components"][0]["purl"], "pkg:npm/a@1.2.0");
        let spdx = ann.send(Method::GET, &target("sbom.spdx.json?scan=1"), "").await.json();
        assert_eq!(spdx["spdxVersion"], "SPDX-2.3");
        for (file, expected) in [
            ("sbom.xml", StatusCode::NOT_FOUND),
            ("sbom.cdx.json?scan=9", StatusCode::NOT_FOUND),
            ("sbom.cdx.json?scan=x", StatusCode::BAD_REQUEST),
        ] {
            let answer = ann.send(Method::GET, &target(file), "").await;
            assert_eq!(answer.status, expected, "{file}");
        }
        let zoe = client(&world, "zoe").await;
        let answer = zoe.send(Method::GET, &target("sbom.cdx.json"), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    })
    .await;
}

//! Rules that a team writes, and rulesets of the team.

use analysis::{Category, PlanChange, Rules, RulesetPart, ScanState, changes_between, own_changes};
use base::{Read, TeamRole};
use call::Call;
use projects::{Project, ProjectKey};

use crate::world::{World, each};

const PRINT: &str = "id: no-print
language: python
severity: error
message: leave `$X` to the log
rule: { pattern: print($X) }
metadata:
  category: bug
  docs: { en: { what: Prints are lost. } }
  tests:
    valid: ['log(x)']
    invalid: ['print(x)']
";

/// An admin of the team, and the project as he sees it.
async fn admin(world: &World) -> (Call, base::Granted<Project, Read>) {
    let actor = identity::testing::actor(world.env(), "makers", "eve", TeamRole::Admin).await;
    let eve = Call::for_user(world.env().clone(), actor);
    let project = projects::authorise::<Read>(&eve, ProjectKey::Id(world.project.id)).await;
    (eve, project.unwrap())
}

fn with_own() -> Rules {
    let mut rules = Rules::default();
    rules.packs.insert("own".to_owned());
    rules
}

#[tokio::test]
async fn a_rule_is_written_run_changed_and_removed() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let denied = analysis::save_own_rule(&world.ann, &project, PRINT, true).await;
        assert!(matches!(denied, Err(base::Error::Denied { .. })), "{denied:?}");
        let first = analysis::save_own_rule(&eve, &project, PRINT, true).await.unwrap();
        assert_eq!((first.name.as_str(), first.tested), ("own/no-print", true));
        let again = analysis::save_own_rule(&eve, &project, PRINT, true).await;
        assert!(matches!(again, Err(base::Error::Conflict { .. })), "{again:?}");

        let ruleset =
            analysis::create_ruleset(&world.ann, &world.writable(), "own", "", &with_own()).await;
        let ruleset = ruleset.unwrap();
        let mut new = world.new_plan("ours");
        new.ruleset = Some(ruleset.id);
        let plan = world.make(new).await;
        world.commit(&[("a.py", Some("print(1)\n"))]);
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        let found = world.findings(&plan).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].rule.as_str(), found[0].category), ("own/no-print", Category::Bug));
        assert_eq!(found[0].message, "leave `1` to the log");
        let before = scan.result.unwrap().rules;
        assert_eq!((before.ruleset, before.name.as_str()), (Some(ruleset.id), "own"));
        assert_eq!(before.own["own/no-print"], first.version);

        // Another version finds other things, and the earlier scan keeps its own.
        let text = PRINT.replace("print(", "printf(");
        let second = analysis::save_own_rule(&eve, &project, &text, false).await.unwrap();
        assert_ne!(second.version, first.version);
        let scan = world.scan(&plan).await.result.unwrap();
        assert_eq!((scan.open.total(), scan.fixed), (0, 1));
        let changes = own_changes(&before.own, &scan.rules.own);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].part, &changes[0].before), (RulesetPart::Own, &first.version));
        let versions = analysis::own_rule_versions(&eve, &project, "no-print").await.unwrap();
        let kept: Vec<&str> = versions.iter().map(|one| one.version.as_str()).collect();
        assert_eq!(kept, [&second.version, &first.version]);
        assert_eq!(versions[1].text, PRINT);

        analysis::remove_own_rule(&eve, &project, "own/no-print").await.unwrap();
        assert!(analysis::own_rules(&eve, &project).await.unwrap().is_empty());
        assert!(analysis::own_rule(&eve, &project, "no-print").await.unwrap().removed);
        assert!(analysis::remove_own_rule(&eve, &project, "no-print").await.is_err());
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        assert!(scan.result.unwrap().rules.own.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_rule_with_wrong_examples_is_refused_with_the_reason() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        for (from, to, why) in [
            ("invalid: ['print(x)']", "invalid: ['log(x)']", "does not report invalid example 1"),
            ("valid: ['log(x)']", "valid: ['print(x)']", "reports valid example 1"),
            ("valid: ['log(x)']\n", "valid: []\n", "needs a valid and an invalid example"),
            ("pattern: print($X)", "pattern: print($X", "is wrong: line 5"),
        ] {
            let text = PRINT.replace(from, to);
            assert_ne!(text, PRINT);
            let refused = analysis::save_own_rule(&eve, &project, &text, true).await.unwrap_err();
            assert!(matches!(&refused, base::Error::Invalid { field, .. } if field == "rule"));
            assert!(refused.to_string().contains(why), "{refused}");
        }
        let tried = analysis::try_rule(&world.ann, PRINT, "python", "\nprint(2)\n").await.unwrap();
        let tried = tried.unwrap();
        assert_eq!(tried.trial.matches[0].span.start_line, 2);
        assert_eq!(tried.fault(), None);
        assert!(analysis::own_rules(&eve, &project).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn rulesets_name_rules_of_the_team_and_analysers() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let mut rules = with_own();
        rules.rules.insert("own/no-print".to_owned(), Default::default());
        let create = async |rules: &Rules| {
            analysis::create_ruleset(&world.ann, &world.writable(), "x", "", rules).await
        };
        assert!(create(&rules).await.unwrap_err().to_string().contains("own/no-print"));
        analysis::save_own_rule(&eve, &project, PRINT, true).await.unwrap();
        rules.adapters.insert("no-such-one".to_owned());
        assert!(create(&rules).await.unwrap_err().to_string().contains("no-such-one"));
        rules.adapters = ["detekt".to_owned()].into();
        let made = create(&rules).await.unwrap();

        world.commit(&[("a.kt", Some("fun main() {}\n"))]);
        let mut new = world.new_plan("all");
        new.ruleset = Some(made.id);
        // Named by the plan, too: it runs once.
        new.definition.parameters = "mortise.adapters=detekt\n".to_owned();
        let plan = world.make(new).await;
        let result = world.scan(&plan).await.result.unwrap();
        let tools: Vec<&str> = result.adapters.iter().map(|run| run.tool.as_str()).collect();
        assert_eq!(tools, ["detekt"]);
    })
    .await;
}

#[tokio::test]
async fn a_ruleset_is_shared_made_the_standard_copied_and_compared() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let writable = world.writable();
        let made = analysis::create_ruleset(&world.ann, &writable, "house", "", &with_own()).await;
        let made = made.unwrap();
        let mut other = with_own();
        other.packs.insert("strict".to_owned());
        other.exclude.push("gen".to_owned());
        let changed =
            analysis::modify_ruleset(&world.ann, &writable, made.id, &other).await.unwrap();
        let versions = analysis::ruleset_versions(&world.ann, &project, made.id).await.unwrap();
        assert_eq!(versions.len(), 2);
        assert_eq!((&versions[0].version, &versions[1].version), (&changed.hash, &made.hash));
        assert_eq!(versions[0].by, "ann");
        let changes = changes_between(&versions[1].content, &versions[0].content);
        let parts: Vec<_> = changes.iter().map(|one| (one.part, one.subject.as_str())).collect();
        assert_eq!(parts, [(RulesetPart::Pack, "strict"), (RulesetPart::Exclude, "gen")]);
        // Back to what it was: the past keeps its order, what holds is first.
        analysis::modify_ruleset(&world.ann, &writable, made.id, &with_own()).await.unwrap();
        let versions = analysis::ruleset_versions(&world.ann, &project, made.id).await.unwrap();
        assert_eq!(versions[0].version, made.hash);

        assert!(analysis::share_ruleset(&world.ann, &writable, made.id).await.is_err());
        assert!(analysis::set_standard(&eve, &project, Some(made.id)).await.is_err());
        let own = projects::authorise(&eve, ProjectKey::Id(world.project.id)).await.unwrap();
        analysis::share_ruleset(&eve, &own, made.id).await.unwrap();
        let refused = analysis::modify_ruleset(&world.ann, &writable, made.id, &other).await;
        assert!(matches!(refused, Err(base::Error::Denied { .. })), "{refused:?}");
        assert!(analysis::delete_ruleset(&world.ann, &writable, made.id).await.is_err());
        assert!(analysis::set_standard(&world.ann, &project, Some(made.id)).await.is_err());
        analysis::set_standard(&eve, &project, Some(made.id)).await.unwrap();
        assert_eq!(analysis::standard_ruleset(&eve, &project).await.unwrap(), Some(made.id));

        let copy = analysis::copy_ruleset(&world.ann, &writable, made.id, "mine").await.unwrap();
        assert_eq!((copy.hash == made.hash, copy.project), (true, Some(world.project.id)));

        // The plan that a depot gets by itself begins with it.
        world.push(&[("a.py", Some("a = 1\n"))]).await;
        assert_eq!(world.plan("default").await.ruleset, Some(made.id));
        let _: &Project = &project;
        let change = PlanChange { ruleset: Some(Some(copy.id)), ..PlanChange::default() };
        analysis::modify_plan(&world.ann, &world.plan("default").await, change).await.unwrap();
        analysis::delete_ruleset(&eve, &own, made.id).await.unwrap();
        assert_eq!(analysis::standard_ruleset(&eve, &project).await.unwrap(), None);
    })
    .await;
}

const THREE: &str = "id: one
language: python
rule: { pattern: one($X) }
---
id: two
language: python
message: leave it
metadata: { title: Two is too much, title_zh: 二太多 }
rule: { pattern: two($X) }
---
id: three
language: python
rule: { pattern: three($X) }
";

#[tokio::test]
async fn removed_rules_make_room_for_others() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let rules = |numbers: std::ops::Range<u64>| {
            let rule = |number| {
                format!("id: rule-{number}\nlanguage: python\nrule: {{ pattern: f{number}($X) }}\n")
            };
            let text = numbers.map(rule).collect::<Vec<_>>().join("---\n");
            vec![(String::new(), text.into_bytes())]
        };
        let most = analysis::MOST_OWN;
        analysis::import_rules(&eve, &project, rules(0..most), true).await.unwrap();
        let full = analysis::save_own_rule(&eve, &project, PRINT, true).await.unwrap_err();
        assert!(matches!(full, base::Error::Limit { .. }), "{full:?}");
        analysis::remove_own_rule(&eve, &project, "rule-7").await.unwrap();
        analysis::save_own_rule(&eve, &project, PRINT, true).await.unwrap();
        // What was removed comes back only where there is room.
        let back = analysis::import_rules(&eve, &project, rules(7..8), true).await.unwrap();
        assert!(!back[0].kept && back[0].why[0].contains("rules of its own"), "{back:?}");
        assert_eq!(analysis::own_rules(&eve, &project).await.unwrap().len() as u64, most);
    })
    .await;
}

/// Makes the database fail when the rule of this name is written.
async fn break_at(world: &World, name: &str) {
    use sea_orm::{ConnectionTrait as _, DbBackend};
    let tx = world.env().db.begin().await.unwrap();
    let script = match tx.get_database_backend() {
        DbBackend::Sqlite => format!(
            "CREATE TRIGGER broken BEFORE INSERT ON analysis_own_rules WHEN NEW.name = '{name}' \
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ),
        _ => format!(
            "CREATE FUNCTION broken() RETURNS trigger AS $$ BEGIN \
             RAISE EXCEPTION 'the disk is full'; END $$ LANGUAGE plpgsql; \
             CREATE TRIGGER broken BEFORE INSERT ON analysis_own_rules FOR EACH ROW \
             WHEN (NEW.name = '{name}') EXECUTE FUNCTION broken()"
        ),
    };
    tx.execute_unprepared(&script).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_import_is_all_or_nothing() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let files = || vec![(String::new(), THREE.as_bytes().to_vec())];
        break_at(&world, "own/three").await;
        let error = analysis::import_rules(&eve, &project, files(), true).await.unwrap_err();
        assert!(matches!(error, base::Error::Internal { .. }), "{error:?}");
        let kept = analysis::own_rules(&eve, &project).await.unwrap();
        assert!(kept.is_empty(), "{kept:?}");

        let two = THREE.replace("id: three", "id: four");
        let files = vec![(String::new(), two.into_bytes())];
        let report = analysis::import_rules(&eve, &project, files, true).await.unwrap();
        assert!(report.iter().all(|one| one.kept), "{report:?}");
        assert_eq!(analysis::own_rules(&eve, &project).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn rules_of_a_team_are_called_by_their_titles() {
    each(async |world| {
        let (eve, project) = admin(&world).await;
        let files = vec![(String::new(), THREE.as_bytes().to_vec())];
        analysis::import_rules(&eve, &project, files, true).await.unwrap();
        let content = Rules { packs: ["own".to_owned()].into(), ..Rules::default() };
        let ruleset =
            analysis::create_ruleset(&world.ann, &world.writable(), "all", "", &content).await;
        let new = analysis::NewPlan { ruleset: Some(ruleset.unwrap().id), ..world.new_plan("all") };
        world.commit(&[("a.py", Some("one(1)\ntwo(2)\n"))]);
        let plan = world.make(new).await;
        world.scan(&plan).await;
        let titles = analysis::rule_titles(&world.ann, &plan).await.unwrap();
        let (en, zh) = (messages::Lang::En, messages::Lang::Zh);
        assert_eq!(titles.of(en, "own/two"), "Two is too much");
        assert_eq!(titles.of_own(zh, "own/two"), Some("二太多"));
        assert_eq!(titles.of_own(en, "python/eval-call"), None);
        assert_eq!(titles.of(en, "own/gone"), "own/gone");

        let filter = analysis::FindingFilter::default();
        let csv = analysis::ExportFormat::Csv;
        let csv = analysis::export(&world.ann, &plan, &filter, csv).await.unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(csv.contains("\"own/two\",\"Two is too much\""), "{csv}");
        let sarif = analysis::ExportFormat::Sarif;
        let sarif = analysis::export(&world.ann, &plan, &filter, sarif).await.unwrap();
        let sarif: serde_json::Value = serde_json::from_slice(&sarif).unwrap();
        let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
        assert_eq!(rules[1]["shortDescription"]["text"], "Two is too much", "{rules}");
    })
    .await;
}

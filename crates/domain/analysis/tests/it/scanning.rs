//! What scans find, and what they recognise again.

use analysis::{FindingEventKind, FindingState, ScanState, Severity, SeverityCounts};
use base::PageRequest;

use crate::world::{CLEAN, DANGEROUS, each, each_format};

#[tokio::test]
async fn a_first_scan_counts_and_finds() {
    each_format(async |world| {
        let head = world.commit(&[
            ("app/run.py", Some(DANGEROUS)),
            ("app/add.py", Some(CLEAN)),
            ("web/a.js", Some("function f() {\n  return 1;\n}\n")),
            ("node_modules/x/y.js", Some("eval(x)\n")),
            ("picture.bin", Some("\0\0")),
        ]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.state, ScanState::Passed, "{}", scan.error);
        assert_eq!((scan.number, scan.sources[0].commit.as_str()), (1, head.to_string().as_str()));
        let result = scan.result.as_ref().unwrap();
        assert_eq!(result.totals.files, 3);
        assert_eq!(result.totals.lines.total, 11 + 3 + 3);
        assert_eq!(result.totals.lines.code, 7 + 2 + 3);
        assert_eq!(result.totals.lines.comment, 1);
        assert_eq!(result.totals.functions, 4);
        let languages: Vec<_> =
            result.languages.iter().map(|one| (one.language.id(), one.totals.files)).collect();
        assert_eq!(languages, [("python", 2), ("javascript", 1)]);
        let two = SeverityCounts { error: 2, ..SeverityCounts::default() };
        assert_eq!((result.open, result.new, result.fixed), (two, two, 0));
        assert_eq!(result.analysed, 3);
        assert_eq!(result.skipped, 1);
        assert!(result.phases.iter().any(|(phase, _)| phase == "analyse"));

        let findings = world.findings(&plan).await;
        let places: Vec<_> =
            findings.iter().map(|one| (one.path.as_str(), one.line, one.rule.as_str())).collect();
        assert_eq!(
            places,
            [("app/run.py", 5, "python/eval-call"), ("app/run.py", 11, "python/os-system")]
        );
        let first = &findings[0];
        assert_eq!((first.state, first.severity), (FindingState::New, Severity::Error));
        assert_eq!(first.symbol, "run");
        let author = first.author.as_ref().unwrap();
        assert_eq!(
            (author.name.as_str(), author.mail.as_str()),
            ("Grace Hopper", "grace@example.org")
        );
        assert_eq!(author.commit, head.to_string());
        assert_eq!(first.first_seen.number, 1);
        assert_eq!(first.last_seen.commit, head.to_string());

        let plan = world.plan("all").await;
        assert_eq!((plan.latest_scan, plan.latest_result), (Some(scan.id), Some(scan.id)));
    })
    .await;
}

#[tokio::test]
async fn findings_survive_edits_moves_and_renames() {
    each_format(async |world| {
        world.commit(&[("app/run.py", Some(DANGEROUS)), ("add.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let before = world.findings(&plan).await;

        // Lines move down, one finding goes, another comes.
        let edited = DANGEROUS
            .replace("import os\n", "import os\nimport sys\n\n# More.\n")
            .replace("    value = eval(text)\n", "    value = int(text)\n");
        let extra = "import pickle\n\n\ndef load(f):\n    return pickle.load(f)\n";
        world.commit(&[("app/run.py", Some(&edited)), ("load.py", Some(extra))]);
        let second = world.scan(&plan).await;
        let result = second.result.as_ref().unwrap();
        assert_eq!((result.new.total(), result.fixed, result.open.total()), (1, 1, 2));
        assert_eq!((result.analysed, result.cached), (2, 1));
        let after = world.findings(&plan).await;
        let of = |id| after.iter().find(|one| one.id == id).unwrap();
        let (gone, kept) = (of(before[0].id), of(before[1].id));
        assert_eq!((gone.state, gone.last_seen.number), (FindingState::Fixed, 1));
        assert_eq!(gone.fixed.as_ref().unwrap().number, 2);
        assert_eq!((kept.state, kept.line), (FindingState::Open, 14));
        assert_eq!((kept.first_seen.number, kept.last_seen.number), (1, 2));
        let new = after.iter().find(|one| one.path == "load.py").unwrap();
        assert_eq!((new.state, new.first_seen.number), (FindingState::New, 2));
        assert!(new.author.is_some());

        // The whole file moves; nothing is new or gone.
        world.commit(&[("app/run.py", None), ("core/jobs/run.py", Some(&edited))]);
        let third = world.scan(&plan).await;
        let result = third.result.as_ref().unwrap();
        assert_eq!((result.new.total(), result.fixed, result.open.total()), (0, 0, 2));
        assert_eq!(result.analysed, 0);
        let kept = analysis::finding(&world.ann, &plan, before[1].id).await.unwrap();
        assert_eq!((kept.state, kept.path.as_str()), (FindingState::Open, "core/jobs/run.py"));
        let history = analysis::history(&world.ann, &plan, &kept).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [FindingEventKind::Found, FindingEventKind::Moved]);
        assert_eq!(history[1].note, "from app/run.py");
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_in_its_place_is_reopened() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let before = world.findings(&plan).await;
        world.commit(&[("run.py", Some(&DANGEROUS.replace("eval(text)", "int(text)")))]);
        world.scan(&plan).await;
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let third = world.scan(&plan).await;
        let result = third.result.as_ref().unwrap();
        assert_eq!((result.reopened, result.new.total(), result.open.total()), (1, 1, 2));
        let finding = analysis::finding(&world.ann, &plan, before[0].id).await.unwrap();
        assert_eq!(finding.state, FindingState::Reopened);
        assert!(finding.fixed.is_none());
        let history = analysis::history(&world.ann, &plan, &finding).await.unwrap();
        let kinds: Vec<_> = history.iter().map(|event| (event.kind, event.scan)).collect();
        assert_eq!(
            kinds,
            [
                (FindingEventKind::Found, Some(1)),
                (FindingEventKind::Fixed, Some(2)),
                (FindingEventKind::Reopened, Some(3)),
            ]
        );
        // A scan later it is merely open.
        world.scan(&plan).await;
        let finding = analysis::finding(&world.ann, &plan, before[0].id).await.unwrap();
        assert_eq!(finding.state, FindingState::Open);
    })
    .await;
}

#[tokio::test]
async fn a_crashed_analyser_closes_nothing() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS)), ("add.py", Some(CLEAN))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        // An object that cannot be read stands for an analyser that fails.
        let changed = format!("{DANGEROUS}\nx = 1\n");
        let head = world.commit(&[("run.py", Some(&changed))]);
        let blob = world.repository.entry(head, "run.py").unwrap().oid.to_string();
        let object = world.repository.path().join("objects").join(&blob[..2]).join(&blob[2..]);
        std::fs::rename(&object, object.with_extension("away")).unwrap();
        let second = world.scan(&plan).await;
        assert_eq!(second.state, ScanState::Passed, "{}", second.error);
        let result = second.result.as_ref().unwrap();
        assert_eq!((result.failed_files, result.fixed, result.open.total()), (1, 0, 2));
        let states: Vec<_> = world.findings(&plan).await.iter().map(|one| one.state).collect();
        assert_eq!(states, [FindingState::Open, FindingState::Open]);

        // Once it can be read again, the findings are still the same ones.
        std::fs::rename(object.with_extension("away"), &object).unwrap();
        let third = world.scan(&plan).await;
        let result = third.result.as_ref().unwrap();
        assert_eq!((result.failed_files, result.fixed, result.new.total()), (0, 0, 0));
        assert_eq!((result.analysed, result.open.total()), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn parameters_and_languages_choose_what_is_scanned() {
    each(async |world| {
        world.commit(&[
            ("src/run.py", Some(DANGEROUS)),
            ("src/gen/run.py", Some(DANGEROUS)),
            ("lib/run.py", Some(DANGEROUS)),
            ("src/a.js", Some("f();\n")),
        ]);
        let mut new = world.new_plan("some");
        new.definition.parameters =
            "sonar.projectKey=x\nsonar.sources=./src\nsonar.exclusions=src/gen/**".to_owned();
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        let result = scan.result.as_ref().unwrap();
        assert_eq!((result.totals.files, result.skipped), (2, 2));
        let left_out =
            analysis::left_out(&world.ann, &plan, &scan, PageRequest::first(10)).await.unwrap();
        let paths: Vec<_> = left_out.items.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["lib/run.py", "src/gen/run.py"]);

        let mut new = world.new_plan("scripts");
        new.definition.languages = vec!["javascript".to_owned()];
        let plan = world.make(new).await;
        let scan = world.scan(&plan).await;
        assert_eq!(scan.result.unwrap().totals.files, 1);
    })
    .await;
}

#[tokio::test]
async fn languages_are_told_by_content_where_endings_are_shared() {
    each(async |world| {
        world.commit(&[
            ("a.h", Some("int f(void);\n")),
            ("b.h", Some("namespace b { int f(); }\n")),
            ("c.m", Some("#import <Foundation/Foundation.h>\n@implementation A\n@end\n")),
            ("d.m", Some("function y = f(x)\n  y = x;\nend\n")),
            ("e.ts", Some("export const e: number = 1;\n")),
            ("f.ts", Some("<?xml version='1.0'?>\n<TS/>\n")),
            ("g.pl", Some("#!/usr/bin/perl\nuse strict;\n")),
            ("h.v", Some("module h();\nendmodule\n")),
        ]);
        let of = async |languages: &[&str]| {
            let mut new = world.new_plan(&format!("plan{}", languages.join("+")));
            new.definition.languages = languages.iter().map(|id| (*id).to_owned()).collect();
            let plan = world.make(new).await;
            let result = world.scan(&plan).await.result.unwrap();
            let mut ids: Vec<_> = result.languages.iter().map(|one| one.language.id()).collect();
            ids.sort_unstable();
            ids
        };
        let all =
            ["c", "cpp", "matlab", "objective-c", "perl", "qt-linguist", "typescript", "verilog"];
        assert_eq!(of(&[]).await, all);
        assert_eq!(of(&["c"]).await, ["c"]);
        assert_eq!(of(&["cpp", "typescript"]).await, ["cpp", "typescript"]);
    })
    .await;
}

#[tokio::test]
async fn reports_are_shared_by_depots_and_rulesets_count() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("one")).await;
        let first = world.scan(&plan).await.result.unwrap();
        assert_eq!((first.analysed, first.cached), (1, 0));

        let (other, repository) = crate::world::depot(&world.ann, &world.project, "fork").await;
        crate::world::commit(&repository, "main", &[("deep/er/run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("fork");
        new.sources = vec![(other.lower(), "main".to_owned())];
        let plan = world.make(new).await;
        let forked = world.scan(&plan).await.result.unwrap();
        assert_eq!((forked.analysed, forked.cached), (0, 1));
        assert_eq!(forked.open, first.open);

        // Another severity costs no analysis; the findings stay the same ones.
        let mut rules = analysis::Rules::default();
        rules.rules.insert(
            "python/eval-call".to_owned(),
            analysis::RuleSetting { severity: Some(Severity::Fatal), ..Default::default() },
        );
        let ruleset = analysis::create_ruleset(&world.ann, &world.writable(), "strict", "", &rules)
            .await
            .unwrap();
        let change = analysis::PlanChange { ruleset: Some(Some(ruleset.id)), ..Default::default() };
        analysis::modify_plan(&world.ann, &plan, change).await.unwrap();
        let plan = world.plan("fork").await;
        let strict = world.scan(&plan).await.result.unwrap();
        assert_eq!((strict.analysed, strict.new.total(), strict.open.fatal), (0, 0, 1));
        assert_eq!(strict.ruleset_hash, ruleset.hash);
    })
    .await;
}

#[tokio::test]
async fn several_depots_are_one_result() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let (other, repository) = crate::world::depot(&world.ann, &world.project, "api").await;
        crate::world::commit(&repository, "main", &[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("both");
        new.sources.push((other.clone().lower(), String::new()));
        let plan = world.make(new).await;
        assert_eq!(plan.sources[1].branch, "main");
        let scan = world.scan(&plan).await;
        let result = scan.result.as_ref().unwrap();
        assert_eq!((result.totals.files, result.open.total()), (2, 4));
        let page = PageRequest::first(10);
        let files = analysis::files(&world.ann, &plan, &scan, page).await.unwrap();
        let paths: Vec<_> = files.items.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["api/run.py", "site/run.py"]);
        let findings = world.findings(&plan).await;
        assert!(findings.iter().all(|one| one.path == "run.py"));
        assert_eq!(findings.iter().filter(|one| one.depot == other.id).count(), 2);
        let (source, path) = scan.locate("api/run.py").unwrap();
        assert_eq!((source.depot, path), (other.id, "run.py"));

        // A change in one leaves the other's findings alone.
        crate::world::commit(&repository, "main", &[("run.py", Some(CLEAN))]);
        let second = world.scan(&plan).await.result.unwrap();
        assert_eq!((second.fixed, second.open.total()), (2, 2));
    })
    .await;
}

#[tokio::test]
async fn many_findings_are_written_in_portions_and_each_once() {
    each(async |world| {
        let many: String = (0..900).map(|number| format!("eval(input({number}))\n")).collect();
        world.commit(&[("app/run.py", Some(&many))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let lines = async || {
            let found = world.findings(&plan).await;
            let mut lines: Vec<i64> = found
                .iter()
                .filter(|one| one.rule == "python/eval-call")
                .map(|one| i64::from(one.line))
                .collect();
            lines.sort_unstable();
            lines
        };
        assert_eq!(lines().await, (1..=900).collect::<Vec<_>>());
        // What is there again is not written again.
        world.commit(&[("app/run.py", Some(&format!("x = 1\n{many}")))]);
        let second = world.scan(&plan).await;
        assert_eq!(lines().await, (2..=901).collect::<Vec<_>>());
        assert_eq!(second.result.unwrap().new.total(), 0);
    })
    .await;
}

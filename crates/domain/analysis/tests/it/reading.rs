//! Lists: filters, orders, pages, and that all of them agree.

use analysis::{FindingFilter, FindingSort, FindingState, IgnoreReason, Severity};
use base::PageRequest;

use crate::world::{CLEAN, DANGEROUS, each, each_format};

const PASSED_OVER: &str = "def f():\n    try:\n        g()\n    except Exception:\n        pass\n";

#[tokio::test]
async fn a_directory_is_read_by_itself() {
    each(async |world| {
        world.commit(&[
            ("src/deep/run.py", Some(DANGEROUS)),
            ("src/add.py", Some(CLEAN)),
            ("top.py", Some(CLEAN)),
        ]);
        let plan = world.make(world.new_plan("plan")).await;
        let scan = world.scan(&plan).await;
        let of = async |directory: &str| {
            let found = analysis::below(&world.ann, &plan, &scan, directory, 10).await.unwrap();
            found.map(|found| {
                let folders: Vec<String> =
                    found.directories.iter().map(|one| one.path.clone()).collect();
                let files: Vec<String> = found.files.iter().map(|one| one.path.clone()).collect();
                (found.totals.files, folders.join(" "), files.join(" "))
            })
        };
        assert_eq!(of("").await, Some((3, "src".to_owned(), "top.py".to_owned())));
        assert_eq!(of("src").await, Some((2, "src/deep".to_owned(), "src/add.py".to_owned())));
        assert_eq!(of("src/deep").await, Some((1, String::new(), "src/deep/run.py".to_owned())));
        for gone in ["sr", "src/", "src/add.py", ".."] {
            assert_eq!(of(gone).await, None, "{gone}");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_orders_and_pages() {
    each(async |world| {
        world.commit(&[
            ("app/run.py", Some(DANGEROUS)),
            ("app.py", Some(PASSED_OVER)),
            ("apps/b.py", Some(PASSED_OVER)),
        ]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let extra = "import pickle\n\n\ndef load(f):\n    return pickle.load(f)\n";
        world.commit(&[("new.py", Some(extra))]);
        world.scan(&plan).await;
        let base = FindingFilter::default;
        for (expected, filter) in [
            (5, base()),
            (3, FindingFilter { severities: vec![Severity::Warning], ..base() }),
            (2, FindingFilter { path: "app".to_owned(), ..base() }),
            (1, FindingFilter { path: "app.py".to_owned(), ..base() }),
            (1, FindingFilter { states: vec![FindingState::New], ..base() }),
            (4, FindingFilter { new_in: Some(1), ..base() }),
            (2, FindingFilter { rules: vec!["python/except-pass".to_owned()], ..base() }),
            (5, FindingFilter { language: "python".to_owned(), ..base() }),
            (0, FindingFilter { language: "go".to_owned(), ..base() }),
            (5, FindingFilter { author: "GRACE".to_owned(), ..base() }),
            (0, FindingFilter { author: "ada".to_owned(), ..base() }),
            (5, FindingFilter { depot: Some(world.depot.id), ..base() }),
            (1, FindingFilter { text: "PICKLE".to_owned(), ..base() }),
            (0, FindingFilter { lane: "other".to_owned(), ..base() }),
        ] {
            let found = world.findings_of(&plan, &filter).await;
            assert_eq!(found.len(), expected, "{filter:?}: {found:?}");
        }

        let page = PageRequest::offset(1, 2);
        let found = analysis::findings(&world.ann, &plan, &base(), FindingSort::Severity, page)
            .await
            .unwrap();
        assert_eq!((found.total, found.items.len()), (5, 2));
        let nine = PageRequest::first(9);
        let all = analysis::findings(&world.ann, &plan, &base(), FindingSort::Severity, nine)
            .await
            .unwrap()
            .items;
        assert_eq!(all[1..3], found.items[..]);
        assert!(all.windows(2).all(|pair| pair[0].severity >= pair[1].severity));
        let newest = analysis::findings(&world.ann, &plan, &base(), FindingSort::Newest, page)
            .await
            .unwrap();
        assert_ne!(newest.items[0].path, "new.py");

        let counts = analysis::counts(&world.ann, &plan, "").await.unwrap();
        assert_eq!((counts.active.total(), counts.new.total()), (5, 1));
        assert_eq!(counts.states.get("open"), Some(&4));
        assert_eq!(counts.rules[0].rule, "python/except-pass");
        assert_eq!((counts.rules[0].count, counts.rules[0].severity), (2, Severity::Warning));
        assert_eq!((counts.authors.len(), counts.authors[0].count), (1, 5));
    })
    .await;
}

#[tokio::test]
async fn every_number_agrees() {
    each(async |world| {
        let long: String =
            (0..40).map(|n| format!("    if x > {n}:\n        x = x - {n}\n")).collect();
        let complex = format!("def f(x):\n{long}    return x\n");
        world.commit(&[
            ("a/run.py", Some(DANGEROUS)),
            ("a/f.py", Some(&complex)),
            ("b/f.py", Some(&complex.replace("def f", "def g"))),
            ("b/add.py", Some(CLEAN)),
        ]);
        let plan = world.make(world.new_plan("all")).await;
        let scan = world.scan(&plan).await;
        let result = scan.result.as_ref().unwrap();
        let all = PageRequest::first(1000);
        let files = analysis::files(&world.ann, &plan, &scan, all).await.unwrap().items;
        let lines: u32 = files.iter().map(|file| file.totals.lines.total).sum();
        assert_eq!((lines, files.len()), (result.totals.lines.total, 4));
        let directories = analysis::directories(&world.ann, &plan, &scan, all).await.unwrap().items;
        let root = directories.iter().find(|one| one.path.is_empty()).unwrap();
        assert_eq!(root.totals.lines, result.totals.lines);
        let languages: u32 = result.languages.iter().map(|one| one.totals.lines.code).sum();
        assert_eq!(languages, result.totals.lines.code);
        let counts = analysis::counts(&world.ann, &plan, "").await.unwrap();
        assert_eq!(counts.active, result.open);
        assert_eq!(result.totals.findings, result.open);
        assert_eq!(world.findings(&plan).await.len() as u32, result.open.total());

        let functions = analysis::functions(&world.ann, &plan, &scan, all).await.unwrap();
        assert_eq!(functions.total, 5);
        assert_eq!(functions.items[0].cyclomatic, 41);
        assert_eq!((result.max_cyclomatic, result.complex_functions), (41, 2));
        let clones = analysis::duplicates(&world.ann, &plan, &scan, all).await.unwrap();
        assert_eq!(clones.total, u64::from(result.duplicate_blocks));
        let pair = clones.items.first().unwrap();
        assert_eq!((pair.first.path.as_str(), pair.second.path.as_str()), ("a/f.py", "b/f.py"));
        let range = (pair.second.start_line, pair.second.end_line);
        let side =
            analysis::lines(&world.ann, &plan, &scan, &pair.second.path, range).await.unwrap();
        assert_eq!(side.lines.len() as u32, range.1 - range.0 + 1);

        let activity = analysis::activity(&world.ann, &[world.depot.id]).await.unwrap();
        let known = &activity[&world.depot.id];
        assert_eq!((known.scans, known.rulesets, known.branches.len()), (1, 1, 1));
        let (_, latest, _) = known.latest.as_ref().unwrap();
        assert_eq!(latest.result, scan.result);
        let stranger = crate::world::user(world.env(), "bob").await;
        let hidden = analysis::activity(&stranger, &[world.depot.id]).await.unwrap();
        assert_eq!(hidden[&world.depot.id], analysis::DepotActivity::default());
        let trend = analysis::trend(&world.ann, &plan, 10).await.unwrap();
        assert_eq!(Some(&trend[0].result), scan.result.as_ref());
        let plans = [world.plan("all").await.into_inner()];
        let latest = analysis::latest_results(&world.ann, &plans).await.unwrap();
        assert_eq!(latest[&plan.id], scan);

        // Only the latest result keeps its lists.
        let second = world.scan(&plan).await;
        assert_eq!(analysis::files(&world.ann, &plan, &scan, all).await.unwrap().total, 0);
        assert_eq!(analysis::files(&world.ann, &plan, &second, all).await.unwrap().total, 4);
        assert_eq!(world.again(&plan, &scan).await.result, scan.result);
    })
    .await;
}

#[tokio::test]
async fn the_code_around_a_finding_is_that_of_its_last_sight() {
    each_format(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        world.commit(&[("run.py", Some(&DANGEROUS.replace("eval(text)", "int(text)")))]);
        world.scan(&plan).await;
        let findings = world.findings(&plan).await;
        let excerpts = analysis::excerpts(&world.ann, &plan, &findings, 1).await.unwrap();
        let texts = |index: usize| {
            let lines = excerpts[index].lines.iter();
            lines.map(|line| (line.number, line.text.trim(), line.marked)).collect::<Vec<_>>()
        };
        assert_eq!(
            texts(0),
            [
                (4, "def run(text):", false),
                (5, "value = eval(text)", true),
                (6, "return value", false)
            ]
        );
        assert_eq!(texts(1).len(), 2);
        assert_eq!(texts(1)[1], (11, "os.system('rm ' + name)", true));
    })
    .await;
}

#[tokio::test]
async fn a_finding_that_is_ignored_is_counted_as_such() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("all")).await;
        world.scan(&plan).await;
        let ids = [world.findings(&plan).await[1].id];
        analysis::ignore(&world.ann, &plan, &ids, IgnoreReason::WontFix, "").await.unwrap();
        let counts = analysis::counts(&world.ann, &plan, "").await.unwrap();
        assert_eq!((counts.active.total(), counts.states.get("ignored")), (1, Some(&1)));
        assert_eq!(world.findings_of(&plan, &FindingFilter::active()).await.len(), 1);
    })
    .await;
}

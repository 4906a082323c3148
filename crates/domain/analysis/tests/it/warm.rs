//! What a scan remembers of the one before it changes nothing but its price.

use analysis::{FindingFilter, Scan, ScanPlan, remember_at_most};
use base::{Granted, PageRequest, Write};

use crate::world::{CLEAN, DANGEROUS, World, commit, depot, each};

/// Everything that a scan says which does not depend on when it was done.
async fn said(world: &World, plan: &Granted<ScanPlan, Write>, scan: &Scan) -> String {
    let (ann, page) = (&world.ann, PageRequest::first(1000));
    let result = scan.result.clone().unwrap();
    let findings = world.findings_of(plan, &FindingFilter::active()).await;
    let mut findings: Vec<String> = findings
        .iter()
        .map(|one| format!("{} {} {} {}", one.path, one.line, one.rule, one.message))
        .collect();
    findings.sort();
    format!(
        "{:#?}",
        (
            (result.totals, result.languages, result.open, result.duplicate_blocks),
            (result.complex_functions, result.max_cyclomatic, result.skipped, result.partly_parsed),
            result.dependencies,
            analysis::files(ann, plan, scan, page).await.unwrap().items,
            analysis::directories(ann, plan, scan, page).await.unwrap().items,
            analysis::functions(ann, plan, scan, page).await.unwrap().items,
            analysis::duplicates(ann, plan, scan, page).await.unwrap().items,
            analysis::left_out(ann, plan, scan, page).await.unwrap().items,
            findings,
        )
    )
}

fn copied(name: &str) -> String {
    let mut text = format!("def {name}(rows, limit):\n");
    for number in 0..12 {
        text.push_str(&format!(
            "    if limit > {number}:\n        rows.append((limit, {number}))\n        limit -= 1\n"
        ));
    }
    text.push_str("    return rows\n");
    text
}

type Edits<'a> = Vec<(&'a str, Option<String>)>;

fn commits() -> Vec<Edits<'static>> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        vec![("run.py", text(DANGEROUS)), ("lib/a.py", Some(copied("one")))],
        vec![("lib/b.py", Some(copied("two"))), ("static/x.min.js", text("var x = 1;\n"))],
        vec![("run.py", text(&format!("# One more line.\n{DANGEROUS}")))],
        // A copy of a copy, and a file that becomes a directory.
        vec![
            ("b.py", Some(copied("two"))),
            ("run.py", None),
            ("run.py/inside.py", text(DANGEROUS)),
        ],
        vec![("lib/b.py", None), ("lib-x/b.py", Some(copied("two")))],
        vec![("requirements.txt", text("flask==1.0\n")), ("lib/a.h", text("class A {};\n"))],
        vec![("lib/a.h", text("int a(void);\n")), ("lib/broken.py", text("def (:\n  x = = 1\n"))],
        vec![("run.py/inside.py", None), ("run.py", text(CLEAN)), ("lib/a.py", text(CLEAN))],
    ]
}

fn borrowed<'a>(edits: &'a Edits<'_>) -> Vec<(&'a str, Option<&'a str>)> {
    edits.iter().map(|(path, text)| (*path, text.as_deref())).collect()
}

#[tokio::test]
async fn a_scan_after_another_says_what_a_first_one_says() {
    each(async |world| {
        let warm = world.make(world.new_plan("warm")).await;
        for (number, edits) in commits().iter().enumerate() {
            world.commit(&borrowed(edits));
            if number == 5 {
                // As in a process that has just begun.
                remember_at_most(world.env(), 0);
                remember_at_most(world.env(), 1 << 30);
            }
            let scan = world.scan(&warm).await;
            let cold = world.make(world.new_plan(&format!("cold-{number}"))).await;
            let first = world.scan(&cold).await;
            let (found, expected) =
                (said(&world, &warm, &scan).await, said(&world, &cold, &first).await);
            assert_eq!(found, expected, "commit {number}");
        }
    })
    .await;
}

#[tokio::test]
async fn plans_of_several_depots_remember_each() {
    each(async |world| {
        let (other, repository) = depot(&world.ann, &world.project, "other").await;
        commit(&repository, "main", &[("x.py", Some(&copied("zero")))]);
        let new = |name: &str| {
            let mut new = world.new_plan(name);
            new.sources.push((other.clone().lower(), "main".to_owned()));
            new
        };
        let warm = world.make(new("warm")).await;
        for (number, edits) in commits().iter().enumerate() {
            world.commit(&borrowed(edits));
            if number % 2 == 1 {
                commit(&repository, "main", &[("x.py", Some(&copied(&format!("x{number}"))))]);
            }
            let scan = world.scan(&warm).await;
            let cold = world.make(new(&format!("cold-{number}"))).await;
            let first = world.scan(&cold).await;
            let (found, expected) =
                (said(&world, &warm, &scan).await, said(&world, &cold, &first).await);
            assert_eq!(found, expected, "commit {number}");
        }
    })
    .await;
}

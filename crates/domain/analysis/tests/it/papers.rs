//! Scans on paper.

use std::io::Read as _;

use analysis::Gate;
use base::Error;
use messages::Lang;

use crate::world::{DANGEROUS, each};

/// What is written on the pages: the inflated streams of a PDF.
fn streams(pdf: &[u8]) -> String {
    let mut all = String::new();
    let mut rest = pdf;
    let find = |bytes: &[u8], word: &[u8]| bytes.windows(word.len()).position(|some| some == word);
    while let Some(start) = find(rest, b"stream\n") {
        rest = &rest[start + 7..];
        let end = find(rest, b"endstream").unwrap();
        let mut text = Vec::new();
        let mut inflated = flate2::read::ZlibDecoder::new(&rest[..end]);
        if inflated.read_to_end(&mut text).is_ok() {
            all.push_str(&String::from_utf8_lossy(&text));
        }
        rest = &rest[end + 9..];
    }
    all
}

#[tokio::test]
async fn a_report_says_what_the_pages_say() {
    each(async |world| {
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("夜间 nightly");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        let scan = world.start(&plan).await;
        let early = analysis::report(&world.ann, &plan, &scan, Lang::En).await.unwrap_err();
        assert!(matches!(early, Error::Conflict { .. }), "{early:?}");
        world.drain().await;
        let scan = world.again(&plan, &scan).await;
        // The rule's title, Chinese as UTF-16: 动态执行代码.
        for (lang, gate, rule) in [
            (Lang::En, "(The gate says no.)", "(Dynamic evaluation)"),
            (Lang::Zh, "(run.py:11)", "<52A860016267884C4EE37801>"),
        ] {
            let pdf = analysis::report(&world.ann, &plan, &scan, lang).await.unwrap();
            assert!(pdf.starts_with(b"%PDF-1."), "{lang:?}");
            let text = streams(&pdf);
            for part in [gate, "(run.py:5)", rule, "(1 / "] {
                assert!(text.contains(part), "{lang:?} {part}: {text}");
            }
            let raw = String::from_utf8_lossy(&pdf);
            assert!(raw.contains("/STSong-Light-UniGB-UTF16-H"), "{lang:?}");
            assert!(raw.contains(&format!("/scans/{}", scan.number)), "{lang:?}");
            // 夜, by which letters are copied out of it.
            assert!(raw.contains("<591C> <591C>"), "{lang:?}: {raw}");
        }
    })
    .await;
}

//! Scans told of by mail, over the real wire.

use std::time::Duration;

use analysis::{Delivery, Gate, NewNotice, Notice, NoticeKind, ScanPlan};
use base::{Error, Granted, PageRequest, Write};
use mail::testing::Post;
use messages::Lang;

use crate::world::{DANGEROUS, World, each};

fn ann_and_bo() -> NewNotice {
    NewNotice {
        name: "team".to_owned(),
        kind: NoticeKind::Mail,
        address: "ann@example.com, bo@example.org; ann@example.com".to_owned(),
        language: Lang::Zh,
        secret: String::new(),
        only_failures: true,
    }
}

async fn told(world: &World, plan: &Granted<ScanPlan, Write>) -> Notice {
    analysis::create_notice(&world.ann, plan, ann_and_bo()).await.unwrap()
}

async fn log(world: &World, plan: &Granted<ScanPlan, Write>) -> Vec<Delivery> {
    analysis::deliveries(&world.ann, plan, PageRequest::first(10)).await.unwrap().items
}

/// The bodies of the parts of a letter, decoded.
pub(crate) fn read(text: &str) -> String {
    use base64::Engine as _;
    let mut all = String::new();
    for part in text.split("\n--").skip(1) {
        let Some((head, body)) = part.split_once("\n\n") else { continue };
        if head.contains("base64") {
            let joined: String = body.split_whitespace().collect();
            let bytes = base64::engine::general_purpose::STANDARD.decode(joined).unwrap();
            all.push_str(&String::from_utf8_lossy(&bytes));
            continue;
        }
        let joined = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
            match (first, byte) {
                (b'=', Some(byte)) => {
                    bytes.push(byte);
                    rest = &after[2..];
                }
                _ => {
                    bytes.push(*first);
                    rest = after;
                }
            }
        }
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

#[tokio::test]
async fn a_failed_gate_is_a_letter_in_the_reader_s_language() {
    each(async |world| {
        let post = Post::open().await;
        let world = world.with_mail(post.mailer());
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let mut new = world.new_plan("夜间");
        new.definition.gate = Gate::on();
        let plan = world.make(new).await;
        let made = told(&world, &plan).await;
        assert_eq!(made.host, "a…@example.com, b…@example.org");
        assert_eq!(made.language, Lang::Zh);
        let scan = world.scan(&plan).await;
        let arrived = post.arrived();
        assert_eq!(arrived.len(), 1);
        assert_eq!(arrived[0].to, ["ann@example.com", "bo@example.org"]);
        let text = read(&arrived[0].text);
        for part in [
            "结果: 门禁未通过",
            "新增问题: 2",
            "新增代码：错误及以上的问题数: 2 (≤ 0)",
            "run.py:5",
            &format!("/scans/{}", scan.number),
            "<html lang=\"zh\">",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let log = log(&world, &plan).await;
        assert_eq!((log.len(), log[0].state.as_str(), log[0].attempts), (1, "sent", 1));
        assert_eq!(log[0].answer, "250 2.0.0 queued as 7");

        // The findings are old now, the scan passes, and nobody is told.
        world.scan(&plan).await;
        assert_eq!(post.arrived().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_tried_again_where_that_may_help() {
    each(async |world| {
        let post = Post::open().await;
        let world = world.with_mail(post.mailer());
        world.commit(&[("run.py", Some(DANGEROUS))]);
        let plan = world.make(world.new_plan("plan")).await;
        let made = told(&world, &plan).await;
        post.answer("451 4.3.0 come back later");
        analysis::try_notice(&world.ann, &plan, made.id).await.unwrap();
        world.drain().await;
        let waiting = &log(&world, &plan).await[0];
        assert_eq!((waiting.state.as_str(), waiting.attempts), ("waiting", 1));
        assert!(waiting.answer.contains("451"), "{waiting:?}");
        world.tick(Duration::from_secs(3600)).await;
        let sent = &log(&world, &plan).await[0];
        assert_eq!((sent.state.as_str(), sent.attempts), ("sent", 2));
        assert!(read(&post.arrived()[0].text).contains("这是一封测试邮件"));

        post.answer("554 5.7.1 not from you");
        analysis::try_notice(&world.ann, &plan, made.id).await.unwrap();
        world.drain().await;
        let refused = &log(&world, &plan).await[0];
        assert_eq!((refused.state.as_str(), refused.attempts), ("failed", 1));
        assert!(refused.answer.contains("not from you"), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn mail_that_cannot_be_sent_is_refused_where_it_is_asked_for() {
    each(async |world| {
        let plan = world.make(world.new_plan("plan")).await;
        let refused = analysis::create_notice(&world.ann, &plan, ann_and_bo()).await.unwrap_err();
        assert!(matches!(refused, Error::Unsupported { .. }), "{refused:?}");
        let post = Post::open().await;
        let world = world.with_mail(post.mailer());
        for address in ["", " , ", "https://example.com", "a@b@c", "ann"] {
            let new = NewNotice { address: address.to_owned(), ..ann_and_bo() };
            assert!(analysis::create_notice(&world.ann, &plan, new).await.is_err(), "{address}");
        }
        let signed = NewNotice { secret: "x".to_owned(), ..ann_and_bo() };
        assert!(analysis::create_notice(&world.ann, &plan, signed).await.is_err());
        // Whoever had it switched on and off again reads why nothing comes.
        let made = told(&world, &plan).await;
        let world = world.with_mail(mail::Mailer::none());
        analysis::try_notice(&world.ann, &plan, made.id).await.unwrap();
        world.drain().await;
        let failed = &log(&world, &plan).await[0];
        assert_eq!(failed.state, "failed");
        assert!(failed.answer.contains("sends no mail"), "{failed:?}");
    })
    .await;
}

//! Letters over the real wire.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::sync::Arc;

use base::{Error, Timestamp};
use mail::testing::Post;
use mail::{Letter, Mailer, Settings, Tls};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

const AUTHORITY: &[u8] = include_bytes!("keys/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("keys/server.pem");
const KEY: &[u8] = include_bytes!("keys/server.key");

fn letter() -> Letter {
    Letter {
        to: vec!["ann@example.com".to_owned(), "bo@example.org".to_owned()],
        subject: "夜间扫描 #7: 未通过".to_owned(),
        text: "新问题 2 个\n.\nhttps://m.example.com/x\n".to_owned(),
        html: "<p>新问题 2 个</p>".to_owned(),
        id: "scan.7".to_owned(),
        at: Timestamp(1_767_225_600_000),
    }
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn settings(post: &Post, tls: Tls) -> Settings {
    Settings {
        host: "localhost".to_owned(),
        port: post.port,
        tls,
        user: "mortise".to_owned(),
        password: "secret".to_owned(),
        from: "Mortise <mortise@example.com>".to_owned(),
        authority: AUTHORITY.to_vec(),
        domains: Vec::new(),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let post = Post::open().await;
    let answer = post.mailer().send(&letter()).await.unwrap();
    assert_eq!(answer, "250 2.0.0 queued as 7");
    let arrived = post.arrived();
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].from, "mortise@example.com");
    assert_eq!(arrived[0].to, ["ann@example.com", "bo@example.org"]);
    assert_eq!(arrived[0].shown, None);
    let text = &arrived[0].text;
    for part in [
        "From: Mortise <mortise@example.com>",
        "Message-ID: <scan.7@example.com>",
        "Date: Thu, 01 Jan 2026 00:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "multipart/alternative",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
        "=?utf-8?b?",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn the_line_is_encrypted_at_once_or_when_asked() {
    for (tls, at_once) in [(Tls::Always, true), (Tls::Start, false)] {
        let post = Post::sealed(acceptor(), at_once).await;
        let mailer = Mailer::new(settings(&post, tls)).unwrap();
        mailer.send(&letter()).await.unwrap();
        let arrived = post.arrived();
        assert!(arrived[0].sealed, "{tls:?}");
        // "\0mortise\0secret"
        assert_eq!(arrived[0].shown.as_deref(), Some("AG1vcnRpc2UAc2VjcmV0"), "{tls:?}");

        let stranger = Settings { authority: Vec::new(), ..settings(&post, tls) };
        let error = Mailer::new(stranger).unwrap().send(&letter()).await.unwrap_err();
        assert!(error.to_string().contains("cannot be encrypted"), "{tls:?}: {error}");
        assert_eq!(post.arrived().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_does_not_encrypt() {
    let post = Post::open().await;
    let mailer = Mailer::new(settings(&post, Tls::Start)).unwrap();
    let error = mailer.send(&letter()).await.unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
    assert!(post.arrived().is_empty());
}

#[tokio::test]
async fn what_may_pass_is_told_from_what_will_not() {
    let post = Post::open().await;
    post.answer("451 4.3.0 come back later");
    let error = post.mailer().send(&letter()).await.unwrap_err();
    assert!(matches!(&error, Error::Unavailable { why } if why.contains("451")), "{error:?}");
    post.answer("554 5.7.1 no letters of this kind");
    let error = post.mailer().send(&letter()).await.unwrap_err();
    assert!(matches!(&error, Error::Denied { why } if why.contains("no letters")), "{error:?}");
    let unknown = Letter { to: vec!["nobody@example.com".to_owned()], ..letter() };
    let error = post.mailer().send(&unknown).await.unwrap_err();
    assert!(matches!(&error, Error::Denied { why } if why.contains("no such person")), "{error:?}");

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let nobody = Settings {
        port,
        tls: Tls::Off,
        user: String::new(),
        password: String::new(),
        ..settings(&post, Tls::Off)
    };
    let error = Mailer::new(nobody).unwrap().send(&letter()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_named() {
    let good = Settings {
        host: "smtp.example.com".to_owned(),
        from: "mortise@example.com".to_owned(),
        ..Settings::default()
    };
    assert!(Mailer::new(good.clone()).unwrap().is_ready());
    let field = |settings: Settings| match Mailer::new(settings).unwrap_err() {
        Error::Missing { field } | Error::Invalid { field, .. } => field.into_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(field(Settings { host: String::new(), ..good.clone() }), "mail-server");
    assert_eq!(field(Settings { from: String::new(), ..good.clone() }), "mail-from");
    assert_eq!(field(Settings { from: "nobody".to_owned(), ..good.clone() }), "mail-from");
    assert_eq!(field(Settings { user: "me".to_owned(), ..good.clone() }), "mail-user");
    assert_eq!(field(Settings { authority: b"x".to_vec(), ..good.clone() }), "mail-authority");
    let clear =
        Settings { tls: Tls::Off, user: "me".to_owned(), password: "x".to_owned(), ..good.clone() };
    assert_eq!(field(clear.clone()), "mail-tls");
    assert!(!format!("{clear:?}").contains("\"x\""));

    let some = Mailer::new(Settings { domains: vec!["example.com".to_owned()], ..good }).unwrap();
    some.check("ann@Example.com").unwrap();
    assert!(some.check("ann@example.org").is_err());
    assert!(some.check("ann").is_err());
    let error = Mailer::none().send(&letter()).await.unwrap_err();
    assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
}

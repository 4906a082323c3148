//! What is sent: the forms of the receivers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::NoticeKind;

/// What is told of a scan, or of secrets in a history.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub(super) struct Told {
    /// `scan.finished`, `secrets.found` or `trial`.
    pub(super) event: &'static str,
    pub(super) plan: String,
    /// The scan's; 0 where there is none.
    pub(super) number: i64,
    pub(super) state: String,
    pub(super) branch: String,
    pub(super) commit: String,
    /// In a sentence.
    pub(super) summary: String,
    pub(super) new: u32,
    pub(super) open: u32,
    pub(super) fixed: u32,
    pub(super) url: String,
}

impl Told {
    fn title(&self) -> String {
        match self.number {
            0 => format!("{}: {}", plain(&self.plan), self.state),
            number => format!("{} #{number}: {}", plain(&self.plan), self.state),
        }
    }

    /// Lines of a message, plain: whoever names a plan or a branch writes no
    /// markup of the receiver's.
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.branch.is_empty() {
            let commit = self.commit.get(..10).unwrap_or(&self.commit);
            lines.push(format!("{} @ {commit}", plain(&self.branch)));
        }
        lines.push(plain(&self.summary));
        lines
    }
}

/// Without what is markup to one of the receivers.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '<' | '>' | '[' | ']' | '`' | '*' | '#' | '|' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(500)
        .collect()
}

/// A request: its address, its body, and the signature that stands in a header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) url: url::Url,
    pub(super) body: Vec<u8>,
    pub(super) signature: Option<String>,
}

/// The message of a kind of receiver at `millis` since 1970.
pub(super) fn message(
    kind: NoticeKind,
    mut url: url::Url,
    secret: Option<&str>,
    told: &Told,
    millis: i64,
) -> Message {
    let title = told.title();
    let lines = told.lines();
    let mut body: Value = match kind {
        NoticeKind::Plain | NoticeKind::Mail => json!(told),
        NoticeKind::DingTalk => json!({
            "msgtype": "markdown",
            "markdown": {
                "title": title,
                "text": format!("### {title}\n\n{}\n\n[{}]({})", lines.join("\n\n"), told.url, told.url),
            },
        }),
        NoticeKind::WeCom => json!({
            "msgtype": "markdown",
            "markdown": {
                "content": format!("**{title}**\n{}\n[{}]({})", lines.join("\n"), told.url, told.url),
            },
        }),
        NoticeKind::Feishu => json!({
            "msg_type": "post",
            "content": { "post": { "zh_cn": {
                "title": title,
                "content": lines
                    .iter()
                    .map(|line| vec![json!({ "tag": "text", "text": line })])
                    .chain([vec![json!({ "tag": "a", "text": told.url, "href": told.url })]])
                    .collect::<Vec<_>>(),
            } } },
        }),
        NoticeKind::Slack => json!({
            "text": format!("*{title}*\n{}\n<{}>", lines.join("\n").replace('&', "&amp;"), told.url),
        }),
    };
    let mut signature = None;
    match (kind, secret) {
        // "timestamp\nsecret" signed with the secret, in the address.
        (NoticeKind::DingTalk, Some(secret)) => {
            let sign = sign(secret.as_bytes(), format!("{millis}\n{secret}").as_bytes());
            url.query_pairs_mut()
                .append_pair("timestamp", &millis.to_string())
                .append_pair("sign", &STANDARD.encode(sign));
        }
        // Nothing, signed with "timestamp\nsecret", in the body; in seconds.
        (NoticeKind::Feishu, Some(secret)) => {
            let seconds = millis.div_euclid(1000);
            let sign = sign(format!("{seconds}\n{secret}").as_bytes(), b"");
            if let Some(object) = body.as_object_mut() {
                object.insert("timestamp".to_owned(), seconds.to_string().into());
                object.insert("sign".to_owned(), STANDARD.encode(sign).into());
            }
        }
        _ => {}
    }
    let body = body.to_string().into_bytes();
    if let (NoticeKind::Plain, Some(secret)) = (kind, secret) {
        signature = Some(format!("sha256={}", hex::encode(sign(secret.as_bytes(), &body))));
    }
    Message { url, body, signature }
}

fn sign(key: &[u8], text: &[u8]) -> Vec<u8> {
    // A key of any length is one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// Whether an answer says that the message was taken: the robots answer 200 to
/// what they refuse, and say so inside.
pub(super) fn accepted(kind: NoticeKind, status: u16, body: &str) -> bool {
    if !(200..300).contains(&status) {
        return false;
    }
    let code = |name: &str| {
        let answer: Value = serde_json::from_str(body).ok()?;
        answer.get(name)?.as_i64()
    };
    match kind {
        NoticeKind::DingTalk | NoticeKind::WeCom => code("errcode").is_none_or(|code| code == 0),
        NoticeKind::Feishu => {
            code("code").or_else(|| code("StatusCode")).is_none_or(|code| code == 0)
        }
        NoticeKind::Plain | NoticeKind::Slack | NoticeKind::Mail => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            event: "scan.finished",
            plan: "nightly <b>".to_owned(),
            number: 7,
            state: "failed".to_owned(),
            branch: "main".to_owned(),
            commit: "0123456789abcdef".to_owned(),
            summary: "new findings: 2".to_owned(),
            new: 2,
            open: 5,
            fixed: 1,
            url: "https://m.example.com/p/x/analysis/1/scans/7".to_owned(),
        }
    }

    fn of(kind: NoticeKind, secret: Option<&str>) -> (Message, Value) {
        let url = url::Url::parse("https://bot.example.com/send?access_token=x").unwrap();
        let message = message(kind, url, secret, &told(), 1_700_000_000_123);
        let body = serde_json::from_slice(&message.body).unwrap();
        (message, body)
    }

    #[test]
    fn each_receiver_gets_its_form() {
        let (_, body) = of(NoticeKind::WeCom, None);
        assert_eq!(body["msgtype"], "markdown");
        assert!(!body["markdown"]["content"].as_str().unwrap().contains("<b>"));
        assert!(body["markdown"]["content"].as_str().unwrap().contains("main @ 0123456789"));
        let (_, body) = of(NoticeKind::Slack, None);
        assert!(!body["text"].as_str().unwrap().contains("<b>"));
        let (_, body) = of(NoticeKind::Plain, None);
        assert_eq!((&body["event"], &body["new"]), (&json!("scan.finished"), &json!(2)));
    }

    #[test]
    fn what_is_of_no_scan_has_no_number() {
        let told = Told { number: 0, state: "secrets found".to_owned(), ..told() };
        assert_eq!(told.title(), "nightly  b : secrets found");
        assert_eq!(self::told().title(), "nightly  b  #7: failed");
    }

    // The expected values were computed with the published algorithms:
    // base64(HMAC-SHA256(key, text)) by OpenSSL.
    #[test]
    fn signatures_are_those_that_the_robots_check() {
        let (message, _) = of(NoticeKind::DingTalk, Some("SEC0"));
        let pairs: std::collections::HashMap<_, _> =
            message.url.query_pairs().into_owned().collect();
        assert_eq!(pairs["access_token"], "x");
        assert_eq!(pairs["timestamp"], "1700000000123");
        assert_eq!(pairs["sign"], "cuKlGNdV45NGLDEUK/aanxeyDeXY4bMG5J3GfJl1D08=");
        let (_, body) = of(NoticeKind::Feishu, Some("SEC0"));
        assert_eq!(body["timestamp"], "1700000000");
        assert_eq!(body["sign"], "LJwVqKBrh53wM6KSg59hIjBWMapB+x0ZXpCltaPxFME=");
        let (message, _) = of(NoticeKind::Plain, Some("SEC0"));
        assert!(message.signature.unwrap().starts_with("sha256="));
    }

    #[test]
    fn robots_refuse_inside_of_an_answer() {
        assert!(accepted(NoticeKind::DingTalk, 200, r#"{"errcode":0,"errmsg":"ok"}"#));
        assert!(!accepted(NoticeKind::DingTalk, 200, r#"{"errcode":310000,"errmsg":"sign"}"#));
        assert!(!accepted(NoticeKind::Feishu, 200, r#"{"code":19021,"msg":"sign"}"#));
        assert!(accepted(NoticeKind::Slack, 200, "ok"));
        assert!(!accepted(NoticeKind::Slack, 404, "no_service"));
    }
}

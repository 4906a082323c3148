//! What is told of a scan, or of secrets in a history, by mail: a text, and the same as plain HTML that
//! every mail program shows.

use base::Timestamp;
use mail::Letter;
use messages::Lang;
use scanner::Severity;

use super::told::{Found, News};
use crate::gate::{GateResult, Measured, Verdict};
use crate::ruleset::RuleTitles;
use crate::scan::{Scan, ScanResult, ScanState};
use crate::words::{Text, allowed, message_in};

/// Findings that are named.
const NAMED: usize = 15;

/// What a letter is about.
pub(super) struct About<'a> {
    pub(super) plan: &'a str,
    pub(super) news: &'a News,
    /// Where it is to be seen.
    pub(super) url: &'a str,
    pub(super) at: Timestamp,
    /// What makes it one letter.
    pub(super) id: String,
    /// What rules are called.
    pub(super) titles: RuleTitles,
}

/// The letter to these addresses.
pub(super) fn letter(lang: Lang, to: Vec<String>, about: &About<'_>) -> Letter {
    let t = Text { lang };
    let paper = match about.news {
        News::Trial => trial(t, about),
        News::Scan(scan) => of_scan(t, about, scan),
        News::Secrets(found) => of_secrets(t, about, found),
    };
    Letter {
        to,
        subject: paper.title.clone(),
        text: paper.text(),
        html: paper.html(lang),
        id: about.id.clone(),
        at: about.at,
    }
}

/// A letter before it has a form.
struct Paper {
    title: String,
    /// Name and value.
    facts: Vec<(&'static str, String)>,
    /// Titles with lines below them.
    lists: Vec<(String, Vec<String>)>,
    link: (&'static str, String),
}

fn trial(t: Text, about: &About<'_>) -> Paper {
    Paper {
        title: t.letter_trial_title(about.plan),
        facts: vec![(t.letter_plan(), about.plan.to_owned())],
        lists: vec![(t.letter_trial().to_owned(), Vec::new())],
        link: (t.letter_open_mortise(), about.url.to_owned()),
    }
}

fn of_scan(t: Text, about: &About<'_>, scan: &Scan) -> Paper {
    let state = state(t, scan);
    let mut facts =
        vec![(t.letter_plan(), about.plan.to_owned()), (t.letter_result(), state.to_owned())];
    for source in &scan.sources {
        let commit = source.commit.get(..10).unwrap_or(&source.commit);
        let text = format!("{} {} {commit}", source.name, source.branch);
        facts.push((t.letter_code(), text.trim_end().to_owned()));
    }
    let mut lists = Vec::new();
    match &scan.result {
        Some(result) => {
            facts.extend(counts(t, result));
            lists.extend(gate(t, &about.titles.in_gate(t.lang, &result.gate)));
        }
        None => facts.push((t.letter_reason(), scan.error.clone())),
    }
    Paper {
        title: format!("{} #{}: {state}", about.plan, scan.number),
        facts,
        lists,
        link: (t.letter_see(), about.url.to_owned()),
    }
}

fn of_secrets(t: Text, about: &About<'_>, found: &Found) -> Paper {
    let named = found.leaks.iter().map(|leak| {
        let commit = leak.author.commit.get(..10).unwrap_or(&leak.author.commit);
        let (what, severity) = (about.titles.of(t.lang, &leak.rule), t.severity(leak.severity));
        format!("{severity} · {what} · {}:{} · {commit} {}", leak.path, leak.line, leak.author.name)
    });
    Paper {
        title: t.letter_secrets_title(about.plan, found.count),
        facts: vec![
            (t.letter_plan(), about.plan.to_owned()),
            (t.letter_code(), found.depot.clone()),
            (t.letter_secrets_new(), found.count.to_string()),
            (t.letter_secrets_open(), found.open.to_string()),
        ],
        lists: vec![
            (t.letter_secrets_about().to_owned(), Vec::new()),
            (t.letter_secrets_named().to_owned(), named.collect()),
        ],
        link: (t.letter_secrets_see(), about.url.to_owned()),
    }
}

fn state(t: Text, scan: &Scan) -> &'static str {
    let broken = scan.result.as_ref().is_some_and(|result| result.gate.verdict == Verdict::Failed);
    match scan.state {
        ScanState::Passed => t.letter_passed(),
        ScanState::Failed if broken => t.letter_gate_says_no(),
        ScanState::Failed => t.letter_failed(),
        ScanState::Timeout => t.letter_timeout(),
        ScanState::Cancelled => t.letter_cancelled(),
        ScanState::Waiting | ScanState::Queued | ScanState::Running => t.letter_running(),
    }
}

fn counts(t: Text, result: &ScanResult) -> Vec<(&'static str, String)> {
    let open: Vec<String> = [Severity::Fatal, Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter(|one| result.open.of(*one) > 0)
        .map(|one| format!("{} {}", t.severity(one), result.open.of(one)))
        .collect();
    let open = match open.is_empty() {
        true => "0".to_owned(),
        false => format!("{} ({})", result.open.total(), open.join(", ")),
    };
    vec![
        (t.letter_new(), result.new.total().to_string()),
        (t.letter_fixed(), result.fixed.to_string()),
        (t.letter_open(), open),
    ]
}

fn gate(t: Text, gate: &GateResult) -> Vec<(String, Vec<String>)> {
    let mut lists = Vec::new();
    let line = |measured: &Measured| {
        let condition = &measured.condition;
        let value = condition.metric.written(measured.value);
        format!("{}: {value} ({})", t.condition(condition), allowed(condition))
    };
    let broken: Vec<String> =
        gate.conditions.iter().filter(|measured| !measured.holds).map(line).collect();
    if !broken.is_empty() {
        lists.push((t.letter_broken().to_owned(), broken));
    }
    let named: Vec<String> = gate
        .offending
        .iter()
        .take(NAMED)
        .map(|one| {
            let said = message_in(t.lang, &one.rule, &one.message);
            format!("{} · {}:{} · {said}", t.severity(one.severity), one.path, one.line)
        })
        .collect();
    if !named.is_empty() {
        lists.push((t.letter_offending().to_owned(), named));
    }
    lists
}

impl Paper {
    fn text(&self) -> String {
        let mut text = format!("{}\n\n", line(&self.title));
        for (name, value) in &self.facts {
            text.push_str(&format!("{name}: {}\n", line(value)));
        }
        for (title, lines) in &self.lists {
            text.push_str(&format!("\n{title}\n"));
            for one in lines {
                text.push_str(&format!("- {}\n", line(one)));
            }
        }
        text.push_str(&format!("\n{}: {}\n", self.link.0, self.link.1));
        text
    }

    fn html(&self, lang: Lang) -> String {
        let mut html = format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head><body style=\"font-family:sans-serif;line-height:1.5\"><h1 style=\"font-size:18px\">{}</h1><table cellpadding=\"4\">",
            lang.short(),
            escape(&self.title),
            escape(&self.title),
        );
        for (name, value) in &self.facts {
            html.push_str(&format!(
                "<tr><th align=\"left\" scope=\"row\">{name}</th><td>{}</td></tr>",
                escape(value)
            ));
        }
        html.push_str("</table>");
        for (title, lines) in &self.lists {
            html.push_str(&format!("<p><b>{}</b></p>", escape(title)));
            if !lines.is_empty() {
                html.push_str("<ul>");
                for one in lines {
                    html.push_str(&format!("<li>{}</li>", escape(one)));
                }
                html.push_str("</ul>");
            }
        }
        html.push_str(&format!(
            "<p><a href=\"{}\">{}</a></p></body></html>",
            escape(&self.link.1),
            self.link.0
        ));
        html
    }
}

/// One line, of a length that people read.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_names_a_plan_writes_no_markup() {
        let about = About {
            plan: "nightly <b>\"&\nBcc: x",
            news: &News::Trial,
            url: "https://m.example.com",
            at: Timestamp(0),
            id: "1".to_owned(),
            titles: RuleTitles::default(),
        };
        let made = letter(Lang::Zh, vec!["ann@example.com".to_owned()], &about);
        assert!(made.html.contains("nightly &lt;b&gt;&quot;&amp; Bcc: x"), "{}", made.html);
        assert!(made.html.contains("<html lang=\"zh\">"), "{}", made.html);
        assert!(made.text.contains("扫描方案: nightly <b>\"& Bcc: x\n"), "{}", made.text);
    }
}

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::story;
use crate::{
    components::{
        FileDiff, Hunk, Icon, Inside, Language, Line, LineKind, LineNotes, Links, Note, Source,
        Talk, Tone, View, card, card_flush, code, diff, diff_file, highlight, markdown,
    },
    ui::Ui,
};

const PYTHON: &str = "import os\n\n\ndef load(path, default=None):\n    \"\"\"Read a file, or give the default.\"\"\"\n    try:\n        with open(path) as file:  # closed at the end\n            return file.read()\n    except:\n        return default\n\n\nclass Store:\n    limit = 0x10\n";

const README: &str = "# Analytical Engine 分析机\n\nWeaves *algebraic patterns* just as the loom weaves flowers and leaves. 它由**存储**与**运算**两部分组成,见 [设计](docs/design.md)。\n\n> [!WARNING]\n> Not yet built.\n\n## Try it\n\n```python\nfrom engine import Mill\nmill = Mill(columns=50)  # 50 digits\nprint(mill.run(\"bernoulli\"))\n```\n\n| Part | Columns | Ready |\n|---|--:|---|\n| Store | 1,000 | yes |\n| Mill | 50 | `no` |\n\n- [x] cards\n- [ ] printer\n";

pub(super) fn stories(ui: &Ui) -> Markup {
    let lines = highlight(Some(Language::Python), PYTHON);
    let note = [Note {
        line: 9,
        icon: Icon::Failed,
        tone: Tone::Bad,
        body: html! { strong { "Bare except" } " hides every error, the keyboard's interrupt as well." },
    }];
    let source = Source {
        lines: &lines,
        first: 1,
        address: Some(""),
        marked: Some((9, 9)),
        notes: &note,
        label: "load.py",
    };
    let line = |kind, old, new, text: &str| Line {
        kind,
        old,
        new,
        html: highlight(Some(Language::Rust), text).join(""),
    };
    let files = [
        FileDiff {
            path: "src/mill.rs".into(),
            before: None,
            state: ui.t.code_file_changed(),
            churn: Some((2, 1)),
            href: Some("#".into()),
            talk: Some(Talk {
                action: Some("#".into()),
                asked: Vec::new(),
                said: BTreeMap::from([(3, vec![html! { p { "Which column? 哪一列?" } }])]),
                form: None,
            }),
            inside: Inside::Hunks(vec![Hunk {
                header: "@@ -10,4 +10,5 @@ impl Mill".into(),
                lines: vec![
                    line(
                        LineKind::Same,
                        Some(10),
                        Some(10),
                        "    pub fn run(&self) -> Result<u64, Error> {",
                    ),
                    line(LineKind::Removed, Some(11), None, "        self.turn().unwrap()"),
                    line(
                        LineKind::Added,
                        None,
                        Some(11),
                        "        // A stuck column is an answer, not a crash.",
                    ),
                    line(
                        LineKind::Added,
                        None,
                        Some(12),
                        "        self.turn().map_err(Error::Stuck)",
                    ),
                    line(LineKind::Same, Some(12), Some(13), "    }"),
                ],
            }]),
            notes: LineNotes {
                runs: BTreeMap::from([(11, true), (12, false)]),
                said: BTreeMap::from([(12, vec![html! { p { "A cause is lost 丢失了原因" } }])]),
            },
        },
        FileDiff {
            path: "cards/bernoulli.png".into(),
            before: Some("cards/b.png".into()),
            state: ui.t.code_file_renamed(),
            churn: None,
            inside: Inside::Said(ui.t.code_binary().into()),
            href: None,
            talk: None,
            notes: LineNotes::default(),
        },
        FileDiff {
            path: "cards/table.csv".into(),
            before: None,
            state: ui.t.code_file_changed(),
            churn: None,
            inside: Inside::Later { href: "#".into(), why: ui.t.diff_large(), near: false },
            href: None,
            talk: None,
            notes: LineNotes::default(),
        },
    ];
    html! {
        (story("Code", &card_flush("load.py", None, &code(&source))))
        (story("Difference", &diff(ui, View::Unified, &files)))
        (story("Difference, side by side", &diff_file(ui, View::Split, &files[0])))
        (story("Side by side", &card_flush("Duplicate", None, &html! { div.beside { div { p.place { "a.py" } (code(&source)) } div { p.place { "b.py" } (code(&source)) } } })))
        (story("Markdown", &card("README.md", None, &markdown(README, &Links::default()))))
    }
}

use maud::{Markup, html};

use super::story;
use crate::{
    charts::{
        Bar, Cell, Frame, Ink, Plot, Series, bars, gauge, ribbon, ring, stacked, treemap, trend,
    },
    components::{Status, card},
    ui::Ui,
};

pub(super) fn stories(ui: &Ui) -> Markup {
    let at: Vec<String> = (1..=14).map(|n| format!("#{n}")).collect();
    let errors = [40, 42, 41, 38, 39, 30, 28, 31, 25, 20, 18, 14, 16, 14];
    let warnings = [120, 122, 130, 128, 126, 140, 138, 120, 110, 108, 102, 98, 97, 91];
    let fatal = [4, 4, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 0, 0];
    let one = [Series { name: "Open findings", ink: Ink::Number(1), values: &warnings }];
    let three = [
        Series { name: Status::Fatal.word(ui), ink: Ink::Fatal, values: &fatal },
        Series { name: Status::Error.word(ui), ink: Ink::Bad, values: &errors },
        Series { name: Status::Warning.word(ui), ink: Ink::Warn, values: &warnings },
    ];
    let frame = |title, about| Frame { title, about };
    let bar = |name: &str, value, ink| Bar { name: name.to_owned(), value, ink, href: None };
    let languages = [
        bar("Python", 120_381, Ink::Number(1)),
        bar("JavaScript", 22_010, Ink::Number(2)),
        bar("TypeScript", 15_111, Ink::Number(3)),
        bar("CSS", 3_020, Ink::Number(4)),
        bar("Rest", 900, Ink::Number(0)),
    ];
    let cells: Vec<Cell> = [
        ("server/query", 4_200, 5),
        ("server/auth", 2_900, 2),
        ("cli", 2_400, 1),
        ("core/parser", 2_100, 4),
        ("core/print", 1_200, 3),
        ("tests", 900, 1),
        ("docs", 300, 1),
        ("tools", 150, 2),
        ("x", 60, 1),
    ]
    .iter()
    .map(|(name, size, heat)| Cell {
        name: (*name).to_owned(),
        size: *size,
        heat: *heat,
        said: format!("{size} lines, heat {heat}"),
        href: Some("#".into()),
    })
    .collect();
    html! {
        (story("Trend", &html! { div.halves {
            (card("One line", None, &trend(ui, &frame("Open findings by scan", "They fell from 120 to 91 in 14 scans."), &Plot { at: &at, series: &one, height: 190, tenths: false })))
            (card("Three lines", None, &trend(ui, &frame("Open findings by severity", ""), &Plot { at: &at, series: &three, height: 190, tenths: false })))
            (card("Layers", None, &stacked(ui, &frame("Open findings, stacked", ""), &Plot { at: &at, series: &three, height: 190, tenths: false })))
            (card("One scan only", None, &trend(ui, &frame("Open findings by scan", "The first scan."), &Plot { at: &at[..1], series: &[Series { name: "Open", ink: Ink::Number(1), values: &warnings[..1] }], height: 190, tenths: false })))
        } }))
        (story("Shares and sizes", &html! { div.halves {
            (card("Bars", None, &bars(ui, &frame("Lines of code by language", ""), &languages)))
            (card("Ribbon", None, &ribbon(ui, &frame("Languages", ""), &languages)))
            (card("Ring", None, &ring(ui, &frame("Findings by severity", ""), &[
                bar(Status::Fatal.word(ui), 2, Ink::Fatal), bar(Status::Error.word(ui), 14, Ink::Bad), bar(Status::Warning.word(ui), 91, Ink::Warn), bar(Status::Info.word(ui), 40, Ink::Info),
            ])))
            (card("Gauge", None, &html! { (gauge("New errors", 2, 0)) (gauge("Duplication", 31, 50)) }))
        } }))
        (story("Treemap", &card("Where the complexity is", None, &treemap(ui, &frame("Size by lines, colour by complexity", ""), 260, "Lines", &cells))))
    }
}

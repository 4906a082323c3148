//! Specifications of depots, as the settings of a depot and those of the team
//! show them.

use depots::rules::specs::{BranchType, Direction, Spec, SpecContent, SpecKind};
use maud::{Markup, html};

use crate::{
    components::{Column, checkbox, table},
    i18n::Text,
    request::{Faults, Fields},
};

/// Lines of a form for types that are not there yet.
const EMPTY: usize = 3;

/// Types of a form, those of a specification and empty ones.
const MOST: usize = 60;

/// Whose a specification is, in a word.
pub(super) const fn kind(t: Text, spec: &Spec) -> &'static str {
    match spec.kind {
        SpecKind::System => t.spec_kind_system(),
        SpecKind::Team => t.spec_kind_team(),
        SpecKind::Depot => t.spec_kind_depot(),
    }
}

/// The types and directions of a specification.
pub(super) fn shown(t: Text, spec: &Spec) -> Markup {
    let columns = [
        Column::text(t.spec_type()),
        Column::text(t.spec_pattern()),
        Column::text(t.spec_description()),
    ];
    let lines: Vec<Vec<Markup>> = spec
        .types
        .iter()
        .map(|kind| {
            vec![
                html! { (kind.name) },
                html! { @if kind.rule.is_empty() { (t.spec_pattern_default()) } @else { code { (kind.rule) } } },
                html! { span.small.muted { (kind.description) } },
            ]
        })
        .collect();
    html! {
        p { @if spec.allow_others { (t.spec_others_yes()) } @else { (t.spec_others_no()) } }
        div.framed { (table(t.spec_types(), &columns, &lines)) }
        h3 { (t.spec_directions()) }
        @if spec.directions.is_empty() { p { (t.spec_directions_any()) } } @else {
            (matrix(t, &spec.types, |source, target| {
                let may = allows(spec, source, target);
                html! { @if may { span title=(t.spec_direction(source, target)) { "✓" span.sr { (t.sets_yes()) } } } @else { span.muted { "·" span.sr { (t.sets_no()) } } } }
            }))
        }
    }
}

fn allows(spec: &Spec, source: &str, target: &str) -> bool {
    spec.directions.iter().any(|it| it.source == source && it.target == target)
}

fn matrix(t: Text, types: &[BranchType], cell: impl Fn(&str, &str) -> Markup) -> Markup {
    html! {
        div.framed { div.table-wrap tabindex="0" role="group" aria-label=(t.spec_directions()) {
            table.table.matrix {
                thead { tr {
                    td.small.muted { (t.spec_from_to()) }
                    @for target in types { th scope="col" { (target.name) } }
                } }
                tbody {
                    @for source in types {
                        tr {
                            th scope="row" { (source.name) }
                            @for target in types { td { (cell(&source.name, &target.name)) } }
                        }
                    }
                }
            }
        } }
    }
}

/// The fields of a form as a specification fills them.
pub(super) fn fields_of(spec: Option<&Spec>) -> Vec<(&'static str, String)> {
    let Some(spec) = spec else { return Vec::new() };
    let mut all = Vec::new();
    if spec.allow_others {
        all.push(("allow_others", "on".to_owned()));
    }
    for kind in &spec.types {
        all.push(("type", kind.name.clone()));
        all.push(("rule", kind.rule.clone()));
        all.push(("about", kind.description.clone()));
    }
    let place = |name: &str| spec.types.iter().position(|kind| kind.name == name);
    for direction in &spec.directions {
        if let (Some(source), Some(target)) = (place(&direction.source), place(&direction.target)) {
            all.push(("direction", format!("{source}-{target}")));
        }
    }
    all
}

fn lines(fields: &Fields) -> Vec<BranchType> {
    let (mut rules, mut abouts) = (fields.all("rule"), fields.all("about"));
    fields
        .all("type")
        .map(|name| BranchType {
            name: name.trim().to_owned(),
            rule: rules.next().unwrap_or_default().trim().to_owned(),
            description: abouts.next().unwrap_or_default().trim().to_owned(),
        })
        .take(MOST)
        .collect()
}

/// What a form says. A line without a type is left out with its directions.
pub(super) fn content(fields: &Fields) -> SpecContent {
    let lines = lines(fields);
    let named = |place: &str| {
        let line = lines.get(place.parse::<usize>().ok()?)?;
        (!line.name.is_empty()).then(|| line.name.clone())
    };
    let directions = fields
        .all("direction")
        .filter_map(|it| {
            let (source, target) = it.split_once('-')?;
            Some(Direction { source: named(source)?, target: named(target)? })
        })
        .collect();
    SpecContent {
        allow_others: fields.on("allow_others"),
        directions,
        types: lines.into_iter().filter(|line| !line.name.is_empty()).collect(),
    }
}

/// The fields for types and directions.
pub(super) fn form(t: Text, fields: &Fields, faults: &Faults) -> Markup {
    let mut all = lines(fields);
    let known: Vec<BranchType> = all.iter().filter(|line| !line.name.is_empty()).cloned().collect();
    let places: Vec<usize> = (0..all.len()).filter(|at| !all[*at].name.is_empty()).collect();
    all.extend(std::iter::repeat_n(BranchType::default(), EMPTY));
    let columns = [
        Column::text(t.spec_type()),
        Column::text(t.spec_pattern()),
        Column::text(t.spec_description()),
    ];
    let rows: Vec<Vec<Markup>> = all
        .iter()
        .take(MOST)
        .map(|line| {
            let input = |name: &str, label: &str, value: &str, mono: bool| {
                html! { input class=(if mono { "input mono" } else { "input" }) type="text" name=(name) aria-label=(label) value=(value); }
            };
            vec![
                input("type", t.spec_type(), &line.name, false),
                input("rule", t.spec_pattern(), &line.rule, true),
                input("about", t.spec_description(), &line.description, false),
            ]
        })
        .collect();
    let ticked: Vec<&str> = fields.all("direction").collect();
    let place = |name: &str| {
        places.get(known.iter().position(|kind| kind.name == name).unwrap_or(0)).copied()
    };
    html! {
        (checkbox("allow_others", "on", t.spec_others(), None, fields.on("allow_others")))
        fieldset.field {
            legend { (t.spec_types()) }
            div.framed { (table(t.spec_types(), &columns, &rows)) }
            @if let Some(fault) = faults.get("types") { p.fault { (fault) } }
            p.hint { (t.spec_types_hint()) }
        }
        @if known.len() > 1 {
            fieldset.field {
                legend { (t.spec_directions()) }
                (matrix(t, &known, |source, target| {
                    let value = match (place(source), place(target)) {
                        (Some(source), Some(target)) => format!("{source}-{target}"),
                        _ => String::new(),
                    };
                    html! { input type="checkbox" name="direction" value=(value) aria-label=(t.spec_direction(source, target)) checked[ticked.contains(&value.as_str())]; }
                }))
                @if let Some(fault) = faults.get("directions") { p.fault { (fault) } }
                p.hint { (t.spec_directions_hint()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_without_a_type_are_left_out_with_their_directions() {
        let fields = Fields::of(&[
            ("type", "trunk"),
            ("rule", ""),
            ("about", ""),
            ("type", " "),
            ("rule", "x/*"),
            ("about", ""),
            ("type", "feature"),
            ("rule", " feature/* "),
            ("about", "work"),
            ("direction", "2-0"),
            ("direction", "1-0"),
            ("direction", "9-0"),
            ("direction", "x"),
        ]);
        let content = content(&fields);
        let names: Vec<&str> = content.types.iter().map(|kind| &*kind.name).collect();
        assert_eq!(names, ["trunk", "feature"]);
        assert_eq!(content.types[1].rule, "feature/*");
        let direction = Direction { source: "feature".into(), target: "trunk".into() };
        assert_eq!(content.directions, [direction]);
        assert!(!content.allow_others);
    }
}

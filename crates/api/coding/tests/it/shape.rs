//! Every answer against the document's example and its tables.

use api_coding::document;
use api_coding::reference;
use serde_json::{Value, json};

use crate::coverage::{able, request, supported};
use crate::world::one;

#[tokio::test]
async fn every_answer_has_the_shape_of_its_example() {
    let world = one(&api_coding::Settings::default()).await;
    for (place, (action, known)) in supported().into_iter().enumerate() {
        let name = format!("p{place}");
        let (project, depot) = world.project(&name).await;
        let fields = request(&world, action, project, depot, &name);
        let fields = world.with_keys(action, depot, fields).await;
        let fields = world.with_rules(action, depot, fields).await;
        let response = world.done(able(&known), action, fields).await;
        let Some(example) = document::find(action).and_then(|found| found.entry.response.as_ref())
        else {
            continue;
        };
        let mut differences = Vec::new();
        compare(action, &example["Response"], &response, &mut differences);
        // What was made just now has none yet.
        differences.retain(|line| {
            !(action == "CreateDepotFilePushRule" && line.contains(".Privileges is empty"))
        });
        assert!(differences.is_empty(), "{differences:#?}\n{response:#}");
    }
}

#[test]
fn every_answer_has_the_fields_of_its_tables() {
    for action in reference::describe() {
        let Some(known) = action.supported else { continue };
        let output = &document::find(action.name).expect("in the document").entry.output;
        for (field, _) in output {
            let has =
                |row: &reference::ParameterDoc| row.name.rsplit('.').next() == Some(field.as_str());
            assert!(known.answer.iter().any(has), "{} lacks {field}", action.name);
        }
    }
}

/// What of `example` is absent from `answer` or of another JSON type there.
fn compare(path: &str, example: &Value, answer: &Value, differences: &mut Vec<String>) {
    match (example, answer) {
        (Value::Null, _) => {}
        (Value::Object(example), Value::Object(answer)) => {
            for (key, value) in example {
                match answer.get(key) {
                    Some(given) => compare(&format!("{path}.{key}"), value, given, differences),
                    None => differences.push(format!("{path}.{key} is absent")),
                }
            }
        }
        (Value::Array(example), Value::Array(answer)) => {
            let Some(first) = example.first() else { return };
            if answer.is_empty() {
                differences.push(format!("{path} is empty: nothing was compared"));
            }
            for (index, given) in answer.iter().enumerate() {
                compare(&format!("{path}.{index}"), first, given, differences);
            }
        }
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        _ => differences.push(format!("{path} is {answer} and not like {example}")),
    }
}

#[test]
fn a_difference_is_found() {
    let example = json!({ "A": [{ "B": 1, "C": "" }], "D": null });
    let mut found = Vec::new();
    compare("x", &example, &json!({ "A": [{ "B": 2, "C": "y" }], "D": 1, "E": 1 }), &mut found);
    assert_eq!(found, Vec::<String>::new());
    compare("x", &example, &json!({ "A": [{ "B": "2" }] }), &mut found);
    assert_eq!(found, ["x.A.0.B is \"2\" and not like 1", "x.A.0.C is absent", "x.D is absent"]);
    found.clear();
    compare("x", &example, &json!({ "A": [], "D": 1 }), &mut found);
    assert_eq!(found, ["x.A is empty: nothing was compared"]);
}

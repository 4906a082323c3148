//! JSON schemas as tables.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::decode::SPREAD;

/// A row of the table of parameters, or of the fields of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterDoc {
    /// Its name; `Filter.N.Name` for what is in a list.
    pub name: String,
    /// `Integer`, `Float`, `Boolean`, `String`, `Object`, `Any`, or an
    /// `Array of` these.
    pub kind: String,
    /// Whether it must be there.
    pub required: bool,
    /// The values that it can have, where those are few.
    pub choices: Vec<String>,
    /// What it means, in English; may be empty.
    pub en: String,
    /// What it means, in Chinese; may be empty.
    pub zh: &'static str,
}

/// Lists deeper than this are not laid open.
const DEEPEST: usize = 6;

/// A generator whose schemas stand on their own.
pub(super) fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

/// The fields of an object.
pub(super) fn rows(object: &Value) -> Vec<ParameterDoc> {
    let mut rows = Vec::new();
    collect(object, "", DEEPEST, &mut rows);
    rows
}

fn collect(object: &Value, path: &str, depth: usize, rows: &mut Vec<ParameterDoc>) {
    let required = required(object);
    for (name, schema) in properties(object) {
        if name.starts_with(SPREAD) {
            collect(schema, path, depth, rows);
            continue;
        }
        let name = format!("{path}{name}");
        let inner = without_null(schema);
        rows.push(ParameterDoc {
            kind: kind(inner),
            required: required.contains(&name[path.len()..].as_ref()),
            choices: choices(inner),
            en: text(schema).or_else(|| text(inner)).unwrap_or_default(),
            zh: "",
            name: name.clone(),
        });
        if depth > 0 {
            match inner.get("items") {
                Some(items) => collect(items, &format!("{name}.N."), depth - 1, rows),
                None => collect(inner, &format!("{name}."), depth - 1, rows),
            }
        }
    }
}

/// The properties of an object's schema.
pub(super) fn properties(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn required(object: &Value) -> Vec<&str> {
    let names = object.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn text(schema: &Value) -> Option<String> {
    let text = schema.get("description")?.as_str()?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn choices(schema: &Value) -> Vec<String> {
    let one_of = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let consts = one_of.filter_map(|choice| choice.get("const"));
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    listed
        .chain(consts)
        .filter(|choice| !choice.is_null())
        .map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned))
        .collect()
}

/// What an optional value is when it is there.
fn without_null(schema: &Value) -> &Value {
    let any_of = schema.get("anyOf").and_then(Value::as_array);
    any_of
        .and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"))
        .unwrap_or(schema)
}

fn kind(schema: &Value) -> String {
    let name = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default()
        }
        _ if !choices(schema).is_empty() => "string",
        _ => "",
    };
    match name {
        "integer" => "Integer".to_owned(),
        "number" => "Float".to_owned(),
        "boolean" => "Boolean".to_owned(),
        "string" => "String".to_owned(),
        "object" => "Object".to_owned(),
        "array" => match schema.get("items") {
            Some(items) => format!("Array of {}", kind(items)),
            None => "Array".to_owned(),
        },
        _ => "Any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Parameters {
        /// How it
        /// is named.
        name: String,
        kind: Option<Kind>,
        filter: Option<Vec<Filter>>,
        #[serde(rename = "..")]
        spread: Filter,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "PascalCase")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Filter {
        values: Option<Vec<i64>>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "UPPERCASE")]
    enum Kind {
        Git,
        Svn,
    }

    #[test]
    fn a_schema_becomes_a_table() {
        let schema = Parameters::json_schema(&mut generator());
        let rows = rows(schema.as_value());
        let brief: Vec<_> = rows.iter().map(|row| (&*row.name, &*row.kind, row.required)).collect();
        assert_eq!(
            brief,
            [
                ("Name", "String", true),
                ("Kind", "String", false),
                ("Filter", "Array of Object", false),
                ("Filter.N.Values", "Array of Integer", false),
                ("Values", "Array of Integer", false),
            ]
        );
        assert_eq!(rows[0].en, "How it is named.");
        assert_eq!(rows[1].choices, ["GIT", "SVN"]);
    }
}

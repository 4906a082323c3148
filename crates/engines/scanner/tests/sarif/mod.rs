//! Whether a log keeps the rules of SARIF 2.1.0.
//!
//! `schema.json` is OASIS's own schema without its prose, and without the parts that no
//! log of ours has: what is not in it must not be written.

use serde_json::Value;

const SCHEMA: &str = include_str!("schema.json");

/// Every rule that the log breaks, with the place.
pub(crate) fn faults(log: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema");
    let mut faults = Vec::new();
    let mut check = Check { definitions: &schema["definitions"], faults: &mut faults };
    check.value(&schema, log, "");
    indexes(log, &mut faults);
    faults
}

/// What a schema cannot say: results name the rules that they are of.
fn indexes(log: &Value, faults: &mut Vec<String>) {
    for run in log["runs"].as_array().into_iter().flatten() {
        for result in run["results"].as_array().into_iter().flatten() {
            let Some(index) = result.get("ruleIndex") else { continue };
            let at = index.as_u64().and_then(|at| usize::try_from(at).ok());
            let rule = at.and_then(|at| run["tool"]["driver"]["rules"].get(at));
            if rule.is_none_or(|rule| rule["id"] != result["ruleId"]) {
                faults.push(format!("{}: index {index} is of another rule", result["ruleId"]));
            }
        }
    }
}

struct Check<'a> {
    definitions: &'a Value,
    faults: &'a mut Vec<String>,
}

impl<'a> Check<'a> {
    fn value(&mut self, schema: &'a Value, value: &Value, place: &str) {
        for (keyword, rule) in schema.as_object().expect("a schema") {
            let fine = match keyword.as_str() {
                "$ref" => {
                    let name = rule.as_str().and_then(|path| path.rsplit('/').next());
                    let to = &self.definitions[name.expect("a name")];
                    self.value(to, value, place);
                    true
                }
                "type" => match rule {
                    Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
                    kind => is_a(kind, value),
                },
                "enum" => rule.as_array().expect("values").contains(value),
                "minimum" => value.as_f64() >= rule.as_f64(),
                "maximum" => value.as_f64() <= rule.as_f64(),
                "minItems" => value.as_array().map(Vec::len) >= rule.as_u64().map(|n| n as usize),
                "uniqueItems" => value.as_array().is_none_or(|all| {
                    all.iter().enumerate().all(|(at, one)| !all[..at].contains(one))
                }),
                "required" => names(rule).all(|name| value.get(name).is_some()),
                "anyOf" => rule
                    .as_array()
                    .expect("choices")
                    .iter()
                    .any(|one| names(&one["required"]).all(|name| value.get(name).is_some())),
                "items" => {
                    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.value(rule, item, &format!("{place}/{at}"));
                    }
                    true
                }
                "properties" => {
                    for (name, inner) in value.as_object().into_iter().flatten() {
                        if let Some(rule) = rule.get(name) {
                            self.value(rule, inner, &format!("{place}/{name}"));
                        }
                    }
                    true
                }
                "additionalProperties" => {
                    let known = schema.get("properties");
                    let further = value.as_object().into_iter().flatten().filter(|(name, _)| {
                        known.is_none_or(|known| known.get(name.as_str()).is_none())
                    });
                    let further: Vec<_> = further.collect();
                    if rule.is_object() {
                        for (name, inner) in &further {
                            self.value(rule, inner, &format!("{place}/{name}"));
                        }
                    }
                    rule != &Value::Bool(false) || further.is_empty()
                }
                "definitions" => true,
                other => panic!("the schema says `{other}`, which nothing here checks"),
            };
            if !fine {
                let text: String = value.to_string().chars().take(200).collect();
                self.faults.push(format!("{place}: `{keyword}` {rule}: {text}"));
            }
        }
    }
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().expect("names").iter().map(|name| name.as_str().expect("a name"))
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "null" => value.is_null(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        other => panic!("no type: {other}"),
    }
}

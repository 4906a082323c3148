//! The OpenAPI document.

use serde_json::{Map, Value, json};

use super::table::{self, properties};
use crate::decode::SPREAD;
use crate::document;
use crate::registry::{self, Schemas};

/// The supported actions as an OpenAPI 3.1 document. `address` is the
/// installation's, without a slash at its end.
pub fn openapi(address: &str) -> Value {
    let mut generator = table::generator();
    let mut paths = Map::new();
    for action in registry::all() {
        let Schemas { target, params, answer } = (action.schemas)(&mut generator);
        let found = document::find(action.name);
        let parameters = merged(target.as_value(), params.as_value());
        let example = found.and_then(|found| found.entry.request.clone());
        let operation = json!({
            "operationId": action.name,
            "tags": found.map(|found| found.section.en),
            "summary": action.summary,
            "description": format!("For {}.", action.audience),
            "security": [{ "token": [] }],
            "requestBody": { "content": { "application/json": {
                "schema": parameters, "example": example,
            } } },
            "responses": { "200": {
                "description": "The answer, or what went wrong.",
                "content": { "application/json": { "schema": enveloped(answer.to_value()) } },
            } },
        });
        paths.insert(format!("/open-api/{}", action.name), json!({ "post": operation }));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "CODING Open API", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": address }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// One object with the properties of both.
fn merged(target: &Value, params: &Value) -> Value {
    let mut merged = Map::new();
    let mut required = Vec::new();
    spread(target, &mut merged, &mut required);
    spread(params, &mut merged, &mut required);
    json!({ "type": "object", "properties": merged, "required": required })
}

fn spread(object: &Value, into: &mut Map<String, Value>, required: &mut Vec<Value>) {
    for (name, schema) in properties(object) {
        if name.starts_with(SPREAD) {
            spread(schema, into, required);
        } else {
            into.insert(name.clone(), schema.clone());
        }
    }
    let names = object.get("required").and_then(Value::as_array).into_iter().flatten();
    required.extend(
        names.filter(|name| name.as_str().is_some_and(|name| !name.starts_with(SPREAD))).cloned(),
    );
}

fn enveloped(mut answer: Value) -> Value {
    if let Some(properties) =
        answer.as_object_mut().map(|answer| answer.entry("properties").or_insert_with(|| json!({})))
    {
        properties["RequestId"] = json!({ "type": "string" });
    }
    let refused = json!({
        "type": "object",
        "properties": {
            "Error": {
                "type": "object",
                "properties": { "Code": { "type": "string" }, "Message": { "type": "string" } },
                "required": ["Code", "Message"],
            },
            "RequestId": { "type": "string" },
        },
        "required": ["Error", "RequestId"],
    });
    json!({
        "type": "object",
        "properties": { "Response": { "anyOf": [answer, refused] } },
        "required": ["Response"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_has_every_action_and_no_inner_names() {
        let document = openapi("http://localhost:8080");
        assert_eq!(document["paths"].as_object().map(Map::len), Some(registry::all().count()));
        let text = document.to_string();
        assert!(!text.contains("\"..\""), "a spread field shows");
        let page = &document["paths"]["/open-api/DescribeCodingProjects"]["post"];
        let properties =
            &page["requestBody"]["content"]["application/json"]["schema"]["properties"];
        assert_eq!(properties["PageNumber"]["type"], json!(["integer", "null"]));
    }
}

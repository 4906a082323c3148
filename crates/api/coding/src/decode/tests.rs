//! What clients send, and what becomes of it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Input;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Everything {
    user_id: i64,
    size: Option<u8>,
    ratio: Option<f64>,
    title: Option<String>,
    enabled: Option<bool>,
    #[serde(default)]
    user_global_key_list: Vec<String>,
    #[serde(default)]
    filter: Vec<Condition>,
    kind: Option<Kind>,
    free: Option<Value>,
    #[serde(rename = "..")]
    page: Page,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    name: String,
    #[serde(default)]
    values: Vec<i64>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
struct Page {
    page_number: Option<i64>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    CodeHost,
    DevOps,
}

fn read(fields: Value) -> Everything {
    decode(fields).expect("parameters that can be read")
}

fn decode(fields: Value) -> base::Result<Everything> {
    let Value::Object(fields) = fields else { panic!("an object") };
    Input::new(fields).decode()
}

fn refused(fields: Value) -> String {
    decode(fields).expect_err("parameters that cannot be read").to_string()
}

#[test]
fn values_are_taken_for_what_the_type_wants() {
    let read = read(json!({
        "UserId": "12", "Size": 7.0, "Ratio": "0.5", "Title": 2021, "Enabled": "True",
        "Kind": "DEV_OPS", "Free": { "a": ["1", 2] }, "PageNumber": "3", "Unknown": [],
    }));
    assert_eq!((read.user_id, read.size, read.ratio), (12, Some(7), Some(0.5)));
    assert_eq!(read.title.as_deref(), Some("2021"));
    assert_eq!((read.enabled, read.kind), (Some(true), Some(Kind::DevOps)));
    assert_eq!(read.free, Some(json!({ "a": ["1", 2] })));
    assert_eq!(read.page, Page { page_number: Some(3) });
}

#[test]
fn names_may_differ_in_case_and_null_is_absent() {
    let lower = read(json!({ "userId": 2, "size": null, "ENABLED": 0, "pageNumber": 1 }));
    assert_eq!((lower.user_id, lower.size, lower.enabled), (2, None, Some(false)));
    assert_eq!(lower.page.page_number, Some(1));
    let both = read(json!({ "userid": 1, "UserId": 2 }));
    assert_eq!(both.user_id, 2);
}

#[test]
fn lists_come_whole_or_flat_from_zero_or_from_one() {
    let whole = read(json!({ "UserId": 1, "UserGlobalKeyList": ["a", "b"] }));
    let from_zero =
        read(json!({ "UserId": 1, "UserGlobalKeyList.1": "b", "UserGlobalKeyList.0": "a" }));
    let from_one =
        read(json!({ "UserId": 1, "UserGlobalKeyList.1": "a", "UserGlobalKeyList.2": "b" }));
    assert_eq!(whole, from_zero);
    assert_eq!(whole, from_one);

    let mut many = serde_json::Map::new();
    many.insert("UserId".to_owned(), json!(1));
    for index in 1..=12 {
        many.insert(format!("UserGlobalKeyList.{index}"), json!(format!("user-{index}")));
    }
    let many: Everything = Input::new(many).decode().unwrap();
    assert_eq!(many.user_global_key_list[9..], ["user-10", "user-11", "user-12"]);
}

#[test]
fn flat_names_nest() {
    let read = read(json!({
        "UserId": 1,
        "Filter.0.Name": "Status", "Filter.0.Values.0": "4", "Filter.0.Values.1": 5,
        "Filter.1.name": "Key",
    }));
    let status = Condition { name: "Status".to_owned(), values: vec![4, 5] };
    let key = Condition { name: "Key".to_owned(), values: vec![] };
    assert_eq!(read.filter, [status, key]);
}

#[test]
fn what_is_wrong_names_its_field_by_its_path() {
    assert_eq!(refused(json!({})), "UserId is missing");
    assert_eq!(refused(json!({ "UserId": null })), "UserId is missing");
    assert_eq!(refused(json!({ "UserId": "x" })), "UserId must be an integer");
    assert_eq!(refused(json!({ "UserId": 1.5 })), "UserId must be an integer");
    assert_eq!(refused(json!({ "UserId": [1] })), "UserId must be an integer");
    assert_eq!(refused(json!({ "UserId": 1, "Size": 256 })), "Size must be from 0 to 255");
    assert_eq!(refused(json!({ "UserId": 1, "Title": {} })), "Title must be a string");
    assert_eq!(refused(json!({ "UserId": 1, "Enabled": 2 })), "Enabled must be true or false");
    assert_eq!(
        refused(json!({ "UserId": 1, "Kind": "NONE" })),
        "Kind must be one of CODE_HOST, DEV_OPS"
    );
    assert_eq!(
        refused(json!({ "UserId": 1, "UserGlobalKeyList": "a" })),
        "UserGlobalKeyList must be a list"
    );
    assert_eq!(
        refused(json!({ "UserId": 1, "Filter": [{ "Name": "a", "Values": [1, true] }] })),
        "Filter.0.Values.1 must be an integer"
    );
    assert_eq!(refused(json!({ "UserId": 1, "Filter.3.Values.0": 1 })), "Filter.0.Name is missing");
    assert_eq!(
        refused(json!({ "UserId": 1, "PageNumber": "first" })),
        "PageNumber must be an integer"
    );
}

#[test]
fn hostile_names_are_unknown_names() {
    let deep = "A.".repeat(100_000) + "B";
    let read = read(json!({ deep: 1, ".": 1, "UserId.": 1, "UserId": 4, "..": 2, "Title..x": 1 }));
    assert_eq!((read.user_id, read.title, read.page), (4, None, Page { page_number: None }));
}

#[test]
fn a_body_is_an_object_or_nothing() {
    assert!(Input::parse(b" \r\n").unwrap().is_empty());
    assert_eq!(Input::parse(br#"{"a":1}"#).unwrap().len(), 1);
    for bad in [&b"[]"[..], b"1", b"{", b"\xff", b"null"] {
        let error = Input::parse(bad).unwrap_err().to_string();
        assert!(error.starts_with("Body"), "{error}");
    }
    let deep = "[".repeat(100_000);
    Input::parse(deep.as_bytes()).unwrap_err();
}

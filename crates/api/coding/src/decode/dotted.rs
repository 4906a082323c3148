//! `A.0.B` as a name: lists and objects written flat.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Deeper names are taken for unknown ones; no parameter nests that far, and
/// what reads the result is recursive.
const DEEPEST: usize = 16;

/// What a flat name has grown into so far.
#[derive(Default)]
struct Branch {
    leaf: Option<Value>,
    members: BTreeMap<Key, Branch>,
}

/// Numbers sort as numbers, so that `N.10` comes after `N.2`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Index(u64),
    Name(String),
}

/// Puts the fields with dots in their names where they belong. Lists may be
/// counted from 0 or from 1. A field that is also sent whole keeps that value.
pub(super) fn expand(fields: Map<String, Value>) -> Map<String, Value> {
    if !fields.keys().any(|name| name.contains('.')) {
        return fields;
    }
    let mut whole = Map::new();
    let mut flat: BTreeMap<String, Branch> = BTreeMap::new();
    for (name, value) in fields {
        match split(&name) {
            Some((first, rest)) => {
                let branch = rest
                    .into_iter()
                    .fold(flat.entry(first.to_owned()).or_default(), |branch, key| {
                        branch.members.entry(key).or_default()
                    });
                branch.leaf = Some(value);
            }
            None => {
                whole.insert(name, value);
            }
        }
    }
    for (name, branch) in flat {
        if whole.get(&name).is_none_or(Value::is_null) {
            whole.insert(name, branch.grown());
        }
    }
    whole
}

fn split(name: &str) -> Option<(&str, Vec<Key>)> {
    let mut parts = name.split('.');
    let first = parts.next().filter(|first| !first.is_empty())?;
    let rest: Vec<Key> = parts
        .map(|part| match part.parse() {
            Ok(index) => Key::Index(index),
            Err(_) => Key::Name(part.to_owned()),
        })
        .collect();
    let usable = !rest.is_empty()
        && rest.len() <= DEEPEST
        && !rest.iter().any(|key| matches!(key, Key::Name(name) if name.is_empty()));
    usable.then_some((first, rest))
}

impl Branch {
    fn grown(self) -> Value {
        if let Some(leaf) = self.leaf {
            return leaf;
        }
        let is_list = self.members.keys().all(|key| matches!(key, Key::Index(_)));
        if is_list {
            return self.members.into_values().map(Self::grown).collect();
        }
        let members = self.members.into_iter().map(|(key, branch)| {
            let name = match key {
                Key::Index(index) => index.to_string(),
                Key::Name(name) => name,
            };
            (name, branch.grown())
        });
        Value::Object(members.collect())
    }
}

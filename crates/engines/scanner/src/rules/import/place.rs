//! Where a match has to stand: `pattern-inside`, and lists that say nothing else.

use serde_json::{Value, json};

use super::formula::{Formula, Sign, ended, one_of, pieces, short, within};
use super::pattern::{self, Item, Piece};

impl Formula {
    pub(super) fn places(&mut self, parts: &Value, sign: Sign) -> Result<Value, String> {
        let mut any = Vec::new();
        let mut lost = None;
        for part in parts.as_array().into_iter().flatten() {
            match self.place(part, sign) {
                Ok(rule) => any.push(rule),
                Err(why) => lost = Some(why),
            }
        }
        match lost {
            Some(why) if any.is_empty() => return Err(why),
            Some(why) => self.note(format!("a place is left out: {why}")),
            None => {}
        }
        Ok(one_of(any))
    }

    pub(super) fn place(&mut self, part: &Value, sign: Sign) -> Result<Value, String> {
        if let Some(place) = part.get("pattern-inside") {
            return self.inside(place, sign);
        }
        if let Some(parts) = part.get("pattern-either") {
            return self.places(parts, sign);
        }
        let mut all = Vec::new();
        for part in part.get("patterns").and_then(Value::as_array).into_iter().flatten() {
            if let Some(of) = part.get("metavariable-regex") {
                all.extend(self.metavariable("metavariable-regex", of, sign)?);
            } else if let Some(not) = part.get("pattern-not-inside") {
                all.push(json!({ "not": self.inside(not, Sign::Minus)? }));
            } else {
                all.push(self.place(part, sign)?);
            }
        }
        if all.is_empty() {
            Err("a place is not understood".to_owned())
        } else {
            Ok(json!({ "all": all }))
        }
    }

    /// Nodes that stand in something that is a pattern, or are it.
    pub(super) fn inside(&mut self, of: &Value, sign: Sign) -> Result<Value, String> {
        let text = match of {
            Value::String(text) => text.as_str(),
            other => {
                let rule = self.nested(other, sign)?;
                return Ok(within(&rule));
            }
        };
        let read = pattern::read(self.language, text, &mut self.number)
            .map_err(|why| format!("`{}` {why}", short(text)))?;
        let trailing = matches!(read.items.last(), Some(Item::Gap));
        let codes: Vec<&Piece> = pieces(&read);
        let mut rule = match (codes.as_slice(), trailing) {
            ([], _) => return Err("is any code".to_owned()),
            ([only], false) => within(&self.node(only)),
            // What comes after it, at any depth.
            (several, trailing) => {
                let mut before: Option<Value> = None;
                let (last, earlier) = several.split_last().ok_or("is any code")?;
                for piece in if trailing { several } else { earlier } {
                    let mut here = self.statement(piece);
                    if let Some(before) = before {
                        here = json!({ "all": [here, { "follows": ended(&before) }] });
                    }
                    before = Some(here);
                }
                let Some(before) = before else { return Err("is any code".to_owned()) };
                let after = json!({ "follows": ended(&before) });
                let after = json!({ "any": [after, { "inside": ended(&after) }] });
                if trailing {
                    after
                } else {
                    self.note("what stands between the statements of a place is not looked at");
                    let inside = within(&self.node(last));
                    json!({ "all": [after, inside] })
                }
            }
        };
        self.attach(&read, &mut rule, sign)?;
        Ok(rule)
    }
}

/// Whether each part says where to look only.
pub(super) fn only_places(parts: &Value) -> bool {
    parts.as_array().is_some_and(|parts| {
        !parts.is_empty()
            && parts.iter().all(|part| {
                part.get("pattern-inside").is_some()
                    || part.get("pattern-either").is_some_and(only_places)
                    || part.get("patterns").and_then(Value::as_array).is_some_and(|inner| {
                        inner.iter().any(|one| one.get("pattern-inside").is_some())
                            && inner.iter().all(|one| {
                                one.get("pattern-inside").is_some()
                                    || one.get("pattern-not-inside").is_some()
                                    || one.get("metavariable-regex").is_some()
                            })
                    })
            })
    })
}

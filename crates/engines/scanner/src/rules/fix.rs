//! What to write instead of what a rule found: its `fix`, as ast-grep documents
//! it, a template or a template with `expandStart` and `expandEnd`.

use std::ops::Range;

use ast_grep_config::{Fixer, GlobalRules, RuleConfig, RuleCore, SerializableRuleConfig};
use ast_grep_core::meta_var::MetaVariable;
use ast_grep_core::replacer::Replacer as _;
use ast_grep_core::{Doc, NodeMatch};
use serde_json::{Map, Value, json};

use super::grep::Grep;

/// The longest template, in bytes.
const MOST_TEMPLATE: usize = 4_000;
/// How often a template may name something that was captured.
const MOST_VARIABLES: usize = 32;
/// The longest replacement, in bytes; where one would be longer there is none.
pub(super) const MOST_WRITTEN: usize = 64 * 1024;

/// The fix of a rule, ready to be written.
pub(super) struct Fixes {
    fixer: Fixer,
    template: String,
}

/// The parts of a rule that its fix is compiled with; `None` where it has none.
pub(super) fn parts(
    rule: &Value,
    constraints: &Value,
    utils: &Value,
    transform: &Value,
    fix: &Value,
) -> Option<Value> {
    if fix.is_null() || rule.is_null() {
        return None;
    }
    let mut parts = Map::new();
    parts.insert("id".to_owned(), json!("rule"));
    let all = [
        ("rule", rule),
        ("constraints", constraints),
        ("utils", utils),
        ("transform", transform),
        ("fix", fix),
    ];
    for (name, value) in all {
        if !value.is_null() {
            parts.insert(name.to_owned(), value.clone());
        }
    }
    Some(Value::Object(parts))
}

/// Checks what a fix may ask for, before it is compiled.
pub(super) fn check(fix: &Value) -> Result<(), String> {
    let template = template(fix);
    if template.len() > MOST_TEMPLATE {
        return Err(format!("the template is longer than {MOST_TEMPLATE} bytes"));
    }
    if template.matches('$').count() > 3 * MOST_VARIABLES {
        return Err(format!("the template names more than {MOST_VARIABLES} variables"));
    }
    Ok(())
}

/// The template; of several the first, which is the one that is used.
fn template(fix: &Value) -> &str {
    let one = fix.as_array().and_then(|all| all.first()).unwrap_or(fix);
    one.as_str().or_else(|| one["template"].as_str()).unwrap_or_default()
}

/// The matcher of a rule together with its fix.
pub(super) fn compile(parts: &Value, grep: &Grep) -> Result<(RuleCore, Option<Fixes>), String> {
    let mut whole = parts.clone();
    whole["language"] = json!(grep.id());
    let config: SerializableRuleConfig<Grep> =
        serde_json::from_value(whole).map_err(|error| error.to_string())?;
    let config = RuleConfig::try_from(config, &GlobalRules::default())
        .map_err(|error| super::compile::chain(&error))?;
    let template = template(&parts["fix"]).to_owned();
    let fixes = config.fixer.into_iter().next().map(|fixer| Fixes { fixer, template });
    Ok((config.matcher, fixes))
}

impl Fixes {
    /// What to write instead of a match, and in place of what.
    pub(super) fn of<D: Doc<Source = String>>(
        &self,
        matcher: &RuleCore,
        found: &NodeMatch<'_, D>,
    ) -> Option<(Range<usize>, String)> {
        let named = self.template.matches('$').count();
        let most = named.saturating_mul(self.longest(found));
        if self.template.len().saturating_add(most) > MOST_WRITTEN {
            return None;
        }
        let range = self.fixer.get_replaced_range(found, matcher);
        let text = String::from_utf8(self.fixer.generate_replacement(found)).ok()?;
        (text.len() <= MOST_WRITTEN && range.start <= range.end).then_some((range, text))
    }

    /// The length of the longest thing that the template names.
    fn longest<D: Doc<Source = String>>(&self, found: &NodeMatch<'_, D>) -> usize {
        let env = found.get_env();
        let length = |variable| {
            let (MetaVariable::Capture(name, _) | MetaVariable::MultiCapture(name)) = variable
            else {
                return 0;
            };
            if !self.template.contains(&format!("${name}")) {
                return 0;
            }
            let one = env.get_match(&name).map_or(0, |node| node.range().len());
            let many = env.get_multiple_matches(&name);
            let many = match (many.first(), many.last()) {
                (Some(first), Some(last)) => last.range().end.saturating_sub(first.range().start),
                _ => 0,
            };
            let made = env.get_transformed(&name).map_or(0, Vec::len);
            one.max(many).max(made)
        };
        env.get_matched_variables().map(length).max().unwrap_or(0)
    }
}

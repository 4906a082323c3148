//! Rules that teams write or bring along.

use std::sync::Arc;

use scanner::{Engine, ImportOutcome, OwnRule, RuleSetting, Ruleset, import};

/// A rule in our form, tried on its examples and on a text in each of its
/// languages.
pub fn rule(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(rule) = OwnRule::parse(&text) else { return };
    let rule = Arc::new(rule);
    let _ = rule.test();
    for language in rule.languages() {
        let trial = rule.try_on(language, "f(a, 'b'); // c\n");
        assert!(trial.matches.iter().all(|found| found.span.start_line >= 1));
    }
}

/// Files of ast-grep and semgrep: what was translated can be used as it was
/// written.
pub fn imported(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(rules) = import(&text) else { return };
    for translated in rules.iter().take(8) {
        let kept = translated.outcome != ImportOutcome::Refused;
        assert_eq!(kept, translated.rule.is_some(), "{}", translated.id);
        if kept {
            let again = OwnRule::parse(&translated.text);
            assert!(again.is_ok(), "{}: {:?}", translated.text, again.err());
        }
    }
}

/// A ruleset as it is stored and sent.
pub fn ruleset(bytes: &[u8]) {
    let Ok(ruleset) = serde_json::from_slice::<Ruleset>(bytes) else { return };
    let settings = ruleset.rules.values();
    let _ = settings.filter(|setting: &&RuleSetting| setting.enabled == Some(true)).count();
    if let Ok(engine) = Engine::new(&ruleset) {
        let _ = engine.admit("src/main.py");
        assert_eq!(engine.ruleset().hash(), ruleset.hash());
    }
}

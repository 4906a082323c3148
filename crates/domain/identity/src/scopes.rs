//! The names that scopes have on the wire.
//!
//! Two families are in use: the older `project:depot`, which is that of
//! [`base::Scope`], and the newer `vcs:repository:rw`. The newer names are
//! finer; each is taken for the field of work that it lies in.

use base::{Result, Scope, Scopes};

/// The newer names without their `:ro` or `:rw`.
const NEWER: &[(&str, Scope)] = &[
    ("user:profile", Scope::User),
    ("user:notification", Scope::Notification),
    ("user:public-key", Scope::ProjectKey),
    ("team:profile", Scope::TeamAdmin),
    ("team:member", Scope::TeamAdmin),
    ("ram:policy", Scope::TeamAdmin),
    ("ram:grant", Scope::TeamAdmin),
    ("ram:user-group", Scope::TeamAdmin),
    ("project:profile", Scope::Project),
    ("project:label", Scope::Project),
    ("project:member", Scope::ProjectMembers),
    ("project:token", Scope::ProjectMembers),
    ("program:profile", Scope::Project),
    ("program:project", Scope::Project),
    ("program:member", Scope::ProjectMembers),
    ("related-resource:resource", Scope::Project),
    ("service-hook:profile", Scope::Project),
    ("performance:dataset", Scope::Project),
    ("assets:list", Scope::Project),
    ("assets:attribute", Scope::Project),
    ("credential:profile", Scope::ProjectCi),
    ("collaboration:issue", Scope::ProjectIssue),
    ("testing:profile", Scope::ProjectIssue),
    ("document:knowledge", Scope::ProjectFile),
    ("document:file", Scope::ProjectFile),
    ("document:api-doc", Scope::ProjectApiDoc),
    ("vcs:repository", Scope::ProjectDepot),
    ("vcs:merge", Scope::ProjectDepot),
    ("vcs:release", Scope::ProjectDepot),
    ("vcs:ssh-key", Scope::ProjectKey),
    ("depot:external-repository", Scope::ProjectDepot),
    ("cd:statistics", Scope::ProjectCi),
    ("cd:host-server", Scope::ProjectCi),
    ("cd:cloud-account", Scope::ProjectCi),
    ("cd:application", Scope::ProjectCi),
    ("cd:pipeline", Scope::ProjectCi),
    ("artifact:repository", Scope::ProjectArtifacts),
    ("artifact:version", Scope::ProjectArtifacts),
    ("artifact:properties", Scope::ProjectArtifacts),
    ("artifact:package", Scope::ProjectArtifacts),
];

/// Reads scopes of either family, separated by commas, blanks or `+`.
///
/// # Errors
/// `Invalid` on the field `scope`, naming the unknown scope.
pub fn parse(text: &str) -> Result<Scopes> {
    let mut scopes = Scopes::NOTHING;
    for name in text.split([',', ' ', '+']).filter(|name| !name.is_empty()) {
        match newer(name) {
            Some((scope, true)) => scopes = scopes.with(scope),
            Some((scope, false)) => scopes = scopes.with_read(scope),
            None => scopes = union(scopes, Scopes::parse(name)?),
        }
    }
    Ok(scopes)
}

/// The scope that a newer name stands for, and whether it lets change.
fn newer(name: &str) -> Option<(Scope, bool)> {
    let (bare, writes) = match name.strip_suffix(":rw") {
        Some(bare) => (bare, true),
        None => (name.strip_suffix(":ro")?, false),
    };
    NEWER.iter().find(|(known, _)| *known == bare).map(|(_, scope)| (*scope, writes))
}

fn union(left: Scopes, right: Scopes) -> Scopes {
    if right == Scopes::EVERYTHING {
        return right;
    }
    Scope::ALL.iter().fold(left, |all, scope| {
        if right.contains(*scope) {
            all.with(*scope)
        } else if right.can_read(*scope) {
            all.with_read(*scope)
        } else {
            all
        }
    })
}

/// Whether everything in `wanted` is in `held`.
pub(crate) fn within(wanted: Scopes, held: Scopes) -> bool {
    wanted.both(held) == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_are_read() {
        let scopes =
            parse("user:profile:ro,project:profile:rw vcs:repository:ro+user:email").unwrap();
        assert_eq!(scopes.to_string(), "user:ro,user:email,project,project:depot:ro");
        assert_eq!(parse("all").unwrap(), Scopes::EVERYTHING);
        assert_eq!(parse("user,all").unwrap(), Scopes::EVERYTHING);
        assert_eq!(parse("").unwrap(), Scopes::NOTHING);
    }

    #[test]
    fn unknown_names_are_refused_by_name() {
        for bad in ["vcs:repository", "vcs:repository:x", "nonsense", "user:profile"] {
            let error = parse(bad).unwrap_err().to_string();
            assert!(error.contains(bad), "{error}");
        }
    }

    #[test]
    fn within_knows_reading_from_changing() {
        let held = parse("project:depot:ro,user").unwrap();
        assert!(within(parse("project:depot:ro").unwrap(), held));
        assert!(!within(parse("project:depot").unwrap(), held));
        assert!(within(held, Scopes::EVERYTHING));
    }
}

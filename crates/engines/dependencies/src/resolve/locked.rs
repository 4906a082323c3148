//! A lock file beside the manifests that it holds for.

use std::collections::{HashMap, HashSet};

use crate::{Manifest, Package, Scope};

/// So many packages of one name are told apart; more only differ in version.
const ALIKE: usize = 8;

/// What follows for each package of a lock file.
pub(super) struct Reading {
    pub(super) direct: Vec<Option<bool>>,
    pub(super) scope: Vec<Scope>,
    pub(super) requirement: Vec<String>,
    pub(super) needs: Vec<Vec<u32>>,
}

/// What a manifest asks for, by whether the lock file knows of it.
pub(super) fn split<'a>(
    lock: &Manifest,
    asked: &'a [Package],
) -> (Vec<&'a Package>, Vec<&'a Package>) {
    let ecosystem = lock.kind.ecosystem();
    let known: HashSet<String> =
        lock.packages.iter().map(|package| ecosystem.normal_name(&package.name)).collect();
    asked.iter().partition(|package| known.contains(&ecosystem.normal_name(&package.name)))
}

impl Reading {
    pub(super) fn of(lock: &Manifest, wanted: &[&Package]) -> Self {
        let count = lock.packages.len();
        let ecosystem = lock.kind.ecosystem();
        let mut keys: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut names: HashMap<String, Vec<u32>> = HashMap::new();
        for (index, package) in (0_u32..).zip(&lock.packages) {
            for key in &package.keys {
                push(keys.entry(key.as_str()).or_default(), index);
            }
            push(names.entry(ecosystem.normal_name(&package.name)).or_default(), index);
        }
        let mut reading = Self {
            direct: lock.packages.iter().map(|package| package.direct).collect(),
            scope: lock.packages.iter().map(|package| package.scope).collect(),
            requirement: lock.packages.iter().map(|package| package.requirement.clone()).collect(),
            needs: lock
                .packages
                .iter()
                .map(|package| {
                    let needs = package.needs.iter().filter_map(|key| keys.get(key.as_str()));
                    needs.flatten().copied().collect()
                })
                .collect(),
        };
        let mut roots = vec![None; count];
        let none = Vec::new();
        for root in &lock.roots {
            for index in keys.get(root.key.as_str()).unwrap_or(&none) {
                mark(&mut roots[*index as usize], root.scope);
            }
        }
        for package in wanted {
            let exact = format!("{}@{}", package.name, package.requirement);
            let named = names.get(&ecosystem.normal_name(&package.name)).unwrap_or(&none);
            let found = keys.get(exact.as_str()).unwrap_or(named);
            // Where the lock file says which of several it is, it is right.
            let chosen = |index: &&u32| roots[**index as usize].is_some();
            let some_chosen = !lock.roots.is_empty() && found.iter().any(|index| chosen(&index));
            let these: Vec<u32> =
                found.iter().filter(|index| !some_chosen || chosen(index)).copied().collect();
            for index in these {
                mark(&mut roots[index as usize], package.scope);
                let requirement = &mut reading.requirement[index as usize];
                if requirement.is_empty() {
                    requirement.clone_from(&package.requirement);
                }
            }
        }
        if !lock.roots.is_empty() || !wanted.is_empty() {
            for (direct, root) in reading.direct.iter_mut().zip(&roots) {
                direct.get_or_insert(root.is_some());
            }
        }
        reading.spread(&roots);
        reading
    }

    /// What is needed by something that is delivered is delivered, too.
    fn spread(&mut self, roots: &[Option<Scope>]) {
        for scope in [Scope::Runtime, Scope::Development] {
            let mut seen = vec![false; roots.len()];
            let mut queue: Vec<usize> =
                (0..roots.len()).filter(|index| roots[*index] == Some(scope)).collect();
            while let Some(index) = queue.pop() {
                if std::mem::replace(&mut seen[index], true) {
                    continue;
                }
                if self.scope[index] == Scope::Unknown {
                    self.scope[index] = scope;
                }
                queue.extend(self.needs[index].iter().map(|need| *need as usize));
            }
        }
    }
}

fn push(list: &mut Vec<u32>, index: u32) {
    if list.len() < ALIKE {
        list.push(index);
    }
}

fn mark(root: &mut Option<Scope>, scope: Scope) {
    *root = Some(root.map_or(scope, |known| known.min(scope)));
}

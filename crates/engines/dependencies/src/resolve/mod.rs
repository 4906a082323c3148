//! The files of one tree, put together.

mod locked;
mod pom;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{Component, Ecosystem, Kind, Manifest, Package, ReadError, limits};

/// What the tree depends on: by ecosystem, name, version and file.
///
/// A lock file holds for the manifests beside and below it, up to the next one.
/// What a manifest asks for and no lock file names is listed as it is asked
/// for, without a version unless the manifest allows only one.
///
/// # Errors
/// [`ReadError::TooMany`] beyond [`limits::COMPONENTS`].
pub fn resolve(files: &[(&str, &Manifest)]) -> Result<Vec<Component>, ReadError> {
    let mut asked: Vec<Vec<Package>> = pom::packages(files);
    central_versions(files, &mut asked);
    leave_out_own(files, &mut asked);
    let locks = Locks::of(files);
    let mut belong: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut all = Collector::default();
    for (index, (path, manifest)) in files.iter().enumerate() {
        if manifest.kind.is_lock() || manifest.kind == Kind::NugetCentral {
            continue;
        }
        match locks.of_manifest(path, manifest.kind) {
            Some(lock) => belong.entry(lock).or_default().push(index),
            None => all.alone(path, manifest.kind.ecosystem(), &asked[index])?,
        }
    }
    for (index, (path, lock)) in files.iter().enumerate() {
        if !lock.kind.is_lock() {
            continue;
        }
        let manifests = belong.remove(&index).unwrap_or_default();
        let mut wanted: Vec<&Package> = Vec::new();
        for manifest in manifests {
            let (path, packages) = (files[manifest].0, &asked[manifest]);
            let (there, missing) = locked::split(lock, packages);
            wanted.extend(there);
            all.alone(path, lock.kind.ecosystem(), missing)?;
        }
        all.locked(path, lock, &wanted)?;
    }
    Ok(all.finish())
}

/// What the tree itself is made of is not a dependency of it.
fn leave_out_own(files: &[(&str, &Manifest)], asked: &mut [Vec<Package>]) {
    let own: HashSet<(Ecosystem, String)> = files
        .iter()
        .filter_map(|(_, manifest)| {
            let ecosystem = manifest.kind.ecosystem();
            let name = &manifest.project.as_ref()?.name;
            (!name.is_empty()).then(|| (ecosystem, ecosystem.normal_name(name)))
        })
        .collect();
    for ((_, manifest), packages) in files.iter().zip(asked) {
        let ecosystem = manifest.kind.ecosystem();
        packages
            .retain(|package| !own.contains(&(ecosystem, ecosystem.normal_name(&package.name))));
    }
}

/// Which lock files hold for which manifests.
struct Locks(HashMap<(Kind, String), usize>);

impl Locks {
    fn of(files: &[(&str, &Manifest)]) -> Self {
        let locks = files.iter().enumerate().filter(|(_, (_, manifest))| manifest.kind.is_lock());
        Self(
            locks
                .map(|(index, (path, lock))| ((lock.kind, directory(path).to_owned()), index))
                .collect(),
        )
    }

    fn of_manifest(&self, path: &str, kind: Kind) -> Option<usize> {
        let (kinds, only_here): (&[Kind], bool) = match kind {
            Kind::PackageJson => (&[Kind::PackageLock, Kind::PnpmLock, Kind::YarnLock], false),
            Kind::PyProject => (&[Kind::UvLock, Kind::PoetryLock], false),
            Kind::Pipfile => (&[Kind::PipfileLock], true),
            Kind::VersionCatalog => (&[Kind::GradleLock], false),
            Kind::CargoToml => (&[Kind::CargoLock], false),
            Kind::ComposerJson => (&[Kind::ComposerLock], true),
            Kind::NugetProject | Kind::NugetConfig => (&[Kind::NugetLock], true),
            Kind::Pubspec => (&[Kind::PubspecLock], false),
            Kind::Conanfile => (&[Kind::ConanLock], true),
            _ => return None,
        };
        let mut below = directory(path);
        loop {
            let found = kinds.iter().find_map(|kind| self.0.get(&(*kind, below.to_owned())));
            if found.is_some() || only_here || below.is_empty() {
                return found.copied();
            }
            below = directory(below);
        }
    }
}

/// The directory that a path lies in; empty for the root.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The versions that `Directory.Packages.props` sets for the projects below it.
fn central_versions(files: &[(&str, &Manifest)], asked: &mut [Vec<Package>]) {
    let central: HashMap<&str, &Manifest> = files
        .iter()
        .filter(|(_, manifest)| manifest.kind == Kind::NugetCentral)
        .map(|(path, manifest)| (directory(path), *manifest))
        .collect();
    if central.is_empty() {
        return;
    }
    'projects: for ((path, manifest), packages) in files.iter().zip(asked) {
        if manifest.kind != Kind::NugetProject {
            continue;
        }
        let mut below = directory(path);
        let set = loop {
            match central.get(below) {
                Some(set) => break *set,
                None if below.is_empty() => continue 'projects,
                None => below = directory(below),
            }
        };
        let versions: HashMap<String, &Package> = set
            .packages
            .iter()
            .map(|package| (Ecosystem::Nuget.normal_name(&package.name), package))
            .collect();
        for package in packages.iter_mut().filter(|package| package.requirement.is_empty()) {
            if let Some(set) = versions.get(&Ecosystem::Nuget.normal_name(&package.name)) {
                package.version.clone_from(&set.version);
                package.requirement.clone_from(&set.requirement);
            }
        }
    }
}

/// What makes two entries of a file one component.
type Key = (Ecosystem, String, String, String);

/// Gathers components, each once a file.
#[derive(Default)]
struct Collector {
    components: Vec<Component>,
    places: BTreeMap<Key, u32>,
}

impl Collector {
    fn add(&mut self, component: Component) -> Result<u32, ReadError> {
        let key = (
            component.ecosystem,
            component.name.clone(),
            component.version.clone(),
            component.path.clone(),
        );
        if let Some(place) = self.places.get(&key) {
            let known = &mut self.components[*place as usize];
            known.direct = known.direct.max(component.direct);
            known.scope = known.scope.min(component.scope);
            if known.requirement.is_empty() {
                known.requirement = component.requirement;
            }
            return Ok(*place);
        }
        if self.components.len() >= limits::COMPONENTS {
            return Err(ReadError::TooMany);
        }
        let place = u32::try_from(self.components.len()).map_err(|_| ReadError::TooMany)?;
        self.places.insert(key, place);
        self.components.push(component);
        Ok(place)
    }

    /// What only a manifest names.
    fn alone<'a>(
        &mut self,
        path: &str,
        ecosystem: Ecosystem,
        packages: impl IntoIterator<Item = &'a Package>,
    ) -> Result<(), ReadError> {
        for package in packages {
            self.add(component(path, ecosystem, package))?;
        }
        Ok(())
    }

    /// What a lock file names, beside what its manifests ask for.
    fn locked(
        &mut self,
        path: &str,
        lock: &Manifest,
        wanted: &[&Package],
    ) -> Result<(), ReadError> {
        let reading = locked::Reading::of(lock, wanted);
        let mut places = Vec::with_capacity(lock.packages.len());
        for (index, package) in lock.packages.iter().enumerate() {
            let mut component = component(path, lock.kind.ecosystem(), package);
            component.direct = reading.direct[index];
            component.scope = reading.scope[index];
            component.requirement.clone_from(&reading.requirement[index]);
            places.push(self.add(component)?);
        }
        for (index, needs) in reading.needs.iter().enumerate() {
            let known = &mut self.components[places[index] as usize];
            known.needs.extend(needs.iter().map(|need| places[*need as usize]));
            known.needs.sort_unstable();
            known.needs.dedup();
        }
        Ok(())
    }

    /// In the order of their keys.
    fn finish(mut self) -> Vec<Component> {
        let mut moved = vec![0; self.components.len()];
        for (new, old) in self.places.values().enumerate() {
            moved[*old as usize] = u32::try_from(new).unwrap_or(u32::MAX);
        }
        for component in &mut self.components {
            for need in &mut component.needs {
                *need = moved[*need as usize];
            }
            component.needs.sort_unstable();
        }
        let mut places: Vec<u32> = moved;
        // Every component is put where its key belongs.
        for index in 0..places.len() {
            while places[index] as usize != index {
                let target = places[index] as usize;
                self.components.swap(index, target);
                places.swap(index, target);
            }
        }
        self.components
    }
}

fn component(path: &str, ecosystem: Ecosystem, package: &Package) -> Component {
    Component {
        ecosystem,
        name: package.name.clone(),
        version: package.version.clone(),
        requirement: package.requirement.clone(),
        direct: package.direct,
        scope: package.scope,
        licence: crate::licence::normalise(&package.licence),
        path: path.to_owned(),
        line: package.line,
        needs: Vec::new(),
    }
}

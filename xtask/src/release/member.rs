//! A crate of the workspace, as cargo describes it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use semver::Version;

use crate::run::root;

pub(super) struct Member {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) folder: PathBuf,
    pub(super) is_library: bool,
}

/// What cargo says about the workspace, with all features on.
pub(super) fn metadata() -> Result<Metadata, String> {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .features(cargo_metadata::CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .map_err(|error| format!("cargo metadata: {error}"))
}

/// The crates of the workspace that can be published.
fn published(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    let may = |package: &&Package| package.publish.as_ref().is_none_or(|to| !to.is_empty());
    metadata.workspace_packages().into_iter().filter(may)
}

impl Member {
    pub(super) fn find(name: &str) -> Result<Self, String> {
        let metadata = metadata()?;
        let Some(package) = published(&metadata).find(|package| package.name == name) else {
            let names: Vec<&str> = published(&metadata)
                .map(|package| package.name.as_str())
                .collect();
            return Err(format!("no crate {name} to release: {}", names.join(", ")));
        };
        Ok(Self {
            name: name.to_owned(),
            version: package.version.clone(),
            folder: package
                .manifest_path
                .parent()
                .ok_or("a manifest outside a folder")?
                .into(),
            is_library: package.targets.iter().any(|target| target.is_lib()),
        })
    }

    pub(super) fn tag(&self) -> String {
        format!("{}-v{}", self.name, self.version)
    }

    /// The crates that are packed together: this one, its dependents, and all that these are built from.
    pub(super) fn packed_with(&self) -> Result<BTreeSet<String>, String> {
        let metadata = metadata()?;
        let needs = |package: &Package, name: &str| {
            package.dependencies.iter().any(|dependency| {
                dependency.kind == DependencyKind::Normal && dependency.name == name
            })
        };
        let mut names = BTreeSet::from([self.name.clone()]);
        grow(&mut names, |names| {
            published(&metadata)
                .filter(|package| names.iter().any(|name| needs(package, name)))
                .map(|package| package.name.to_string())
                .collect()
        });
        grow(&mut names, |names| {
            let members: Vec<&Package> = published(&metadata).collect();
            let packed = members
                .iter()
                .filter(|package| names.contains(package.name.as_str()));
            packed
                .flat_map(|package| members.iter().filter(|below| needs(package, &below.name)))
                .map(|below| below.name.to_string())
                .collect()
        });
        Ok(names)
    }
}

/// Adds what `next` finds until it finds nothing new.
fn grow(names: &mut BTreeSet<String>, next: impl Fn(&BTreeSet<String>) -> BTreeSet<String>) {
    loop {
        let before = names.len();
        let found = next(names);
        names.extend(found);
        if names.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_packed_with_its_dependents_and_what_they_need() {
        let reqwest = Member::find("payments-reqwest").unwrap();
        let packed = reqwest.packed_with().unwrap();
        for name in [
            "payments-reqwest",
            "payments-core",
            "cpay-client",
            "payments-facade",
            "payments-cli",
        ] {
            assert!(packed.contains(name), "{name} is missing in {packed:?}");
        }
        assert!(!packed.contains("xtask"));
    }

    #[test]
    fn an_unknown_crate_is_refused_with_the_known_ones() {
        let error = Member::find("payments").err().unwrap();
        assert!(error.contains("payments-signing"), "{error}");
        assert!(!error.contains("xtask"), "{error}");
    }
}

//! A crate of the workspace, as cargo describes it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cargo_metadata::{Metadata, Package};
use semver::{Version, VersionReq};

use crate::packages::published;

pub(super) struct Member {
    pub(super) name: String,
    pub(super) version: Version,
    pub(super) folder: PathBuf,
    pub(super) is_library: bool,
    pub(super) description: Option<String>,
    pub(super) licence: Option<String>,
    pub(super) repository: Option<String>,
}

/// Whether a package needs a crate that is published, be it for its tests. A dependency without a version is not packed.
fn needs(package: &Package, name: &str) -> bool {
    let mut dependencies = package.dependencies.iter();
    dependencies.any(|needed| needed.name == name && needed.req != VersionReq::STAR)
}

impl Member {
    pub(super) fn of(package: &Package) -> Result<Self, String> {
        let folder = package.manifest_path.parent();
        Ok(Self {
            name: package.name.to_string(),
            version: package.version.clone(),
            folder: folder.ok_or("a manifest outside a folder")?.into(),
            is_library: package.targets.iter().any(|target| target.is_lib()),
            description: package.description.clone(),
            licence: package.license.clone(),
            repository: package.repository.clone(),
        })
    }

    pub(super) fn tag(&self) -> String {
        format!("{}-v{}", self.name, self.version)
    }

    /// The crates that are packed together: this one, its dependents, and all that these need.
    pub(super) fn packed_with(&self, metadata: &Metadata) -> BTreeSet<String> {
        let all: Vec<&Package> = published(metadata).collect();
        let names = |found: Vec<&Package>| found.iter().map(|it| it.name.to_string()).collect();
        let mut packed = BTreeSet::from([self.name.clone()]);
        grow(&mut packed, |packed| {
            let above = |it: &&Package| packed.iter().any(|name| needs(it, name));
            names(all.iter().copied().filter(above).collect())
        });
        grow(&mut packed, |packed| {
            let is_packed = |it: &&&Package| packed.contains(it.name.as_str());
            let below =
                |it: &&Package| all.iter().filter(is_packed).any(|top| needs(top, &it.name));
            names(all.iter().copied().filter(below).collect())
        });
        packed
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
    use super::super::workspace::Workspace;

    #[test]
    fn a_crate_is_packed_with_its_dependents_and_what_they_need() {
        let workspace = Workspace::here();
        let reqwest = workspace.member("payments-reqwest").unwrap();
        let packed = reqwest.packed_with(&workspace.metadata().unwrap());
        for name in [
            "payments-reqwest",
            "payments-core",
            "cpay-client",
            "payments-facade",
            "payments-sandbox",
            "payments-cli",
        ] {
            assert!(packed.contains(name), "{name} is missing in {packed:?}");
        }
        assert!(!packed.contains("xtask"));
    }

    #[test]
    fn an_unknown_crate_is_refused_with_the_known_ones() {
        let error = Workspace::here().member("payments").err().unwrap();
        assert!(error.contains("payments-signing"), "{error}");
        assert!(!error.contains("xtask"), "{error}");
    }
}

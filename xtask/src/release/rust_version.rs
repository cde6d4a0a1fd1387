//! The oldest Rust that a crate supports: what it states must not be older than what its dependencies state.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, PackageId};
use semver::Version;

/// The stated version of the crate, if all its dependencies state the same or an older one.
pub(super) fn of(metadata: &Metadata, name: &str) -> Result<Version, String> {
    let package = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name == name)
        .ok_or_else(|| format!("no crate {name}"))?;
    let stated = package
        .rust_version
        .clone()
        .ok_or_else(|| format!("{name} has no rust-version"))?;
    let newer = built_from(metadata, &package.id)
        .into_iter()
        .find_map(|id| {
            let below = &metadata[id];
            let needs = below.rust_version.as_ref();
            Some((below, needs.filter(|needs| **needs > stated)?))
        });
    match newer {
        None => Ok(stated),
        Some((below, needs)) => Err(format!(
            "{} {} needs {needs}: state that, not {stated}",
            below.name, below.version
        )),
    }
}

/// All crates that are compiled for the crate; not what only its tests use.
fn built_from<'a>(metadata: &'a Metadata, crate_id: &'a PackageId) -> BTreeSet<&'a PackageId> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let nodes: std::collections::HashMap<_, _> = nodes.map(|node| (&node.id, node)).collect();
    let mut found = BTreeSet::new();
    let mut next = vec![crate_id];
    while let Some(id) = next.pop() {
        if !found.insert(id) {
            continue;
        }
        let below = nodes.get(id).into_iter().flat_map(|node| &node.deps);
        next.extend(below.filter_map(|dependency| {
            let compiled =
                |kind: &cargo_metadata::DepKindInfo| kind.kind != DependencyKind::Development;
            dependency
                .dep_kinds
                .iter()
                .any(compiled)
                .then_some(&dependency.pkg)
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::workspace::Workspace;
    use super::*;

    #[test]
    fn no_dependency_needs_a_newer_rust_than_a_crate_states() {
        let crates = Workspace::here().metadata().unwrap();
        let problems: Vec<String> = crates
            .workspace_packages()
            .iter()
            .filter_map(|package| of(&crates, &package.name).err())
            .collect();
        assert_eq!(problems, Vec::<String>::new());
    }
}

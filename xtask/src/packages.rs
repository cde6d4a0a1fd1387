//! What cargo says about the workspace.

use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand, Package};

use crate::run::root;

/// The workspace without its dependencies.
pub(crate) fn workspace() -> Result<Metadata, String> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps();
    command.exec().map_err(|error| error.to_string())
}

/// The crates of the workspace that can be published.
pub(crate) fn published(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    let may = |package: &&Package| package.publish.as_ref().is_none_or(|to| !to.is_empty());
    metadata.workspace_packages().into_iter().filter(may)
}

/// The folder where cargo builds.
pub(crate) fn target_directory() -> Result<PathBuf, String> {
    Ok(workspace()?.target_directory.into())
}

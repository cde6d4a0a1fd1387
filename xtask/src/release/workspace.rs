//! The workspace that is checked, and the programs that check it.

use std::path::PathBuf;
use std::process::Command;

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};
use semver::Version;

use super::member::Member;
use crate::packages::published;
use crate::run::{cargo, output, root};

pub(super) struct Workspace {
    pub(super) root: PathBuf,
}

impl Workspace {
    pub(super) fn here() -> Self {
        Self { root: root() }
    }

    #[cfg(test)]
    pub(super) fn at(root: PathBuf) -> Self {
        Self { root }
    }

    /// What cargo says about the workspace, with all features on.
    pub(super) fn metadata(&self) -> Result<Metadata, String> {
        MetadataCommand::new()
            .manifest_path(self.root.join("Cargo.toml"))
            .features(CargoOpt::AllFeatures)
            .other_options(["--locked".to_owned()])
            .exec()
            .map_err(|error| {
                format!("{error}\nAfter a new version, update [workspace.dependencies] and run `cargo check`.")
            })
    }

    /// A crate that can be published.
    pub(super) fn member(&self, name: &str) -> Result<Member, String> {
        let metadata = self.metadata()?;
        let mut crates = published(&metadata);
        match crates.find(|package| package.name == name) {
            Some(package) => Member::of(package),
            None => {
                let names = published(&metadata).map(|package| package.name.to_string());
                let names: Vec<String> = names.collect();
                let names = names.join("\n  ");
                Err(format!("no crate {name} to release; there are\n  {names}"))
            }
        }
    }

    /// The newest tagged version of a crate, and its tag. Clones often lack tags, so `origin` is asked too.
    pub(super) fn last_tag(&self, name: &str) -> Result<Option<(Version, String)>, String> {
        let prefix = format!("{name}-v");
        let mut tags = output(self.git().args(["tag", "--list"]))?;
        let mut remote = self.git();
        tags +=
            &output(remote.args(["ls-remote", "--tags", "--refs", "origin"])).map_err(|error| {
                println!("{error}");
                "origin does not list its tags: run it where it does".to_owned()
            })?;
        // A line is a tag, or a commit and `refs/tags/` with the tag.
        let tags = tags
            .lines()
            .map(|line| match line.split_once("refs/tags/") {
                Some((_, tag)) => tag,
                None => line,
            });
        let versions = tags.filter_map(|tag| {
            let version = Version::parse(tag.strip_prefix(&prefix)?).ok()?;
            Some((version, tag.to_owned()))
        });
        Ok(versions.max())
    }

    /// Whether a tag is in this clone, with its files.
    pub(super) fn has_tag(&self, tag: &str) -> bool {
        let files = format!("refs/tags/{tag}^{{tree}}");
        output(
            self.git()
                .args(["rev-parse", "--verify", "--quiet", &files]),
        )
        .is_ok()
    }

    pub(super) fn git(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(&self.root);
        command
    }

    pub(super) fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root);
        command
    }

    /// Cargo of another toolchain. The variables by which rustup pinned this one must not reach it.
    pub(super) fn cargo_of(&self, toolchain: &str) -> Command {
        let mut command = Command::new("rustup");
        command
            .current_dir(&self.root)
            .env_remove("CARGO")
            .env_remove("RUSTC")
            .env_remove("RUSTDOC")
            .env_remove("RUSTUP_TOOLCHAIN")
            // Without this, rustup downloads a toolchain that is only asked for.
            .env("RUSTUP_AUTO_INSTALL", "0")
            .args(["run", toolchain, "cargo"]);
        command
    }

    /// Whether `cargo NAME` exists.
    pub(super) fn has_tool(&self, name: &str) -> bool {
        output(self.cargo().args([name, "--version"])).is_ok()
    }

    pub(super) fn has_toolchain(&self, name: &str) -> bool {
        output(self.cargo_of(name).arg("--version")).is_ok()
    }
}

//! Each refusal, in a workspace of two crates without other dependencies: no test needs a network.

use std::process::Command;

use tempfile::TempDir;

use super::checks::{CHECKS, Verdict};
use super::workspace::Workspace;
use super::{problems, release};
use crate::run::{output, succeed};

const CHANGELOG: &str = "# Changelog\n\n## 0.1.0 - 2026-11-01\n\n- First.\n";

struct Project {
    folder: TempDir,
    workspace: Workspace,
}

impl Project {
    /// Everything is committed, and nothing is tagged.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let workspace = Workspace::at(folder.path().to_path_buf());
        let project = Self { folder, workspace };
        project.write(
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"lower\", \"upper\"]\n",
        );
        project.write(".gitignore", "/target\n");
        project.write("deny.toml", "[licenses]\nallow = [\"MIT\"]\n");
        project.write("lower/Cargo.toml", &manifest("lower", "0.1.0"));
        project.write("lower/CHANGELOG.md", CHANGELOG);
        project.write(
            "lower/src/lib.rs",
            "//! Counts.\n\n/// One.\npub fn one() -> u32 {\n    1\n}\n",
        );
        let upper = manifest("upper", "0.1.0")
            + "[dependencies]\nlower = { path = \"../lower\", version = \"0.1.0\" }\n";
        project.write("upper/Cargo.toml", &upper);
        project.write("upper/CHANGELOG.md", CHANGELOG);
        project.write("upper/src/lib.rs", "//! Counts more.\n");
        project.git(&["init", "--quiet"]);
        project.commit();
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = self.workspace.git();
        git.args(["-c", "user.name=Ana", "-c", "user.email=ana@shop.example"]);
        succeed(git.args(arguments)).unwrap();
    }

    fn commit(&self) {
        let mut lock = self.workspace.cargo();
        output(lock.args(["generate-lockfile", "--offline"])).unwrap();
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "--message", "Change"]);
    }

    fn tag(&self, tag: &str) {
        self.git(&["tag", "--annotate", "--message", tag, tag]);
    }

    fn check(&self, name: &str, title: &str) -> Result<Verdict, String> {
        let (_, check) = CHECKS.iter().find(|(known, _)| *known == title).unwrap();
        let checked = check(&self.workspace, &self.workspace.member(name).unwrap());
        if let Err(problem) = &checked {
            let line = format!("  {title}: {problem}");
            assert!(line.len() <= 80 && !line.contains('\n'), "{line}");
        }
        checked
    }

    /// The problem that a check finds.
    fn problem(&self, name: &str, title: &str) -> String {
        match self.check(name, title) {
            Err(problem) => problem,
            Ok(verdict) => panic!("{title}: {verdict:?}"),
        }
    }
}

fn manifest(name: &str, version: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n\
         rust-version = \"1.60\"\nlicense = \"MIT\"\ndescription = \"Counts.\"\n\
         include = [\"src/*.rs\"]\n"
    )
}

/// Whether a tool of a check is there; else the test is skipped with a message.
fn is_there(command: &mut Command) -> bool {
    let found = output(command).is_ok();
    if !found {
        println!("skipped: {} is not installed", crate::run::shown(command));
    }
    found
}

#[test]
fn a_changed_or_new_file_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("lower", "tree"), Ok(Verdict::Passed));
    project.write("lower/src/new.rs", "");
    project.write("lower/src/lib.rs", "");
    assert_eq!(
        project.problem("lower", "tree"),
        "2 changed or new files: commit or remove them"
    );
}

#[test]
fn a_version_that_the_changelog_does_not_describe_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("lower", "changelog"), Ok(Verdict::Passed));
    project.write("lower/Cargo.toml", &manifest("lower", "0.1.1"));
    project.commit();
    assert_eq!(
        project.problem("lower", "changelog"),
        "its newest section is 0.1.0 - 2026-11-01: add \"## 0.1.1 - <date>\""
    );
    std::fs::remove_file(project.folder.path().join("lower/CHANGELOG.md")).unwrap();
    let problem = project.problem("lower", "changelog");
    assert!(
        problem.starts_with("CHANGELOG.md cannot be read"),
        "{problem}"
    );
}

#[test]
fn a_version_that_is_tagged_or_older_is_refused() {
    let project = Project::new();
    // Tags of other crates, and of no version.
    for tag in ["upper-v9.0.0", "lower-more-v9.0.0", "lower-vnext"] {
        project.tag(tag);
    }
    assert_eq!(project.check("lower", "version"), Ok(Verdict::Passed));
    project.tag("lower-v0.1.0");
    assert_eq!(
        project.problem("lower", "version"),
        "0.1.0 is tagged already: set a new one in its Cargo.toml"
    );
    // 0.10.0 comes after 0.9.0.
    project.tag("lower-v0.10.0");
    project.tag("lower-v0.9.0");
    assert_eq!(
        project.problem("lower", "version"),
        "0.1.0 is older than 0.10.0, which is tagged: set a newer one"
    );
}

#[test]
fn a_change_that_breaks_users_needs_a_version_that_says_so() {
    let project = Project::new();
    let check = || project.check("lower", "compatibility");
    let first = "there is no earlier version";
    assert_eq!(check(), Ok(Verdict::Skipped(first)));
    if !is_there(
        project
            .workspace
            .cargo()
            .args(["semver-checks", "--version"]),
    ) {
        return;
    }
    project.tag("lower-v0.1.0");
    let more = "//! Counts.\n\n/// One.\npub fn one() -> u32 {\n    1\n}\n\n/// Two.\npub fn two() -> u32 {\n    2\n}\n";
    let less = "//! Counts.\n\n/// Two.\npub fn two() -> u32 {\n    2\n}\n";
    for (version, text, is_refused) in [("0.1.1", more, false), ("0.1.1", less, true)] {
        project.write("lower/Cargo.toml", &manifest("lower", version));
        project.write("lower/src/lib.rs", text);
        project.commit();
        let breaks = "it breaks users of 0.1.0: undo that, or release 0.2.0".to_owned();
        let expected = if is_refused {
            Err(breaks)
        } else {
            Ok(Verdict::Passed)
        };
        assert_eq!(check(), expected, "{version}");
    }
    // The next version may break users; what needs the old one has to move too.
    let upper = project.folder.path().join("upper/Cargo.toml");
    let text = std::fs::read_to_string(&upper).unwrap();
    let moved = text.replace(r#"version = "0.1.0" }"#, r#"version = "0.2.0" }"#);
    std::fs::write(upper, moved).unwrap();
    project.write("lower/Cargo.toml", &manifest("lower", "0.2.0"));
    project.commit();
    assert_eq!(check(), Ok(Verdict::Passed));
}

/// `cargo build` finds the file, and a build from the package does not.
#[test]
fn a_package_that_lacks_a_file_is_refused_also_that_of_a_dependent() {
    let project = Project::new();
    for name in ["lower", "upper"] {
        let packed = project.check(name, "package");
        assert!(matches!(packed, Ok(Verdict::PassedExcept(_))), "{packed:?}");
    }
    let text = "//! Counts more.\n\n/// From a file.\npub const TEXT: &str = include_str!(\"../text.txt\");\n";
    project.write("upper/src/lib.rs", text);
    project.write("upper/text.txt", "text");
    project.commit();
    for name in ["lower", "upper"] {
        assert_eq!(
            project.problem(name, "package"),
            "a package does not build: see above"
        );
    }
}

#[test]
fn documentation_with_a_broken_link_is_refused() {
    let project = Project::new();
    if !is_there(project.workspace.cargo_of("nightly").arg("--version")) {
        return;
    }
    assert_eq!(project.check("lower", "documentation"), Ok(Verdict::Passed));
    project.write("lower/src/lib.rs", "//! See [`Missing`].\n");
    assert_eq!(
        project.problem("lower", "documentation"),
        "rustdoc does not accept it: see above"
    );
}

#[test]
fn a_dependency_that_needs_a_newer_rust_is_refused() {
    let project = Project::new();
    // No one has it any more.
    let missing = Verdict::NotRun("rustup toolchain install 1.60".to_owned());
    assert_eq!(project.check("upper", "oldest Rust"), Ok(missing));
    let newer = manifest("lower", "0.1.0").replace("1.60", "1.61");
    project.write("lower/Cargo.toml", &newer);
    assert_eq!(
        project.problem("upper", "oldest Rust"),
        "lower 0.1.0 needs 1.61.0: state that, not 1.60.0"
    );
}

#[test]
fn a_licence_that_is_not_allowed_is_refused() {
    let project = Project::new();
    if !is_there(project.workspace.cargo().args(["deny", "--version"])) {
        return;
    }
    assert_eq!(project.check("upper", "licences"), Ok(Verdict::Passed));
    let other = manifest("lower", "0.1.0").replace("MIT", "GPL-3.0-only");
    project.write("lower/Cargo.toml", &other);
    assert_eq!(
        project.problem("upper", "licences"),
        "deny.toml forbids a dependency: see above"
    );
}

#[test]
fn all_problems_are_found_at_once_and_only_a_release_without_any_is_tagged() {
    let project = Project::new();
    // The checks whose tools git and a file are.
    let checks = &CHECKS[..3];
    let tags = || output(project.workspace.git().args(["tag", "--list"])).unwrap();
    project.write(
        "lower/CHANGELOG.md",
        "# Changelog\n\n## Unreleased\n\n- More.\n",
    );
    project.tag("lower-v0.1.0");
    let lower = project.workspace.member("lower").unwrap();
    assert_eq!(
        problems(&project.workspace, &lower, checks),
        [
            "tree: 1 changed or new files: commit or remove them",
            "changelog: move what is under Unreleased to \"## 0.1.0 - <date>\"",
            "version: 0.1.0 is tagged already: set a new one in its Cargo.toml",
        ]
    );
    let refused = release(&project.workspace, "lower", true, checks).unwrap_err();
    assert!(
        refused.starts_with("lower-v0.1.0 is not ready:\n  tree: "),
        "{refused}"
    );
    assert_eq!(tags(), "lower-v0.1.0\n");

    project.write(
        "lower/CHANGELOG.md",
        CHANGELOG.replace("0.1.0", "0.1.1").as_str(),
    );
    project.write("lower/Cargo.toml", &manifest("lower", "0.1.1"));
    let unlocked = release(&project.workspace, "lower", false, checks).unwrap_err();
    assert!(unlocked.contains("run `cargo check`"), "{unlocked}");
    project.commit();
    release(&project.workspace, "lower", false, checks).unwrap();
    assert_eq!(tags(), "lower-v0.1.0\n");
    project.git(&["config", "user.name", "Ana"]);
    project.git(&["config", "user.email", "ana@shop.example"]);
    release(&project.workspace, "lower", true, checks).unwrap();
    assert_eq!(tags(), "lower-v0.1.0\nlower-v0.1.1\n");
    let again = release(&project.workspace, "lower", true, checks).unwrap_err();
    assert!(again.contains("0.1.1 is tagged already"), "{again}");
}

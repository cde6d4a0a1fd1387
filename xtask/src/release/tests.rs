//! Each refusal, in a workspace of two crates without other dependencies: no test needs a network.

mod project;

use super::Release;
use super::checks::Verdict;
use crate::run::output;
use project::{CHANGELOG, Project, REPOSITORY, check, is_there, manifest, named};

#[test]
fn a_changed_or_new_file_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("our-lower", "tree"), Ok(Verdict::Passed));
    project.write("our-lower/src/new.rs", "");
    project.write("our-lower/src/lib.rs", "");
    assert_eq!(
        project.problem("our-lower", "tree"),
        "2 changed or new files: commit or remove them"
    );
}

#[test]
fn a_version_that_the_changelog_does_not_describe_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("our-lower", "changelog"), Ok(Verdict::Passed));
    project.write("our-lower/Cargo.toml", &manifest("our-lower", "0.1.1"));
    project.commit();
    assert_eq!(
        project.problem("our-lower", "changelog"),
        "its newest section is 0.1.0 - 2026-11-01: add \"## 0.1.1 - <date>\""
    );
    std::fs::remove_file(project.folder.path().join("our-lower/CHANGELOG.md")).unwrap();
    let problem = project.problem("our-lower", "changelog");
    assert!(
        problem.starts_with("CHANGELOG.md cannot be read"),
        "{problem}"
    );
}

#[test]
fn metadata_without_a_real_repository_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("our-lower", "metadata"), Ok(Verdict::Passed));
    let manifest = manifest("our-lower", "0.1.0");
    for (from, to, problem) in [
        (
            REPOSITORY,
            "https://payments.example/source",
            "repository is at payments.example, a placeholder: set the real one",
        ),
        (
            REPOSITORY,
            "git.shop.dev",
            "repository is no https address: set it in Cargo.toml",
        ),
        (
            "description = \"Counts.\"\nrepository",
            "homepage",
            "its Cargo.toml has no description, no repository",
        ),
    ] {
        project.write("our-lower/Cargo.toml", &manifest.replace(from, to));
        assert_eq!(project.problem("our-lower", "metadata"), problem);
    }
}

#[test]
fn a_security_policy_without_a_contact_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("our-lower", "contact"), Ok(Verdict::Passed));
    project.write(
        "SECURITY.md",
        "# Security\n\nThere is no public address yet.\n",
    );
    assert_eq!(
        project.problem("our-lower", "contact"),
        "SECURITY.md does not begin with an address to write to"
    );
}

#[test]
fn a_guide_whose_dependencies_are_paths_is_refused() {
    let project = Project::new();
    assert_eq!(project.check("our-lower", "guide"), Ok(Verdict::Passed));
    for page in ["our-lower/README.md", "docs/start.md"] {
        project.write(
            page,
            "```toml\nour-lower = { path = \"../our-lower\" }\n```\n",
        );
    }
    assert_eq!(
        project.problem("our-lower", "guide"),
        "2 dependencies are paths: state versions instead"
    );
}

#[test]
fn a_version_that_is_tagged_or_older_is_refused() {
    let project = Project::new();
    // Tags of other crates, and of no version.
    for tag in [
        "our-upper-v9.0.0",
        "our-lower-more-v9.0.0",
        "our-lower-vnext",
    ] {
        project.tag(tag);
    }
    let first = project.release("our-lower", true);
    assert_eq!(check(&first, "version"), Ok(Verdict::Passed));
    project.tag("our-lower-v0.0.9");
    assert_eq!(project.check("our-lower", "version"), Ok(Verdict::Passed));
    project.tag("our-lower-v0.1.0");
    assert_eq!(
        project.problem("our-lower", "version"),
        "0.1.0 is tagged already: set a new one in its Cargo.toml"
    );
    // 0.10.0 comes after 0.9.0.
    project.tag("our-lower-v0.10.0");
    project.tag("our-lower-v0.9.0");
    assert_eq!(
        project.problem("our-lower", "version"),
        "0.1.0 is older than 0.10.0, which is tagged: set a newer one"
    );
}

/// As in the clones that continuous integration makes.
#[test]
fn a_tag_that_this_clone_lacks_counts() {
    let project = Project::new();
    project.tag_elsewhere("our-lower-v0.9.0");
    let older = "0.1.0 is older than 0.9.0, which is tagged: set a newer one";
    assert_eq!(project.problem("our-lower", "version"), older);
    let fetch = Verdict::NotRun("git fetch origin tag our-lower-v0.9.0".to_owned());
    assert_eq!(project.check("our-lower", "compatibility"), Ok(fetch));
    project.write("our-lower/Cargo.toml", &manifest("our-lower", "0.9.1"));
    project.write("our-upper/Cargo.toml", &manifest("our-upper", "0.1.0"));
    project.commit();
    assert_eq!(project.check("our-lower", "version"), Ok(Verdict::Passed));
    let first = project.release("our-lower", true);
    assert_eq!(
        check(&first, "version"),
        Err("0.9.0 is tagged: leave out --first".to_owned())
    );
}

#[test]
fn a_release_without_an_earlier_tag_has_to_be_called_the_first() {
    let project = Project::new();
    assert_eq!(
        project.problem("our-lower", "version"),
        "no tag our-lower-v*: if it is the first, add --first"
    );
    // Without its tags, nothing says that there was none.
    project.git(&["remote", "set-url", "origin", "/nowhere"]);
    let reason = "origin does not list its tags: run it where it does";
    for is_first in [false, true] {
        for title in ["version", "compatibility"] {
            let checked = check(&project.release("our-lower", is_first), title);
            assert_eq!(checked, Ok(Verdict::NotRun(reason.to_owned())));
        }
    }
}

#[test]
fn a_change_that_breaks_users_needs_a_version_that_says_so() {
    let project = Project::new();
    let check = || project.check("our-lower", "compatibility");
    let first = "there is no earlier version";
    assert_eq!(check(), Ok(Verdict::Skipped(first)));
    let mut tool = project.workspace.cargo();
    if !is_there("cargo-semver-checks", tool.arg("semver-checks")) {
        return;
    }
    project.tag("our-lower-v0.1.0");
    let more = "//! Counts.\n\n/// One.\npub fn one() -> u32 {\n    1\n}\n\n/// Two.\npub fn two() -> u32 {\n    2\n}\n";
    let less = "//! Counts.\n\n/// Two.\npub fn two() -> u32 {\n    2\n}\n";
    for (version, text, is_refused) in [("0.1.1", more, false), ("0.1.1", less, true)] {
        project.write("our-lower/Cargo.toml", &manifest("our-lower", version));
        project.write("our-lower/src/lib.rs", text);
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
    let upper = project.folder.path().join("our-upper/Cargo.toml");
    let text = std::fs::read_to_string(&upper).unwrap();
    let moved = text.replace(r#"version = "0.1.0" }"#, r#"version = "0.2.0" }"#);
    std::fs::write(upper, moved).unwrap();
    project.write("our-lower/Cargo.toml", &manifest("our-lower", "0.2.0"));
    project.commit();
    assert_eq!(check(), Ok(Verdict::Passed));
}

/// `cargo build` finds the file, and a build from the package does not.
#[test]
fn a_package_that_lacks_a_file_is_refused_also_that_of_a_dependent() {
    let project = Project::new();
    for name in ["our-lower", "our-upper"] {
        let packed = project.check(name, "package");
        assert!(matches!(packed, Ok(Verdict::PassedExcept(_))), "{packed:?}");
    }
    let text = "//! Counts more.\n\n/// From a file.\npub const TEXT: &str = include_str!(\"../text.txt\");\n";
    project.write("our-upper/src/lib.rs", text);
    project.write("our-upper/text.txt", "text");
    project.commit();
    for name in ["our-lower", "our-upper"] {
        assert_eq!(
            project.problem(name, "package"),
            "a package does not build: see above"
        );
    }
}

#[test]
fn documentation_with_a_broken_link_is_refused() {
    let project = Project::new();
    if !is_there("nightly", &mut project.workspace.cargo_of("nightly")) {
        return;
    }
    assert_eq!(
        project.check("our-lower", "documentation"),
        Ok(Verdict::Passed)
    );
    project.write("our-lower/src/lib.rs", "//! See [`Missing`].\n");
    assert_eq!(
        project.problem("our-lower", "documentation"),
        "rustdoc does not accept it: see above"
    );
}

#[test]
fn a_dependency_that_needs_a_newer_rust_is_refused() {
    let project = Project::new();
    // No one has it any more.
    let missing = Verdict::NotRun("rustup toolchain install 1.60".to_owned());
    assert_eq!(project.check("our-upper", "oldest Rust"), Ok(missing));
    let newer = manifest("our-lower", "0.1.0").replace("1.60", "1.61");
    project.write("our-lower/Cargo.toml", &newer);
    assert_eq!(
        project.problem("our-upper", "oldest Rust"),
        "our-lower 0.1.0 needs 1.61.0: state that, not 1.60.0"
    );
}

#[test]
fn a_licence_that_is_not_allowed_is_refused() {
    let project = Project::new();
    if !is_there("cargo-deny", project.workspace.cargo().arg("deny")) {
        return;
    }
    assert_eq!(project.check("our-upper", "licences"), Ok(Verdict::Passed));
    let other = manifest("our-lower", "0.1.0").replace("MIT", "GPL-3.0-only");
    project.write("our-lower/Cargo.toml", &other);
    assert_eq!(
        project.problem("our-upper", "licences"),
        "deny.toml forbids a dependency: see above"
    );
}

#[test]
fn all_problems_are_found_at_once_and_only_a_release_without_any_is_tagged() {
    let project = Project::new();
    // The checks whose tools git and a file are.
    let checks = &["tree", "changelog", "version"].map(named);
    let release = |tag| Release::new(&project.workspace, "our-lower", false)?.run(checks, tag);
    let tags = || output(project.workspace.git().args(["tag", "--list"])).unwrap();
    project.write(
        "our-lower/CHANGELOG.md",
        "# Changelog\n\n## Unreleased\n\n- More.\n",
    );
    project.tag("our-lower-v0.1.0");
    assert_eq!(
        project.release("our-lower", false).problems(checks),
        [
            "tree: 1 changed or new files: commit or remove them",
            "changelog: move what is under Unreleased to \"## 0.1.0 - <date>\"",
            "version: 0.1.0 is tagged already: set a new one in its Cargo.toml",
        ]
    );
    let refused = release(true).unwrap_err();
    assert!(
        refused.starts_with("our-lower-v0.1.0 is not ready:\n  tree: "),
        "{refused}"
    );
    assert_eq!(tags(), "our-lower-v0.1.0\n");

    project.write(
        "our-lower/CHANGELOG.md",
        CHANGELOG.replace("0.1.0", "0.1.1").as_str(),
    );
    project.write("our-lower/Cargo.toml", &manifest("our-lower", "0.1.1"));
    let unlocked = release(false).unwrap_err();
    assert!(unlocked.contains("run `cargo check`"), "{unlocked}");
    project.commit();
    release(false).unwrap();
    assert_eq!(tags(), "our-lower-v0.1.0\n");
    project.git(&["config", "user.name", "Ana"]);
    project.git(&["config", "user.email", "ana@shop.example"]);
    release(true).unwrap();
    assert_eq!(tags(), "our-lower-v0.1.0\nour-lower-v0.1.1\n");
    let again = release(true).unwrap_err();
    assert!(again.contains("0.1.1 is tagged already"), "{again}");
}

#[test]
fn a_version_whose_tests_fail_is_not_tagged() {
    let project = Project::new();
    project.write(
        "our-lower/tests/test.rs",
        "#[test]\nfn fails() {\n    panic!();\n}\n",
    );
    project.commit();
    let release = project.release("our-lower", true);
    // It takes long, so that a check alone does without it.
    release.run(&[named("tree")], false).unwrap();
    assert_eq!(
        release.run(&[named("tree")], true).unwrap_err(),
        "our-lower-v0.1.0 is not tagged: cargo xtask test failed (exit status: 101)"
    );
    let tags = output(project.workspace.git().args(["tag", "--list"])).unwrap();
    assert_eq!(tags, "");
}

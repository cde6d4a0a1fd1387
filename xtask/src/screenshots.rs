//! `screenshots`: the guide's pictures of the sandbox's pages, made by Chromium.

use std::fs;

use crate::run::{cargo, root, succeed};

/// The test that takes them.
const TEST: &str = "pictures::pictures_of_the_guide";

pub(crate) fn run() -> Result<(), String> {
    let folder = root().join("docs/pictures");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let test = ["test", "-p", "payments-sandbox", "--test", "it", "--"];
    succeed(
        cargo()
            .args(test)
            .args(["--ignored", "--exact", TEST])
            .env("PICTURES", &folder),
    )?;
    let mut sizes = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        let length = entry.metadata().map_err(|error| error.to_string())?.len();
        let name = entry.file_name().to_string_lossy().into_owned();
        sizes.push(format!("{name:<24} {:>4} KiB", length.div_ceil(1_024)));
    }
    sizes.sort();
    println!("{}", sizes.join("\n"));
    Ok(())
}

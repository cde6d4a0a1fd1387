//! The pages show parts of the examples as they are in the files.

use std::fs;

use crate::pages::{guide, pages};

const PART: &str = "```rust,ignore\n";

/// A part is preceded by the comment `<!-- FILE -->`, where `FILE` is relative to the root.
#[test]
fn every_part_of_an_example_is_in_the_file_that_is_named_above_it() {
    let mut checked = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let blocks: Vec<&str> = text.split(PART).collect();
        for two in blocks.windows(2) {
            let above = two[0].trim_end().lines().last();
            let file = above.and_then(|line| line.strip_prefix("<!-- ")?.strip_suffix(" -->"));
            let file = file.unwrap_or_else(|| panic!("{}: a part without a file", page.display()));
            let (part, _) = two[1].split_once("```").unwrap();
            let source = fs::read_to_string(guide().join("..").join(file)).unwrap();
            let place = page.display();
            assert!(
                source.contains(part),
                "{place}: {file} has another text:\n{part}"
            );
            checked += 1;
        }
    }
    assert!(checked > 5, "only {checked} parts found");
}

/// The promise of the two pages.
#[test]
fn an_example_has_less_than_250_lines() {
    for example in ["shop-axum", "payout-service"] {
        let folder = guide().join("../examples").join(example).join("src");
        let files = fs::read_dir(folder).unwrap();
        let lines: usize = files
            .map(|file| {
                fs::read_to_string(file.unwrap().path())
                    .unwrap()
                    .lines()
                    .count()
            })
            .sum();
        assert!(lines < 250, "{example} has {lines} lines");
    }
}

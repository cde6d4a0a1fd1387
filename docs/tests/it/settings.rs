//! The sandbox's settings and the guide's tables of them.

use std::fs;
use std::path::Path;

use payments_sandbox::Sandbox;

#[tokio::test]
async fn the_guide_has_every_setting_of_the_sandbox_and_no_other() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("sandbox.md");
    let page = fs::read_to_string(page).unwrap();
    let sandbox = Sandbox::builder().start().await.unwrap();
    let settings = sandbox.settings();
    let section = page.split_once("### Settings\n").unwrap().1;
    let section = section.split_once("\n### ").unwrap().0;
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let listed: Vec<&str> = rows
        .flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2))
        .collect();
    assert!(listed.len() > 20, "{listed:?}");
    for setting in settings.iter().filter(|setting| setting.changes) {
        let switch = setting.name.strip_prefix("ccpayment_v2_");
        let is_switch = switch.is_some_and(|switch| {
            let rows = page.lines().filter(|line| line.starts_with("| `"));
            rows.filter_map(|row| row.split('|').nth(1))
                .any(|names| names.contains(&format!("`{switch}`")))
        });
        assert!(
            is_switch || listed.contains(&setting.name),
            "{}",
            setting.name
        );
    }
    for name in listed.iter().filter(|name| !name.ends_with('…')) {
        assert!(
            settings.iter().any(|setting| setting.name == *name),
            "{name}"
        );
    }
    let fixed = settings.iter().filter(|setting| !setting.changes);
    for setting in fixed.filter(|setting| !setting.name.ends_with("_balance")) {
        assert!(
            section.contains(&format!("`{}`", setting.name)),
            "{}",
            setting.name
        );
    }
}

//! Sources are rewritten, compiled and run, with no mutant and with each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::*;

/// A mutant of the first place in the source where `at` begins, `skip` bytes further on.
fn mutant(source: &str, genre: &str, at: &str, skip: usize, replacement: &str) -> Mutant {
    let at = source.find(at).expect("the text is in the source") + skip;
    let before = &source[..at];
    let column = before.chars().rev().take_while(|one| *one != '\n').count() + 1;
    let shape = serde_json::json!({
        "name": "", "file": "", "genre": genre, "replacement": replacement,
        "span": { "start": { "line": before.matches('\n').count() + 1, "column": column } },
        "function": { "return_type": "-> u8" },
    });
    serde_json::from_value(shape).unwrap()
}

/// The program of a source, with these mutants numbered from 0.
fn program(folder: &Path, source: &str, mutants: Vec<Mutant>) -> PathBuf {
    let count = mutants.len();
    let constant = BTreeSet::new();
    let rewritten = rewrite(source, mutants.into_iter().enumerate(), &constant).unwrap();
    let switch = include_str!("../switch.rs");
    let switch = format!("{switch}\nconst COUNT: usize = {count};\n");
    std::fs::write(folder.join("mutant_switch.rs"), switch).unwrap();
    let text = format!("{}\nmod mutant_switch;\n", rewritten.text);
    std::fs::write(folder.join("main.rs"), text).unwrap();
    let program = folder.join("program");
    let mut compile = Command::new("rustc");
    compile.args(["--edition", "2024", "--cap-lints", "allow", "-o"]);
    let compile = compile.arg(&program).arg(folder.join("main.rs"));
    let output = compile.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}\n{}", rewritten.text);
    program
}

/// What the program prints with this mutant, or without.
fn printed(program: &Path, mutant: Option<usize>) -> String {
    let mut command = Command::new(program);
    command
        .env_remove("MUTANTS_REACHED")
        .env_remove("MUTANT_ON");
    if let Some(mutant) = mutant {
        command.env("MUTANT_ON", mutant.to_string());
    }
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

const SOURCE: &str = r#"//! Every kind of mutant. ·

/// Attributes inside a function come before its statements.
fn value() -> u8 {
    #![allow(unused)]
    3
}

trait Defaults {
    fn twice(&self, n: u8) -> u8 {
        n * 2
    }
}
impl Defaults for () {}

async fn later() -> u8 {
    5
}

fn nested(a: i32, b: i32, c: i32) -> bool {
    /* é */ a + b * c == -7 || !(a < b && b < c)
}

fn arm(n: u8) -> &'static str {
    match n {
        1 | 2 => "few",
        3.. if n % 2 == 1 => "three",
        _ => "many",
    }
}

fn bound(n: Option<u8>) -> u8 {
    if let Some(n) = n && n > 2 {
        1
    } else {
        0
    }
}

fn assigned(mut n: u8) -> u8 {
    n += 1;
    n
}

pub(crate) const fn free(n: u8) -> u8 {
    n / 2
}

#[derive(Default)]
struct Pair {
    one: u8,
    other: u8,
}

fn filled() -> u8 {
    let pair = Pair { one: 3, ..Pair::default() };
    pair.one + pair.other
}

fn wait<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => unreachable!(),
    }
}

fn main() {
    print!("{} {} {} ", value(), ().twice(4), wait(later()));
    print!("{} {} {} ", nested(-7, 0, 1), nested(2, 1, 3), nested(-9, 1, 2));
    print!("{} {} {} ", arm(1), arm(3), arm(4));
    print!("{} {} {} ", bound(Some(2)), bound(Some(3)), assigned(1));
    print!("{} {}", free(8), filled());
}
"#;

#[test]
fn every_kind_of_mutant_does_what_it_says_and_without_one_nothing_changes() {
    const ORIGINAL: &str = "3 8 5 true true true few three many 0 1 2 4 3";
    // The mutant, and which words it changes.
    let cases: [(_, _, _, _, &[(usize, &str)]); 19] = [
        ("FnValue", "3\n}", 0, "1", &[(0, "1")]),
        ("FnValue", "n * 2", 0, "0", &[(1, "0")]),
        ("FnValue", "5\n}", 0, "1", &[(2, "1")]),
        ("BinaryOperator", "n * 2", 2, "+", &[(1, "6")]),
        // Inside one another.
        (
            "BinaryOperator",
            "== -7",
            0,
            "!=",
            &[(3, "false"), (5, "false")],
        ),
        (
            "BinaryOperator",
            "|| !",
            0,
            "&&",
            &[(3, "false"), (4, "false"), (5, "false")],
        ),
        ("BinaryOperator", "b * c", 2, "/", &[(5, "false")]),
        ("BinaryOperator", "a + b", 2, "-", &[(5, "false")]),
        ("BinaryOperator", "&& b < c", 0, "||", &[(4, "false")]),
        (
            "UnaryOperator",
            "-7 ||",
            0,
            "",
            &[(3, "false"), (5, "false")],
        ),
        ("UnaryOperator", "!(a", 0, "", &[(4, "false")]),
        ("MatchArm", "1 | 2", 0, "", &[(6, "many")]),
        ("MatchArmGuard", "n % 2", 0, "true", &[(8, "three")]),
        ("MatchArmGuard", "n % 2", 0, "false", &[(7, "many")]),
        ("BinaryOperator", "n % 2", 2, "+", &[(7, "many")]),
        ("BinaryOperator", "n > 2", 2, ">=", &[(9, "1")]),
        ("BinaryOperator", "n += 1", 2, "-=", &[(11, "0")]),
        ("BinaryOperator", "n / 2", 2, "*", &[(12, "16")]),
        ("StructField", "one: 3", 0, "", &[(13, "0")]),
    ];
    let mutants = cases
        .iter()
        .map(|(genre, at, skip, replacement, _)| mutant(SOURCE, genre, at, *skip, replacement));
    let folder = TempDir::new().unwrap();
    let program = program(folder.path(), SOURCE, mutants.collect());
    assert_eq!(printed(&program, None), ORIGINAL);
    for (number, (genre, at, _, replacement, changes)) in cases.iter().enumerate() {
        let mut expected: Vec<&str> = ORIGINAL.split(' ').collect();
        for (word, text) in *changes {
            expected[*word] = text;
        }
        let case = format!("{genre} {at} {replacement}");
        assert_eq!(
            printed(&program, Some(number)),
            expected.join(" "),
            "{case}"
        );
    }

    // What runs is recorded, once each.
    let reached = folder.path().join("reached");
    let recorded = Command::new(&program)
        .env("MUTANTS_REACHED", &reached)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(recorded.stdout).unwrap(), ORIGINAL);
    let reached = std::fs::read_to_string(reached).unwrap();
    let mut reached: Vec<usize> = reached.lines().map(|line| line.parse().unwrap()).collect();
    reached.sort_unstable();
    assert_eq!(reached, (0..cases.len()).collect::<Vec<_>>());
}

/// They are tried alone instead.
#[test]
fn what_cannot_be_behind_a_switch_is_left_alone() {
    let source = r#"
const SUM: usize = 1 + 2;
static ALSO: usize = 3 - 4;
enum Numbered { One = 5 * 6 }
const fn constant() -> usize { 7 / 8 }
fn array() -> [u8; 9 % 10] { [0; 11 & 12] }
fn generic() -> usize { size::<{ 13 | 14 }>() + const { 15 ^ 16 } }
fn chain(a: Option<u8>, b: bool) -> bool { if let Some(1) = a && b { true } else { false } }
fn guarded(a: u8) -> impl Iterator<Item = u8> { [a].into_iter() }
"#;
    let operators = [
        "1 + 2", "3 - 4", "5 * 6", "7 / 8", "9 % 10", "11 & 12", "13 | 14", "15 ^ 16",
    ];
    let mut mutants: Vec<Mutant> = operators
        .iter()
        .map(|at| {
            mutant(
                source,
                "BinaryOperator",
                at,
                at.find(' ').unwrap() + 1,
                "<<",
            )
        })
        .collect();
    mutants.push(mutant(source, "FnValue", "7 / 8", 0, "0"));
    mutants.push(mutant(source, "BinaryOperator", "&& b", 0, "||"));
    let iterator = serde_json::json!({
        "name": "", "file": "", "genre": "FnValue", "replacement": "::std::iter::empty()",
        "span": { "start": { "line": 9, "column": 49 } },
        "function": { "return_type": "-> impl Iterator<Item = u8>" },
    });
    mutants.push(serde_json::from_value(iterator).unwrap());
    let constant = BTreeSet::from(["constant".to_owned()]);
    let rewritten = rewrite(source, mutants.into_iter().enumerate(), &constant).unwrap();
    assert_eq!(rewritten.text, source);
    assert_eq!(rewritten.places, []);
    assert_eq!(rewritten.refused, [9]);
}

#[test]
fn the_place_of_each_mutant_is_where_its_code_is() {
    let source = "fn f(a: u8, b: u8) -> bool { a + 1 == b }";
    let mutants = vec![
        mutant(source, "FnValue", "a + 1", 0, "true"),
        mutant(source, "BinaryOperator", "==", 0, "!="),
        mutant(source, "BinaryOperator", "+", 0, "-"),
    ];
    let constant = BTreeSet::new();
    let rewritten = rewrite(source, mutants.into_iter().enumerate(), &constant).unwrap();
    let texts = rewritten.places.iter();
    let texts = texts.map(|(range, mutant)| (*mutant, &rewritten.text[range.clone()]));
    let on = |number| format!("if crate::mutant_switch::on({number})");
    let expected = [
        (0, format!("{} {{ return true; }} ", on(0))),
        (1, format!("{} {{ a + 1 != b }} else ", on(1))),
        (2, format!("{} {{ a - 1 }} else ", on(2))),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(number, text)| (*number, text.as_str()))
        .collect();
    assert_eq!(texts.collect::<Vec<_>>(), expected);
}

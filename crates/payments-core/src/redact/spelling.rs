//! A text in the spellings in which a gateway may repeat a value.

use std::ops::Range;

/// How often escapes are removed: a JSON text inside JSON inside a percent-encoded form has three layers.
const LAYERS: usize = 4;

/// A text whose characters remember where they stand in the text that is shown.
#[derive(Clone)]
pub(super) struct Spelling(Vec<(char, Range<usize>)>);

/// A [`Spelling`] for comparing: lower case, and one space for every run of white space and `+`.
pub(super) struct Folded {
    pub(super) text: String,
    /// For every byte of `text`, where it comes from.
    sources: Vec<Range<usize>>,
}

impl Spelling {
    /// The text as it is, then with one layer of escapes removed after the other.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let ranges = text.char_indices();
        let plain = Self(ranges.map(|(at, c)| (c, at..at + c.len_utf8())).collect());
        let mut all = vec![plain];
        for _ in 1..LAYERS {
            let Some(next) = all.last().and_then(Self::unescaped) else {
                break;
            };
            all.push(next);
        }
        all
    }

    /// Without percent escapes, escapes of JSON and references of HTML. `None` if the text has no escapes.
    fn unescaped(&self) -> Option<Self> {
        let mut chars = Vec::with_capacity(self.0.len());
        let mut rest = self.0.as_slice();
        let mut changed = false;
        while let Some((first, after)) = rest.split_first() {
            match escape(rest) {
                Some((text, length)) => {
                    let (escape, following) = rest.split_at(length.min(rest.len()));
                    let end = escape.last().map_or(first.1.end, |last| last.1.end);
                    chars.extend(text.chars().map(|c| (c, first.1.start..end)));
                    rest = following;
                    changed = true;
                }
                None => {
                    chars.push(first.clone());
                    rest = after;
                }
            }
        }
        changed.then_some(Self(chars))
    }

    pub(super) fn folded(&self) -> Folded {
        let mut folded = Folded {
            text: String::with_capacity(self.0.len()),
            sources: Vec::with_capacity(self.0.len()),
        };
        for (c, source) in &self.0 {
            if c.is_whitespace() || *c == '+' {
                if !folded.text.ends_with(' ') {
                    folded.push(' ', source);
                }
            } else {
                for lower in c.to_lowercase() {
                    folded.push(lower, source);
                }
            }
        }
        folded
    }

    /// Its digits. Separators of numbers are left out, every other run of characters is one `x`.
    pub(super) fn digits(&self) -> Folded {
        let mut digits = Folded {
            text: String::new(),
            sources: Vec::new(),
        };
        for (c, source) in &self.0 {
            if c.is_ascii_digit() {
                digits.push(*c, source);
            } else if !is_separator(*c) && !digits.text.ends_with('x') {
                digits.push('x', source);
            }
        }
        digits
    }
}

impl Folded {
    fn push(&mut self, c: char, source: &Range<usize>) {
        self.text.push(c);
        let bytes = self.text.len() - self.sources.len();
        self.sources
            .extend(std::iter::repeat_n(source.clone(), bytes));
    }

    /// Where a part of `text` comes from.
    pub(super) fn source(&self, part: Range<usize>) -> Option<Range<usize>> {
        let first = self.sources.get(part.start)?;
        let last = self.sources.get(part.end.checked_sub(1)?)?;
        Some(first.start..last.end)
    }

    /// Whether the part begins and ends where a word does.
    pub(super) fn is_word(&self, part: &Range<usize>) -> bool {
        let before = self
            .text
            .get(..part.start)
            .and_then(|text| text.chars().next_back());
        let after = self
            .text
            .get(part.end..)
            .and_then(|text| text.chars().next());
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    }
}

/// What may divide a number: a card's, a telephone's, an account's.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '+' | '-' | '.' | '/' | '(' | ')' | '_')
}

/// The text of the escape at the start, and the number of its characters.
fn escape(at: &[(char, Range<usize>)]) -> Option<(String, usize)> {
    match at.first()?.0 {
        '%' => percent(at),
        '\\' => backslash(at),
        '&' => reference(at),
        _ => None,
    }
}

/// `%C3%A9`: all escapes of one character of UTF-8.
fn percent(at: &[(char, Range<usize>)]) -> Option<(String, usize)> {
    let mut bytes = Vec::with_capacity(4);
    let mut rest = at;
    while let [('%', _), digits @ ..] = rest {
        bytes.push(u8::try_from(hex(digits.get(..2)?)?).ok()?);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            return Some((text.to_owned(), bytes.len() * 3));
        }
        if bytes.len() == 4 {
            return None;
        }
        rest = digits.get(2..)?;
    }
    None
}

/// `\n`, `\"`, `\xe9` and `\u00e9`, with pairs of surrogates.
fn backslash(at: &[(char, Range<usize>)]) -> Option<(String, usize)> {
    let unit = |from: usize| {
        let is_unit = at.get(from)?.0 == '\\' && at.get(from + 1)?.0 == 'u';
        let digits = at.get(from + 2..from + 6)?;
        is_unit.then(|| hex(digits)).flatten()
    };
    let one = |c: char| Some((c.to_string(), 2));
    match at.get(1)?.0 {
        c @ ('"' | '\'' | '\\' | '/') => one(c),
        'n' | 'r' | 't' => one(' '),
        'x' => {
            let c = char::from(u8::try_from(hex(at.get(2..4)?)?).ok()?);
            Some((c.to_string(), 4))
        }
        'u' => {
            let first = u16::try_from(unit(0)?).ok()?;
            let second = unit(6).and_then(|second| u16::try_from(second).ok());
            match (String::from_utf16(&[first]), second) {
                (Ok(text), _) => Some((text, 6)),
                (Err(_), Some(second)) => Some((String::from_utf16(&[first, second]).ok()?, 12)),
                (Err(_), None) => None,
            }
        }
        _ => None,
    }
}

/// `&amp;`, `&#39;` and `&#x27;`.
fn reference(at: &[(char, Range<usize>)]) -> Option<(String, usize)> {
    const LONGEST: usize = 10;
    let end = at.iter().take(LONGEST).position(|(c, _)| *c == ';')?;
    let name: String = at.get(1..end)?.iter().map(|(c, _)| *c).collect();
    let c = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
    };
    Some((c.to_string(), end + 1))
}

fn hex(digits: &[(char, Range<usize>)]) -> Option<u32> {
    digits.iter().try_fold(0, |number, (digit, _)| {
        Some(number * 16 + digit.to_digit(16)?)
    })
}

//! `POST submitKYC` (specification, chapter 11): up to a thousand people as JSON in one field.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::answer::{self, Outcome, Refusal};
use super::shapes;
use super::state::{Cpay, State};
use super::verify::Verified;
use crate::shared::text::{date, is_digits, is_web_url};

const MOST_ITEMS: usize = 1_000;
/// How many rejected items the record explains.
const NOTES: usize = 20;

/// One person, with the keys spelled as in the document. That other keys are refused, and that `middleName` is required like
/// the others (it is empty in the sample), is assumed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    user_id: String,
    first_name: String,
    #[serde(rename = "middleName")]
    _middle_name: String,
    last_name: String,
    /// Sic.
    #[serde(rename = "brithday")]
    birthday: String,
    gender: String,
    country: String,
    idd_code: String,
    personal_code: String,
    certificate_date_start: String,
    certificate_date_end: String,
    /// Sic: a capital first letter.
    #[serde(rename = "IdCardUrls")]
    id_card_urls: Vec<String>,
    document_urls: Vec<String>,
    email: String,
    mobile: String,
}

impl Item {
    /// The first key whose value cannot be used. The forms of the values are those of the document's sample; that
    /// `documentUrls` may be empty and `IdCardUrls` may not is assumed.
    fn problem(&self) -> Option<&'static str> {
        let texts = [
            ("userId", &self.user_id),
            ("firstName", &self.first_name),
            ("lastName", &self.last_name),
            ("personalCode", &self.personal_code),
        ];
        if let Some((key, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Some(key);
        }
        let (start, end) = (
            date(&self.certificate_date_start),
            date(&self.certificate_date_end),
        );
        let checks = [
            ("userId", self.user_id.chars().count() <= 64),
            ("brithday", date(&self.birthday).is_some()),
            ("gender", ["male", "female"].contains(&self.gender.as_str())),
            ("country", shapes::alpha2(&self.country)),
            ("iddCode", is_digits(&self.idd_code)),
            ("certificateDateStart", start.is_some()),
            ("certificateDateEnd", end.is_some() && start <= end),
            (
                "IdCardUrls",
                !self.id_card_urls.is_empty() && all_web(&self.id_card_urls),
            ),
            ("documentUrls", all_web(&self.document_urls)),
            ("email", shapes::email(&self.email)),
            ("mobile", is_digits(&self.mobile)),
        ];
        checks
            .into_iter()
            .find(|(_, fits)| !fits)
            .map(|(key, _)| key)
    }
}

fn all_web(urls: &[String]) -> bool {
    urls.iter().all(|url| is_web_url(url))
}

#[derive(Serialize)]
struct Accepted {
    /// A number inside `data`, although the table's list differs.
    count: usize,
}

/// Items are accepted one by one (the table: "quantity accepted"); a call without an acceptable item is refused (assumed).
pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let text = params
        .get("data")
        .ok_or_else(|| Refusal::field("data", "is missing or empty"))?;
    let items: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|error| Refusal::field("data", format!("is not a JSON array: {error}")))?;
    if items.is_empty() || items.len() > MOST_ITEMS {
        let problem = format!("has {} items; 1 to {MOST_ITEMS} are allowed", items.len());
        return Err(Refusal::field("data", problem));
    }
    let mut state = cpay.state();
    let now_ms = cpay.context.clock.now_ms();
    let mut count = 0;
    let mut problems = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match accept(&mut state, item, now_ms) {
            Ok(()) => count += 1,
            Err(problem) if problems.len() < NOTES => {
                problems.push(format!("item {} was not accepted: {problem}", at + 1));
            }
            Err(_) => {}
        }
    }
    if count == 0 {
        let first = problems.first().map_or("", String::as_str);
        return Err(Refusal::field(
            "data",
            format!("has no item that can be accepted; {first}"),
        ));
    }
    let mut done = answer::data(&Accepted { count })?;
    done.notes = problems;
    Ok(done)
}

fn accept(state: &mut State, item: &RawValue, now_ms: u64) -> Result<(), String> {
    let item: Item = serde_json::from_str(item.get()).map_err(|error| without_value(&error))?;
    if let Some(key) = item.problem() {
        return Err(format!("{key} cannot be used"));
    }
    state
        .users
        .note(&item.user_id, |user| user.kyc_ms = Some(now_ms))
        .ok_or_else(|| "the sandbox holds as many users as it can; reset it".to_owned())
}

/// The message with keys and positions, but without the value that it quotes if its type is wrong: that belongs to a person.
fn without_value(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.split_once(": "), text.rsplit_once(", expected ")) {
        (Some((kind @ ("invalid type" | "invalid value"), _)), Some((_, expected))) => {
            format!("{kind}, expected {expected}")
        }
        _ => text,
    }
}

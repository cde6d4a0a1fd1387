//! A scenario from its text: typed, with all mistakes at once.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::at::At;
use super::fields::{Fields, Mistakes};
use super::known::{Known, Place};
use super::step::Step;
use super::verbs;

/// A scenario that can run.
pub(super) struct Scenario {
    pub(super) title: String,
    pub(super) at: At,
    /// Whether the gateway also sends webhooks of states that are not final.
    pub(super) push_every_state: bool,
    pub(super) steps: Vec<Step>,
}

impl Scenario {
    /// Reads the text, or lists all mistakes with their lines: also what cannot be done at `place`.
    pub(super) fn read(text: &str, place: Place) -> Result<Self, String> {
        let mistakes = Mistakes::of(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().unwrap_or_default().start;
            mistakes.add(at, format!("this is not TOML: {}", error.message()));
        }
        if !errors.is_empty() {
            return Err(mistakes.lines());
        }
        let fields = Fields::new(document.get_ref(), 0..0, &mistakes);
        let title = fields.required("title", fields.text("title"));
        let at = fields.required("gateway", fields.word("gateway", &At::ALL));
        let push_every_state = fields.flag("push_every_state").unwrap_or_default();
        if push_every_state && place != Place::Own {
            fields.wrong_at(
                "push_every_state",
                "the running sandbox has this setting from its start; leave it out here, and start it with \
                 --cpay-push-every-state or --ccpayment-push-every-state",
            );
        }
        let steps = fields.required("steps", fields.value("steps"));
        fields.finish();
        let known = Known::new(at, place);
        let steps = steps.map(|steps| all_steps(steps, text, &mistakes, known));
        match (title, at, steps) {
            (Some(title), Some(at), Some(steps)) if mistakes.is_empty() => Ok(Self {
                title,
                at,
                push_every_state,
                steps,
            }),
            _ => Err(mistakes.lines()),
        }
    }
}

fn all_steps<'a>(
    steps: &'a Spanned<DeValue<'a>>,
    text: &str,
    mistakes: &'a Mistakes<'a>,
    mut known: Known,
) -> Vec<Step> {
    let Some(list) = steps.get_ref().as_array() else {
        mistakes.add(steps.span().start, "steps: write a list of tables");
        return Vec::new();
    };
    if list.is_empty() {
        mistakes.add(steps.span().start, "steps: write at least one");
    }
    let mut all = Vec::new();
    for step in list {
        let span = step.span();
        let Some(table) = step.get_ref().as_table() else {
            mistakes.add(span.start, "a step is a table, as { pay = \"order-1\" }");
            continue;
        };
        let fields = Fields::new(table, span.clone(), mistakes);
        if let Some(kind) = verbs::read(&fields, &mut known) {
            let text = text.get(span.clone()).unwrap_or_default();
            all.push(Step {
                line: mistakes.line(span.start),
                text: text.trim_matches(['{', '}', ' ']).to_owned(),
                kind,
            });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_all_mistakes_with_their_lines() {
        let text = "titel = \"x\"\ngateway = \"cpai\"\nsteps = [\n  { create = \"o-1\", amount = 10, asset = \"USDT\", custmer = 1 },\n  { pay = \"o-2\", percent = 40, amount = \"x\" },\n  { dance = 1 },\n  7,\n  { create = \"o-1\", amount = \"1\", asset = \"USDT\" },\n  { fault = \"withdraw\", code = 5 },\n  { fault = \"any\", when = \"webhook\" },\n]\n";
        let mistakes = Scenario::read(text, Place::Own).err().unwrap();
        for expected in [
            "line 1: title is missing",
            "line 1: titel is no key here; known are title, gateway,",
            "line 2: gateway: write one of \"cpay\", ",
            "line 4: amount: write a text in quotes",
            "line 4: custmer is no key here",
            "line 5: amount: ",
            "line 5: pay: no step before makes o-2",
            "line 5: write amount or percent, not both",
            "line 6: unknown step",
            "line 7: a step is a table",
            "line 8: create: o-1 exists already",
            "line 9: when is missing",
            "line 10: kind is missing",
        ] {
            assert!(mistakes.contains(expected), "{expected}: {mistakes}");
        }
        assert_eq!(mistakes.lines().count(), 14, "{mistakes}");
    }

    #[test]
    fn text_that_is_not_toml_has_its_line() {
        let mistakes = Scenario::read("title = \"x\"\nsteps = [\n{ pay }\n", Place::Own)
            .err()
            .unwrap();
        assert!(mistakes.contains("line 3: this is not TOML"), "{mistakes}");
    }
}

//! The parameters of a request: query for GET, form body and query for POST, never JSON.

use axum::http::{HeaderMap, Method, header};
use zeroize::Zeroizing;

use super::answer::Refusal;
use crate::shared::api_request::{self, ApiRequest};
use crate::shared::form;

/// The longest query that is read.
const QUERY_LIMIT: usize = 64 * 1024;
/// The most parameters, twice as many as any call has.
const MOST_PARAMS: usize = 64;
const LONGEST_NAME: usize = 64;

/// Received parameters in the order of arrival, with unique names. Wiped when dropped: some are card data.
#[derive(Default)]
pub(super) struct Params {
    pairs: Vec<form::Pair>,
    /// The form as received, from which the reason of a wrong signature is found.
    form: Zeroizing<Vec<u8>>,
}

/// Names only: values may be card data.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Params {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Body and query as one form, as received.
    pub(super) fn form(&self) -> &[u8] {
        &self.form
    }

    /// Adds the pairs of one source. A name may occur once in each source.
    fn add(&mut self, text: &[u8], source: &str) -> Result<(), Refusal> {
        let before = self.pairs.len();
        // Names of this source that an earlier source has already set.
        let mut overridden = Vec::new();
        let pairs = form::pairs(text).map_err(|error| bad(format!("in the {source}, {error}")))?;
        for (name, value) in pairs {
            if name.is_empty() || name.chars().count() > LONGEST_NAME {
                return Err(bad(format!(
                    "a parameter name in the {source} is empty or longer than {LONGEST_NAME} characters"
                )));
            }
            let mut own = self.pairs.iter().skip(before).map(|(known, _)| known);
            if own.any(|known| *known == name) || overridden.contains(&name) {
                return Err(bad(format!(
                    "parameter {name} occurs twice in the {source}"
                )));
            }
            // The source read first, the body, wins.
            if self.get(&name).is_none() {
                self.pairs.push((name, value));
            } else {
                overridden.push(name);
            }
            if self.pairs.len() + overridden.len() > MOST_PARAMS {
                return Err(bad(format!("more than {MOST_PARAMS} parameters")));
            }
        }
        // Allocated once for each source: a vector that grows leaves copies behind.
        let mut form = Zeroizing::new(Vec::with_capacity(self.form.len() + 1 + text.len()));
        form.extend_from_slice(&self.form);
        form.push(b'&');
        form.extend_from_slice(text);
        self.form = form;
        Ok(())
    }
}

/// Reads the parameters of a request whose body may have `body_limit` bytes.
pub(super) fn read(request: ApiRequest, body_limit: usize) -> Result<Params, Refusal> {
    let head = request.head;
    let mut params = Params::default();
    if head.method == Method::POST {
        let body = api_request::within(body_limit, request.body).map_err(bad)?;
        let read = if body.is_empty() {
            Ok(())
        } else {
            form_only(&head.headers).and_then(|()| params.add(&body, "body"))
        };
        form::wipe(body);
        read?;
    }
    if let Some(query) = head.uri.query() {
        if query.len() > QUERY_LIMIT {
            return Err(bad(format!("the query is longer than {QUERY_LIMIT} bytes")));
        }
        params.add(query.as_bytes(), "query")?;
    }
    Ok(params)
}

/// C-Pay's server reads forms and silently ignores a body of another kind; the sandbox refuses it.
pub(super) fn form_only(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or("unreadable"));
    let kind = given.unwrap_or("").split(';').next().unwrap_or("").trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(());
    }
    Err(bad(match given {
        None => {
            "the body has no Content-Type; a form has application/x-www-form-urlencoded".to_owned()
        }
        Some(_) => format!(
            "the body is {}; parameters are read from application/x-www-form-urlencoded only, never from JSON",
            kind
        ),
    }))
}

fn bad(reason: impl Into<String>) -> Refusal {
    Refusal::new("invalid param", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(body: &str, query: &str) -> Result<Vec<(String, String)>, String> {
        let mut params = Params::default();
        params.add(body.as_bytes(), "body").map_err(|r| r.reason)?;
        params
            .add(query.as_bytes(), "query")
            .map_err(|r| r.reason)?;
        let pairs = params.iter();
        Ok(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
    }

    #[test]
    fn the_body_wins_over_the_query() {
        let read = pairs("a=body", "a=query&b=query").unwrap();
        let want = [("a", "body"), ("b", "query")];
        assert_eq!(read, want.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }

    #[test]
    fn refuses_broken_forms_and_duplicate_names() {
        for (body, why) in [
            ("a=1&a=2", "parameter a occurs twice in the body"),
            ("a=1&%61=1", "twice"),
            ("=1", "name in the body is empty"),
            ("a=%zz", "in the body, a % is not followed"),
            ("a=%ff", "not UTF-8"),
        ] {
            let reason = pairs(body, "").unwrap_err();
            assert!(reason.contains(why), "{body}: {reason}");
        }
        let many: String = (0..65).map(|n| format!("p{n}=1&")).collect();
        assert!(pairs(&many, "").unwrap_err().contains("more than 64"));
        for (body, query) in [("", "x=1&x=1"), ("x=0", "x=1&x=1")] {
            let reason = pairs(body, query).unwrap_err();
            assert!(reason.contains("x occurs twice in the query"), "{reason}");
        }
    }
}

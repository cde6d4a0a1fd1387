//! Messages with their signatures, made by the published rule.

use super::*;

pub(super) const SECRET: &str = "k3y-of-merchant";

pub(in crate::diagnosis) fn key() -> cpay::Key {
    cpay::Key::new(Secret::new(SECRET).unwrap())
}

pub(super) fn params() -> BTreeMap<String, String> {
    [
        ("Zone", "EU"),
        ("actualAmount", "10.50"),
        ("callBackURL", "https://shop.example/?a=1&c=2"),
        ("email", "a+b@shop.example"),
        ("fee", "0"),
        ("merchantId", "20003092"),
        ("note", "Tee & Mug 100%"),
        ("orderStatus", "14"),
        ("remark", ""),
        ("zip", "x y"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

pub(super) fn sign(params: &BTreeMap<String, String>) -> String {
    reference_sign(SECRET, params, Rules::default())
}

pub(super) fn hmac(text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    base16ct::lower::encode_string(&mac.finalize().into_bytes())
}

pub(super) fn json(params: &BTreeMap<String, String>, sign: &str) -> String {
    let mut all = params.clone();
    all.insert("sign".to_owned(), sign.to_owned());
    serde_json::to_string(&all).unwrap()
}

pub(super) fn form(params: &BTreeMap<String, String>, sign: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(params).append_pair("sign", sign).finish()
}

/// `name=value&` for each signed parameter, in the order given.
pub(super) fn text<'a>(params: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let signed = params.into_iter().filter(|(_, value)| !value.is_empty());
    signed
        .map(|(name, value)| format!("{name}={value}&"))
        .collect()
}

pub(super) fn changed(
    params: &BTreeMap<String, String>,
    change: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let params = params.iter();
    params
        .map(|(name, value)| (name.clone(), change(value)))
        .collect()
}

pub(super) fn encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// A random good message, as JSON or as a form.
pub(in crate::diagnosis) fn good(random: &mut Random) -> String {
    let count = random.below(8);
    let mut params: BTreeMap<String, String> = (0..count)
        .map(|at| (format!("f{at}"), random.text()))
        .collect();
    params.insert("merchantId".to_owned(), random.next().to_string());
    let sign = sign(&params);
    if random.below(2) == 0 {
        json(&params, &sign)
    } else {
        form(&params, &sign)
    }
}

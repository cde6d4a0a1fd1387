use super::*;

fn problem(change: impl FnOnce(&mut Credentials)) -> String {
    let mut credentials = Credentials::test();
    change(&mut credentials);
    credentials.check().unwrap_err().to_string()
}

#[test]
fn the_test_credentials_pass_and_survive_json() {
    let text = serde_json::to_string(&Credentials::test()).unwrap();
    assert_eq!(Credentials::from_json(&text).unwrap(), Credentials::test());
}

#[test]
fn bad_values_are_named() {
    assert!(problem(|c| c.cpay.merchant_id = "12a".into()).starts_with("cpay.merchant_id must be"));
    assert!(problem(|c| c.cpay.secret.clear()).starts_with("cpay.secret is empty"));
    assert!(problem(|c| c.cpay.secret.push('\n')).contains("a line end of a copied file"));
}

#[test]
fn names_a_key_that_is_cut_short() {
    let cut =
        |at: usize| move |c: &mut Credentials| c.chainup_opay.merchant_private_key.truncate(at);
    assert!(problem(cut(900)).contains("closing line"));
    let middle = problem(|c| {
        let key = c.chainup_opay.platform_public_key.clone();
        let lines: Vec<&str> = key.lines().collect();
        // A line is lost in copying: the PEM frame is complete, its content is too short.
        c.chainup_opay.platform_public_key = [&lines[..2], &lines[3..]].concat().join("\n");
    });
    assert!(
        middle.contains("platform_public_key") && middle.contains("cut short or damaged"),
        "{middle}"
    );
}

#[test]
fn halves_of_different_pairs_do_not_match() {
    let crossed = problem(|c| {
        c.chainup_opay.merchant_public_key = c.chainup_opay.platform_public_key.clone();
    });
    assert!(crossed.contains("not the other half of merchant_private_key"));
    let swapped = problem(|c| {
        let opay = &mut c.chainup_opay;
        std::mem::swap(
            &mut opay.merchant_private_key,
            &mut opay.merchant_public_key,
        );
    });
    assert!(
        swapped.contains("expected an RSA private key, found an RSA public key"),
        "{swapped}"
    );
    let same = problem(|c| {
        let opay = &mut c.chainup_opay;
        opay.platform_private_key = opay.merchant_private_key.clone();
        opay.platform_public_key = opay.merchant_public_key.clone();
    });
    assert!(same.contains("different pairs"));
}

#[test]
fn json_of_another_form_is_refused_without_quoting_values() {
    let missing = Credentials::from_json("{\"cpay\":{\"merchant_id\":\"1\"}}").unwrap_err();
    assert!(
        missing.to_string().contains("missing field `secret`"),
        "{missing}"
    );
    let wrong = Credentials::from_json("{\"cpay\":\"hush-hush\"}").unwrap_err();
    assert!(!wrong.to_string().contains("hush"), "{wrong}");
    assert!(Credentials::from_json("{").is_err());
}

#[test]
fn debug_shows_no_secret() {
    let credentials = Credentials::test();
    let shown = format!("{credentials:?}");
    assert!(shown.contains("20003092"));
    for secret in [&credentials.cpay.secret, &credentials.ccpayment.app_secret] {
        assert!(!shown.contains(secret.as_str()));
    }
    assert!(!shown.contains("PRIVATE"));
}

#[test]
fn the_public_form_leaves_the_platforms_private_key_out() {
    let shown = serde_json::to_value(Credentials::test().public()).unwrap();
    let opay = shown["chainup_opay"].as_object().unwrap();
    assert_eq!(opay.len(), 4);
    assert!(!opay.contains_key("platform_private_key"));
}

#[test]
fn no_text_makes_the_key_reader_panic() {
    let whole = Credentials::test()
        .chainup_opay
        .merchant_private_key
        .clone();
    for end in (0..whole.len() - 60).step_by(7) {
        let text = format!("{}\n-----END PRIVATE KEY-----", &whole[..end]);
        let refused = problem(|c| c.chainup_opay.merchant_private_key = text);
        assert!(
            refused.starts_with("chainup_opay.merchant_private_key"),
            "{refused}"
        );
    }
}

#[test]
fn keys_without_their_armour_are_taken() {
    let mut credentials = Credentials::test();
    let bare = |pem: &str| -> String {
        let lines = pem.lines().filter(|line| !line.starts_with("-----"));
        let joined: String = lines.collect();
        joined.replace('+', "-").replace('/', "_").replace('=', "")
    };
    let opay = &mut credentials.chainup_opay;
    opay.merchant_private_key = bare(&opay.merchant_private_key);
    opay.merchant_public_key = bare(&opay.merchant_public_key);
    credentials.check().unwrap();
}

#[test]
fn an_app_id_can_stand_in_a_link() {
    for app_id in ["", "a b", "a&b", "\u{e9}", &"a".repeat(65)] {
        let refused = problem(|c| app_id.clone_into(&mut c.chainup_opay.app_id));
        assert!(
            refused.starts_with("chainup_opay.app_id must be"),
            "{refused}"
        );
    }
}

#[test]
fn a_printed_set_with_its_base_url_can_be_read_back() {
    let mut printed = serde_json::to_value(Credentials::test()).unwrap();
    printed["base_url"] = "http://127.0.0.1:8420".into();
    assert_eq!(
        Credentials::from_json(&printed.to_string()).unwrap(),
        Credentials::test()
    );
}

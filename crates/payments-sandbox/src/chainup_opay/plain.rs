//! `orderDetail` without an envelope, `{appKey, orderNum[, token]}`: the form of the specification's own table and of the
//! payment page. Nothing in it is signed, so it is answered only when the builder was told to.

use super::answer::{self, Content, Done, Refusal};
use super::params::{Object, Params};
use super::{Outcome, detail, envelope};
use crate::app::App;
use crate::store::RequestRecord;

/// Whether a body is of this form: it has `appKey` and nothing of an envelope.
pub(super) fn is_one(object: &Object<'_>) -> bool {
    let has = |name| object.get(name).is_some();
    has("appKey") && !["app_id", "data", "sign"].into_iter().any(has)
}

pub(super) fn run(app: &App, object: &Object<'_>, record: &mut RequestRecord) -> Outcome {
    if !app.chainup_opay.settings.plain_order_detail {
        return Err(Refusal::new(
            answer::SIGNATURE,
            "the request has no envelope; chainup_opay_plain_order_detail takes it all the same",
        )
        .noting("assumed: orderDetail wants the envelope; the documents have both forms"));
    }
    record.canonical = Some(object.shown());
    envelope::check_app(&app.chainup_opay.app_id, "appKey", object.get("appKey"))?;
    let params = Params::of(object)?;
    for name in params.strangers(&detail::FIELDS) {
        record
            .notes
            .push(format!("assumed: {name} was passed over"));
    }
    let order_num = params.required("orderNum", 64)?;
    let tables = app.store.lock();
    let detail = detail::detail(app, &tables, detail::find(&tables, order_num)?)?;
    drop(tables);
    Ok(Done {
        content: Content::Plain(answer::text(&detail)?),
        notes: vec!["taken and answered without an envelope, as the builder was told".to_owned()],
    })
}

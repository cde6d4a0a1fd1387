//! What ChainUp documents about OPay.

use std::time::Duration;

use crate::facts::{Fact, Facts, Strategy};

/// No ban code is documented: see the note on 50013.
pub(super) static FACTS: Facts = Facts::new(
    Fact::documented(
        Strategy::Repeat,
        "error codes of the V1 and V2 guides: 70002, order exists already",
    ),
    Fact::assumed(
        Duration::from_secs(15 * 60),
        "no document says how long an order may take to show up",
    ),
    Fact::assumed(
        false,
        "the only lookup is to send the order again, which creates a missing one, and code 70001 is not signed",
    ),
)
.with_reference_chars(Fact::assumed(64, "no document limits appOrderId"))
.with_notes(&[
    Fact::documented(
        "A callback states an amount but no coin: query the order before delivering.",
        "specification, step 3: the five fields of the callback",
    ),
    Fact::documented(
        "The payer's openId counts where there is a userId as well.",
        "specification, createThirdOrder, remarks",
    ),
    Fact::documented(
        "Code 50013 means that the day's requests to one resource are used up. It is not a ban: no document says that further requests have consequences.",
        "error codes of the V1 and V2 guides: the resource's daily traffic limit is reached",
    ),
    Fact::documented(
        "A statement has neither the platform's order numbers nor states: its rows are matched by the merchant's reference.",
        "specification, merchantBillingDay: the fields of a row",
    ),
    Fact::assumed(
        "A statement has what was paid on that day, and its days are those of UTC+8.",
        "it is called a posting statement; no document names the time zone",
    ),
    Fact::assumed(
        "An order that exists already, and whose number is not known, will not be paid.",
        "the page where it is paid takes the number; no call of the specification gives it by the merchant's reference",
    ),
    Fact::assumed(
        "A payer pays all of an order or nothing.",
        "no status and no field describes less or more",
    ),
    Fact::assumed(
        "A failed payment is final. If another payment follows nevertheless, a person has to check.",
        "no document says whether status 2 is final",
    ),
    Fact::assumed(
        "A cancelled order has status 0.",
        "no document states its status",
    ),
    Fact::assumed(
        "A callback that is not acknowledged is sent again. How often is not known: ask for orders that are overdue.",
        "the documents name a reply, and neither tries nor times",
    ),
]);

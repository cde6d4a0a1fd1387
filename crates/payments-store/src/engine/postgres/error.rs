//! The driver's errors.

use payments_core::BoxError;
use tokio_postgres::error::SqlState;

use crate::engine::{EngineError, EngineErrorKind};

pub(super) fn unavailable(source: impl Into<BoxError>) -> EngineError {
    EngineError::new(EngineErrorKind::Unavailable, source)
}

pub(super) fn misconfigured(text: impl Into<String>) -> EngineError {
    EngineError::new(EngineErrorKind::Misconfigured, text.into())
}

pub(super) fn failed(text: impl Into<String>) -> EngineError {
    EngineError::new(EngineErrorKind::Statement, text.into())
}

/// The detail of a server's message is left out, because it contains values. An error without such a message is one of the
/// connection: a [`Value`](crate::engine::Value) can always be written.
pub(super) fn error(error: tokio_postgres::Error) -> EngineError {
    let Some(server) = error.as_db_error() else {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        if is_untrusted(&error) {
            text.push_str("; sslrootcert names the file of a private CA");
        }
        return unavailable(text);
    };
    let kind = kind(server.code(), server.constraint());
    EngineError::new(
        kind,
        format!("{} ({})", server.message(), server.code().code()),
    )
}

/// Whether the server's certificate was refused.
fn is_untrusted(error: &tokio_postgres::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|it| it.downcast_ref::<std::io::Error>());
    let cause = cause.and_then(|it| it.get_ref()?.downcast_ref::<rustls::Error>());
    matches!(cause, Some(rustls::Error::InvalidCertificate(_)))
}

fn kind(code: &SqlState, constraint: Option<&str>) -> EngineErrorKind {
    const CONFLICTS: [SqlState; 6] = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        // Another process applies the same migration.
        SqlState::DUPLICATE_TABLE,
        SqlState::DUPLICATE_COLUMN,
        SqlState::DUPLICATE_OBJECT,
    ];
    let is_catalog = constraint.is_some_and(|name| name.starts_with("pg_"));
    if CONFLICTS.contains(code) || (*code == SqlState::UNIQUE_VIOLATION && is_catalog) {
        return EngineErrorKind::Conflict;
    }
    match code.code() {
        "53100" => EngineErrorKind::Full,
        "25006" | "42501" => EngineErrorKind::ReadOnly,
        // Whether a commit took effect is not known.
        "40003" => EngineErrorKind::Unavailable,
        // Connection, authorisation, no such database, resources, an operator, the system.
        code => match code.get(..2) {
            Some("08" | "28" | "3D" | "53" | "57" | "58" | "XX") => EngineErrorKind::Unavailable,
            _ => EngineErrorKind::Statement,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_server_has_the_kind_that_says_what_to_do() {
        use EngineErrorKind::{Conflict, Full, ReadOnly, Statement, Unavailable};
        // Two processes that make the same table at the same moment violate an index of the catalogue.
        let catalogue = Some("pg_type_typname_nsp_index");
        for (code, constraint, expected) in [
            ("40001", None, Conflict),
            ("40P01", None, Conflict),
            ("42P07", None, Conflict),
            ("23505", catalogue, Conflict),
            ("23505", Some("shop_orders_key"), Statement),
            ("23503", catalogue, Statement),
            ("53100", None, Full),
            ("25006", None, ReadOnly),
            ("42501", None, ReadOnly),
            ("40003", None, Unavailable),
            ("08006", None, Unavailable),
            ("28P01", None, Unavailable),
            ("3D000", None, Unavailable),
            ("53300", None, Unavailable),
            ("57P01", None, Unavailable),
            ("58030", None, Unavailable),
            ("XX000", None, Unavailable),
            ("42601", None, Statement),
        ] {
            let found = kind(&SqlState::from_code(code), constraint);
            assert_eq!(found, expected, "{code} {constraint:?}");
        }
    }
}

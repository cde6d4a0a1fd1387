//! Values as parameters and in rows.

use bytes::{BufMut as _, Bytes, BytesMut};
use payments_core::BoxError;
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use super::error::{error, failed};
use crate::engine::{EngineError, Row, Value};

/// The type that is sent with a value. The server finds the type of a text, so that an amount can be compared with `NUMERIC`.
pub(super) const fn type_of(value: &Value) -> Type {
    match value {
        Value::Integer(_) => Type::INT8,
        Value::Bytes(_) => Type::BYTEA,
        Value::Null | Value::Text(_) => Type::UNKNOWN,
    }
}

impl ToSql for Value {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Integer(number) => out.put_i64(*number),
            Self::Text(text) => out.put_slice(text.as_bytes()),
            Self::Bytes(bytes) => out.put_slice(bytes),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        match self {
            Self::Text(_) | Self::Null => Format::Text,
            Self::Integer(_) | Self::Bytes(_) => Format::Binary,
        }
    }

    to_sql_checked!();
}

pub(super) fn read(row: &tokio_postgres::Row) -> Result<Row, EngineError> {
    let columns = row.columns().iter().enumerate();
    let values = columns.map(|(column, described)| {
        let value = match *described.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column).map(Value::from),
            Type::INT4 => {
                let number = row.try_get::<_, Option<i32>>(column);
                number.map(|number| number.map(i64::from).into())
            }
            Type::INT2 => {
                let number = row.try_get::<_, Option<i16>>(column);
                number.map(|number| number.map(i64::from).into())
            }
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                row.try_get::<_, Option<&str>>(column).map(Value::from)
            }
            Type::BYTEA => {
                let bytes = row.try_get::<_, Option<&[u8]>>(column);
                bytes.map(|bytes| bytes.map(Bytes::copy_from_slice).into())
            }
            ref other => {
                let text = format!("column {column} has the type {other}: cast it to text");
                return Err(failed(text));
            }
        };
        value.map_err(error)
    });
    values.collect::<Result<_, _>>().map(Row::new)
}

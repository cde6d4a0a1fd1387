//! Real sockets against a running server.

mod limits;

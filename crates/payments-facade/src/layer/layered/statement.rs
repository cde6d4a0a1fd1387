//! [`Statements`](crate::statement::Statements) of a layered gateway.

use super::{Layer, Layered, called};
use crate::gateway::Gateway;
use crate::layer::call::Call;
use crate::statement::{Page, Rows, StatementQuery, Statements, pages};

#[deny(clippy::missing_trait_methods)]
impl<G: Gateway, L: Layer> Statements for Layered<G, L> {
    fn rows<'a>(&'a self, query: &StatementQuery) -> Rows<'a> {
        let query = *query;
        match called(self.inner.statements(), "statements", Call::Statement) {
            Ok(inner) => self.layer.rows(move || inner.rows(&query)),
            Err(error) => {
                let mut error = Some(error);
                pages(move |_| std::future::ready(error.take().map_or(Ok(NO_PAGE), Err)))
            }
        }
    }
}

/// After the refusal.
const NO_PAGE: Page = Page {
    rows: Vec::new(),
    more: false,
};

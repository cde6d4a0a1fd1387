//! The parsers of texts that people write, for the workspace's fuzz targets.

use payments_store::engine::Postgres;

use crate::database::{self, Database};

/// Reads a scenario, as `payments sandbox run` does: for a sandbox that it starts, and for one that runs elsewhere.
///
/// # Errors
/// All mistakes, each on its line as `  line 3: …`.
pub fn scenario(text: &str) -> [Result<(), String>; 2] {
    crate::sandbox::check_scenario(text)
}

/// Reads the URL of a database, as `--database` and the driver do.
///
/// # Errors
/// Why it is refused, without the URL, which may contain a password.
pub fn database(text: &str) -> Result<(), String> {
    match database::database(text)? {
        Database::Sqlite(_) => Ok(()),
        Database::Postgres(url) => Postgres::check_url(&url).map_err(|error| error.to_string()),
    }
}

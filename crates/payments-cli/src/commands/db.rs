//! `payments db`.

pub(crate) mod prune;

use clap::{Args, Subcommand, ValueEnum};
use payments_store::engine::Dialect;
use payments_store::schema;
use serde::Serialize;

use crate::access::{Access, now};
use crate::database::DatabaseOption;
use crate::failure::Failure;
use crate::output::{self, counted, say};
use crate::runtime::runtime;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print the SQL that makes the tables
    Schema(SchemaOptions),
    /// Make the tables, or bring them up to date
    Migrate(Options),
    /// Check that the database has the tables of this release
    Check(Options),
    /// Delete the bodies and details of events that were handled long ago
    Prune(prune::Options),
}

const SCHEMA_HELP: &str = "\
Example:
  payments db schema postgres
      print the statements that `payments db migrate` executes";

#[derive(Args, Debug)]
#[command(after_help = SCHEMA_HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct SchemaOptions {
    /// The database whose SQL is printed
    #[arg(value_enum)]
    dialect: DialectName,
    #[command(flatten)]
    pub(crate) access: Access,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DialectName {
    Sqlite,
    Postgres,
}

const HELP: &str = "\
Examples:
  payments db migrate --database sqlite:payments.db
      create the file if it does not exist, and make or update its tables
  payments db check --database postgres://payments@127.0.0.1/shop
      exit with status 2 if the tables are not those of this release";

#[derive(Args, Debug)]
#[command(after_help = HELP, mut_arg("gateway", |arg| arg.hide(true)))]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// `{"migrations":["…"]}`
#[derive(Serialize)]
struct Schema {
    migrations: &'static [&'static str],
}

pub(crate) fn schema(access: &Access, options: &SchemaOptions) -> Result<(), Failure> {
    let migrations = schema::migrations(match options.dialect {
        DialectName::Sqlite => Dialect::Sqlite,
        DialectName::Postgres => Dialect::Postgres,
    });
    if access.json {
        return Ok(output::json(&Schema { migrations })?);
    }
    for migration in migrations {
        say!("{migration}")?;
    }
    Ok(())
}

/// `{"applied":1}`
#[derive(Serialize)]
struct Migrated {
    applied: usize,
}

pub(crate) fn migrate(access: &Access, options: &Options) -> Result<(), Failure> {
    let applied = runtime()?.block_on(async {
        let engine = options.database.named()?.engine(true).await?;
        Ok::<_, Failure>(schema::migrate(&*engine, now()).await?)
    })?;
    if access.json {
        return Ok(output::json(&Migrated { applied })?);
    }
    match applied {
        0 => say!("the tables are up to date")?,
        _ => say!("applied {}", counted(applied, "migration"))?,
    }
    Ok(())
}

/// `{"current":true}`
#[derive(Serialize)]
struct Checked {
    current: bool,
}

pub(crate) fn check(access: &Access, options: &Options) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let engine = options.database.named()?.engine(false).await?;
        Ok::<_, Failure>(schema::check(&*engine).await?)
    })?;
    if access.json {
        return Ok(output::json(&Checked { current: true })?);
    }
    Ok(say!("the tables are those of this release")?)
}

//! The versions of the schema, oldest first. A version is one file in `sql/` and one line in [`VERSIONS`].
//!
//! To change the schema:
//!
//! 1. Write `sql/NNNN_word.sql`, numbered one higher than the last, and name it in [`VERSIONS`] (a test fails while a
//!    file has no line). The file runs as the owner in a transaction of its own, so `create index concurrently` and
//!    `begin` do not belong in it. Comments say why; a clause that is more than one thought stands on its own line.
//! 2. A file that was released never changes, and a name never changes or moves: databases remember what they applied
//!    by its name. What is wrong is mended by the next version. The version of the program before must run on the new
//!    schema; where it can't (`0003_names.sql`), an ADR says so.
//! 3. `job_archive` and `job_step_archive` take rows by `insert … select *`: a column that is added to `job` or
//!    `job_step` is added to its archive in the same place, and last.
//! 4. A view `select *` has the columns that its table had when the view was created. A version that adds a column to
//!    `job` or `vps` ends with `create or replace view ... with (security_invoker = true) as select *` for each view on
//!    it; one that drops or renames a column drops the views first, and grants again. Default
//!    privileges give the app role more than it needs, so `revoke all` comes before the grants.
//! 5. The app role may read and write every new table by default. What must not change is revoked from it, refused by
//!    a trigger and named in `GUARDS` (`verify.rs`); an index that a promise rests on is named in `RELATIONS` there.
//! 6. Bodies of functions are text: `alter table … rename` does not reach into them, so a rename ends with
//!    `create or replace function` for each that names the old word. A `security definer` function sets its
//!    `search_path`, and its `execute` is revoked from `public`.
//! 7. Mirror the change in `entity` (a file a table). `testkit/tests/it/schema.rs` compares names, types, nullability,
//!    words of check constraints, views and archives; `testkit/tests/it/migrate.rs` shows that rows of the version
//!    before arrive.
//! 8. Give each new table and column its place in the map of what is held about persons (`domain/src/erasure`), and
//!    copy the map to `docs/privacy.md`: `testkit/tests/it/person.rs` fails until then.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

/// A version of the schema: a migration without a way back.
#[derive(Clone, Copy, Debug, Hash)]
pub struct Version {
    /// What databases remember it by.
    pub name: &'static str,
    /// Names in `sql/`, without `.sql`, and texts. The first version has eight, every later one has one.
    files: &'static [(&'static str, &'static str)],
}

macro_rules! version {
    ($name:literal, $($file:literal),+) => {
        Version { name: $name, files: &[$(($file, include_str!(concat!("sql/", $file, ".sql")))),+] }
    };
}

/// Every version, oldest first.
pub const VERSIONS: &[Version] = &[
    version!(
        "m20261122_000001_initial",
        "0001_roles",
        "0001_identity",
        "0001_catalog",
        "0001_jobs",
        "0001_vps",
        "0001_ledger",
        "0001_triggers",
        "0001_grants"
    ),
    version!("m20261123_000002_platform", "0002_platform"),
    version!("m20261129_000003_names", "0003_names"),
    version!("m20261129_000004_identity", "0004_identity"),
    version!("m20261129_000005_sessions", "0005_sessions"),
    version!("m20261129_000006_prices", "0006_prices"),
    version!("m20261129_000007_grants", "0007_grants"),
    version!("m20261129_000008_vps_words", "0008_vps_words"),
    version!("m20261129_000009_admin", "0009_admin"),
    version!("m20261129_000010_plan_order", "0010_plan_order"),
    version!("m20261130_000011_access", "0011_access"),
    version!("m20261130_000012_account", "0012_account"),
    version!("m20261130_000013_limits", "0013_limits"),
    version!("m20261130_000014_factors", "0014_factors"),
    version!("m20261130_000015_orgs", "0015_orgs"),
    version!("m20261130_000016_keys", "0016_keys"),
    version!("m20261130_000017_admin", "0017_admin"),
    version!("m20261130_000018_oidc", "0018_oidc"),
    version!("m20261130_000019_person", "0019_person"),
    version!("m20261130_000020_org_security", "0020_org_security"),
    version!("m20261130_000021_payments", "0021_payments"),
    version!("m20261130_000023_price_book", "0023_price_book"),
    version!("m20261130_000024_prepaid", "0024_prepaid"),
    version!("m20261130_000025_chain", "0025_chain"),
    version!("m20261130_000026_invoices", "0026_invoices"),
    version!("m20261130_000027_tax", "0027_tax"),
    version!("m20261130_000028_sign_in", "0028_sign_in"),
    version!("m20261130_000029_hourly_tax", "0029_hourly_tax"),
    version!("m20261130_000030_promo", "0030_promo"),
    version!("m20261130_000031_sums", "0031_sums"),
    version!("m20261201_000032_by_second", "0032_by_second"),
    version!("m20261201_000033_documents", "0033_documents"),
    version!("m20261201_000034_paypal", "0034_paypal"),
];

impl MigrationName for Version {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Version {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for (_, text) in self.files {
            db.execute_unprepared(text).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration("migrations go forward only; restore a backup instead".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::VERSIONS;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_belongs_to_a_version() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sql");
        let found: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let named: BTreeSet<String> =
            VERSIONS.iter().flat_map(|version| version.files).map(|(file, _)| (*file).to_owned()).collect();
        assert_eq!(found, named);
    }

    #[test]
    fn versions_stand_in_their_order() {
        assert!(VERSIONS.is_sorted_by(|before, after| before.name < after.name));
        for version in VERSIONS {
            let number = version.name.split('_').nth(1).unwrap();
            let files: BTreeSet<_> = version.files.iter().map(|(file, _)| &file[..4]).collect();
            assert_eq!(files, BTreeSet::from([&number[2..]]), "{}", version.name);
        }
    }
}

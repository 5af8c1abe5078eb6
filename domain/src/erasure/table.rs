//! How a table of the schema is written into the map, and the statements that follow from its line.

use entity::UserId;
use serde_json::Value as Json;

use crate::db::{Nothing, Query};

/// A table that holds something about persons.
#[derive(Clone, Copy, Debug)]
pub struct Personal {
    /// Its name.
    pub name: &'static str,
    /// What of a person it holds, and whose rows are found.
    pub about: &'static str,
    /// Columns that an export shows.
    pub shown: &'static [&'static str],
    /// Columns that an erasure empties.
    pub emptied: &'static [&'static str],
    /// Whether an erasure deletes rows.
    pub deleted: bool,
    /// Columns that stay where their row does.
    pub kept: &'static [&'static str],
    /// Why they may.
    pub why: &'static str,
}

/// A table that holds nothing about persons but ids.
#[derive(Clone, Copy, Debug)]
pub struct Impersonal {
    /// Its name.
    pub name: &'static str,
    /// Why it is none of the others.
    pub why: &'static str,
    /// All of its columns, separated by spaces.
    pub columns: &'static str,
}

/// What shows the rows of one table to the person whom they are about, at most [`SHOWN`] of them.
pub type Shown = (&'static Personal, fn(UserId) -> Query<Json>);

/// What empties or deletes rows of one table.
pub type Erased = fn(UserId) -> Query<Nothing>;

/// Rows of one table that an export shows at most; the statements below say it too.
pub const SHOWN: usize = 10_000;

/// Declares a part of the map: the lines as data, and for each the statements that show and erase its rows. `$1` is the
/// person; `t` is the table.
macro_rules! personal {
    ($(
        $name:literal: $about:literal
        $(, shown by $show:ident where $mine:literal: $first:literal $(+ $more:literal)*)?
        $(, emptied by $empty:ident where $theirs:literal:
            $column:literal = $value:literal $(+ $columns:literal = $values:literal)*)*
        $(, deleted by $delete:ident where $gone:literal)?
        $(, kept $($kept:literal)+ : $why:literal)?;
    )+) => {
        /// The lines of this part.
        pub(super) const LINES: &[super::table::Personal] = &[$(super::table::Personal {
            name: $name,
            about: $about,
            shown: &[$($first $(, $more)*)?],
            emptied: &[$($column, $($columns,)*)*],
            deleted: false $(|| !$gone.is_empty())?,
            kept: &[$($($kept),+)?],
            why: concat!("" $(, $why)?),
        }),+];

        /// What shows its rows.
        pub(super) fn shown() -> Vec<super::table::Shown> {
            let shows = [$({
                let show: Option<fn(entity::UserId) -> crate::db::Query<serde_json::Value>> =
                    super::table::first([$(Some($show as fn(entity::UserId) -> _),)? None]);
                show
            }),+];
            LINES.iter().zip(shows).filter_map(|(line, show)| Some((line, show?))).collect()
        }

        /// What erases from its rows, in this order.
        pub(super) fn erased() -> Vec<super::table::Erased> {
            vec![$($($empty as super::table::Erased,)* $($delete as super::table::Erased,)?)+]
        }

        $($(
            crate::db::statement! {
                fn $show(user: entity::UserId) -> serde_json::Value =
                    "select coalesce(jsonb_agg(to_jsonb(x)), '[]'::jsonb) from (select",
                    $first $(, ",", $more)*,
                    "from", $name, "t where", $mine, "limit 10001) x";
            }
        )?)+
        $($(
            crate::db::statement! {
                fn $empty(user: entity::UserId) =
                    "update", $name, "t set", $column, "=", $value $(, ",", $columns, "=", $values)*,
                    "where", $theirs;
            }
        )*)+
        $($(
            crate::db::statement! {
                fn $delete(user: entity::UserId) = "delete from", $name, "t where", $gone;
            }
        )?)+
    };
}
pub(super) use personal;

/// The first of one or two choices that is one.
pub(super) fn first<T, const N: usize>(choices: [Option<T>; N]) -> Option<T> {
    choices.into_iter().flatten().next()
}

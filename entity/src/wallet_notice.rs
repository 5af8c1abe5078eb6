//! What organisations were told about their wallets.

use sea_orm::entity::prelude::*;

use crate::table::no_relations;
use crate::text_enum::text_enum;
use crate::{NoticeId, OrgId};

text_enum! {
    /// What a notice is about.
    pub enum NoticeKind {
        /// The wallet lasts 72 hours at most.
        Runway72 = "runway_72",
        /// 24 hours.
        Runway24 = "runway_24",
        /// One hour.
        Runway1 = "runway_1",
        /// It is empty.
        Runway0 = "runway_0",
        /// Half of the month's limit is spent.
        Cap50 = "cap_50",
        /// 80 percent of it.
        Cap80 = "cap_80",
        /// All of it.
        Cap100 = "cap_100",
        /// Servers are being stopped, and when they will be deleted.
        FundsSuspend = "funds_suspend",
        /// They are being deleted.
        FundsDelete = "funds_delete",
        /// They run again.
        FundsResumed = "funds_resumed",
    }
}

/// A row of `wallet_notice`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wallet_notice")]
pub struct Model {
    /// The mails about it name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// References `org`.
    pub org_id: OrgId,
    /// What it says.
    pub kind: NoticeKind,
    /// What it is told once in: a forecast's episode, a month, a ladder.
    pub episode: String,
    /// By business time.
    pub at: DateTimeUtc,
}
no_relations!();

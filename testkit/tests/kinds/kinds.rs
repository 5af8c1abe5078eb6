//! The kinds, each with its story. A kind without a line here does not compile.

use domain::work::KINDS;

/// Gives each kind its tests.
macro_rules! each_kind {
    ($($kind:literal $name:ident => $story:ty,)*) => {
        const TESTED: &[&str] = &[$($kind),*];

        #[test]
        fn every_failpoint_is_armed_by_some_test() {
            let broken: Vec<String> = [$(crate::generic::broken::<$story>($kind)),*].concat();
            assert_eq!(broken, jobs::failpoints());
        }

        $(mod $name {
            use crate::generic;

            #[tokio::test(flavor = "multi_thread")]
            async fn fails_anywhere_and_leaves_nothing_behind() {
                generic::fails_anywhere::<$story>($kind).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn is_undone_twice() {
                generic::is_undone_twice::<$story>($kind).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn does_each_step_twice() {
                generic::does_each_step_twice::<$story>($kind).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn ends_when_its_time_is_over() {
                generic::ends_when_late::<$story>($kind).await;
            }
        })*
    };
}

each_kind! {
    "cloud.validate" cloud_validate => crate::cloud::Validate,
    "cloud.sync" cloud_sync => crate::cloud::Sync,
    "vps.provision" vps_provision => crate::vps::Provision,
    "vps.power" vps_power => crate::vps::Power,
    "vps.delete" vps_delete => crate::vps::Delete,
    "billing.charge" billing_charge => crate::billing::Charge,
    "billing.charge_chunk" billing_charge_chunk => crate::billing::Chunk,
    "billing.watch" billing_watch => crate::billing::Watch,
    "mail.send" mail_send => crate::mail::Send,
    "platform.tidy" platform_tidy => crate::platform::Tidy,
    "platform.probe" platform_probe => crate::platform::Probe,
    "cloud.watch" cloud_watch => crate::machines::Watch,
    "cloud.reconcile" cloud_reconcile => crate::machines::Reconcile,
    "platform.bulk" platform_bulk => crate::platform::Bulk,
    "platform.archive" platform_archive => crate::platform::Archive,
    "user.reset_factors" user_reset_factors => crate::user::ResetFactors,
    "user.export" user_export => crate::user::Export,
    "user.erase" user_erase => crate::user::Erase,
    "ledger.seal" ledger_seal => crate::invoice::Seal,
    "invoice.issue" invoice_issue => crate::invoice::IssueReceipt,
    "invoice.render" invoice_render => crate::invoice::Render,
    "payment.open" payment_open => crate::payment::Open,
    "payment.settle" payment_settle => crate::payment::Settle,
    "payment.refund" payment_refund => crate::payment::Refund,
    "payment.events" payment_events => crate::payment::Events,
    "payment.poll" payment_poll => crate::payment::Poll,
    "payment.report" payment_report => crate::payment::Report,
}

const _: () =
    assert!(all_tested(), "domain::work::KINDS and the list above differ: each kind is to have a line, in that order");

const fn all_tested() -> bool {
    let mut place = 0;
    while place < TESTED.len() && place < KINDS.len() {
        if !same(TESTED[place].as_bytes(), KINDS[place].name.as_bytes()) {
            return false;
        }
        place += 1;
    }
    TESTED.len() == KINDS.len()
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    let mut place = 0;
    while place < left.len() && place < right.len() && left[place] == right[place] {
        place += 1;
    }
    place == left.len() && place == right.len()
}

/// The kinds that speak to a provider.
mod refused {
    use crate::generic::says_when_the_token_is_refused;

    #[tokio::test(flavor = "multi_thread")]
    async fn by_every_kind_that_asks_a_provider() {
        says_when_the_token_is_refused::<crate::cloud::Validate>("cloud.validate").await;
        says_when_the_token_is_refused::<crate::cloud::Sync>("cloud.sync").await;
        says_when_the_token_is_refused::<crate::vps::Provision>("vps.provision").await;
        says_when_the_token_is_refused::<crate::vps::Power>("vps.power").await;
        says_when_the_token_is_refused::<crate::vps::Delete>("vps.delete").await;
        says_when_the_token_is_refused::<crate::machines::Watch>("cloud.watch").await;
        says_when_the_token_is_refused::<crate::machines::Reconcile>("cloud.reconcile").await;
    }
}

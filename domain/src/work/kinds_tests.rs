//! Every kind survives its row, and the table has no gaps.

use uuid::Uuid;

use super::super::kind::known_kinds;
use super::*;

fn one_of_each() -> Vec<Job> {
    let payment = entity::PaymentId(Uuid::from_u128(10));
    let (vps, cloud, user) =
        (VpsId(Uuid::from_u128(1)), CloudId(Uuid::from_u128(2)), entity::UserId(Uuid::from_u128(3)));
    let (tick, bulk) = (DateTime::UNIX_EPOCH, BulkId(Uuid::from_u128(4)));
    vec![
        Job::ValidateCloud { cloud },
        Job::SyncCloud { cloud: Some(cloud) },
        Job::ProvisionVps { vps },
        Job::PowerVps { vps, action: PowerAction::Reboot },
        Job::DeleteVps { vps },
        Job::ChargeUsage { tick },
        Job::ChargeChunk { run: JobId(Uuid::from_u128(6)), no: 7 },
        Job::WatchWallets { org: Some(OrgId(Uuid::from_u128(8))) },
        Job::SendMail { mail: Mail::Welcome { user, token: None } },
        Job::Tidy { tick },
        Job::Probe { sleep_ms: None },
        Job::WatchCloud { cloud },
        Job::ReconcileCloud { cloud: Some(cloud) },
        Job::BulkJobs { bulk },
        Job::Archive { tick },
        Job::ResetFactors { tick },
        Job::ExportUser { user, export: entity::DataExportId(Uuid::from_u128(5)) },
        Job::EraseUser { user },
        Job::SealLedger { tick },
        Job::IssueInvoice { what: Issue::Receipt { journal: 7 } },
        Job::RenderInvoice { invoice: entity::InvoiceId(Uuid::from_u128(9)), announce: true },
        Job::OpenPayment { payment },
        Job::SettlePayment { payment },
        Job::RefundPayment { refund: entity::RefundId(Uuid::from_u128(11)) },
        Job::PaymentEvents { list: Some(tick) },
        Job::PollPayments { tick },
        Job::ReportPayments { tick },
    ]
}

#[test]
fn every_kind_survives_its_row() {
    let jobs = one_of_each();
    let names: Vec<_> = jobs.iter().map(|job| job.kind().name).collect();
    assert_eq!(names, KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>());
    for job in jobs {
        assert_eq!(Job::from_row(job.kind().name, &job.params()), Ok(job));
    }
    assert!(Job::from_row("vps.explode", &json!({})).is_err());
    assert!(Job::from_row("vps.provision", &json!({ "vps": "user_1" })).is_err());
    assert!(Job::from_row("vps.provision", &json!({})).is_err());
}

#[test]
fn rows_of_the_version_before_are_read() {
    let cloud = CloudId(Uuid::from_u128(2));
    assert_eq!(Job::from_row("provider.validate", &json!({ "account": cloud })), Ok(Job::ValidateCloud { cloud }));
    assert_eq!(Job::from_row("catalog.sync", &json!({ "cloud": cloud })), Ok(Job::SyncCloud { cloud: Some(cloud) }));
    assert_eq!(Job::from_row("cloud.sync", &json!({ "cloud": null })), Ok(Job::SyncCloud { cloud: None }));
    assert_eq!(
        Job::from_row("provider.reconcile", &json!({ "account": null })),
        Ok(Job::ReconcileCloud { cloud: None })
    );
    let user = entity::UserId(Uuid::from_u128(3));
    assert_eq!(
        Job::from_row("mail.send", &json!({ "mail": "welcome", "user": user, "vps": null })),
        Ok(Job::SendMail { mail: Mail::Welcome { user, token: None } })
    );
    assert_eq!(Job::SendMail { mail: Mail::Test { user } }.params(), json!({ "mail": "test", "user": user }));
    assert!(Job::from_row("mail.send", &json!({ "mail": "of a newer version" })).is_err());
    assert!(known_kinds().contains(&"provider.watch".to_owned()));
}

#[test]
fn every_kind_has_steps_of_its_own() {
    for kind in KINDS {
        assert!(!kind.steps.is_empty() && kind.max_attempts > 0 && (1..=9).contains(&kind.priority), "{}", kind.name);
        for (place, step) in kind.steps.iter().enumerate() {
            assert!(step.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}.{step}", kind.name);
            assert!(!kind.steps[..place].contains(step), "{}.{step} appears twice", kind.name);
        }
    }
}

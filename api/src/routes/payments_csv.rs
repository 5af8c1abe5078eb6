//! Payments as lines of CSV, for customers and for administrators.

use domain::PayMode;
use domain::payment::PaymentView;

use super::csv;

/// The columns of a customer's export.
pub const HEAD: &str =
    "id,state,test,amount,credited,refunded,refunding,disputed,by,created_at,expires_at,ended_at,currency\r\n";
/// Those of an administrator's.
pub const ADMIN_HEAD: &str = "id,org_id,organisation,stage,state,test,amount,credited,refunded,refunding,fee,\
    disputed,by,order_ref,failure,created_at,expires_at,ended_at,currency\r\n";

/// A payment as its organisation sees it.
#[must_use]
pub fn line(view: &PaymentView) -> String {
    row(&[
        view.id.to_string(),
        view.public().as_str().to_owned(),
        test(view),
        csv::amount(view.amount_micros),
        csv::amount(view.credited_micros),
        csv::amount(view.refunded_micros),
        csv::amount(view.refunding_micros),
        view.disputed.to_string(),
        text(view.actor_name.as_deref()),
        csv::instant(view.created_at),
        csv::instant(view.expires_at),
        view.ended_at.map(csv::instant).unwrap_or_default(),
        view.currency.code().to_owned(),
    ])
}

/// A payment with whose it is, and what the provider said.
#[must_use]
pub fn admin_line(view: &PaymentView) -> String {
    row(&[
        view.id.to_string(),
        view.org_id.to_string(),
        csv::text(&view.org_name),
        view.state.as_str().to_owned(),
        view.public().as_str().to_owned(),
        test(view),
        csv::amount(view.amount_micros),
        csv::amount(view.credited_micros),
        csv::amount(view.refunded_micros),
        csv::amount(view.refunding_micros),
        csv::amount(view.fee_micros),
        view.disputed.to_string(),
        text(view.actor_name.as_deref()),
        text(view.order_id.as_deref()),
        text(view.failure.as_deref()),
        csv::instant(view.created_at),
        csv::instant(view.expires_at),
        view.ended_at.map(csv::instant).unwrap_or_default(),
        view.currency.code().to_owned(),
    ])
}

/// Whether no money moved.
fn test(view: &PaymentView) -> String {
    (view.mode != PayMode::Live).to_string()
}

fn text(text: Option<&str>) -> String {
    text.map(csv::text).unwrap_or_default()
}

fn row(cells: &[String]) -> String {
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::{Currency, OrgId, PaymentId, PaymentState, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_line_has_a_cell_for_each_column_and_no_formula() {
        let evil = "=HYPERLINK(\"https://evil.example\")".to_owned();
        let view = PaymentView {
            id: PaymentId(Uuid::nil()),
            org_id: OrgId(Uuid::nil()),
            org_name: evil.clone(),
            actor_id: UserId(Uuid::nil()),
            actor_name: Some(evil.clone()),
            mode: PayMode::Simulated,
            state: PaymentState::Credited,
            amount_micros: 25_000_000,
            currency: Currency::USD,
            credited_micros: 25_000_000,
            fee_micros: 1_220_000,
            refunded_micros: 0,
            refunding_micros: 0,
            disputed: false,
            order_id: Some("+1".to_owned()),
            approve_url: None,
            failure: Some("@x".to_owned()),
            cancelled_at: None,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: DateTime::UNIX_EPOCH,
            ended_at: None,
        };
        let (own, all) = (line(&view), admin_line(&view));
        assert!(own.contains(",credited,true,25.000000,") && own.ends_with(",,USD\r\n"), "{own}");
        assert!(own.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\")\","), "{own}");
        assert!(all.contains(",\"'+1\",\"'@x\","), "{all}");
        assert_eq!(own.matches(',').count(), HEAD.matches(',').count());
        assert_eq!(all.matches(',').count(), ADMIN_HEAD.matches(',').count());
    }
}

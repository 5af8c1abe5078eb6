//! How far a payment is: every transition that happens, and when it is looked at next.

use chrono::{DateTime, TimeDelta, Utc};
use entity::payment::PaymentState;

/// What happened to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The provider made its order.
    Opened,
    /// The provider will not make it.
    NotOpened,
    /// The payer approved it.
    Approved,
    /// The provider says that it is not approved, or no longer.
    Unapproved,
    /// We are about to take the money.
    CaptureBegan,
    /// The money came, and fits.
    Completed,
    /// Money came that does not fit.
    Unfit,
    /// The provider examines the money.
    Pending,
    /// The money was refused.
    Declined,
    /// The payer came back after a refusal, to pay by other means.
    Returned,
    /// Its time is over, and nothing came.
    Expired,
    /// An administrator said whose the money is that did not fit.
    Allocated,
}

impl Happened {
    /// Every value.
    pub const ALL: &'static [Self] = &[
        Self::Opened,
        Self::NotOpened,
        Self::Approved,
        Self::Unapproved,
        Self::CaptureBegan,
        Self::Completed,
        Self::Unfit,
        Self::Pending,
        Self::Declined,
        Self::Returned,
        Self::Expired,
        Self::Allocated,
    ];
}

/// The state that follows; none where nothing changes, because it is so already or because it can't be.
///
/// Money decides: a payment that was credited stays credited, and one that had expired is credited when its money comes
/// after all.
#[must_use]
pub(super) fn after(state: PaymentState, happened: Happened) -> Option<PaymentState> {
    use Happened as H;
    use PaymentState::{Approved, Capturing, Credited, Declined, Expired, Mismatch, New, Open, Pending};
    let next = match (state, happened) {
        (Credited, _) | (Mismatch, H::Unfit | H::Pending | H::Declined | H::Expired) => return None,
        (_, H::Completed) | (Mismatch, H::Allocated) => Credited,
        (_, H::Unfit) => Mismatch,
        (New, H::Opened) | (Approved | Capturing, H::Unapproved) | (Declined, H::Returned) => Open,
        (Open, H::Approved) => Approved,
        (Open | Approved | Capturing, H::CaptureBegan) => Capturing,
        (Open | Approved | Capturing | Declined | Expired, H::Pending) => Pending,
        (New, H::NotOpened) | (Open | Approved | Capturing | Pending | Expired, H::Declined) => Declined,
        (New | Open | Approved | Capturing, H::Expired) => Expired,
        _ => return None,
    };
    (next != state).then_some(next)
}

/// When the provider is asked without a ring, after the order was made.
const EARLY: [TimeDelta; 6] = [
    TimeDelta::seconds(20),
    TimeDelta::minutes(1),
    TimeDelta::minutes(3),
    TimeDelta::minutes(10),
    TimeDelta::minutes(30),
    TimeDelta::minutes(60),
];
/// And after its time was over: what comes late is found.
const LATE: [TimeDelta; 2] = [TimeDelta::hours(24), TimeDelta::hours(72)];
/// For how long a payment that the provider examines is asked about.
const PENDING_FOR: TimeDelta = TimeDelta::days(30);

/// What decides when a payment is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Clockwork {
    /// How far it is.
    pub state: PaymentState,
    /// When its order was made.
    pub opened_at: DateTime<Utc>,
    /// Until when it can be approved.
    pub expires_at: DateTime<Utc>,
    /// When what is on its way began: a capture that is examined, a refund.
    pub waits_since: Option<DateTime<Utc>>,
    /// Whether a dispute is open.
    pub disputed: bool,
}

/// When a payment is looked at next, if nothing rings before; none when there is nothing to wait for.
#[must_use]
pub fn next_look(now: DateTime<Utc>, payment: Clockwork) -> Option<DateTime<Utc>> {
    let Clockwork { state, opened_at, expires_at, waits_since, disputed } = payment;
    let waits = waits_since.and_then(|since| match now - since {
        age if age < TimeDelta::days(1) => Some(now + TimeDelta::hours(1)),
        age if age < PENDING_FOR => Some(now + TimeDelta::hours(6)),
        _ => None,
    });
    let disputed = disputed.then(|| now + TimeDelta::days(1));
    let undecided = match state {
        PaymentState::Credited | PaymentState::Mismatch | PaymentState::Pending => None,
        _ => ladder(now, opened_at, expires_at),
    };
    [waits, disputed, undecided].into_iter().flatten().min()
}

fn ladder(now: DateTime<Utc>, opened_at: DateTime<Utc>, expires_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let early = EARLY.iter().map(|after| opened_at + *after);
    let hours = (2..=24).map(|hour| opened_at + TimeDelta::hours(hour)).take_while(|at| *at < expires_at);
    let late = LATE.iter().map(|after| expires_at + *after);
    early.chain(hours).chain([expires_at]).chain(late).find(|at| *at > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_decides_whatever_happened_before() {
        for state in PaymentState::ALL {
            let paid = after(*state, Happened::Completed);
            assert_eq!(paid.unwrap_or(*state), PaymentState::Credited, "{state}");
        }
        for happened in Happened::ALL {
            assert_eq!(after(PaymentState::Credited, *happened), None, "what was credited stays so: {happened:?}");
        }
    }

    #[test]
    fn every_order_of_what_happens_ends_alike_once_the_money_came() {
        for first in Happened::ALL {
            for second in Happened::ALL {
                let mut state = PaymentState::Open;
                for happened in [*first, *second, Happened::Completed, *first, *second] {
                    state = after(state, happened).unwrap_or(state);
                }
                assert_eq!(state, PaymentState::Credited, "{first:?} {second:?}");
            }
        }
    }

    #[test]
    fn nothing_is_taken_from_what_was_refused_until_the_payer_returns() {
        use PaymentState::*;
        assert_eq!(after(Declined, Happened::CaptureBegan), None);
        assert_eq!(after(Declined, Happened::Approved), None);
        assert_eq!(after(Declined, Happened::Returned), Some(Open));
        assert_eq!(after(Expired, Happened::CaptureBegan), None);
        assert_eq!(after(Pending, Happened::Expired), None, "what is examined does not expire");
    }

    #[test]
    fn looks_grow_rarer_and_end() {
        let opened_at = DateTime::UNIX_EPOCH;
        let expires_at = opened_at + TimeDelta::hours(6);
        let payment =
            Clockwork { state: PaymentState::Open, opened_at, expires_at, waits_since: None, disputed: false };
        let mut looks = Vec::new();
        let mut now = opened_at;
        while let Some(at) = next_look(now, payment) {
            looks.push((at - opened_at).num_seconds());
            now = at;
        }
        let hours = |hours: i64| hours * 3600;
        let expected =
            [20, 60, 180, 600, 1800, 3600, hours(2), hours(3), hours(4), hours(5), hours(6), hours(30), hours(78)];
        assert_eq!(looks, expected);
        let pending = Clockwork { state: PaymentState::Pending, waits_since: Some(opened_at), ..payment };
        assert_eq!(next_look(opened_at, pending), Some(opened_at + TimeDelta::hours(1)));
        let later = opened_at + TimeDelta::days(2);
        assert_eq!(next_look(later, pending), Some(later + TimeDelta::hours(6)));
        assert_eq!(next_look(opened_at + TimeDelta::days(31), pending), None);
        let credited = Clockwork { state: PaymentState::Credited, ..payment };
        assert_eq!(next_look(later, credited), None);
        assert_eq!(next_look(later, Clockwork { disputed: true, ..credited }), Some(later + TimeDelta::days(1)));
    }
}

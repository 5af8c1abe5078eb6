//! The table of kinds, and what a job keeps of a mail.

use std::fmt;
use std::str::FromStr;

use entity::{
    ApiKeyId, DataExportId, ErasureId, ImpersonationId, InvitationId, InvoiceId, MailTokenId, MoveId, NoticeId, OrgId,
    PaymentId, RefundId, SessionId, UserId, VpsId,
};
use serde::{Deserialize, Serialize};

/// Declares [`MailKind`] from the table.
macro_rules! kinds {
    ($($variant:ident = $name:literal, $when:literal;)+) => {
        /// A kind of mail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum MailKind {
            $(#[doc = $when] $variant,)+
        }

        impl MailKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in addresses, rows and at the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// When it is sent, and to whom.
            #[must_use]
            pub fn when(self) -> &'static str {
                match self { $(Self::$variant => $when,)+ }
            }
        }

        impl FromStr for MailKind {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($name => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}

kinds! {
    Welcome = "welcome", "To a new user, with the link that confirms their address.";
    AccountCreated = "account_created",
        "To a user whom an administrator created, with the link by which they choose their password.";
    VerifyAddress = "verify_address", "To a user who asks for the confirmation of their address again.";
    PasswordReset = "password_reset", "To a user who forgot their password.";
    PasswordChanged = "password_changed", "To a user whose password was changed or reset.";
    EmailChange = "email_change", "To the new address of a user who changes theirs: it counts once confirmed.";
    EmailUndo = "email_undo", "To the address that a user had before: 72 hours to take the change back.";
    EmailChanged = "email_changed", "To the new address, once it counts.";
    NewSignIn = "new_sign_in", "To a user who signed in from a device that was not seen before.";
    FactorAdded = "factor_added", "To a user who added an authenticator app or a passkey.";
    FactorRemoved = "factor_removed", "To a user whose authenticator app or passkey was removed.";
    RecoveryCodesCreated = "recovery_codes_created", "To a user who has new recovery codes.";
    RecoveryCodeUsed = "recovery_code_used", "To a user who signed in with a recovery code.";
    PasskeyCopied = "passkey_copied", "To a user whose passkey seems to exist twice, and was refused.";
    FactorResetRequested = "factor_reset_requested",
        "To a user whose second factors an administrator was asked to remove: it waits for 24 hours.";
    FactorResetDone = "factor_reset_done", "To a user whose second factors were removed on request.";
    IdentityLinked = "identity_linked", "To a user to whose account another way to sign in was linked.";
    IdentityUnlinked = "identity_unlinked", "To a user from whose account a way to sign in was unlinked.";
    Invitation = "invitation", "To the address that a member invites to an organisation.";
    KeyCreated = "key_created", "To a user who created an API key.";
    KeyExpiring = "key_expiring", "To a user whose API key expires within 14 days.";
    KeyReported = "key_reported", "To a user whose API key was found in public, and was revoked.";
    Impersonation = "impersonation", "To a user as whom an administrator has begun to act.";
    ExportReady = "export_ready", "To a user whose copy of their own data can be downloaded for 24 hours.";
    AccountErased = "account_erased", "To the former address of a person who was erased.";
    OrderFailed = "order_failed", "To a customer whose server could not be created.";
    OrderReopened = "order_reopened", "To a customer whose failed order is tried again.";
    PriceChange = "price_change",
        "To those who look after the money of an organisation whose servers get another price.";
    LowBalance = "low_balance",
        "To the same when the wallet lasts 72, 24 and 1 hours, and when it is empty.";
    SpendCap = "spend_cap", "To the same at 50, 80 and 100 percent of the month's limit.";
    FundsEnded = "funds_ended",
        "To the same when servers are stopped because funds ended, before they are deleted, and when they run again.";
    Invoice = "invoice", "To the address for invoices, else to the owners: a receipt, an invoice or a credit note.";
    PaymentCredited = "payment_credited", "To a user whose payment arrived: its receipt.";
    PaymentPending = "payment_pending", "To a user whose payment is being checked before it arrives.";
    PaymentDeclined = "payment_declined", "To a user whose payment was declined.";
    PaymentRefunded = "payment_refunded", "To a user whose payment went back, wholly or in part.";
    PaymentDisputed = "payment_disputed", "To a user whose payment is disputed.";
    PlanCosts = "plan_costs", "To administrators when a provider changed what plans cost.";
    Test = "test", "To an administrator who wants to know whether mails arrive.";
}

impl fmt::Display for MailKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A mail, as its job keeps it: its kind, and the ids of the rows that it is written from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kind's line says when it is sent; `session` is where it was done, if in one")]
pub enum Mail {
    Welcome { user: UserId, token: Option<MailTokenId> },
    AccountCreated { user: UserId, token: MailTokenId },
    VerifyAddress { user: UserId, token: MailTokenId },
    PasswordReset { token: MailTokenId },
    EmailChange { user: UserId, token: MailTokenId },
    EmailUndo { user: UserId, token: MailTokenId },
    PasswordChanged { user: UserId, session: Option<SessionId> },
    EmailChanged { user: UserId, session: Option<SessionId> },
    NewSignIn { user: UserId, session: SessionId },
    FactorAdded { user: UserId, session: Option<SessionId> },
    FactorRemoved { user: UserId, session: Option<SessionId> },
    RecoveryCodesCreated { user: UserId, session: Option<SessionId> },
    RecoveryCodeUsed { user: UserId, session: Option<SessionId> },
    PasskeyCopied { user: UserId, session: Option<SessionId> },
    FactorResetRequested { user: UserId },
    FactorResetDone { user: UserId },
    IdentityLinked { user: UserId, session: Option<SessionId> },
    IdentityUnlinked { user: UserId, session: Option<SessionId> },
    Invitation { invitation: InvitationId },
    KeyCreated { user: UserId, key: ApiKeyId, session: Option<SessionId> },
    KeyExpiring { user: UserId, key: ApiKeyId },
    KeyReported { user: UserId, key: ApiKeyId },
    Impersonation { user: UserId, stay: ImpersonationId },
    ExportReady { user: UserId, export: DataExportId },
    AccountErased { erasure: ErasureId },
    OrderFailed { user: UserId, vps: VpsId },
    OrderReopened { user: UserId, vps: VpsId },
    PriceChange { user: UserId, org: OrgId, change: MoveId },
    LowBalance { user: UserId, notice: NoticeId },
    SpendCap { user: UserId, notice: NoticeId },
    FundsEnded { user: UserId, notice: NoticeId },
    Invoice { user: Option<UserId>, invoice: InvoiceId },
    PaymentCredited { user: UserId, payment: PaymentId },
    PaymentPending { user: UserId, payment: PaymentId },
    PaymentDeclined { user: UserId, payment: PaymentId },
    PaymentRefunded { user: UserId, refund: RefundId },
    PaymentDisputed { user: UserId, payment: PaymentId },
    PlanCosts { user: UserId },
    Test { user: UserId },
}

impl Mail {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> MailKind {
        match self {
            Self::Welcome { .. } => MailKind::Welcome,
            Self::AccountCreated { .. } => MailKind::AccountCreated,
            Self::VerifyAddress { .. } => MailKind::VerifyAddress,
            Self::PasswordReset { .. } => MailKind::PasswordReset,
            Self::EmailChange { .. } => MailKind::EmailChange,
            Self::EmailUndo { .. } => MailKind::EmailUndo,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::EmailChanged { .. } => MailKind::EmailChanged,
            Self::NewSignIn { .. } => MailKind::NewSignIn,
            Self::FactorAdded { .. } => MailKind::FactorAdded,
            Self::FactorRemoved { .. } => MailKind::FactorRemoved,
            Self::RecoveryCodesCreated { .. } => MailKind::RecoveryCodesCreated,
            Self::RecoveryCodeUsed { .. } => MailKind::RecoveryCodeUsed,
            Self::PasskeyCopied { .. } => MailKind::PasskeyCopied,
            Self::FactorResetRequested { .. } => MailKind::FactorResetRequested,
            Self::FactorResetDone { .. } => MailKind::FactorResetDone,
            Self::IdentityLinked { .. } => MailKind::IdentityLinked,
            Self::IdentityUnlinked { .. } => MailKind::IdentityUnlinked,
            Self::Invitation { .. } => MailKind::Invitation,
            Self::KeyCreated { .. } => MailKind::KeyCreated,
            Self::KeyExpiring { .. } => MailKind::KeyExpiring,
            Self::KeyReported { .. } => MailKind::KeyReported,
            Self::Impersonation { .. } => MailKind::Impersonation,
            Self::ExportReady { .. } => MailKind::ExportReady,
            Self::AccountErased { .. } => MailKind::AccountErased,
            Self::OrderFailed { .. } => MailKind::OrderFailed,
            Self::OrderReopened { .. } => MailKind::OrderReopened,
            Self::PriceChange { .. } => MailKind::PriceChange,
            Self::LowBalance { .. } => MailKind::LowBalance,
            Self::SpendCap { .. } => MailKind::SpendCap,
            Self::FundsEnded { .. } => MailKind::FundsEnded,
            Self::Invoice { .. } => MailKind::Invoice,
            Self::PaymentCredited { .. } => MailKind::PaymentCredited,
            Self::PaymentPending { .. } => MailKind::PaymentPending,
            Self::PaymentDeclined { .. } => MailKind::PaymentDeclined,
            Self::PaymentRefunded { .. } => MailKind::PaymentRefunded,
            Self::PaymentDisputed { .. } => MailKind::PaymentDisputed,
            Self::PlanCosts { .. } => MailKind::PlanCosts,
            Self::Test { .. } => MailKind::Test,
        }
    }

    /// The token of its link, if it has one.
    #[must_use]
    pub fn token(&self) -> Option<MailTokenId> {
        match *self {
            Self::Welcome { token, .. } => token,
            Self::AccountCreated { token, .. }
            | Self::VerifyAddress { token, .. }
            | Self::PasswordReset { token }
            | Self::EmailChange { token, .. }
            | Self::EmailUndo { token, .. } => Some(token),
            _ => None,
        }
    }

    /// The user whom it is about; none where it goes to an address that is no user's.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match *self {
            Self::PasswordReset { .. } | Self::Invitation { .. } | Self::AccountErased { .. } => None,
            Self::Invoice { user, .. } => user,
            Self::Welcome { user, .. }
            | Self::AccountCreated { user, .. }
            | Self::VerifyAddress { user, .. }
            | Self::EmailChange { user, .. }
            | Self::EmailUndo { user, .. }
            | Self::PasswordChanged { user, .. }
            | Self::EmailChanged { user, .. }
            | Self::NewSignIn { user, .. }
            | Self::FactorAdded { user, .. }
            | Self::FactorRemoved { user, .. }
            | Self::RecoveryCodesCreated { user, .. }
            | Self::RecoveryCodeUsed { user, .. }
            | Self::PasskeyCopied { user, .. }
            | Self::FactorResetRequested { user }
            | Self::FactorResetDone { user }
            | Self::IdentityLinked { user, .. }
            | Self::IdentityUnlinked { user, .. }
            | Self::KeyCreated { user, .. }
            | Self::KeyExpiring { user, .. }
            | Self::KeyReported { user, .. }
            | Self::Impersonation { user, .. }
            | Self::ExportReady { user, .. }
            | Self::OrderFailed { user, .. }
            | Self::OrderReopened { user, .. }
            | Self::PriceChange { user, .. }
            | Self::LowBalance { user, .. }
            | Self::SpendCap { user, .. }
            | Self::FundsEnded { user, .. }
            | Self::PaymentCredited { user, .. }
            | Self::PaymentPending { user, .. }
            | Self::PaymentDeclined { user, .. }
            | Self::PaymentRefunded { user, .. }
            | Self::PaymentDisputed { user, .. }
            | Self::PlanCosts { user }
            | Self::Test { user } => Some(user),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn names_are_plain_and_each_is_one_kind() {
        for kind in MailKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert!(kind.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{kind}");
            assert!(kind.when().starts_with("To ") && kind.when().ends_with('.'), "{kind}");
        }
        assert_eq!("explosion".parse::<MailKind>(), Err(()));
    }

    #[test]
    fn a_row_names_the_kind_beside_its_ids() {
        let (user, session) = (UserId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        let mails = [
            Mail::Welcome { user, token: None },
            Mail::VerifyAddress { user, token: MailTokenId(Uuid::from_u128(4)) },
            Mail::AccountCreated { user, token: MailTokenId(Uuid::from_u128(5)) },
            Mail::NewSignIn { user, session },
            Mail::RecoveryCodesCreated { user, session: None },
            Mail::OrderFailed { user, vps: VpsId(Uuid::from_u128(3)) },
        ];
        for mail in mails {
            let row = serde_json::to_value(mail).unwrap();
            assert_eq!((&row["mail"], &row["user"]), (&json!(mail.kind().as_str()), &json!(user)), "{row}");
            assert_eq!(serde_json::from_value::<Mail>(row).unwrap(), mail);
        }
        let before = json!({ "mail": "welcome", "user": user, "vps": null });
        assert_eq!(serde_json::from_value::<Mail>(before).unwrap(), Mail::Welcome { user, token: None });
    }
}

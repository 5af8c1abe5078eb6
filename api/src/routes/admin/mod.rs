//! Running the panel: for administrators only.

pub mod audit;
pub mod bulk;
pub mod charging;
pub mod clouds;
pub mod credits;
pub mod customer_billing;
pub mod customer_prices;
pub mod customer_quotas;
pub mod customers;
pub mod factors;
pub mod invoices;
pub mod jobs;
pub mod limits;
pub mod mails;
pub mod notes;
pub mod org_security;
pub mod overview;
pub mod payments;
pub mod payments_model;
pub mod plans;
pub mod prices;
pub mod promos;
pub mod queues;
pub mod schedules;
pub mod search;
pub mod servers;
pub mod setup;
pub mod statistics;
pub mod sums;
pub mod suppliers;
pub mod tax;
pub mod users;
mod users_model;
pub mod workers;

/// The operations that only administrators may call.
pub type Operations = (
    overview::OverviewApi,
    clouds::Operations,
    (plans::AdminPlansApi, prices::PricesApi, charging::ChargingApi, customer_prices::CustomerPricesApi),
    (
        customers::CustomersApi,
        customer_quotas::CustomerQuotasApi,
        org_security::CustomerSecurityApi,
        customer_billing::CustomerBillingApi,
    ),
    jobs::AdminJobsApi,
    bulk::BulkApi,
    statistics::StatisticsApi,
    queues::QueuesApi,
    workers::WorkersApi,
    schedules::SchedulesApi,
    audit::AuditApi,
    servers::AdminVpsApi,
    (notes::NotesApi, users::UsersApi),
    search::SearchApi,
    setup::SetupApi,
    // A tuple has sixteen places.
    (
        mails::MailsApi,
        factors::FactorsApi,
        limits::LimitsApi,
        invoices::AdminInvoicesApi,
        tax::TaxApi,
        (payments::AdminPaymentsApi, promos::PromosApi, credits::CreditsApi, sums::SumsApi, suppliers::SuppliersApi),
    ),
);

/// All of them.
#[must_use]
pub fn operations() -> Operations {
    (
        overview::OverviewApi,
        clouds::operations(),
        (plans::AdminPlansApi, prices::PricesApi, charging::ChargingApi, customer_prices::CustomerPricesApi),
        (
            customers::CustomersApi,
            customer_quotas::CustomerQuotasApi,
            org_security::CustomerSecurityApi,
            customer_billing::CustomerBillingApi,
        ),
        jobs::AdminJobsApi,
        bulk::BulkApi,
        statistics::StatisticsApi,
        queues::QueuesApi,
        workers::WorkersApi,
        schedules::SchedulesApi,
        audit::AuditApi,
        servers::AdminVpsApi,
        (notes::NotesApi, users::UsersApi),
        search::SearchApi,
        setup::SetupApi,
        (
            mails::MailsApi,
            factors::FactorsApi,
            limits::LimitsApi,
            invoices::AdminInvoicesApi,
            tax::TaxApi,
            (
                payments::AdminPaymentsApi,
                promos::PromosApi,
                credits::CreditsApi,
                sums::SumsApi,
                suppliers::SuppliersApi,
            ),
        ),
    )
}

//! The electronic invoice: Cross Industry Invoice (CII) as EN 16931 profiles it. The order of elements is the schema's.

use std::fmt::Write as _;

use crate::cents::{cents, quantity_price};
use crate::html::detail;
use crate::snapshot::{Category, Kind, Line, Party, Snapshot, TaxLine};
use crate::words::{closing, escape};

/// Why a document has no electronic form: what its parties lack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the electronic invoice lacks: {}", .0.join(", "))]
pub struct Incomplete(pub Vec<&'static str>);

/// The electronic invoice.
///
/// # Errors
/// [`Incomplete`] for receipts, and where a country or a number is missing that the norm demands.
pub fn xml(snapshot: &Snapshot) -> Result<String, Incomplete> {
    let lacks = lacking(snapshot);
    if !lacks.is_empty() {
        return Err(Incomplete(lacks));
    }
    let mut out = String::with_capacity(4_096 + snapshot.lines.len() * 1_024);
    out.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rsm:CrossIndustryInvoice \
         xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\" \
         xmlns:qdt=\"urn:un:unece:uncefact:data:standard:QualifiedDataType:100\" \
         xmlns:ram=\"urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100\" \
         xmlns:udt=\"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100\">\n\
         <rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>\
         <ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>\
         </rsm:ExchangedDocumentContext>\n",
    );
    document(&mut out, snapshot);
    out.push_str("<rsm:SupplyChainTradeTransaction>\n");
    for (place, item) in snapshot.lines.iter().enumerate() {
        line(&mut out, place + 1, item);
    }
    agreement(&mut out, snapshot);
    out.push_str("<ram:ApplicableHeaderTradeDelivery><ram:ActualDeliverySupplyChainEvent>");
    dated(&mut out, "OccurrenceDateTime", snapshot.period.as_ref().map_or(&snapshot.issued_on, |period| &period.to));
    out.push_str("</ram:ActualDeliverySupplyChainEvent></ram:ApplicableHeaderTradeDelivery>\n");
    settlement(&mut out, snapshot);
    out.push_str("</rsm:SupplyChainTradeTransaction>\n</rsm:CrossIndustryInvoice>\n");
    Ok(out)
}

fn lacking(snapshot: &Snapshot) -> Vec<&'static str> {
    let mut lacks = Vec::new();
    if snapshot.kind == Kind::Receipt {
        return vec!["an invoice: a receipt has no electronic form"];
    }
    if snapshot.seller.country.is_none() {
        lacks.push("the seller's country");
    }
    if snapshot.buyer.country.is_none() {
        lacks.push("the customer's country");
    }
    let any = |category| snapshot.taxes.iter().any(|tax| tax.category == category);
    let taxed = snapshot.taxes.iter().any(|tax| tax.category != Category::OutOfScope);
    if taxed && snapshot.seller.vat_id.is_none() {
        lacks.push("the seller's VAT ID");
    }
    if any(Category::ReverseCharge) && snapshot.buyer.vat_id.is_none() {
        lacks.push("the customer's VAT ID");
    }
    if any(Category::OutOfScope) && taxed {
        lacks.push("one scope of tax: lines outside of it need a document of their own");
    }
    lacks
}

/// An element with a text; nothing for an empty one.
fn element(out: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        let _ = write!(out, "<ram:{name}>{}</ram:{name}>", escape(text));
    }
}

fn optional(out: &mut String, name: &str, text: Option<&String>) {
    if let Some(text) = text {
        element(out, name, text);
    }
}

/// A day as `20261130`.
fn day(date: &str) -> String {
    date.chars().filter(char::is_ascii_digit).collect()
}

fn dated(out: &mut String, name: &str, date: &str) {
    let _ =
        write!(out, "<ram:{name}><udt:DateTimeString format=\"102\">{}</udt:DateTimeString></ram:{name}>", day(date));
}

fn document(out: &mut String, snapshot: &Snapshot) {
    out.push_str("<rsm:ExchangedDocument>");
    element(out, "ID", &snapshot.number);
    element(out, "TypeCode", if snapshot.kind == Kind::CreditNote { "381" } else { "380" });
    dated(out, "IssueDateTime", &snapshot.issued_on);
    let mut notes = closing(snapshot);
    notes.extend(snapshot.reason.clone());
    notes.push(format!("Ledger entry {}, head {}", snapshot.chain.seq, snapshot.chain.hash));
    for note in notes {
        out.push_str("<ram:IncludedNote>");
        element(out, "Content", &note);
        out.push_str("</ram:IncludedNote>");
    }
    out.push_str("</rsm:ExchangedDocument>\n");
}

fn percent(basis_points: i64) -> String {
    cents(basis_points)
}

fn line(out: &mut String, place: usize, line: &Line) {
    let _ = write!(
        out,
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>{place}</ram:LineID>\
         </ram:AssociatedDocumentLineDocument><ram:SpecifiedTradeProduct>"
    );
    element(out, "Name", if line.name.trim().is_empty() { "Server" } else { &line.name });
    element(out, "Description", &detail(line));
    let (count, unit) = line.quantity();
    let _ = write!(
        out,
        "</ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>\
         <ram:ChargeAmount>{}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>\
         <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode=\"{unit}\">{count}</ram:BilledQuantity>\
         </ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement>",
        quantity_price(line.net_cents, count)
    );
    out.push_str("<ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode>");
    element(out, "CategoryCode", line.category.code());
    if line.category != Category::OutOfScope {
        element(out, "RateApplicablePercent", &percent(line.basis_points));
    }
    out.push_str("</ram:ApplicableTradeTax>");
    if let Some(period) = &line.period {
        billing_period(out, &period.from, &period.to);
    }
    let _ = writeln!(
        out,
        "<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{}</ram:LineTotalAmount>\
         </ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>\
         </ram:IncludedSupplyChainTradeLineItem>",
        cents(line.net_cents)
    );
}

fn billing_period(out: &mut String, from: &str, to: &str) {
    out.push_str("<ram:BillingSpecifiedPeriod>");
    dated(out, "StartDateTime", from);
    dated(out, "EndDateTime", to);
    out.push_str("</ram:BillingSpecifiedPeriod>");
}

fn agreement(out: &mut String, snapshot: &Snapshot) {
    let outside = snapshot.taxes.iter().any(|tax| tax.category == Category::OutOfScope);
    out.push_str("<ram:ApplicableHeaderTradeAgreement>");
    out.push_str("<ram:SellerTradeParty>");
    party(out, &snapshot.seller, outside, true);
    out.push_str("</ram:SellerTradeParty><ram:BuyerTradeParty>");
    party(out, &snapshot.buyer, outside, false);
    out.push_str("</ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement>\n");
}

/// A party. Outside the scope of the tax no number for it may stand there, and the seller is named by another one.
fn party(out: &mut String, party: &Party, outside: bool, seller: bool) {
    if seller && outside && party.registration.is_none() {
        element(out, "ID", party.tax_number.as_deref().or(party.email.as_deref()).unwrap_or(&party.name));
    }
    element(out, "Name", &party.name);
    if let Some(registration) = &party.registration {
        out.push_str("<ram:SpecifiedLegalOrganization>");
        element(out, "ID", registration);
        out.push_str("</ram:SpecifiedLegalOrganization>");
    }
    if let (Some(contact), false) = (&party.contact, seller) {
        out.push_str("<ram:DefinedTradeContact>");
        element(out, "PersonName", contact);
        out.push_str("</ram:DefinedTradeContact>");
    }
    out.push_str("<ram:PostalTradeAddress>");
    optional(out, "PostcodeCode", party.postcode.as_ref());
    let lines: Vec<&str> = party.address_lines.iter().flat_map(|lines| lines.lines()).collect();
    for (name, line) in ["LineOne", "LineTwo", "LineThree"].into_iter().zip(lines) {
        element(out, name, line);
    }
    optional(out, "CityName", party.city.as_ref());
    // Greece has two codes: addresses say GR, numbers for tax say EL.
    let country = party.country.as_deref().map(|country| if country == "EL" { "GR" } else { country });
    element(out, "CountryID", country.unwrap_or_default());
    out.push_str("</ram:PostalTradeAddress>");
    if let Some(email) = &party.email {
        let _ = write!(
            out,
            "<ram:URIUniversalCommunication><ram:URIID schemeID=\"EM\">{}</ram:URIID>\
             </ram:URIUniversalCommunication>",
            escape(email)
        );
    }
    if let (Some(vat_id), false) = (&party.vat_id, outside) {
        let _ = write!(
            out,
            "<ram:SpecifiedTaxRegistration><ram:ID schemeID=\"VA\">{}</ram:ID></ram:SpecifiedTaxRegistration>",
            escape(vat_id)
        );
    }
    if let (Some(number), true, false) = (&party.tax_number, seller, outside) {
        let _ = write!(
            out,
            "<ram:SpecifiedTaxRegistration><ram:ID schemeID=\"FC\">{}</ram:ID></ram:SpecifiedTaxRegistration>",
            escape(number)
        );
    }
}

fn settlement(out: &mut String, snapshot: &Snapshot) {
    out.push_str("<ram:ApplicableHeaderTradeSettlement>");
    element(out, "InvoiceCurrencyCode", &snapshot.currency);
    for tax in &snapshot.taxes {
        trade_tax(out, tax);
    }
    if let Some(period) = &snapshot.period {
        billing_period(out, &period.from, &period.to);
    }
    out.push_str("<ram:SpecifiedTradePaymentTerms>");
    element(out, "Description", "Paid from the prepaid balance");
    out.push_str("</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>");
    element(out, "LineTotalAmount", &cents(snapshot.net_cents));
    element(out, "TaxBasisTotalAmount", &cents(snapshot.net_cents));
    let _ = write!(
        out,
        "<ram:TaxTotalAmount currencyID=\"{}\">{}</ram:TaxTotalAmount>",
        escape(&snapshot.currency),
        cents(snapshot.tax_cents)
    );
    element(out, "GrandTotalAmount", &cents(snapshot.total_cents));
    element(out, "TotalPrepaidAmount", &cents(snapshot.paid_cents));
    element(out, "DuePayableAmount", &cents(snapshot.due_cents));
    out.push_str("</ram:SpecifiedTradeSettlementHeaderMonetarySummation>");
    if let Some(original) = &snapshot.corrects {
        out.push_str("<ram:InvoiceReferencedDocument>");
        element(out, "IssuerAssignedID", &original.number);
        let _ = write!(
            out,
            "<ram:FormattedIssueDateTime><qdt:DateTimeString format=\"102\">{}</qdt:DateTimeString>\
             </ram:FormattedIssueDateTime></ram:InvoiceReferencedDocument>",
            day(&original.issued_on)
        );
    }
    out.push_str("</ram:ApplicableHeaderTradeSettlement>\n");
}

fn trade_tax(out: &mut String, tax: &TaxLine) {
    out.push_str("<ram:ApplicableTradeTax>");
    element(out, "CalculatedAmount", &cents(tax.tax_cents));
    element(out, "TypeCode", "VAT");
    if !matches!(tax.category, Category::Standard | Category::Zero) {
        element(out, "ExemptionReason", tax.note.as_deref().unwrap_or("Not subject to VAT"));
    }
    element(out, "BasisAmount", &cents(tax.net_cents));
    element(out, "CategoryCode", tax.category.code());
    if tax.category != Category::OutOfScope {
        element(out, "RateApplicablePercent", &percent(tax.basis_points));
    }
    out.push_str("</ram:ApplicableTradeTax>");
}

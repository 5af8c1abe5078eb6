//! Whose panel this is.

use std::path::PathBuf;

use url::Url;

use super::reader::Reader;
use super::{SettingsErrors, Source};

/// Whose panel this is, as customers see it.
#[derive(Clone, Debug)]
pub struct Brand {
    /// The company's name on pages and in mail.
    pub company_name: String,
    /// The address that customers write to for help, if there is one.
    pub support_email: Option<String>,
    /// An image shown in place of the name's initial.
    pub logo_url: Option<Url>,
    /// The hue of the accent colour, 0 to 360 degrees.
    pub hue: u16,
    /// A folder of fonts for characters of invoices that those which ship do not have.
    pub fonts_dir: Option<PathBuf>,
}

impl Brand {
    /// Reads `COMPANY_NAME`, `SUPPORT_EMAIL`, `COMPANY_LOGO_URL`, `BRAND_HUE` and `INVOICE_FONTS_DIR`.
    ///
    /// # Errors
    /// Each variable that is wrong.
    pub fn load(source: &Source) -> Result<Self, SettingsErrors> {
        let mut reader = Reader::new(source);
        let company_name = reader.name("COMPANY_NAME");
        let support_email = reader.email("SUPPORT_EMAIL");
        let logo_url = reader.web_address("COMPANY_LOGO_URL");
        let hue = reader.number("BRAND_HUE", 0..=360).and_then(|hue| u16::try_from(hue).ok());
        let fonts_dir = reader.text("INVOICE_FONTS_DIR").map(PathBuf::from);
        let brand = company_name.zip(hue).map(|(company_name, hue)| Self {
            company_name,
            support_email,
            logo_url,
            hue,
            fonts_dir,
        });
        reader.finish(brand)
    }
}

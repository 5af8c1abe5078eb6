//! Temporary.
#[test]
fn zz_out() {
    let Ok(folder) = std::env::var("ZZ_OUT") else { return };
    std::fs::write(format!("{folder}/openapi.json"), format!("{}\n", api::spec_json())).unwrap();
    std::fs::write(format!("{folder}/privacy.md"), domain::erasure::page()).unwrap();
    std::fs::write(format!("{folder}/env"), runtime::settings::env_example()).unwrap();
}

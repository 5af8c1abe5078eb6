//! Makes sure that there is a page to embed, so that a fresh checkout compiles without Node.

use std::fs;
use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Control panel</title></head>
<body><p>The pages are not built yet.
Run <code>npm run build</code> in <code>web</code>, then build again.</p></body>
</html>
";

fn main() {
    println!("cargo:rerun-if-changed=../web/dist");
    let page = Path::new("../web/dist/index.html");
    if page.exists() {
        return;
    }
    let written = fs::create_dir_all("../web/dist").and_then(|()| fs::write(page, PLACEHOLDER));
    if let Err(error) = written {
        println!("cargo:warning=no placeholder page could be written: {error}");
    }
}

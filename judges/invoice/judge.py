"""Documents that were issued, before judges that nobody here wrote: the rules of EN 16931 over their XML, qpdf over
their PDF.

python judge.py FOLDER              every .xml and .pdf in it     (ends in INVOICES OK, or in what was refused)
python judge.py FOLDER --spoil DIR  writes a spoilt twin of one of each kind into DIR
"""

import pathlib
import re
import subprocess
import sys

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931"


def refused_by_schema(file: pathlib.Path) -> list[str]:
    schema = etree.XMLSchema(etree.parse(str(next(RULES.glob("*EN16931.xsd")))))
    document = etree.parse(str(file))
    schema.validate(document)
    return [f"schema: {error.message}" for error in schema.error_log]


def refused_by_rules(rules, file: pathlib.Path) -> list[str]:
    report = rules.transform_to_string(source_file=str(file))
    failed = re.findall(r"<svrl:failed-assert.*?</svrl:failed-assert>", report, re.S)
    assert "svrl:fired-rule" in report, "no rule looked at the document"
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip() for one in failed]


def refused_by_qpdf(file: pathlib.Path) -> list[str]:
    ran = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    return [] if ran.returncode == 0 else [f"qpdf: {ran.stdout} {ran.stderr}"]


def judge(folder: pathlib.Path) -> int:
    refused, judged = 0, {"xml": 0, "pdf": 0}
    with PySaxonProcessor(license=False) as saxon:
        rules = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt")
        )
        for file in sorted(folder.glob("*.*")):
            kind = file.suffix[1:]
            if kind not in judged:
                continue
            judged[kind] += 1
            found = refused_by_qpdf(file) if kind == "pdf" else refused_by_schema(file) + refused_by_rules(rules, file)
            for reason in found:
                print(f"{file.name}: {reason}")
            refused += len(found) > 0
    print(f"{judged['xml']} electronic invoices and {judged['pdf']} PDFs judged, {refused} refused")
    return refused


def spoil(folder: pathlib.Path, into: pathlib.Path) -> None:
    """One cent more than the lines sum to, and a PDF with a piece cut out of its middle."""
    into.mkdir(parents=True, exist_ok=True)
    xml = next(file for file in sorted(folder.glob("*.xml")) if "GrandTotalAmount" in file.read_text("utf-8"))
    text = xml.read_text("utf-8")
    total = re.search(r"<ram:GrandTotalAmount>(\d+)\.(\d\d)<", text)
    assert total, "the invoice has no total"
    more = f"{int(total[1]) + 1}.{total[2]}"
    spoilt = text.replace(total[0], f"<ram:GrandTotalAmount>{more}<")
    (into / "spoilt.xml").write_text(spoilt, "utf-8")
    pdf = next(iter(sorted(folder.glob("*.pdf")))).read_bytes()
    middle = len(pdf) // 2
    (into / "spoilt.pdf").write_bytes(pdf[: middle - 400] + pdf[middle + 400 :])


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    if sys.argv[2:3] == ["--spoil"]:
        spoil(folder, pathlib.Path(sys.argv[3]))
        return
    refused = judge(folder)
    assert any(folder.glob("*.xml")) or any(folder.glob("*.pdf")), "nothing was issued"
    if refused:
        sys.exit(1)
    print("INVOICES OK")


main()

#!/usr/bin/env python3
"""Checks a ledger that was downloaded from SkyPanel, without SkyPanel: python3 verify_ledger.py ledger.ndjson

It needs Python 3.8 or newer and nothing else. It checks that each entry's hash covers the entry and the hash before,
that entries are numbered without gaps up to the head, that the sides of each entry sum to zero, that each
balance follows from the one before, and that charged hours are those that the entry's hash covers.

Heads from documents that you kept may follow, each as <entry>:<hash>: a past that was rewritten, with all of its hashes,
differs from them. Ends with 0 when all of it is right, else with 1 and the reasons.
"""
import hashlib
import json
import sys

FORMAT = "skypanel ledger 1"
GENESIS = "0" * 64


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read(text):
    """An entry's lines: its members by name, and its postings."""
    members, postings = {}, []
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        if name == "posting":
            seq, kind, whose, currency, micros, after = value.split(" ")
            postings.append((int(seq), kind, whose, currency, int(micros), None if after == "-" else int(after)))
        elif name in members:
            raise ValueError("the line %s stands there twice" % name)
        else:
            members[name] = value
    return members, postings


def check_entry(entry, balances):
    """What is wrong with an entry, apart from its hash."""
    members, postings = read(entry["text"])
    sums = {}
    for _, kind, whose, currency, micros, after in postings:
        sums[currency] = sums.get(currency, 0) + micros
        if whose != "own":
            continue
        balances[kind, currency] = balances.get((kind, currency), 0) + micros
        if after is not None and after != balances[kind, currency]:
            yield "the balance of %s is not the one before and what was added" % kind
    if any(sums.values()):
        yield "the sides do not sum to zero"
    count, digest = members["usage"].split(" ")
    hours = entry["usage"].splitlines()
    if len(hours) != int(count) or sha256(entry["usage"]) != digest:
        yield "the charged hours are not those that were sealed"
    earned = sum(micros for _, kind, _, _, micros, _ in postings if kind in ("revenue", "tax_due"))
    if members["kind"] == "usage" and earned != sum(int(hour.split(" ")[2]) for hour in hours):
        yield "the charged hours do not sum to what was charged"


def verify(lines, held):
    """All that is wrong, as sentences."""
    first = json.loads(next(lines))
    if first.get("format") != FORMAT:
        yield "this is no ledger of a format that this script knows"
        return
    seq, previous, balances, known = 0, GENESIS, {}, {}
    for line in lines:
        entry = json.loads(line)
        if entry["entry"] != seq + 1:
            yield "entry %s follows %s" % (entry["entry"], seq)
        seq = entry["entry"]
        words = "%s\nchain:%s\nseq:%d\nprevious:%s\n%s" % (FORMAT, first["chain"], seq, previous, entry["text"])
        if sha256(words) != entry["hash"]:
            yield "entry %d: the hash does not cover what the entry says" % seq
        for wrong in check_entry(entry, balances):
            yield "entry %d: %s" % (seq, wrong)
        known[seq] = previous = entry["hash"]
    if (first["head"]["entry"], first["head"]["hash"]) != (seq, previous):
        yield "the last entry is not the head: something is missing"
    for head in held:
        at, _, digest = head.partition(":")
        if known.get(int(at)) != digest.lower():
            yield "the document with entry %s has another hash: the past was rewritten" % at
    print("%d entries, head %d:%s" % (seq, seq, previous))
    for (kind, currency), micros in sorted(balances.items()):
        print("%-12s %17.6f %s" % (kind, micros / 1e6, currency))


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as lines:
        wrong = list(verify(iter(lines.readline, ""), sys.argv[2:]))
    for sentence in wrong:
        print("WRONG: " + sentence)
    print("Not right." if wrong else "All right.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

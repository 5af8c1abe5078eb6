//! What proofs judge by, judged itself.

mod rules;

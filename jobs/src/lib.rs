//! What happens after the request: one file a job kind

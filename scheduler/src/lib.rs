//! Turns the passing of time into jobs

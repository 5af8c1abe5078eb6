//! A database for each test, fixtures, the app under test, crash harness

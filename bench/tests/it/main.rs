//! The yardsticks are what they say they are.

mod order;

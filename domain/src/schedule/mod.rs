//! Schedules: rows that operators steer. A tick is a unique row, so any number of schedulers may
//! run without a leader.

mod cron;
mod operate;
mod read;
mod tick;
mod timetable;

pub use self::cron::Cron;
pub use operate::{ScheduleChange, change, preview, run_now};
pub use read::{ScheduleView, TickRow, get, history, list};
pub use tick::{ScheduleCursor, cursor, ensure, note_next, tick};
pub use timetable::{TIMETABLE, TimetableEntry};

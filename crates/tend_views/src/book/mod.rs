//! The book of business: the portfolio, tasks and the day of an agent, segments, and what the page
//! of an account shows of them.

mod day;
mod money;
mod of_account;
mod panels;
mod portfolio;
mod row;
mod samples;
mod segments;
mod tasks;

pub use day::{day_page, day_work};
pub use money::{day_ahead, day_iso, day_text, money, stage_badge};
pub(crate) use of_account::{book_goals, book_people, book_tasks};
pub(crate) use panels::{book_facts, book_head, book_health, book_parts};
pub use portfolio::{
    Portfolio, ViewTab, portfolio_list, portfolio_page, portfolio_rows, portfolio_top,
};
pub use samples::samples;
pub use segments::{
    OfferedAccounts, SegmentEditor, SegmentLine, account_conditions, segment_page, segments_page,
};
pub use tasks::{TaskForm, TaskList, new_task_page, task_line, task_page, tasks_page};

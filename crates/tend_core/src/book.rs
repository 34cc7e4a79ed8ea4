//! The book of business: accounts as those see them who look after them for years. Who owns
//! which, where each stands in its life, what it is a part of, what it pays, who in it counts,
//! what it wants to reach, and which ask for somebody today.
//!
//! Lists are read from `account_figures`, one row an account, which a follower of the journal
//! keeps ([`catch_up`]): docs/decisions/0012.

mod bulk;
mod catch_up;
mod columns;
mod condition;
mod day;
mod figures;
mod goals;
mod hand_over;
mod health;
mod lines;
mod matching;
mod parent;
mod people;
mod portfolio;
mod said;
mod segments;
mod sheet;
mod silence;
mod stage;
mod stages;
mod standing;
mod sums;
mod views;
mod words;

pub use bulk::{BulkChange, Bulked, bulk, undo};
pub(crate) use catch_up::is_counted;
pub use catch_up::{Caught, LEASE, catch_up, has_to_count, take_lease, walk};
pub use columns::{Column, columns, keep_columns};
pub use condition::{
    AccountTest, Ahead, AnyValue, Condition, Counted, Means, read as read_condition, sentence,
};
pub use day::{Day, Item, MostToday, Why, day};
pub(crate) use figures::refresh;
pub use figures::{Figures, UNKNOWN_LAST, figures};
pub use goals::{Goal, GoalId, GoalKind, GoalStatus, NewGoal, goals, remove_goal, save_goal};
pub(crate) use hand_over::handed;
pub use hand_over::{Handover, hand_over, handovers};
pub use health::{Health, health};
pub use lines::{Fares, Line};
pub(crate) use matching::matching;
pub use parent::{Part, Tree, ancestors, parts, set_parent, tree};
pub(crate) use parent::{belong, is_below};
pub use people::{
    KeyPerson, KeyPersonId, PersonRole, add_role, key_people, left, remove_role, returned,
};
pub(crate) use people::{bounced, follow_contact, heard_of};
pub use portfolio::{Ask, By, Order, Whose, first_order, page};
pub(crate) use portfolio::{mates, sees_money};
pub(crate) use said::{cells, say};
pub use said::{currency, read_money, say_money};
pub use segments::{
    Segment, SegmentId, archive_segment, count_segment, find_segment, save_segment, segments,
};
pub(crate) use segments::{segment_is_there, within_segment};
pub use sheet::sheet;
pub use silence::{listen, set_silent_days, silent_days};
pub(crate) use stage::pass;
pub use stage::{Passed, set_stage, stage_history};
pub use stages::{
    Meaning, NewStage, Stage, StageId, StageTone, archive_stage, arrange_stages, change_stage,
    define_stage, find_stage, first_stages, stages,
};
pub use standing::{Standing, standing};
pub use sums::{Sums, counted, sums};
pub use views::{
    NewPortfolioView, PortfolioView, PortfolioViewId, archive_view, find_view, save_view, views,
};

//! Surveys: what customers see of them, what mails say, and what they tell us.

mod answer;
mod beside;
mod figures;
mod form;
mod list;
mod mail;
mod preview;
mod report;
mod request;
pub mod samples;
mod themes;
mod words;

pub use answer::{
    AnswerPage, Note, answer_page, offered_page, over_page, started_page, stop_page, thanks_page,
    trial_page, unknown_page,
};
pub use beside::{surveys_panel, surveys_record};
pub use form::{SurveyForm, form_page, questions_text, read_questions};
pub use list::{SurveyList, surveys_page};
pub use mail::{mail_html, mail_text};
pub use report::{ReportPage, report_page};
pub use request::{RequestPage, request_page};
pub use samples::samples;
pub use themes::{ThemesPage, themes_page};
pub use words::{Words, words};

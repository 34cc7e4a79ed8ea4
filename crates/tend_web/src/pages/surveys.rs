//! Surveys: what customers answer, and what that tells.

pub(crate) mod answer;
mod desk;
mod templates;
mod themes;
mod trial;

pub(crate) use desk::by_hand;

use tend_core::agents::Permission;
use tend_views::urls;

use crate::router::{
    Access::{May, Public},
    Route, get, post,
};

/// What customers reach by their links.
fn of_customers() -> Vec<Route> {
    vec![
        get(urls::survey_link("{token}"), Public, answer::show),
        post(urls::survey_link("{token}"), Public, answer::send),
        get(urls::survey_embed("{token}"), Public, answer::show),
        post(urls::survey_embed("{token}"), Public, answer::send),
        post(urls::survey_more("{token}"), Public, answer::more),
        get(urls::survey_trap("{token}"), Public, answer::trap),
        get(urls::survey_stop("{token}"), Public, answer::stop),
        post(urls::survey_stop("{token}"), Public, answer::stopped),
    ]
}

/// All of it.
pub(crate) fn routes() -> Vec<Route> {
    let (see, manage) = (May(Permission::SurveysRead), May(Permission::SurveysManage));
    let mut routes = vec![
        get(urls::surveys(), see, desk::list),
        post(urls::surveys(), manage, desk::create),
        get(urls::new_survey(), manage, desk::new),
        get(urls::survey_themes(), see, themes::show),
        post(urls::survey_themes(), manage, themes::say),
        post(urls::survey_frames(), manage, desk::frames),
        get(urls::survey("{id}"), see, desk::one),
        get(urls::survey_edit("{id}"), manage, desk::edit),
        post(urls::survey_edit("{id}"), manage, desk::change),
        post(urls::survey_state("{id}"), manage, desk::set_state),
        post(urls::survey_ask("{id}"), manage, desk::ask),
        get(urls::survey_file("{id}"), see, desk::file),
        get(urls::survey_request("{id}"), see, desk::request),
        post(urls::survey_loop("{id}"), May(Permission::TasksEdit), desk::follow_up),
    ];
    let limits = urls::settings_section("surveys");
    routes.push(get(&limits, manage, super::settings::surveys::show));
    routes.push(post(&limits, manage, super::settings::surveys::change));
    routes.extend(of_customers());
    routes
}

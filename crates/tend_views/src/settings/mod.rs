//! The settings: their sections at the side, each a list and its forms. Plain forms that
//! work without JavaScript; after a change the page is shown again.

mod arrivals;
mod attributes;
mod company;
mod devices;
mod domain;
mod health;
mod health_profile;
mod health_tried;
mod inboxes;
mod jobs;
mod mail;
mod messages;
mod people;
mod profile;
mod quizzes;
mod remedies;
mod roles;
mod shops;
mod sources;
mod stages;
mod statuses;
mod surveys;
mod tags;
mod teams;
mod tokens;
mod ways_in;

pub use arrivals::{Arrivals, Rejections, arrivals, arrived, rejected};
pub use attributes::{AttributeForm, AttributeGroup, attribute, attributes};
pub use company::{Company, company};
pub use devices::{PushPage, notifications};
pub use domain::{DomainPage, KeyTrouble, domain, no_records, records};
pub use health::{HealthSettings, health};
pub use health_profile::{MeasureForm, ProfileForm as HealthForm, health_profile};
pub use inboxes::{InboxForm, MailServer, ServerForm, inbox, inboxes, new_inbox};
pub use jobs::{JobPage, jobs};
pub use mail::{Quarantined, mail, quarantined};
pub use messages::messages;
pub use people::{Person, agent, agents, invite};
pub use profile::{NotifyChoice, ProfileForm, browser, profile, sessions};
pub use quizzes::{QuizBeside, quiz, quizzes};
pub use remedies::{PlanForm, RemedyRules, remedy_plan, remedy_rules};
pub use roles::{RoleForm, role, roles};
pub use shops::{ShopForm, ShopPage, new_shop, shop, shop_made, shops};
pub use sources::{SourceForm, new_source, source, source_made, sources};
pub use stages::stages;
pub use statuses::statuses;
pub use surveys::surveys;
pub use tags::tags;
pub use teams::{TeamRow, team, teams};
pub use tokens::{TokenRow, new_token, token_made, tokens};

use maud::{Markup, Render, html};
use tend_core::agents::{Me, Permission};

use crate::{
    layout::{Frame, settings_page},
    parts::{Icon, Problems, csrf_field, form_problems, submit},
    shell::{NavGroup, nav},
    urls,
};

/// The sections that an agent may see.
pub fn sections(me: &Me) -> Vec<NavGroup> {
    let link = |icon, label: &str, section: &str| nav(icon, label, urls::settings_section(section));
    let mut own = vec![
        link(Icon::CircleUserRound, "Profile", "profile"),
        link(Icon::Bell, "Notifications", "notifications"),
        link(Icon::LogOut, "Sessions", "sessions"),
    ];
    if me.may(Permission::TokensManage) {
        own.push(link(Icon::KeyRound, "API tokens", "tokens"));
    }
    let company = [
        (Permission::SettingsManage, Icon::Building2, "Company", "company"),
        (Permission::InboxesManage, Icon::Mail, "Inboxes", "inboxes"),
        (Permission::SourcesManage, Icon::MousePointerClick, "Sources", "sources"),
        (Permission::ShopsManage, Icon::Webhook, "Shops", "shops"),
        (Permission::RemediesManage, Icon::LifeBuoy, "Remedies", "remedies"),
        (Permission::RevenueEdit, Icon::Lightbulb, "Quizzes", "quizzes"),
        (Permission::CampaignsManage, Icon::Send, "Messages", "messages"),
        (Permission::SurveysManage, Icon::Smile, "Surveys", "surveys"),
        (Permission::AgentsManage, Icon::UserRound, "Agents", "agents"),
        (Permission::TeamsManage, Icon::UsersRound, "Teams", "teams"),
        (Permission::RolesManage, Icon::ShieldCheck, "Roles", "roles"),
        (Permission::TagsManage, Icon::Tag, "Tags", "tags"),
        (Permission::AttributesManage, Icon::CircleDashed, "Statuses", "statuses"),
        (Permission::AttributesManage, Icon::Braces, "Attributes", "attributes"),
        (Permission::StagesManage, Icon::Flag, "Stages", "stages"),
        (Permission::StagesManage, Icon::HeartPulse, "Health", "health"),
        (Permission::MailQuarantine, Icon::MailOpen, "Mail", "mail"),
        (Permission::JobsManage, Icon::Clock, "Jobs", "jobs"),
    ];
    let entries: Vec<_> = company
        .into_iter()
        .filter(|it| me.may(it.0))
        .map(|(_, icon, label, section)| link(icon, label, section))
        .collect();
    let mut groups = vec![NavGroup { title: "You".to_owned(), entries: own }];
    if !entries.is_empty() {
        groups.push(NavGroup { title: "Company".to_owned(), entries });
    }
    groups
}

/// A page of a section.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    pub frame: &'a Frame,
    pub nav: Vec<NavGroup>,
    /// The section's word: `agents`.
    pub name: &'static str,
}

impl Section<'_> {
    fn page(&self, title: &str, lead: &str, acts: impl Render, work: impl Render) -> Markup {
        let here = urls::settings_section(self.name);
        settings_page(self.frame, &self.nav, &here, title, lead, acts, work)
    }

    /// A page of it around something that is a fragment elsewhere.
    pub fn whole(&self, title: &str, work: impl Render) -> Markup {
        self.page(title, "", html! {}, work)
    }
}

/// A form with its proof, its problems, and a button that says what it does.
fn form(frame: &Frame, url: &str, problems: &Problems, does: &str, fields: impl Render) -> Markup {
    html! {
        form.settings-form method="post" action=(url) {
            (csrf_field(&frame.csrf))
            (form_problems(problems))
            (fields)
            div.settings-save { (submit(does).primary()) }
        }
    }
}

/// What one seldom does with a thing, below all else.
fn end(acts: impl Render) -> Markup {
    html! { footer.settings-end { (acts) } }
}

/// A button alone, that does something.
fn act(frame: &Frame, url: &str, label: &str, question: &str) -> Markup {
    html! {
        form method="post" action=(url) {
            (csrf_field(&frame.csrf))
            (submit(label).small().quiet().confirm_if(!question.is_empty(), question))
        }
    }
}

use tend_core::{
    agents::{AgentId, Colleague, Team, TeamId},
    conversations::{Status, thread::May},
    inboxes::Inbox,
    tags::Tag,
};

use crate::{
    parts::{Avatar, agent_avatar},
    urls,
};

/// An agent as menus and messages show them.
#[derive(Clone, Debug)]
pub struct Face {
    pub id: AgentId,
    pub name: String,
    /// Where their picture is.
    pub picture: Option<String>,
    pub is_away: bool,
}

impl From<Colleague> for Face {
    fn from(it: Colleague) -> Self {
        Self {
            id: it.id,
            name: it.name,
            picture: it.picture_file_id.map(urls::picture),
            is_away: it.away,
        }
    }
}

impl Face {
    /// What colleagues call them.
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
    pub fn avatar(&self) -> Avatar {
        agent_avatar(&self.name, self.picture.as_deref())
    }
}

/// What the menus of a page offer; read once a page.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// Those who can be given work, by name.
    pub agents: Vec<Face>,
    pub teams: Vec<Team>,
    /// In the company's order.
    pub statuses: Vec<Status>,
    pub tags: Vec<Tag>,
    /// From which the agent may write.
    pub inboxes: Vec<Inbox>,
    /// The agent may make tags that do not exist yet.
    pub may_make_tags: bool,
    /// May set up an inbox.
    pub may_connect: bool,
    /// What the agent's role allows.
    pub may: May,
}

impl Offered {
    pub fn agent(&self, id: AgentId) -> Option<&Face> {
        self.agents.iter().find(|it| it.id == id)
    }
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.iter().find(|it| it.id == id)
    }
    /// The name behind an id's text; the id's own text for someone who has left.
    pub fn agent_named(&self, id: &str) -> Option<&Face> {
        self.agent(id.parse().ok()?)
    }
}

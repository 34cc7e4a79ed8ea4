use std::{fmt, str::FromStr};

use tend_store::Tx;

use crate::{
    Result,
    agents::{AgentId, Me, Permission, TeamId, teams},
    error::{not_found, refused},
};

/// Who has a saved view, of conversations or of accounts. As a word it is `personal`, `everyone`
/// or the id of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Its owner alone.
    Personal,
    Team(TeamId),
    Everyone,
}

impl Audience {
    /// From the columns `team_id` and `shared`.
    pub(crate) fn of(team: Option<TeamId>, shared: bool) -> Self {
        match (team, shared) {
            (Some(it), _) => Self::Team(it),
            (None, true) => Self::Everyone,
            (None, false) => Self::Personal,
        }
    }

    /// The columns `team_id` and `shared`; the team has to be there.
    pub(crate) fn columns(self, tx: &mut Tx) -> Result<(Option<TeamId>, bool)> {
        Ok(match self {
            Self::Personal => (None, false),
            Self::Team(it) => (Some(teams::find(tx, it)?.id), false),
            Self::Everyone => (None, true),
        })
    }

    /// Whether it stands among an agent's views.
    pub(crate) fn is_listed(self, me: &Me, owner: AgentId) -> bool {
        match self {
            Self::Personal => owner == me.id,
            Self::Team(team) => me.teams.contains(&team),
            Self::Everyone => true,
        }
    }

    /// Whether an agent finds it; who may share finds those of other teams too.
    pub(crate) fn is_found(self, me: &Me, owner: AgentId) -> bool {
        let is_of_a_team = matches!(self, Self::Team(_));
        self.is_listed(me, owner)
            || (is_of_a_team && (owner == me.id || me.may(Permission::ViewsShare)))
    }

    /// Whether an agent may change a view that they found.
    pub fn may_change(self, me: &Me, owner: AgentId) -> bool {
        match self {
            Self::Personal => owner == me.id,
            _ => me.may(Permission::ViewsShare),
        }
    }

    /// # Errors
    /// `NotFound` for what is personal to someone else, a refusal for what is shared.
    pub(crate) fn require_change(self, me: &Me, owner: AgentId) -> Result<()> {
        match self {
            Self::Personal if owner == me.id => Ok(()),
            Self::Personal => Err(not_found("view")),
            _ => me.require(Permission::ViewsShare),
        }
    }

    /// Whether a view of this owner may be given this audience.
    pub(crate) fn require_giving(self, me: &Me, owner: AgentId) -> Result<()> {
        match self {
            Self::Personal if owner == me.id => Ok(()),
            Self::Personal => Err(refused("A view of someone else cannot become personal.")),
            _ => me.require(Permission::ViewsShare),
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Personal => f.write_str("personal"),
            Self::Everyone => f.write_str("everyone"),
            Self::Team(it) => it.fmt(f),
        }
    }
}

impl FromStr for Audience {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "personal" => Ok(Self::Personal),
            "everyone" => Ok(Self::Everyone),
            team => match team.parse() {
                Ok(it) => Ok(Self::Team(it)),
                Err(_) => Err("The audience is personal, everyone, or the id of a team."),
            },
        }
    }
}

use std::{fmt, str::FromStr};

use tend_store::{FromValue, Value};

macro_rules! permissions {
    ($($name:ident $word:literal $means:literal,)*) => {
        /// One thing that an agent may do. Its word is what roles, token scopes
        /// and the API say; [`means`](Self::means) is what the roles page says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $(#[doc = $means] $name,)*
        }

        impl Permission {
            /// All of them, in the order of the roles page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word, as in `conversations.reply`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What one may do, in words for people.
            pub fn means(self) -> &'static str {
                match self { $(Self::$name => $means,)* }
            }
        }
    };
}

permissions! {
    ConversationsRead "conversations.read" "Read conversations",
    ConversationsReply "conversations.reply" "Answer customers and start conversations",
    ConversationsNote "conversations.note" "Write notes",
    ConversationsAssign "conversations.assign" "Assign conversations to agents and teams",
    ConversationsUpdate "conversations.update" "Change status, priority, tags, attributes and snooze",
    ConversationsMerge "conversations.merge" "Merge conversations",
    ConversationsDelete "conversations.delete" "Delete conversations and messages",
    CustomersRead "customers.read" "See contacts and accounts",
    CustomersEdit "customers.edit" "Change contacts and accounts",
    CustomersMerge "customers.merge" "Merge contacts and accounts",
    CustomersImport "customers.import" "Import contacts and accounts",
    CustomersExport "customers.export" "Export contacts and accounts",
    RevenueRead "revenue.read" "See money: subscriptions, invoices, renewals and revenue",
    RevenueEdit "revenue.edit" "Change subscriptions, invoices, products, rates and costs",
    RenewalsEdit "renewals.edit" "Forecast and settle renewals, opportunities, referrals and references",
    OrdersRead "orders.read" "See orders, shipments, payments and refunds",
    OrdersEdit "orders.edit" "Record and change orders that come from no shop",
    RemediesGive "remedies.give" "Make orders right: refunds, credits, gifts, within limits",
    RemediesApprove "remedies.approve" "Approve what others may not give alone",
    SurveysRead "surveys.read" "See surveys, what customers answered, and reports",
    SurveysManage "surveys.manage" "Make and change surveys, and ask customers",
    CampaignsManage "campaigns.manage" "Write messages to customers and onboarding plans, start and stop them, and set their limits",
    TasksEdit "tasks.edit" "Make tasks and do them",
    StagesManage "stages.manage" "Define lifecycle stages, segments, and when a key person counts as silent",
    ViewsShare "views.share" "Share views with teams and everyone",
    CannedShare "canned.share" "Share canned responses with teams and everyone",
    TagsManage "tags.manage" "Make, rename and archive tags",
    AttributesManage "attributes.manage" "Define custom attributes and statuses",
    InboxesManage "inboxes.manage" "Set inboxes up, and see all of them",
    AgentsManage "agents.manage" "Invite agents, give them roles, and let them leave",
    RolesManage "roles.manage" "Make and change custom roles",
    TeamsManage "teams.manage" "Make teams and choose their members",
    SourcesManage "sources.manage" "Set up sources of usage events, and see what arrives",
    ShopsManage "shops.manage" "Connect shops, and see what arrives from them",
    RemediesManage "remedies.manage" "Set reasons, plans and limits of remedies",
    SettingsManage "settings.manage" "Change the company's settings",
    MailQuarantine "mail.quarantine" "Look into quarantined mail and try it again",
    JobsManage "jobs.manage" "See jobs that failed, and run them again",
    TokensManage "tokens.manage" "Make API tokens for oneself",
    JournalRead "journal.read" "Read the journal of everything",
}

impl Permission {
    fn bit(self) -> u64 {
        1 << self as u32
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Permission {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|it| it.word() == text);
        found.copied().ok_or("there is no such permission")
    }
}

/// A set of permissions; in the database its words, separated by spaces.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

impl Permissions {
    /// Everything that there is.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    pub fn contains(self, one: Permission) -> bool {
        self.0 & one.bit() != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether each permission of `others` is among these.
    pub fn cover(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// What both have.
    pub fn both(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// These and one more.
    pub fn with(self, one: Permission) -> Self {
        Self(self.0 | one.bit())
    }

    /// These but for one.
    pub fn without(self, one: Permission) -> Self {
        Self(self.0 & !one.bit())
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |it| self.contains(*it))
    }

    /// Reads words that are separated by spaces. One that we don't know grants nothing.
    pub fn read(words: &str) -> Self {
        words.split_whitespace().filter_map(|it| it.parse().ok()).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(them: I) -> Self {
        them.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, one) in self.iter().enumerate() {
            let gap = if n == 0 { "" } else { " " };
            write!(f, "{gap}{one}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{self}]")
    }
}

impl From<Permissions> for Value {
    fn from(it: Permissions) -> Self {
        Value::Text(it.to_string())
    }
}

impl FromValue for Permissions {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value).map(|it| Self::read(&it))
    }
}

/// Which of the conversations in their inboxes an agent sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only those that are assigned to them.
    Own,
    /// Those, and what is assigned to one of their teams.
    Team,
    /// Every one.
    All,
}

impl Reach {
    /// From the widest to the narrowest.
    pub const EACH: [Self; 3] = [Self::All, Self::Team, Self::Own];

    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Reach {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::EACH.into_iter().find(|it| it.word() == text).ok_or("neither all, team nor own")
    }
}

impl From<Reach> for Value {
    fn from(it: Reach) -> Self {
        it.word().into()
    }
}

impl FromValue for Reach {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}

use serde::{Deserialize, Serialize};

use super::{AlertRaised, Imported, ModelLearned, OrderMoved, ProfileOf, RiskJudged, ShopSaved};

/// What changed. The word of a variant stands in the journal for ever: add, never rename.
/// Ids are text as people and the API see them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    // The company
    SettingChanged {
        name: String,
    },
    CompanyStarted {
        name: String,
    },
    // Agents, roles, teams
    AgentInvited {
        agent: String,
    },
    AgentJoined {
        agent: String,
    },
    AgentLeft {
        agent: String,
    },
    AgentChanged {
        fields: Vec<String>,
    },
    AgentSignedIn {},
    AgentSignedOut {},
    PasswordChanged {},
    ResetAsked {},
    RoleGiven {
        agent: String,
        from: Option<String>,
        to: String,
    },
    RoleCreated {
        name: String,
    },
    RoleChanged {
        name: String,
    },
    RoleDeleted {
        name: String,
    },
    TeamCreated {
        name: String,
    },
    TeamChanged {
        name: String,
    },
    TeamMembersChanged {
        joined: Vec<String>,
        parted: Vec<String>,
    },
    TeamArchived {
        name: String,
    },
    TokenCreated {
        name: String,
        agent: String,
    },
    TokenRevoked {
        name: String,
    },
    // Inboxes and mail
    InboxCreated {
        name: String,
        channel: String,
    },
    InboxChanged {
        fields: Vec<String>,
    },
    InboxArchived {},
    MailAccountSaved {
        server: String,
    },
    MailAccountRemoved {
        server: String,
    },
    MailAccountPaused {
        server: String,
        paused: bool,
    },
    MailAccountFailed {
        server: String,
        problem: String,
    },
    MailAccountWorks {
        server: String,
    },
    DkimKeyMade {
        domain: String,
        selector: String,
    },
    DkimKeyRemoved {
        domain: String,
        selector: String,
    },
    /// Without a selector mail is signed no more.
    DkimSigning {
        domain: String,
        selector: Option<String>,
    },
    SourceCreated {
        name: String,
    },
    SourceChanged {
        name: String,
    },
    SourceKeyMade {
        name: String,
    },
    SourceDisabled {
        name: String,
    },
    SourceEnabled {
        name: String,
    },
    KeyFeatureChosen {
        name: String,
        is_key: bool,
    },
    MailQuarantined {
        reason: String,
    },
    MailRetried {},
    MailDiscarded {},
    // Customers
    ContactCreated {
        name: String,
    },
    ContactChanged {
        fields: Vec<String>,
    },
    ContactMerged {
        from: String,
        name: String,
    },
    ContactUnmerged {
        from: String,
        name: String,
    },
    ContactBlocked {},
    ContactUnblocked {},
    IdentityAdded {
        of: String,
        value: String,
    },
    IdentityRemoved {
        of: String,
        value: String,
    },
    IdentityPreferred {
        of: String,
        value: String,
    },
    ContactMoved {
        from: String,
        to: String,
    },
    AccountCreated {
        name: String,
    },
    AccountChanged {
        fields: Vec<String>,
    },
    AccountHandedOver {
        from: Option<String>,
        to: Option<String>,
        note: String,
    },
    StagePassed {
        from: Option<String>,
        to: Option<String>,
    },
    ParentSet {
        from: Option<String>,
        to: Option<String>,
        name: Option<String>,
    },
    StageDefined {
        name: String,
    },
    StageChanged {
        name: String,
    },
    StageArchived {
        name: String,
    },
    RoleAdded {
        role: String,
    },
    RoleRemoved {
        role: String,
    },
    PersonLeft {
        role: String,
        why: String,
    },
    PersonReturned {},
    PersonSilent {
        role: String,
        since: i64,
    },
    GoalAdded {
        kind_of: String,
        text: String,
    },
    GoalChanged {
        kind_of: String,
        text: String,
    },
    GoalSettled {
        kind_of: String,
        text: String,
        status: String,
    },
    GoalRemoved {
        kind_of: String,
        text: String,
    },
    TaskMade {
        task: String,
        title: String,
    },
    TaskChanged {
        task: String,
        title: String,
    },
    TaskDone {
        task: String,
        title: String,
    },
    TaskReopened {
        task: String,
        title: String,
    },
    TaskDropped {
        task: String,
        title: String,
    },
    TaskCommented {
        task: String,
        title: String,
    },
    SegmentSaved {
        name: String,
    },
    SegmentArchived {
        name: String,
    },
    DomainAdded {
        domain: String,
    },
    DomainRemoved {
        domain: String,
    },
    AccountMerged {
        from: String,
        name: String,
    },
    AccountUnmerged {
        from: String,
        name: String,
    },
    NoteAdded {
        note: String,
    },
    NoteChanged {
        note: String,
    },
    NoteDeleted {
        note: String,
    },
    NoteRestored {
        note: String,
    },
    AttributeSet {
        name: String,
        from: String,
        to: String,
    },
    AttributeDefined {
        name: String,
    },
    AttributeChanged {
        name: String,
    },
    AttributeArchived {
        name: String,
    },
    AttributesOrdered {
        of: String,
    },
    Imported {
        created: i64,
        changed: i64,
        refused: i64,
    },
    Exported {
        rows: i64,
    },
    // Tags and views
    TagCreated {
        name: String,
    },
    TagChanged {
        name: String,
    },
    TagArchived {
        name: String,
    },
    Tagged {
        tag: String,
    },
    Untagged {
        tag: String,
    },
    ViewSaved {
        name: String,
    },
    ViewArchived {
        name: String,
    },
    CannedSaved {
        name: String,
    },
    CannedArchived {
        name: String,
    },
    StatusDefined {
        name: String,
        category: String,
    },
    StatusRenamed {
        from: String,
        to: String,
    },
    StatusArchived {
        name: String,
    },
    // Conversations
    ConversationOpened {
        inbox: String,
        channel: String,
    },
    MessageAdded {
        message: String,
        direction: String,
        by_kind: String,
    },
    MessageStateChanged {
        message: String,
        state: String,
    },
    MessageEdited {
        message: String,
    },
    ConversationAssigned {
        from: Option<String>,
        to: Option<String>,
    },
    ConversationTeamed {
        from: Option<String>,
        to: Option<String>,
    },
    StatusChanged {
        from: String,
        to: String,
        /// What it was before: `resolved`; empty where an older version wrote it.
        #[serde(default)]
        was: String,
        category: String,
    },
    PriorityChanged {
        from: i64,
        to: i64,
    },
    SubjectChanged {
        from: String,
        to: String,
    },
    Snoozed {
        until: Option<i64>,
    },
    Woken {},
    ConversationMerged {
        from: String,
        number: i64,
    },
    ConversationUnmerged {
        from: String,
        number: i64,
    },
    ConversationSplit {
        into: String,
        number: i64,
    },
    ConversationDeleted {
        number: i64,
    },
    DeletionAsked {
        number: i64,
    },
    DeletionTakenBack {
        number: i64,
    },
    MessageDeleted {
        message: String,
        direction: String,
    },
    ContactExchanged {
        from: String,
        to: String,
    },
    AutoReplyWithheld {
        reason: String,
    },
    Followed {},
    Unfollowed {},
    // Money
    RateSet {
        currency: String,
        day: String,
    },
    ProductSaved {
        name: String,
    },
    ChurnReasonSaved {
        name: String,
    },
    SubscriptionAdded {
        subscription: String,
        name: String,
    },
    SubscriptionChanged {
        subscription: String,
        name: String,
        fields: Vec<String>,
    },
    SubscriptionEnded {
        subscription: String,
        name: String,
        reason: Option<String>,
    },
    InvoiceAdded {
        invoice: String,
        number: String,
    },
    InvoiceChanged {
        invoice: String,
        number: String,
        status: String,
    },
    MoneyImported(Imported),
    RenewalForecast {
        renewal: String,
        category: String,
    },
    RenewalClosed {
        renewal: String,
        outcome: String,
        reason: Option<String>,
    },
    OpportunitySaved {
        opportunity: String,
        name: String,
        stage: String,
    },
    CostSet {
        month: String,
        channel: String,
    },
    ChannelSet {
        channel: String,
    },
    ReferralSaved {
        name: String,
        state: String,
    },
    AdvocateSaved {
        advocate: String,
        of: String,
        state: String,
    },
    // Health
    HealthProfileSaved(ProfileOf),
    HealthProfileArchived(ProfileOf),
    HealthModelLearned(ModelLearned),
    RiskJudged(RiskJudged),
    JudgementWithdrawn {},
    AlertRaised(AlertRaised),
    OrderMoved(OrderMoved),
    ShopSaved(ShopSaved),
}

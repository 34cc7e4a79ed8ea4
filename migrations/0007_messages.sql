-- ── Messages that nobody asked for ─────────────────────────────────────────
CREATE TABLE campaigns (
    id              {id},
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- announcement, triggered, sequence
    purpose         TEXT NOT NULL,              -- marketing, service, transactional
    topic           TEXT NOT NULL DEFAULT '',   -- one of the company's own, which customers may decline by itself
    inbox_id        BIGINT NOT NULL REFERENCES inboxes (id), -- it writes from this address
    segment_id      BIGINT REFERENCES segments (id), -- only to people of accounts in it
    owner_id        BIGINT NOT NULL REFERENCES agents (id), -- with whose eyes the segment is read
    plan            TEXT NOT NULL,              -- JSON: campaigns::Plan
    holdout         BIGINT NOT NULL,            -- per cent who get nothing, to compare with
    priority        BIGINT NOT NULL,            -- the higher goes first
    useless_after   BIGINT NOT NULL,            -- hours after which it is not sent any more; 0 = never
    per_minute      BIGINT NOT NULL,
    state           TEXT NOT NULL,              -- draft, running, paused, done, cancelled
    problem         TEXT NOT NULL DEFAULT '',   -- why it paused by itself
    walked_to       BIGINT NOT NULL DEFAULT 0,  -- how far the search for people has come
    walked_at       BIGINT,                     -- when the last whole search ended
    minute          BIGINT NOT NULL DEFAULT 0,  -- since 1970: in this one so many were sent
    in_minute       BIGINT NOT NULL DEFAULT 0,
    looked          BIGINT NOT NULL DEFAULT 0,  -- contacts that were looked at
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    started_at      BIGINT,
    ended_at        BIGINT
);
CREATE INDEX campaigns_by_state ON campaigns (state, priority, id);

-- Accounts that were in the segment when it was last looked at: who is new there has entered.
CREATE TABLE campaign_members (
    campaign_id     BIGINT NOT NULL REFERENCES campaigns (id),
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (campaign_id, account_id)
);

-- Somebody whom a campaign is about to reach, has reached, or does not reach.
CREATE TABLE enrolments (
    id              {id},
    campaign_id     BIGINT NOT NULL REFERENCES campaigns (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    unique_key      TEXT NOT NULL UNIQUE,       -- campaign, contact, and what it is about: once each
    about           TEXT NOT NULL DEFAULT '',   -- the order, the day: empty if it can be only once
    order_id        BIGINT,                     -- of those that orders trigger
    arm             TEXT NOT NULL,              -- none, treated, held_out, global_held_out
    state           TEXT NOT NULL,              -- waiting, sent, refused, held_out, done, left
    rule            TEXT NOT NULL DEFAULT '',   -- why it waits, was refused, or left
    step            BIGINT NOT NULL DEFAULT 0,
    step_at         BIGINT NOT NULL,            -- since when it is at this step
    due_at          BIGINT NOT NULL,
    made_at         BIGINT NOT NULL,
    eligible_at     BIGINT,                     -- from here on the effect is counted, in both arms
    sent            BIGINT NOT NULL DEFAULT 0,  -- messages
    ended_at        BIGINT,
    measured_at     BIGINT,                     -- when the window of the goal was over
    bought          BOOLEAN NOT NULL DEFAULT FALSE,
    wrote           BOOLEAN NOT NULL DEFAULT FALSE,
    used            BOOLEAN NOT NULL DEFAULT FALSE,
    reached         BOOLEAN NOT NULL DEFAULT FALSE -- the goal of the campaign
);
CREATE INDEX enrolments_due ON enrolments (campaign_id, state, due_at, id);
CREATE INDEX enrolments_of_contact ON enrolments (contact_id, campaign_id, about);
CREATE INDEX enrolments_to_measure ON enrolments (campaign_id, eligible_at, id) WHERE measured_at IS NULL AND eligible_at IS NOT NULL;
CREATE INDEX enrolments_measured ON enrolments (campaign_id, arm, measured_at);

-- ── Onboarding ─────────────────────────────────────────────────────────────
CREATE TABLE onboarding_plans (
    id              {id},
    name            TEXT NOT NULL,
    intro           TEXT NOT NULL DEFAULT '',   -- what the customer reads above the steps
    starts_on       TEXT NOT NULL,              -- hand, account, subscription
    stuck_days      BIGINT NOT NULL,            -- so long without a step done, and somebody looks after it
    made_by         BIGINT NOT NULL REFERENCES agents (id),
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,
    archived_at     BIGINT
);

CREATE TABLE onboarding_steps (
    id              {id},
    plan_id         BIGINT NOT NULL REFERENCES onboarding_plans (id),
    position        BIGINT NOT NULL,
    title           TEXT NOT NULL,
    why             TEXT NOT NULL DEFAULT '',
    link            TEXT NOT NULL DEFAULT '',
    owner           TEXT NOT NULL,              -- customer, agent
    done_when       TEXT NOT NULL,              -- hand, usage, order
    event           TEXT NOT NULL DEFAULT '',   -- the name of the usage event
    due_days        BIGINT NOT NULL DEFAULT 0,  -- after the start; 0 = no day
    archived_at     BIGINT
);
CREATE INDEX onboarding_steps_of_plan ON onboarding_steps (plan_id, position, id);

-- A plan under way for an account.
CREATE TABLE onboardings (
    id              {id},
    plan_id         BIGINT NOT NULL REFERENCES onboarding_plans (id),
    account_id      BIGINT NOT NULL REFERENCES accounts (id),
    started_at      BIGINT NOT NULL,
    started_by      BIGINT,                     -- NULL = by itself
    moved_at        BIGINT NOT NULL,            -- the last step done, or the start
    looked_at       BIGINT NOT NULL DEFAULT 0,  -- when usage and orders were last looked at
    stuck_task_id   BIGINT,                     -- the task that was made because nothing moves
    done_at         BIGINT,
    ended_at        BIGINT                      -- given up
);
CREATE INDEX onboardings_of_account ON onboardings (account_id, id);
CREATE INDEX onboardings_of_plan ON onboardings (plan_id, id);
CREATE INDEX onboardings_open ON onboardings (looked_at, id) WHERE done_at IS NULL AND ended_at IS NULL;

CREATE TABLE onboarding_items (
    id              {id},
    onboarding_id   BIGINT NOT NULL REFERENCES onboardings (id),
    step_id         BIGINT NOT NULL REFERENCES onboarding_steps (id),
    task_id         BIGINT,
    due_on          BIGINT,                     -- day since 1970, UTC
    done_at         BIGINT,
    done_how        TEXT NOT NULL DEFAULT '',   -- customer, agent, usage, order, task, api
    UNIQUE (onboarding_id, step_id)
);
CREATE INDEX onboarding_items_of_step ON onboarding_items (step_id, done_at);
CREATE INDEX onboarding_items_of_task ON onboarding_items (task_id) WHERE task_id IS NOT NULL;

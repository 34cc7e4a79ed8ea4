-- ── Remedies: making it right ──────────────────────────────────────────────
-- Why something has to be made right. Some are ready; a company adds its own.
CREATE TABLE remedy_reasons (
    id              {id},
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL UNIQUE,
    archived_at     BIGINT                      -- it is not chosen any more
);

-- What is offered for a reason: the first plan that fits counts.
CREATE TABLE remedy_plans (
    id              {id},
    reason_id       BIGINT NOT NULL REFERENCES remedy_reasons (id),
    place           BIGINT NOT NULL,            -- among the plans of its reason, from 1
    most_days       BIGINT,                     -- the order is so old at most
    least_value     BIGINT,                     -- the order's total, minor units of the home currency
    most_value      BIGINT,
    tag_id          BIGINT REFERENCES tags (id), -- the contact or the account carries it
    most_prior      BIGINT                      -- so many remedies in 12 months at most
);
CREATE INDEX remedy_plans_of_reason ON remedy_plans (reason_id, place);

CREATE TABLE remedy_offers (
    id              {id},
    plan_id         BIGINT NOT NULL REFERENCES remedy_plans (id),
    place           BIGINT NOT NULL,            -- 1 is the default
    kind            TEXT NOT NULL,
    share           BIGINT,                     -- of the order's total, hundredths of a percent
    amount          BIGINT                      -- minor units of the home currency; neither: the agent says how much
);
CREATE INDEX remedy_offers_of_plan ON remedy_offers (plan_id, place);

-- How much may be given. Minor units of the home currency; of order_share hundredths of a percent.
CREATE TABLE remedy_limits (
    word            TEXT NOT NULL,              -- alone, approve, agent_day, role_day, remedy, order, order_share, customer_year, company_month
    role_id         BIGINT NOT NULL,            -- 0: whichever
    kind            TEXT NOT NULL,              -- of remedy; empty: whichever
    amount          BIGINT NOT NULL,
    PRIMARY KEY (word, role_id, kind)
);

CREATE TABLE remedies (
    id              {id},
    order_id        BIGINT NOT NULL REFERENCES orders (id),
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    conversation_id BIGINT,                     -- where it was talked about
    reason_id       BIGINT NOT NULL REFERENCES remedy_reasons (id),
    kind            TEXT NOT NULL,
    amount          BIGINT NOT NULL,            -- minor units of the order's currency, as it was when it was asked for
    currency        TEXT NOT NULL,
    home_amount     BIGINT NOT NULL,            -- the same in the home currency, rounded up
    note            TEXT NOT NULL DEFAULT '',
    state           TEXT NOT NULL,              -- pending, approved, executing, unknown, done, failed, declined, expired, cancelled
    way             TEXT NOT NULL,              -- shop, hand, none
    counts          BOOLEAN NOT NULL,           -- against the limits
    key             TEXT UNIQUE,                -- the same again is the same remedy
    role_id         BIGINT NOT NULL,            -- of who asked for it
    day             BIGINT NOT NULL,            -- on which it was asked for, in the company's time zone
    requested_by    BIGINT NOT NULL REFERENCES agents (id),
    requested_at    BIGINT NOT NULL,
    needs_approval  BOOLEAN NOT NULL,
    expires_at      BIGINT,
    decided_by      BIGINT REFERENCES agents (id),
    decided_at      BIGINT,
    decision        TEXT NOT NULL DEFAULT '',   -- what they said to it
    sends           BIGINT NOT NULL,            -- how often the shop was told to carry it out
    sent_at         BIGINT,                     -- when last
    settled_at      BIGINT,
    settled_by      BIGINT REFERENCES agents (id),
    reference       TEXT NOT NULL DEFAULT '',   -- the shop's id of what was carried out, or who carried it out says
    code            TEXT NOT NULL DEFAULT '',   -- for the customer
    problem         TEXT NOT NULL DEFAULT '',   -- why it failed, or is unknown
    task_id         BIGINT REFERENCES tasks (id)
);
CREATE INDEX remedies_by_time ON remedies (requested_at, id);
CREATE INDEX remedies_by_state ON remedies (state, requested_at, id);
CREATE INDEX remedies_of_order ON remedies (order_id, requested_at, id);
CREATE INDEX remedies_of_contact ON remedies (contact_id, requested_at, id);
CREATE INDEX remedies_of_conversation ON remedies (conversation_id, requested_at, id);
CREATE INDEX remedies_of_day ON remedies (day, role_id, requested_by);

INSERT INTO remedy_reasons (id, name, name_folded) VALUES
    (101, 'Damaged or defective', 'damaged or defective'),
    (102, 'Wrong item', 'wrong item'),
    (103, 'Not as described', 'not as described'),
    (104, 'Late', 'late'),
    (105, 'Lost', 'lost'),
    (106, 'Changed their mind', 'changed their mind'),
    (107, 'Billing', 'billing'),
    (108, 'Service failure', 'service failure');
INSERT INTO remedy_plans (id, reason_id, place) VALUES
    (101, 101, 1), (102, 102, 1), (103, 103, 1), (104, 104, 1), (105, 105, 1), (106, 106, 1), (107, 107, 1), (108, 108, 1);
INSERT INTO remedy_offers (id, plan_id, place, kind, share) VALUES
    (101, 101, 1, 'reship', 10000), (102, 101, 2, 'full_refund', NULL), (103, 101, 3, 'partial_refund', 3000),
    (104, 102, 1, 'reship', 10000), (105, 102, 2, 'full_refund', NULL), (106, 102, 3, 'store_credit', 2000),
    (107, 103, 1, 'partial_refund', 3000), (108, 103, 2, 'full_refund', NULL), (109, 103, 3, 'store_credit', 4000),
    (110, 104, 1, 'waive_shipping', NULL), (111, 104, 2, 'discount', 1000), (112, 104, 3, 'goodwill_note', NULL),
    (113, 105, 1, 'reship', 10000), (114, 105, 2, 'full_refund', NULL),
    (115, 106, 1, 'store_credit', 10000), (116, 106, 2, 'full_refund', NULL),
    (117, 107, 1, 'partial_refund', NULL), (118, 107, 2, 'full_refund', NULL),
    (119, 108, 1, 'discount', 1500), (120, 108, 2, 'gift_card', 1000), (121, 108, 3, 'goodwill_note', NULL);

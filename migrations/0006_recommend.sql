-- ── What a product needs to be recommended ─────────────────────────────────
ALTER TABLE products ADD COLUMN url TEXT NOT NULL DEFAULT '';          -- where it is bought
ALTER TABLE products ADD COLUMN picture_url TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN is_offered BOOLEAN NOT NULL DEFAULT TRUE; -- may be recommended
ALTER TABLE products ADD COLUMN is_durable BOOLEAN NOT NULL DEFAULT TRUE; -- who has it needs no other one
ALTER TABLE products ADD COLUMN stock BIGINT;                          -- pieces; NULL: not known
ALTER TABLE products ADD COLUMN margin_percent BIGINT;                 -- NULL: not told

-- What is known of products, for the matching quiz.
CREATE TABLE product_attributes (
    product_id      BIGINT NOT NULL REFERENCES products (id),
    name            TEXT NOT NULL,
    name_folded     TEXT NOT NULL,
    value           TEXT NOT NULL,
    value_folded    TEXT NOT NULL,
    PRIMARY KEY (product_id, name_folded, value_folded)
);

-- What was learned of orders; a version is never changed once it is published.
CREATE TABLE recommend_versions (
    id              {id},
    made_at         BIGINT NOT NULL,
    published_at    BIGINT,                     -- NULL: it is being written
    is_current      BOOLEAN NOT NULL,
    standing        TEXT NOT NULL,              -- learned, aside, too_few
    why             TEXT NOT NULL,              -- a whole sentence
    recipe          TEXT NOT NULL,              -- JSON: how the lists are made
    proof           TEXT NOT NULL,              -- JSON: each method on the company's own past
    judged          BIGINT NOT NULL,            -- customers whose next purchases were foretold
    customers       BIGINT NOT NULL,
    products        BIGINT NOT NULL,
    purchases       BIGINT NOT NULL
);
CREATE INDEX recommend_versions_current ON recommend_versions (is_current, id);

-- The pieces of the current version: recommend::parts.
CREATE TABLE recommend_parts (
    version_id      BIGINT NOT NULL REFERENCES recommend_versions (id),
    part            TEXT NOT NULL,
    number          BIGINT NOT NULL,
    data            BYTEA NOT NULL,
    PRIMARY KEY (version_id, part, number)
);

-- What was suggested to whom, and what became of it.
CREATE TABLE recommend_shown (
    id              {id},
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    product_id      BIGINT NOT NULL REFERENCES products (id),
    version_id      BIGINT NOT NULL,
    arm             TEXT NOT NULL,              -- personal, control
    place           TEXT NOT NULL,              -- conversation, account
    shown_at        BIGINT NOT NULL,
    clicked_at      BIGINT,                     -- inserted into an answer
    opportunity_id  BIGINT                      -- what was made of it
);
CREATE INDEX recommend_shown_of_contact ON recommend_shown (contact_id, product_id, shown_at);
CREATE INDEX recommend_shown_by_time ON recommend_shown (shown_at, id);
CREATE INDEX recommend_shown_opportunities ON recommend_shown (opportunity_id);

-- ── The matching quiz ───────────────────────────────────────────────────────
CREATE TABLE quizzes (
    id              {id},
    slug            TEXT NOT NULL UNIQUE,       -- /q/{slug}
    title           TEXT NOT NULL,
    document        TEXT NOT NULL,              -- JSON: quizzes::Document
    sites           TEXT NOT NULL DEFAULT '',   -- where it may be embedded, an origin a line
    is_open         BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL
);

-- Somebody who began it.
CREATE TABLE quiz_runs (
    id              {id},
    quiz_id         BIGINT NOT NULL REFERENCES quizzes (id),
    fingerprint     TEXT NOT NULL UNIQUE,       -- of the secret in the visitor's form
    started_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    choices         TEXT NOT NULL DEFAULT '[]', -- JSON: the number of the choice for each question
    products        TEXT NOT NULL DEFAULT '[]', -- JSON: the ids that were shown, the best first
    clicked_id      BIGINT,                     -- the product whose link was followed
    clicked_at      BIGINT,
    contact_id      BIGINT REFERENCES contacts (id)
);
CREATE INDEX quiz_runs_of_quiz ON quiz_runs (quiz_id, started_at, id);
CREATE INDEX quiz_runs_of_contact ON quiz_runs (contact_id, id);

-- ── Orders of shops ────────────────────────────────────────────────────────
CREATE TABLE shops (
    id              {id},
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,              -- shopify, woocommerce, stripe, webhook, api
    address         TEXT NOT NULL DEFAULT '',   -- where it is asked: https://kestrel.example; empty if it can't be asked
    secret          TEXT NOT NULL DEFAULT '',   -- sealed: what its messages are signed with
    old_secret      TEXT NOT NULL DEFAULT '',   -- sealed: the one before
    old_secret_until BIGINT,                    -- until when the one before is taken too
    access_key      TEXT NOT NULL DEFAULT '',   -- sealed: with what it is asked
    created_at      BIGINT NOT NULL,
    disabled_at     BIGINT,
    refused_at      BIGINT,                     -- the last message that was refused, to the minute
    refusal         TEXT NOT NULL DEFAULT '',   -- why
    polled_to       BIGINT,                     -- all changes up to here were asked for
    polled_at       BIGINT,                     -- when it was last asked, and answered
    polled_problem  TEXT NOT NULL DEFAULT ''    -- why it could not be asked since
);

-- What shops sent, as it came: kept before it is acknowledged, read by a job.
CREATE TABLE shop_events (
    id              {id},
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    dedup_key       TEXT NOT NULL,              -- the same again has the same
    topic           TEXT NOT NULL,
    body            BYTEA NOT NULL,             -- empty once it is old, or was to be erased
    sent_at         BIGINT,                     -- when it happened, as the shop says
    received_at     BIGINT NOT NULL,
    order_key       TEXT NOT NULL DEFAULT '',   -- which order it was about, once it was read
    state           TEXT NOT NULL,              -- waiting, done, ignored, failed
    note            TEXT NOT NULL DEFAULT '',   -- why it was ignored, or failed
    read_at         BIGINT,
    UNIQUE (shop_id, dedup_key)
);
CREATE INDEX shop_events_by_time ON shop_events (shop_id, received_at, id);
CREATE INDEX shop_events_by_state ON shop_events (shop_id, state, received_at, id);
CREATE INDEX shop_events_of_order ON shop_events (shop_id, order_key);

-- Orders that the shop told of only when it was asked.
CREATE TABLE shop_gaps (
    id              {id},
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    order_key       TEXT NOT NULL,
    changed_at      BIGINT NOT NULL,            -- when the order changed, as the shop says
    found_at        BIGINT NOT NULL,
    healed_at       BIGINT                      -- NULL: it could not be read
);
CREATE INDEX shop_gaps_of_shop ON shop_gaps (shop_id, found_at, id);

-- What the law or the shop asks us to do with what we know of somebody.
CREATE TABLE shop_requests (
    id              {id},
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    kind            TEXT NOT NULL,              -- data_request, customer_redact, shop_redact
    customer        TEXT NOT NULL DEFAULT '',   -- the shop's id of whom it is about
    contact_id      BIGINT,
    orders          BIGINT NOT NULL DEFAULT 0,  -- how many orders it was about
    received_at     BIGINT NOT NULL,
    done_at         BIGINT,
    done_by         BIGINT
);
CREATE INDEX shop_requests_of_shop ON shop_requests (shop_id, id);

-- Whom a shop calls what.
CREATE TABLE shop_customers (
    id              {id},
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    external_id     TEXT NOT NULL,
    contact_id      BIGINT NOT NULL REFERENCES contacts (id),
    UNIQUE (shop_id, external_id)
);
CREATE INDEX shop_customers_of_contact ON shop_customers (contact_id);

-- What is known of an order, each part in its newest version: orders::parts.
CREATE TABLE order_parts (
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    order_key       TEXT NOT NULL,              -- the shop's id of the order
    part            TEXT NOT NULL,
    at              BIGINT NOT NULL,
    tie             BIGINT NOT NULL,            -- tells versions of one second apart
    data            TEXT NOT NULL,              -- JSON: orders::parts::Piece
    PRIMARY KEY (shop_id, order_key, part)
);

-- What the parts together say.
CREATE TABLE orders (
    id              {id},
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    external_id     TEXT NOT NULL,
    contact_id      BIGINT REFERENCES contacts (id),
    number          TEXT NOT NULL,              -- as the customer knows it: #1001
    placed_at       BIGINT NOT NULL,
    changed_at      BIGINT NOT NULL,            -- as the shop says
    currency        TEXT NOT NULL,
    total           BIGINT NOT NULL,            -- minor units, as all amounts
    tax             BIGINT NOT NULL,
    shipping        BIGINT NOT NULL,
    discount        BIGINT NOT NULL,
    refunded        BIGINT NOT NULL,
    payment         TEXT NOT NULL,
    fulfilment      TEXT NOT NULL,
    cancelled_at    BIGINT,
    delivered_at    BIGINT,                     -- when the last of its shipments was
    gone_at         BIGINT,                     -- when the shop deleted it
    url             TEXT NOT NULL DEFAULT '',   -- where the customer sees its state
    customer_id     TEXT NOT NULL DEFAULT '',   -- the shop's
    email           TEXT NOT NULL DEFAULT '',
    phone           TEXT NOT NULL DEFAULT '',
    customer_name   TEXT NOT NULL DEFAULT '',
    redacted_at     BIGINT,                     -- who it was is not known any more, and is not learned again
    created_at      BIGINT NOT NULL,
    UNIQUE (shop_id, external_id)
);
CREATE INDEX orders_by_time ON orders (placed_at, id);
CREATE INDEX orders_of_contact ON orders (contact_id, placed_at, id);
CREATE INDEX orders_of_shop ON orders (shop_id, placed_at, id);
CREATE INDEX orders_by_external ON orders (external_id, placed_at, id);
CREATE INDEX orders_of_customer ON orders (shop_id, customer_id);

CREATE TABLE order_lines (
    id              {id},
    order_id        BIGINT NOT NULL REFERENCES orders (id),
    external_id     TEXT NOT NULL,
    product_id      BIGINT REFERENCES products (id),
    title           TEXT NOT NULL,
    sku             TEXT NOT NULL DEFAULT '',
    quantity        BIGINT NOT NULL,
    price           BIGINT NOT NULL             -- for one
);
CREATE INDEX order_lines_of_order ON order_lines (order_id);
CREATE INDEX order_lines_of_product ON order_lines (product_id);

CREATE TABLE order_shipments (
    id              {id},
    order_id        BIGINT NOT NULL REFERENCES orders (id),
    external_id     TEXT NOT NULL,
    carrier         TEXT NOT NULL DEFAULT '',
    tracking        TEXT NOT NULL DEFAULT '',
    url             TEXT NOT NULL DEFAULT '',
    state           TEXT NOT NULL,
    shipped_at      BIGINT,
    delivered_at    BIGINT
);
CREATE INDEX order_shipments_of_order ON order_shipments (order_id);

CREATE TABLE order_payments (
    id              {id},
    order_id        BIGINT NOT NULL REFERENCES orders (id),
    external_id     TEXT NOT NULL,
    method          TEXT NOT NULL DEFAULT '',
    amount          BIGINT NOT NULL,
    state           TEXT NOT NULL,
    paid_at         BIGINT
);
CREATE INDEX order_payments_of_order ON order_payments (order_id);

CREATE TABLE order_refunds (
    id              {id},
    order_id        BIGINT NOT NULL REFERENCES orders (id),
    external_id     TEXT NOT NULL,
    amount          BIGINT NOT NULL,
    reason          TEXT NOT NULL DEFAULT '',
    refunded_at     BIGINT
);
CREATE INDEX order_refunds_of_order ON order_refunds (order_id);

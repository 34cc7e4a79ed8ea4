-- ── What each shop has of a product ────────────────────────────────────────
-- `products.stock` is what all shops together have of it, NULL if one of them does not count.
CREATE TABLE shop_stocks (
    shop_id         BIGINT NOT NULL REFERENCES shops (id),
    external_id     TEXT NOT NULL,              -- the shop's id of the product
    product_id      BIGINT NOT NULL REFERENCES products (id),
    pieces          BIGINT,                     -- NULL: not counted, or sold without having it
    seen_at         BIGINT NOT NULL,            -- when the shop last told of it
    PRIMARY KEY (shop_id, external_id)
);
CREATE INDEX shop_stocks_of_product ON shop_stocks (product_id);

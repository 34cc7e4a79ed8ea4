-- What only PostgreSQL needs. SQLite counts under its one writer; here max()+1 would collide.
CREATE SEQUENCE conversation_numbers AS BIGINT START 1001;
-- The words of each message: search/index.rs makes them.
CREATE TABLE search_words (message_id BIGINT PRIMARY KEY, words tsvector NOT NULL);
CREATE INDEX search_words_by_word ON search_words USING gin (words);

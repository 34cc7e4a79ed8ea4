-- What only PostgreSQL needs. SQLite counts under its one writer; here max()+1 would collide.
CREATE SEQUENCE conversation_numbers AS BIGINT START 1001;

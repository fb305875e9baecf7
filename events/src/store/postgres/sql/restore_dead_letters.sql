-- Keeps dead letters under the ids that they had, and lets none of these be given again.
-- $1 bigint[]: ids
-- $2 text[]: streams
-- $3 bigint[]: sequences
-- $4 text[]: subjects
-- $5 bytea[]: bytes
-- $6 text[]: reasons
-- $7 text[]: details
-- $8 timestamptz[]: when they were taken from the stream
WITH restored AS (
    INSERT INTO dead_letters (id, stream, sequence, subject, bytes, reason, detail, received_at)
    OVERRIDING SYSTEM VALUE
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::timestamptz[])
    ON CONFLICT DO NOTHING
    RETURNING id
)
SELECT setval(pg_get_serial_sequence('dead_letters', 'id'), max(id))
FROM restored
HAVING max(id) >= (SELECT last_value FROM dead_letters_id_seq)

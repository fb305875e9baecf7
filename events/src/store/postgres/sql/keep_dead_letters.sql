-- Keeps messages that could not be read; one that is kept already is left as it is.
-- $1 text[]: streams
-- $2 bigint[]: sequences
-- $3 text[]: subjects
-- $4 bytea[]: bytes
-- $5 text[]: reasons
-- $6 text[]: details
-- $7 timestamptz[]: when they were taken from the stream
INSERT INTO dead_letters (stream, sequence, subject, bytes, reason, detail, received_at)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::timestamptz[])
ON CONFLICT (stream, sequence) DO NOTHING

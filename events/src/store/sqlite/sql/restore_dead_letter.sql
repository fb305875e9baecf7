-- ?1 id, ?2 stream, ?3 sequence, ?4 subject, ?5 bytes, ?6 reason, ?7 detail, ?8 received at.
INSERT INTO dead_letters (id, stream, sequence, subject, bytes, reason, detail, received_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT DO NOTHING;

-- ?1 stream, ?2 sequence, ?3 subject, ?4 bytes, ?5 reason, ?6 detail, ?7 received at.
INSERT INTO dead_letters (stream, sequence, subject, bytes, reason, detail, received_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (stream, sequence) DO NOTHING;

-- ?1 first position, ?2 last position, ?3 root, ?4 digests, ?5 hash of the block before, ?6 own hash.
INSERT INTO blocks (first_position, last_position, root, digests, previous, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- Seals events with blocks of the usual size, whose hashes are nobody's.
-- $1 bigint: the first position
-- $2 bigint: the last position
INSERT INTO blocks (first_position, last_position, root, digests, previous, hash)
SELECT
    first,
    last,
    sha256(convert_to('root ' || first, 'UTF8')),
    decode(repeat('0123456789abcdef', (last - first + 1)::int), 'hex'),
    sha256(convert_to('previous ' || first, 'UTF8')),
    sha256(convert_to('hash ' || first, 'UTF8'))
FROM generate_series($1::bigint, $2::bigint, 4000) AS first
CROSS JOIN LATERAL (SELECT least(first + 3999, $2) AS last) AS block

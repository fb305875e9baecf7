-- ?1 claim.
SELECT holder
FROM claims
WHERE claim = ?1;

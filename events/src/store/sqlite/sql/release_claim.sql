-- ?1 claim.
DELETE FROM claims
WHERE claim = ?1;

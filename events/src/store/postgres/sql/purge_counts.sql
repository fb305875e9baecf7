-- Forgets old running totals, every thousandth time.
DELETE FROM outcome_counts
WHERE (SELECT max(number) % 1000 = 0 FROM outcome_counts)
    AND number <= (SELECT max(number) - 1000 FROM outcome_counts)

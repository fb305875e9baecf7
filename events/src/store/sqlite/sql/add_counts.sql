-- ?1 recorded, ?2 already recorded, ?3 refused, ?4 dead letters.
UPDATE outcome_counts
SET recorded = recorded + ?1,
    already_recorded = already_recorded + ?2,
    refused = refused + ?3,
    dead_letters = dead_letters + ?4;

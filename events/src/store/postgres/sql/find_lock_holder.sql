-- Gives who holds the lock of the log, and what it waits for.
-- $1 bigint: the lock
SELECT activity.pid, activity.xact_start, activity.wait_event_type, activity.wait_event, activity.state,
    activity.application_name
FROM pg_locks AS lock
JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory'
    AND lock.granted
    AND lock.objsubid = 1
    AND lock.classid::bigint = $1::bigint >> 32
    AND lock.objid::bigint = $1::bigint & 4294967295
    AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())

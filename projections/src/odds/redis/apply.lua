-- Adds to counters and moves the checkpoint, or does nothing when it is not the one expected.
-- KEYS: checkpoint, total. ARGV: expected checkpoint, new checkpoint, sum, then counter, addition, ...
-- Answers 1 when applied, 0 when the checkpoint is another one, -1 when a counter cannot be added
-- to: then the checkpoint is deleted, for the counters must be filled again.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
for i = 4, #ARGV, 2 do
  local added = redis.pcall('INCRBY', ARGV[i], ARGV[i + 1])
  if type(added) == 'table' and added.err then
    redis.call('DEL', KEYS[1])
    return -1
  end
end
local added = redis.pcall('INCRBY', KEYS[2], ARGV[3])
if type(added) == 'table' and added.err then
  redis.call('DEL', KEYS[1])
  return -1
end
redis.call('SET', KEYS[1], ARGV[2])
return 1

-- Sets or deletes some counters while the counters are being filled by us.
-- KEYS: checkpoint. ARGV: our token, then counter, value, ... (an empty value deletes).
-- Answers 1 when done, 0 when somebody else fills them.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
for i = 2, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('DEL', ARGV[i])
  else
    redis.call('SET', ARGV[i], ARGV[i + 1])
  end
end
return 1

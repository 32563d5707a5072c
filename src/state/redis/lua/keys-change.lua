-- Changes API keys: all that is asked for, or nothing where something is not as the caller found it.
-- KEYS: rows by id, ids by digest, changes, order, replacements, version.
-- ARGV: number of expectations; id and row for each; replaced and replacing id, or ''; then id, digest and row to store.
-- Reply: {1} done; {0} not as expected; {2, position} another key has that digest.

local rows, digests, changes, order, replacements, version = unpack(KEYS)
local expected = tonumber(ARGV[1])
for i = 0, expected - 1 do
  if redis.call('HGET', rows, ARGV[2 + 2 * i]) ~= ARGV[3 + 2 * i] then return { 0 } end
end
local next = 2 + 2 * expected
local replaced, replacing, before = ARGV[next], ARGV[next + 1], ARGV[next + 2]
if replaced ~= '' and (redis.call('HGET', replacements, replaced) or '') ~= before then return { 0 } end
local first = next + 3

for i = first, #ARGV, 3 do
  local owner = redis.call('HGET', digests, ARGV[i + 1])
  if owner and owner ~= ARGV[i] then return { 2, (i - first) / 3 } end
end
-- Numbers are of the clock, so that one which a failover lost is not given to another change: who saw it would miss that.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local last = tonumber(redis.call('HGET', version, 'change') or '0')
for i = first, #ARGV, 3 do
  local id = ARGV[i]
  last = math.max(last + 1, now)
  local change = string.format('%.0f', last)
  redis.call('HSET', rows, id, ARGV[i + 2])
  redis.call('HSET', digests, ARGV[i + 1], id)
  redis.call('ZADD', changes, change, id)
  redis.call('ZADD', order, 'NX', change, id)
end
redis.call('HSET', version, 'change', string.format('%.0f', last))
if replaced ~= '' then redis.call('HSET', replacements, replaced, replacing) end
return { 1 }

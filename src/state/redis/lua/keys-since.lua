-- API keys that changed since a version.
-- KEYS: rows by id, changes, version. ARGV: the version's name and number; how many at most; a name for a new store.
-- Reply: name and number of the version now; number to ask with next; rows, those of a store of another name from its first.

local rows, changes, version = unpack(KEYS)
redis.call('HSETNX', version, 'name', ARGV[4])
local name, change = unpack(redis.call('HMGET', version, 'name', 'change'))
local since = name == ARGV[1] and ARGV[2] or '0'
local reply = { name, change or '0', since }
if since == change then return reply end
local ids = redis.call('ZRANGE', changes, '(' .. since, '+inf', 'BYSCORE', 'LIMIT', 0, tonumber(ARGV[3]), 'WITHSCORES')
for i = 1, #ids, 2 do
  reply[3] = ids[i + 1]
  reply[#reply + 1] = redis.call('HGET', rows, ids[i])
end
return reply

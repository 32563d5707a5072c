-- Keeps an object for its owner, unless it has another one already.
-- KEYS: the object. ARGV: its text, its owner, how long it lives in milliseconds or ''. Reply: 1 kept, 0 taken.

local before = redis.call('GET', KEYS[1])
if before and cjson.decode(before).owner ~= ARGV[2] then return 0 end
if not before then redis.call('SET', KEYS[1], ARGV[1]) end
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1

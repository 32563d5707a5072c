-- Gives back what one attempt took, if it took anything; one that comes to the server only now takes nothing any more.
-- KEYS: the request's record; a counter for each claim.
-- ARGV: time ('' for this server's), request, step, attempt; claims as they were taken.

local now, id, attempt = timeOf(ARGV[1]), ARGV[2], ARGV[4]
local record, step = KEYS[1], 'k' .. ARGV[3]
redis.call('HSET', record, 't' .. attempt, '1')
redis.call('PEXPIRE', record, REMEMBERED_MS)

local at, by = string.match(redis.call('HGET', record, step) or '', '^(%d+) (.*)$')
if by ~= attempt then return 0 end
redis.call('HDEL', record, step)

local otherSteps = false
for _, field in ipairs(redis.call('HKEYS', record)) do
  if string.sub(field, 1, 1) == 'k' then otherSteps = true end
end

local terms, amounts, keys = {}, {}, {}
for i = 5, #ARGV do
  local kind, a, b, limit, amount = string.match(ARGV[i], '^(%a) (-?%d+) (-?%d+) (%d+) (%d+) ')
  -- The place is the request's as long as it has taken any step.
  if not (kind == 'c' and otherSteps) then
    terms[#terms + 1] = { kind = kind, a = tonumber(a), b = tonumber(b), limit = tonumber(limit) }
    amounts[#amounts + 1] = tonumber(amount)
    keys[#keys + 1] = KEYS[i - 3]
  end
end
local counters = openAll(keys, terms, id, now)
for i, c in ipairs(counters) do
  if amounts[i] > 0 then giveBack(c, amounts[i], tonumber(at)) end
end
saveAll(counters, now)
return 1

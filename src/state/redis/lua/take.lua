-- Takes from all counters or from none.
-- KEYS: the request's record; a counter for each claim.
-- ARGV: time ('' for this server's), request, step, attempt, 'open' to do nothing for a request that is settled; claims.
-- Reply: {1, at, used, reset, exceeded, used, …} taken; {0, claim, wait, used, reset} full; {2} settled; {3} called off.

local function claimOf(argument)
  local kind, a, b, limit, amount, shadow =
    string.match(argument, '^(%a) (-?%d+) (-?%d+) (%d+) (%d+) ([01])$')
  return {
    kind = kind, a = tonumber(a), b = tonumber(b), limit = tonumber(limit), amount = tonumber(amount),
    shadow = shadow == '1',
  }
end

local now, id, attempt = timeOf(ARGV[1]), ARGV[2], ARGV[4]
local record, step = KEYS[1], 'k' .. ARGV[3]
local known = redis.call('HMGET', record, step, 's', 't' .. attempt)
if known[3] then return { 3 } end
if ARGV[5] == 'open' and known[2] then return { 2 } end

local claims, keys = {}, {}
for i = 6, #ARGV do
  claims[i - 5] = claimOf(ARGV[i])
  keys[i - 5] = KEYS[i - 4]
end
local counters = openAll(keys, claims, id, now)
local reply = { 1, now }

local function tell(c, exceeded)
  reply[#reply + 1] = told(c.is.used(c, now))
  reply[#reply + 1] = told(c.is.reset(c, now))
  reply[#reply + 1] = exceeded and 1 or 0
end

if known[1] then
  local at = string.match(known[1], '^%d+')
  reply[2] = tonumber(at)
  for i, c in ipairs(counters) do
    tell(c, claims[i].shadow and c.is.used(c, now) > mostOf(claims[i]))
  end
  -- Whoever asked last has it now: an earlier attempt is not called off any more.
  redis.call('HSET', record, step, at .. ' ' .. attempt)
  return reply
end

for i, c in ipairs(counters) do
  local claim = claims[i]
  local excess = excessOf(c, claim, now)
  if excess > 0 and not claim.shadow then
    return { 0, i - 1, told(c.is.wait(c, now, excess)), told(c.is.used(c, now)), told(c.is.reset(c, now)) }
  end
  take(c, claim.amount)
  tell(c, excess > 0)
end
saveAll(counters, now)
redis.call('HSET', record, step, text(now) .. ' ' .. attempt)
redis.call('PEXPIRE', record, REMEMBERED_MS)
return reply

-- Replaces what each part holds by what was used, once a request, and frees its places.
-- KEYS: the request's record; a counter for each part. ARGV: time ('' for this server's), request; parts.
-- Reply: {used, reset, used, …} as the counters stand then.

local function partOf(argument)
  local kind, a, b, limit, amount, at, fixed, used =
    string.match(argument, '^(%a) (-?%d+) (-?%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
  return {
    kind = kind, a = tonumber(a), b = tonumber(b), limit = tonumber(limit), amount = tonumber(amount),
    at = tonumber(at), fixed = tonumber(fixed), used = tonumber(used),
  }
end

local now, id = timeOf(ARGV[1]), ARGV[2]
local parts, keys = {}, {}
for i = 3, #ARGV do
  parts[i - 2] = partOf(ARGV[i])
  keys[i - 2] = KEYS[i - 1]
end
local counters = openAll(keys, parts, id, now)

if redis.call('HSETNX', KEYS[1], 's', '1') == 1 then
  redis.call('PEXPIRE', KEYS[1], REMEMBERED_MS)
  for i, c in ipairs(counters) do
    local part = parts[i]
    local back = part.amount - max(part.used, part.fixed)
    if part.kind == 'c' then
      if c.stands then giveBack(c) end
    elseif part.used > part.amount then
      take(c, part.used - part.amount)
    elseif back > 0 and c.is.used(c, now) > 0 then
      giveBack(c, back, part.at)
    end
  end
  saveAll(counters, now)
end

local reply = {}
for _, c in ipairs(counters) do
  reply[#reply + 1] = told(c.is.used(c, now))
  reply[#reply + 1] = told(c.is.reset(c, now))
end
return reply

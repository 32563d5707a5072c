-- Counters of limits: the arithmetic of src/limits, number by number the same, and how each stands in a key.
--
-- Scripts open counters, ask and change them, and save those that changed, so a script that refuses has written nothing.
-- All numbers are doubles: exact while amounts are at most 2^50. LEASE_MS and
-- REMEMBERED_MS come before this text.

local SAFE = 9007199254740991
local FULLEST = 2251799813685248
local STEPS = 1024
local DAY_MS = 86400000
-- A wall clock that steps back finds the periods that it comes back to.
local KEPT_AFTER_MS = 2 * DAY_MS
-- Keys outlive what they mean by so much, for a server's clock that is set back a little.
local SLACK_MS = 10000
-- Whatever never runs out by itself is forgotten after this.
local LONGEST_MS = 400 * DAY_MS

local fmod, floor, ceil, max, min = math.fmod, math.floor, math.ceil, math.max, math.min

-- Milliseconds of this server's clock, unless a test says otherwise.
local function timeOf(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)
end

local function text(number) return string.format('%.0f', number) end

-- a × b / c with its rest, for whole numbers; where the product has too many bits, one bit of b at a time.
local function divided(a, b, c)
  local product = a * b
  if product <= SAFE then
    local rest = fmod(product, c)
    return (product - rest) / c, rest
  end
  local part = fmod(a, c)
  local whole = (a - part) / c * b
  local quotient, rest = 0, 0
  local _, bits = math.frexp(b)
  local bit = 2 ^ (bits - 1)
  while bit >= 1 do
    quotient, rest = quotient * 2, rest * 2
    if rest >= c then quotient, rest = quotient + 1, rest - c end
    if b >= bit then
      b, rest = b - bit, rest + part
      if rest >= c then quotient, rest = quotient + 1, rest - c end
    end
    bit = bit / 2
  end
  return whole + quotient, rest
end

local window, bucket, period, places = {}, {}, {}, {}
local KINDS = { w = window, b = bucket, p = period, c = places }

-- Sliding windows: src/limits/window.ts. `a` is the length of the window.

local function startOf(now, size) return now - fmod(now, size) end

function window.open(c, now, value)
  c.start, c.current, c.previous = startOf(now, c.a), 0, 0
  if not value then return end
  local start, current, previous = string.match(value, '^(%d+) (%d+) (%d+)$')
  -- A clock that was put back must not make it count for longer than it would have.
  start, current = min(tonumber(start), c.start), tonumber(current)
  local age = now - start
  if age < c.a then
    c.start, c.current, c.previous = start, current, tonumber(previous)
  elseif age < 2 * c.a then
    c.previous = current
  end
end

function window.used(c, now)
  if c.previous == 0 then return c.current end
  local weight = ceil(STEPS * (c.start + c.a - now) / c.a)
  local low = fmod(c.previous, STEPS)
  return c.current + (c.previous - low) / STEPS * weight + ceil(low * weight / STEPS)
end

function window.add(c, amount) c.current = c.current + min(amount, FULLEST - c.current) end

function window.giveBack(c, amount, at)
  if at >= c.start then
    c.current = max(0, c.current - amount)
  elseif at >= c.start - c.a then
    c.previous = max(0, c.previous - amount)
  end
end

local function ageAtWhich(previous, room, size)
  local weight = STEPS
  if previous > room then weight = divided(room, STEPS, previous) end
  return size - floor(weight * size / STEPS)
end

function window.wait(c, now, excess)
  local room = window.used(c, now) - excess
  if room < 0 then return c.a end
  local age = now - c.start
  if room >= c.current then return ageAtWhich(c.previous, room - c.current, c.a) - age end
  return c.a - age + ageAtWhich(c.current, room, c.a)
end

function window.reset(c, now)
  if c.current > 0 then return c.start + 2 * c.a - now end
  return c.previous > 0 and c.start + c.a - now or 0
end

function window.save(c, now)
  local value = text(c.start) .. ' ' .. text(c.current) .. ' ' .. text(c.previous)
  redis.call('SET', c.key, value, 'PX', text(c.start + 2 * c.a - now + SLACK_MS))
end

-- Leaky buckets: src/limits/bucket.ts. `a` is the time in which `limit` leaks out, `b` the burst.

function bucket.open(c, now, value)
  c.at, c.whole, c.rest = now, 0, 0
  if not value then return end
  local at, whole, rest = string.match(value, '^(%d+) (%d+) (%d+)$')
  at, whole, rest = min(tonumber(at), now), tonumber(whole), tonumber(rest)
  local gone, goneRest = divided(c.limit, now - at, c.a)
  local borrow = goneRest > rest
  whole = whole - gone - (borrow and 1 or 0)
  if whole >= 0 then c.whole, c.rest = whole, rest - goneRest + (borrow and c.a or 0) end
end

function bucket.used(c) return c.rest == 0 and c.whole or c.whole + 1 end

function bucket.add(c, amount) c.whole = c.whole + min(amount, FULLEST - c.whole) end

function bucket.giveBack(c, amount, at)
  local leaked, rest = divided(c.limit, max(0, c.at - at), c.a)
  local back = max(0, amount - leaked - (rest == 0 and 0 or 1))
  if back > c.whole then
    c.whole, c.rest = 0, 0
  else
    c.whole = c.whole - back
  end
end

local function fallsAfter(c, to)
  if c.whole < to or (c.whole == to and c.rest == 0) then return 0 end
  if c.limit == 0 or to < 0 then return c.a end
  local ms, left = divided(c.whole - to, c.a, c.limit)
  return ms + ceil((left + c.rest) / c.limit)
end

function bucket.wait(c, _, excess) return max(1, fallsAfter(c, bucket.used(c) - excess)) end

function bucket.reset(c) return fallsAfter(c, 0) end

function bucket.save(c)
  local lives = c.limit == 0 and LONGEST_MS or min(LONGEST_MS, fallsAfter(c, 0) + SLACK_MS)
  redis.call('SET', c.key, text(c.at) .. ' ' .. text(c.whole) .. ' ' .. text(c.rest), 'PX', text(lives))
end

-- Calendar periods, from `a` to `b`.

function period.open(c, _, value) c.count = tonumber(value or 0) end

function period.used(c) return c.count end

function period.add(c, amount) c.count = c.count + min(amount, FULLEST - c.count) end

function period.giveBack(c, amount) c.count = max(0, c.count - amount) end

function period.wait(c, now) return max(1, c.b - now) end

function period.reset(c, now) return c.count == 0 and 0 or max(0, c.b - now) end

function period.save(c, now)
  redis.call('SET', c.key, text(c.count), 'PX', text(max(SLACK_MS, c.b + KEPT_AFTER_MS - now)))
end

-- Places: a sorted set of requests by the end of their leases.

-- Leases that were made before the clock was put back end no later than those that are made now.
local function shorten(key, now)
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  if not last[1] or tonumber(last[2]) <= now + LEASE_MS then return end
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. text(now + LEASE_MS), '+inf')) do
    redis.call('ZADD', key, text(now + LEASE_MS), member)
  end
end

function places.open(c, now)
  redis.call('ZREMRANGEBYSCORE', c.key, '-inf', text(now))
  shorten(c.key, now)
  c.count = redis.call('ZCARD', c.key)
  c.stands = redis.call('ZSCORE', c.key, c.id) and true or false
end

function places.used(c) return c.count end

function places.add(c, amount)
  if amount == 0 then return end
  if not c.stands then c.count = c.count + 1 end
  c.stands, c.taken = true, true
end

function places.giveBack(c)
  if c.stands then c.count = c.count - 1 end
  c.stands, c.taken = false, false
end

function places.wait(c, now)
  local first = redis.call('ZRANGE', c.key, 0, 0, 'WITHSCORES')
  return max(1, first[2] and tonumber(first[2]) - now or 0)
end

function places.reset() return 0 end

function places.save(c, now)
  if c.taken then
    redis.call('ZADD', c.key, text(now + LEASE_MS), c.id)
    redis.call('PEXPIRE', c.key, LEASE_MS + SLACK_MS)
  else
    redis.call('ZREM', c.key, c.id)
  end
end

-- All kinds.

-- Opens one counter for each key, in their order; the same key again is the same counter.
-- `terms` have kind, a, b and limit.
local function openAll(keys, terms, id, now)
  local plain = {}
  for i, term in ipairs(terms) do
    if term.kind ~= 'c' then plain[#plain + 1] = keys[i] end
  end
  local values = #plain > 0 and redis.call('MGET', unpack(plain)) or {}
  local opened, all, at = {}, {}, 0
  for i, term in ipairs(terms) do
    local key, value = keys[i], nil
    if term.kind ~= 'c' then
      at = at + 1
      value = values[at]
    end
    local c = opened[key]
    if not c then
      c = { key = key, a = term.a, b = term.b, limit = term.limit, id = id, is = KINDS[term.kind] }
      c.is.open(c, now, value)
      opened[key] = c
    end
    all[i] = c
  end
  return all
end

local function mostOf(term) return term.kind == 'b' and term.b or term.limit end

-- With an amount of 0 something must be left all the same. Who stands on a place needs no other.
local function excessOf(c, term, now)
  if c.stands then return 0 end
  return c.is.used(c, now) + max(1, term.amount) - mostOf(term)
end

local function take(c, amount)
  if amount > 0 then c.changed = true end
  c.is.add(c, amount)
end

local function giveBack(c, amount, at)
  c.changed = true
  c.is.giveBack(c, amount, at)
end

local function saveAll(counters, now)
  for _, c in ipairs(counters) do
    if c.changed then
      c.is.save(c, now)
      c.changed = false
    end
  end
end

-- As an integer of a reply; what takes longer than this takes for ever.
local NEVER = 4503599627370496
local function told(number) return min(number, NEVER) end

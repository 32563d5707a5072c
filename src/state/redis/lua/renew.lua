-- Renews the places of requests that are not settled.
-- KEYS: for each place the request's record and the counter. ARGV: time ('' for this server's); for each place the request.

local now = timeOf(ARGV[1])
for i = 2, #ARGV do
  local record, key = KEYS[2 * i - 3], KEYS[2 * i - 2]
  if redis.call('HEXISTS', record, 's') == 0 then
    redis.call('ZADD', key, text(now + LEASE_MS), ARGV[i])
    redis.call('PEXPIRE', key, LEASE_MS + SLACK_MS)
  end
end
return #ARGV - 1

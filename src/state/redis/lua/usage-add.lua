-- Adds to the sums of one day, once a batch.
-- KEYS: the day's sums, the batch. ARGV: most rows a day, the row for all others, how long the day is kept in
-- milliseconds; then row and counts of each, as texts of whole numbers with a space between.
-- Reply: 1 added, 0 added before.

local LARGEST = 9007199254740991
local REMEMBERED_MS = 86400000
local sums, batch = KEYS[1], KEYS[2]
if not redis.call('SET', batch, '1', 'NX', 'PX', REMEMBERED_MS) then return 0 end

local rows = redis.call('HLEN', sums)
for i = 4, #ARGV, 2 do
  local row, counts = ARGV[i], ARGV[i + 1]
  local before = redis.call('HGET', sums, row)
  if not before and rows >= tonumber(ARGV[1]) then
    row = ARGV[2]
    before = redis.call('HGET', sums, row)
  end
  if not before then rows = rows + 1 end
  if before then
    local added, numbers = {}, string.gmatch(before, '%d+')
    for count in string.gmatch(counts, '%d+') do
      added[#added + 1] = string.format('%.0f', math.min(tonumber(count) + tonumber(numbers() or 0), LARGEST))
    end
    counts = table.concat(added, ' ')
  end
  redis.call('HSET', sums, row, counts)
end
redis.call('PEXPIRE', sums, ARGV[3])
return 1

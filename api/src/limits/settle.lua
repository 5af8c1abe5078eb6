-- Ends an attempt: gives back the room that it held in each bucket, and counts it if it failed.
-- KEYS: for each bucket its failures and its attempts in progress. ARGV: the attempt, 1 if it failed, then for each
-- bucket the period and the burst.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for n = 1, #KEYS, 2 do
  redis.call('ZREM', KEYS[n + 1], ARGV[1])
  if ARGV[2] == '1' then
    local period, burst = tonumber(ARGV[n + 2]), tonumber(ARGV[n + 3])
    local free = math.max(tonumber(redis.call('GET', KEYS[n])) or now, now) + period
    free = math.min(free, now + period * burst)
    redis.call('SET', KEYS[n], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000) + 1000)
  end
end
return 0

-- Holds room for an attempt in each bucket, or in none. Times are microseconds of Redis' own clock.
-- KEYS: for each bucket its failures and its attempts in progress. ARGV: the attempt, how long it may hold its room,
-- then for each bucket the period and the burst. Returns: the wait until there is room (0: it is held; -1: others in
-- progress may leave room).
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local longest, busy = 0, false
for n = 1, #KEYS, 2 do
  local period, burst = tonumber(ARGV[n + 2]), tonumber(ARGV[n + 3])
  local used = math.max((tonumber(redis.call('GET', KEYS[n])) or now) - now, 0)
  redis.call('ZREMRANGEBYSCORE', KEYS[n + 1], '-inf', string.format('%.0f', now))
  local room = burst - math.ceil(used / period)
  if room <= 0 then
    longest = math.max(longest, used - period * (burst - 1), 1)
  elseif room <= redis.call('ZCARD', KEYS[n + 1]) then
    busy = true
  end
end
if longest > 0 then return math.ceil(longest) end
if busy then return -1 end
for n = 2, #KEYS, 2 do
  redis.call('ZADD', KEYS[n], string.format('%.0f', now + ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[n], math.ceil(ARGV[2] / 1000))
end
return 0

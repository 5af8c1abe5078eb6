-- Counts a request by the generic cell rate algorithm, if it may pass. Times are microseconds of Redis' own clock.
-- KEYS: the bucket. ARGV: the period, the burst. Returns: the wait until one may pass (0: it passed), how many more may,
-- and after which time everything is free.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = tonumber(redis.call('GET', KEYS[1])) or now
if free < now then free = now end
if free > now + period * burst then free = now + period * burst end
local wait = free - now - period * (burst - 1)
if wait > 0 then return { math.ceil(wait), 0, math.ceil(free - now) } end
free = free + period
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000) + 1000)
return { 0, math.floor((period * burst - (free - now)) / period), math.ceil(free - now) }

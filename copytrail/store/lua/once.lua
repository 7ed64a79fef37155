#!lua name=ct_once
-- What was answered to posts that may be sent again. KEYS[1] is always `ct:{t}:shard`; the other keys share its prefix.
--
--   <prefix>o:<name>  string  'p', fingerprint, token while the post is worked on; then 'd', fingerprint, answer
--   <prefix>once      zset    name -> since when (ms); the oldest are dropped when there are too many

local function drop_oldest(prefix, now, lives, most)
  local names = prefix .. 'once'
  redis.call('ZREMRANGEBYSCORE', names, '-inf', now - lives)
  local beyond = redis.call('ZCARD', names) - most
  if beyond > 0 then
    local oldest = redis.call('ZPOPMIN', names, beyond)
    for i = 1, #oldest, 2 do redis.call('UNLINK', prefix .. 'o:' .. oldest[i]) end
  end
end

-- ARGV: now (ms), name, fingerprint, token, how long the work may take (ms), how long answers live (ms), how many at most.
-- Answers what is known under the name, or false when this one may go on.
local function begin(keys, args)
  local prefix, now, name = prefix_of(keys), tonumber(args[1]), args[2]
  local mine = 'p' .. args[3] .. args[4]
  local known = redis.call('GET', prefix .. 'o:' .. name)
  if known and known ~= mine then return known end
  redis.call('SET', prefix .. 'o:' .. name, mine, 'PX', args[5])
  redis.call('ZADD', prefix .. 'once', now, name)
  drop_oldest(prefix, now, tonumber(args[6]), tonumber(args[7]))
  return false
end

-- ARGV: name, fingerprint, token, how long the answer lives (ms), the answer, or '' to forget the post.
local function finish(keys, args)
  local prefix, name = prefix_of(keys), args[1]
  if redis.call('GET', prefix .. 'o:' .. name) ~= 'p' .. args[2] .. args[3] then return redis.status_reply('OK') end
  if args[5] == '' then
    redis.call('UNLINK', prefix .. 'o:' .. name)
    redis.call('ZREM', prefix .. 'once', name)
  else
    redis.call('SET', prefix .. 'o:' .. name, 'd' .. args[2] .. args[5], 'PX', args[4])
  end
  return redis.status_reply('OK')
end

redis.register_function('ct_once_begin', begin)
redis.register_function('ct_once_finish', finish)

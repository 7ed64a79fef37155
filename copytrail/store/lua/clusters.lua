#!lua name=ct_clusters
-- All clusters, in one slot. KEYS: `ct:{c}:lease` (string: who may write), `ct:{c}:clusters` (hash: id -> record),
-- `ct:{c}:member` (hash: article number -> id), `ct:{c}:order` (zset: id by newest activity, ms),
-- `ct:{c}:merged` (hash: old id -> id it became part of).

-- ARGV: token; number of clusters, then id, record, activity of each; number of ids that are no more, then id, what it
-- became part of ('' when nothing) of each; number of memberships, then article, id ('' when it stands alone) of each.
-- Nothing is written unless the token holds the lease. Answers 1 when written, else 0.
local function commit(keys, args)
  local lease, clusters, member, order, merged = unpack(keys)
  if redis.call('GET', lease) ~= args[1] then return 0 end
  local at = 2
  local function each(width, act)
    local count = tonumber(args[at])
    for i = at + 1, at + count * width, width do act(i) end
    at = at + count * width + 1
  end
  each(3, function(i)
    redis.call('HSET', clusters, args[i], args[i + 1])
    redis.call('ZADD', order, args[i + 2], args[i])
  end)
  each(2, function(i)
    redis.call('HDEL', clusters, args[i])
    redis.call('ZREM', order, args[i])
    if args[i + 1] ~= '' then redis.call('HSET', merged, args[i], args[i + 1]) end
  end)
  each(2, function(i)
    if args[i + 1] == '' then
      redis.call('HDEL', member, args[i])
    else
      redis.call('HSET', member, args[i], args[i + 1])
    end
  end)
  return 1
end

-- ARGV: token. Gives the lease back if it is still the caller's.
local function release(keys, args)
  if redis.call('GET', keys[1]) == args[1] then redis.call('DEL', keys[1]) end
  return redis.status_reply('OK')
end

redis.register_function('ct_commit', commit)
redis.register_function('ct_release', release)

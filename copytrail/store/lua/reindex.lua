#!lua name=ct_reindex
-- A second index of one shard beside the live one. KEYS[1] is `ct:{t}:shard`, whose fields say how things stand:
--
--   live     number of the index that answers; 0 when there is none
--   next     number of the index that is being made to replace it, while one is
--   listed   number of the next index once all articles are listed for it
--   held     set while the last listed articles come into the next index: nothing comes into the live one any more
--
-- and <prefix>reindex (zset) lists the articles that are not in the next index as they are now: number -> how often they
-- were taken in hand for it and not come back to, plus AGAIN when something happened to them since. All that happens to an
-- article lists it again (`relist` in articles.lua); what happens while `held` is queued for the index to come alone.

-- ARGV: number of the next index. From now on what happens to articles is noted for it, too.
local function announce(keys, args)
  if redis.call('HGET', keys[1], 'next') ~= args[1] then
    redis.call('HDEL', keys[1], 'held', 'listed')
    redis.call('UNLINK', prefix_of(keys) .. 'reindex')
    redis.call('HSET', keys[1], 'next', args[1])
  end
  return redis.status_reply('OK')
end

-- ARGV: number of the next index, then article numbers. Lists those that are not in it.
local function list(keys, args)
  local prefix = prefix_of(keys)
  for i = 2, #args do
    if redis.call('HEXISTS', prefix .. 'a:' .. args[i], of('buckets', args[1])) == 0 then
      redis.call('ZADD', prefix .. 'reindex', 'NX', 0, args[i])
    end
  end
  return redis.status_reply('OK')
end

-- ARGV: article numbers. Lists them once more.
local function again(keys, args)
  local prefix = prefix_of(keys)
  for i = 1, #args do list_again(prefix, args[i]) end
  return redis.status_reply('OK')
end

-- ARGV: worker, number of the next index, how many. Takes listed articles in hand; nobody else may in this shard. Answers
-- {number, what `ct_begin` answers} of each.
local function take(keys, args)
  local prefix, answers = prefix_of(keys), {}
  local waiting, buckets = prefix .. 'reindex', of('buckets', args[2])
  refuse_fenced(prefix, args[1])
  local found = redis.call('ZRANGE', waiting, 0, args[3] - 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local number, tries = found[i], found[i + 1] % AGAIN + 1
    local known = redis.call('HMGET', prefix .. 'a:' .. number, 'version', 'status', 'text', 'meta', buckets, 'names')
    if known[1] then
      redis.call('ZADD', waiting, tries, number)
      if known[2] == 'failed' then known[2] = 'deleted' end -- what was set aside is in no index
      answers[#answers + 1] = {number, {known[1], tries, known[2], known[3] or '', known[4] or '', known[5] or '',
        known[6] or '', '', {}}}
    else
      redis.call('ZREM', waiting, number)
    end
  end
  return answers
end

-- ARGV: worker, then number, version for each. They are in the next index as they were; what changed stays listed.
local function done(keys, args)
  local prefix = prefix_of(keys)
  local waiting = prefix .. 'reindex'
  refuse_fenced(prefix, args[1])
  for i = 2, #args, 2 do
    local number, key = args[i], prefix .. 'a:' .. args[i]
    local known = redis.call('HMGET', key, 'version', 'removed')
    local score = tonumber(redis.call('ZSCORE', waiting, number) or 0)
    if score >= AGAIN or (known[1] and known[1] ~= args[i + 1]) then
      redis.call('ZADD', waiting, 0, number)
    else
      redis.call('ZREM', waiting, number)
      if known[2] then redis.call('UNLINK', key) end
    end
  end
  return redis.status_reply('OK')
end

-- The next index is the live one from now on.
local function settle(keys, args)
  if redis.call('HGET', keys[1], 'next') == args[1] then
    redis.call('HSET', keys[1], 'live', args[1])
    redis.call('HDEL', keys[1], 'next', 'held', 'listed')
    redis.call('UNLINK', prefix_of(keys) .. 'reindex')
  end
  return redis.status_reply('OK')
end

-- KEYS[2] `ct:{t}:pages` of an index. ARGV: its number. Drops it; whoever still reads it sees that it has no page.
local function discard(keys, args)
  redis.call('HSET', keys[1], of('pages', args[1]), 0)
  redis.call('HDEL', keys[1], of('entries', args[1]), of('overflow', args[1]), of('stamp', args[1]))
  redis.call('UNLINK', keys[2])
  return redis.status_reply('OK')
end

redis.register_function('ct_reindex_announce', announce)
redis.register_function('ct_reindex_list', list)
redis.register_function('ct_reindex_again', again)
redis.register_function('ct_reindex_take', take)
redis.register_function('ct_reindex_done', done)
redis.register_function('ct_reindex_settle', settle)
redis.register_function('ct_reindex_discard', discard)

#!lua name=ct_clusters
-- Clusters, verdicts and the event feed, in one slot: a change and the event that tells it are written together.
--
--   ct:{c}:lease      string   token of who may change clusters; with a '+' once its change is written
--   ct:{c}:clusters   hash     id -> record
--   ct:{c}:member     hash     article number -> id
--   ct:{c}:order      zset     id by newest activity (ms)
--   ct:{c}:merged     hash     old id -> id it became part of
--   ct:{c}:events     stream   0-<event id> -> e: event without its id (JSON)
--   ct:{c}:passed     hash     shard -> the last entry of its outbox that is in the feed
--   ct:{c}:verdicts   hash     verdict id (v_<article>_<article>) -> verdict (JSON)
--   ct:{c}:judged     hash     article number -> numbers of the articles it has a verdict with, a blank around each
--   ct:{c}:judged_at  zset     id of a verdict that counts by when it was given (ms)
--   ct:{c}:webhooks   hash     webhook id -> webhook (JSON)
--   ct:{c}:deliveries hash     webhook id -> its progress (JSON)
--   ct:{c}:tests      set      webhook ids to be sent a test
--   ct:{c}:courier:<id> string token of who delivers to a webhook

-- The feed counts by itself: the first half of the ids stays 0. The oldest events beyond `kept` are dropped.
local function tell(events, kept, event)
  redis.call('XADD', events, 'MAXLEN', '=', kept, '0-*', 'e', event)
end

-- KEYS: lease, clusters, member, order, merged, events. ARGV: token; events kept; number of clusters, then id, record,
-- activity of each; number of ids that are no more, then id, what it became part of ('' when nothing) of each; number of
-- memberships, then article, id ('' when it stands alone) of each; number of events, then each.
-- Nothing is written unless the token holds the lease. Answers 1 when written, else 0; a token writes once, so that
-- a call whose answer was lost can be repeated.
local function commit(keys, args)
  local lease, clusters, member, order, merged, events = unpack(keys)
  local holder = redis.call('GET', lease)
  if holder == args[1] .. '+' then return 1 end
  if holder ~= args[1] then return 0 end
  redis.call('SET', lease, args[1] .. '+', 'KEEPTTL')
  local at = 3
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
  each(1, function(i) tell(events, args[2], args[i]) end)
  return 1
end

-- KEYS: lease. ARGV: token. Gives the lease back if it is still the caller's.
local function release(keys, args)
  local holder = redis.call('GET', keys[1])
  if holder == args[1] or holder == args[1] .. '+' then redis.call('DEL', keys[1]) end
  return redis.status_reply('OK')
end

-- Whether one stream id, "<ms>-<sequence>", comes after another.
local function after(id, other)
  local ms, seq = string.match(id, '(%d+)-(%d+)')
  local other_ms, other_seq = string.match(other, '(%d+)-(%d+)')
  ms, other_ms = tonumber(ms), tonumber(other_ms)
  return ms > other_ms or (ms == other_ms and tonumber(seq) > tonumber(other_seq))
end

-- KEYS: events, passed. ARGV: events kept, shard, then id in the shard's outbox, event of each. Tells those that were not
-- told before.
local function pass_on(keys, args)
  local last = redis.call('HGET', keys[2], args[2]) or '0-0'
  for i = 3, #args, 2 do
    if after(args[i], last) then
      tell(keys[1], args[1], args[i + 1])
      last = args[i]
    end
  end
  redis.call('HSET', keys[2], args[2], last)
  return redis.status_reply('OK')
end

-- KEYS: events. ARGV: event id, most. Answers ids of the oldest and the newest event ('' when there is none), then the
-- events after that one.
local function feed(keys, args)
  local oldest = redis.call('XRANGE', keys[1], '-', '+', 'COUNT', 1)[1]
  local newest = redis.call('XREVRANGE', keys[1], '+', '-', 'COUNT', 1)[1]
  local found = redis.call('XRANGE', keys[1], '(0-' .. args[1], '+', 'COUNT', args[2])
  return {oldest and oldest[1] or '', newest and newest[1] or '', found}
end

local function note(judged, article, other)
  local known = redis.call('HGET', judged, article) or ' '
  if not string.find(known, ' ' .. other .. ' ', 1, true) then
    redis.call('HSET', judged, article, known .. other .. ' ')
  end
end

-- KEYS: verdicts, judged, judged_at, events. ARGV: events kept, id, the two articles, the verdict as it was ('' when there
-- was none), as it is from now on, when it was given (ms; '' when it is taken back), event. Answers 1 when it is written,
-- 0 when it was no longer as given.
local function judge(keys, args)
  local kept, id, a, b, was, now, at, event = unpack(args)
  local known = redis.call('HGET', keys[1], id) or ''
  if known == now then return 1 end
  if known ~= was then return 0 end
  redis.call('HSET', keys[1], id, now)
  note(keys[2], a, b)
  note(keys[2], b, a)
  if at == '' then redis.call('ZREM', keys[3], id) else redis.call('ZADD', keys[3], at, id) end
  tell(keys[4], kept, event)
  return 1
end

-- KEYS: verdicts, judged, judged_at. ARGV: articles. Forgets all verdicts on them.
local function forget_verdicts(keys, args)
  for _, article in ipairs(args) do
    for other in string.gmatch(redis.call('HGET', keys[2], article) or '', '%d+') do
      local low, high = math.min(article, other), math.max(article, other)
      local id = string.format('v_%d_%d', low, high)
      redis.call('HDEL', keys[1], id)
      redis.call('ZREM', keys[3], id)
      local left = string.gsub(redis.call('HGET', keys[2], other) or ' ', ' ' .. article .. ' ', ' ')
      if left == ' ' then redis.call('HDEL', keys[2], other) else redis.call('HSET', keys[2], other, left) end
    end
    redis.call('HDEL', keys[2], article)
  end
  return redis.status_reply('OK')
end

-- KEYS: courier, webhooks, deliveries, tests. ARGV: webhook id, token, how long it is good from now on (ms), progress,
-- 1 when the test asked for was sent. Answers 1, or 0 when another holds the token or the webhook was deleted.
local function delivered(keys, args)
  local id, token, lasts, progress, tested = unpack(args)
  if redis.call('GET', keys[1]) ~= token or redis.call('HEXISTS', keys[2], id) == 0 then return 0 end
  redis.call('PEXPIRE', keys[1], lasts)
  redis.call('HSET', keys[3], id, progress)
  if tested == '1' then redis.call('SREM', keys[4], id) end
  return 1
end

redis.register_function('ct_commit', commit)
redis.register_function('ct_release', release)
redis.register_function('ct_pass_on', pass_on)
redis.register_function('ct_judge', judge)
redis.register_function('ct_forget_verdicts', forget_verdicts)
redis.register_function('ct_delivered', delivered)
redis.register_function{function_name = 'ct_feed', callback = feed, flags = {'no-writes'}}

#!lua name=ct_articles
-- Articles of one shard. KEYS[1] is always `ct:{t}:shard`; the other keys of the shard share its prefix.
--
--   <prefix>ids, <prefix>urls   hash   name -> article number
--   <prefix>a:<n>               hash   id, names, meta, text, chars, digest, version, status, seen, updated, failure,
--                                      owner, tries, source, buckets, repeated, recheck, removed
--   <prefix>e:<n>               hash   other number -> packed report
--   <prefix>queued, failed      zset   number -> since when (ms)
--   <prefix>arrived             zset   number -> when it was first seen (ms), of articles not deleted
--   <prefix>arrived:<source>    zset   the same of the articles of one source, by the hash of its name
--   <prefix>reindex             zset   number -> see reindex.lua, of what is not yet in the next index as it is now
--   <prefix>fenced              set    workers whose writes are refused
--   <prefix>outbox              stream type, article (its id): events on their way to the feed
--
-- status is one of queued, indexed, failed, deleted. `owner` is the worker that has the article in hand,
-- `tries` how often one took this version in hand and neither finished it nor came back to it. `repeated` are the
-- stretches of the text that its site repeats (4-byte offsets, from and to); `recheck` says that it is to be looked at
-- once more although it did not change, because what the site repeats may have. `removed` says that all but the next index
-- has forgotten a deleted article.

-- As `list_again`, if a next index is being made and is to have it.
local function relist(prefix, number)
  local known = redis.call('HMGET', prefix .. 'shard', 'next', 'held')
  if known[1] and not known[2] then list_again(prefix, number) end
end

-- What is known of a text and not of its next version.
local function fields_of_text(prefix)
  local known = redis.call('HMGET', prefix .. 'shard', 'live', 'next')
  return 'failure', 'tries', of('repeated', known[1] or '0'), of('repeated', known[2] or '0')
end

local function tell(prefix, what, key)
  redis.call('XADD', prefix .. 'outbox', '*', 'type', what, 'article', redis.call('HGET', key, 'id'))
end

-- ARGV: kind (ids or urls), then name, number ... Answers the number each name stands for from now on.
local function reserve(keys, args)
  local names = prefix_of(keys) .. args[1]
  local numbers = {}
  for i = 2, #args, 2 do
    if redis.call('HSETNX', names, args[i], args[i + 1]) == 1 then
      numbers[#numbers + 1] = args[i + 1]
    else
      numbers[#numbers + 1] = redis.call('HGET', names, args[i])
    end
  end
  return numbers
end

-- ARGV: kind, then name, number ... Forgets each name that still stands for that number.
local function forget(keys, args)
  local names = prefix_of(keys) .. args[1]
  for i = 2, #args, 2 do
    if redis.call('HGET', names, args[i]) == args[i + 1] then redis.call('HDEL', names, args[i]) end
  end
  return redis.status_reply('OK')
end

local function with_names(known, added)
  for name in string.gmatch(added, '[^\n]+') do
    if not string.find('\n' .. known, '\n' .. name .. '\n', 1, true) then known = known .. name .. '\n' end
  end
  return known
end

-- Puts the article among those of its source, which may have been another.
local function arrive(prefix, number, seen, before, source)
  if before and before ~= source then redis.call('ZREM', prefix .. 'arrived:' .. before, number) end
  redis.call('ZADD', prefix .. 'arrived', seen, number)
  if source ~= '' then redis.call('ZADD', prefix .. 'arrived:' .. source, seen, number) end
end

local function depart(prefix, key, number)
  local source = redis.call('HGET', key, 'source')
  if source then redis.call('ZREM', prefix .. 'arrived:' .. source, number) end
  redis.call('ZREM', prefix .. 'arrived', number)
end

-- Forgets what was known of a text that another takes the place of.
local function replace(prefix, key, number, source)
  redis.call('HDEL', key, fields_of_text(prefix))
  if source == '' then redis.call('HDEL', key, 'source') end
  redis.call('ZREM', prefix .. 'failed', number)
end

-- ARGV: now (ms), then number, id, names, meta, text, chars, digest, hash of the source for each article.
-- Answers for each {what, id}: what is queued, unchanged or gone (a deletion is under way: the names must be forgotten).
local function accept(keys, args)
  local prefix, now, answers = prefix_of(keys), args[1], {}
  for i = 2, #args, 8 do
    local number, id, digest, source = args[i], args[i + 1], args[i + 6], args[i + 7]
    local key = prefix .. 'a:' .. number
    local known = redis.call('HMGET', key, 'status', 'digest', 'id', 'names', 'version', 'seen', 'source')
    local status, names = known[1], with_names(known[4] or '', args[i + 2])
    if status == 'deleted' then
      answers[#answers + 1] = {'gone', id}
    elseif known[2] == digest then
      if names ~= known[4] then redis.call('HSET', key, 'names', names) end
      answers[#answers + 1] = {status == 'queued' and 'queued' or 'unchanged', known[3]}
    else
      local seen = known[6] or now
      if status then
        replace(prefix, key, number, source)
      else
        redis.call('HINCRBY', prefix .. 'shard', 'articles', 1)
      end
      -- all fields at once: each command is written to the disk by itself
      local fields = {'id', known[3] or id, 'names', names, 'version', (known[5] or 0) + 1, 'status', 'queued', 'meta', args[i + 3],
        'text', args[i + 4], 'chars', args[i + 5], 'digest', digest, 'seen', seen, 'updated', now}
      if source ~= '' then fields[#fields + 1], fields[#fields + 2] = 'source', source end
      redis.call('HSET', key, unpack(fields))
      arrive(prefix, number, seen, known[7], source)
      redis.call('ZADD', prefix .. 'queued', 'NX', now, number)
      relist(prefix, number)
      answers[#answers + 1] = {'queued', known[3] or id}
    end
  end
  return answers
end

-- Drops the text and leaves the rest to a worker. Answers the names, false when unknown.
local function drop(prefix, now, number)
  local key = prefix .. 'a:' .. number
  if redis.call('EXISTS', key) == 0 then return false end
  if redis.call('HGET', key, 'status') ~= 'deleted' then
    redis.call('HDEL', key, 'text', 'meta', 'digest', fields_of_text(prefix))
    redis.call('HSET', key, 'status', 'deleted', 'updated', now)
    redis.call('HINCRBY', key, 'version', 1)
    redis.call('HINCRBY', prefix .. 'shard', 'articles', -1)
    redis.call('ZREM', prefix .. 'failed', number)
    depart(prefix, key, number)
    tell(prefix, 'article.deleted', key)
    relist(prefix, number)
  end
  redis.call('ZADD', prefix .. 'queued', 'NX', now, number)
  return redis.call('HGET', key, 'names') or ''
end

-- ARGV: now (ms), number. Answers the names of the article, false when unknown.
local function delete(keys, args)
  return drop(prefix_of(keys), args[1], args[2])
end

-- ARGV: now (ms), then numbers. Deletes articles that were kept long enough. Answers the names of each, false when it was
-- gone already.
local function expire(keys, args)
  local prefix, answers = prefix_of(keys), {}
  for i = 2, #args do
    local here = redis.call('ZSCORE', prefix .. 'arrived', args[i])
    answers[i - 1] = here and drop(prefix, args[1], args[i])
    if here then redis.call('HINCRBY', prefix .. 'shard', 'expired', 1) end
  end
  return answers
end

-- ARGV: worker, number of the index it works with, then numbers. Takes the articles in hand. Answers for each
-- {version, tries, status, text, meta, buckets, names, failure, other numbers}, or the owner when another live worker has it, or false.
local function begin(keys, args)
  local prefix, worker, answers = prefix_of(keys), args[1], {}
  refuse_fenced(prefix, worker)
  for i = 3, #args do
    local key = prefix .. 'a:' .. args[i]
    local known = redis.call('HMGET', key, 'version', 'status', 'text', 'meta', 'names', 'failure', 'owner', of('buckets', args[2]),
      'tries', 'recheck')
    local owner = known[7]
    if not known[1] then
      redis.call('ZREM', prefix .. 'queued', args[i])
      answers[#answers + 1] = false
    elseif owner and owner ~= worker and redis.call('SISMEMBER', prefix .. 'fenced', owner) == 0 then
      answers[#answers + 1] = owner
    else
      local tries = (known[9] or 0) + (owner == worker and 0 or 1)
      redis.call('HSET', key, 'owner', worker, 'tries', tries)
      if known[10] then redis.call('HDEL', key, 'recheck') end
      local others = redis.call('HKEYS', prefix .. 'e:' .. args[i])
      answers[#answers + 1] = {known[1], tries, known[2], known[3] or '', known[4] or '', known[8] or '', known[5] or '', known[6] or '',
        others}
    end
  end
  return answers
end

-- ARGV: worker, then number, version, outcome, text for each: outcome is indexed, failed (text says why), removed or
-- again (put back; text, when there is one, says what went wrong). Answers 1, or 0 when the article changed meanwhile
-- and must be looked at again.
local function finish(keys, args)
  local prefix, worker, answers = prefix_of(keys), args[1], {}
  refuse_fenced(prefix, worker)
  for i = 2, #args, 4 do
    local number, outcome, failure = args[i], args[i + 2], args[i + 3]
    local key = prefix .. 'a:' .. number
    local known = redis.call('HMGET', key, 'version', 'owner', 'updated', 'recheck', 'status')
    local current, recheck = known[1] == args[i + 1], known[4] and outcome == 'indexed'
    if known[2] == worker then redis.call('HDEL', key, 'owner') end
    if current and outcome == 'removed' then
      redis.call('UNLINK', prefix .. 'e:' .. number)
      redis.call('ZREM', prefix .. 'queued', number)
      if redis.call('ZSCORE', prefix .. 'reindex', number) then
        redis.call('HSET', key, 'removed', 1)
      else
        redis.call('UNLINK', key)
      end
    elseif current and outcome ~= 'again' then
      redis.call('HSET', key, 'status', outcome)
      if not recheck then redis.call('ZREM', prefix .. 'queued', number) end
      if outcome == 'failed' then
        redis.call('HSET', key, 'failure', failure)
        redis.call('ZADD', prefix .. 'failed', known[3], number)
        relist(prefix, number)
        if known[5] ~= 'failed' then tell(prefix, 'article.failed', key) end
      else
        redis.call('HDEL', key, 'failure', 'tries')
      end
    elseif current and failure ~= '' then
      redis.call('HSET', key, 'failure', failure)
    end
    answers[#answers + 1] = ((current and not recheck) or not known[1]) and 1 or 0
  end
  return answers
end

-- ARGV: now (ms), number. Queues an article that was set aside. Answers whether it was.
local function retry(keys, args)
  local prefix, number = prefix_of(keys), args[2]
  if redis.call('ZREM', prefix .. 'failed', number) == 0 then return 0 end
  redis.call('HSET', prefix .. 'a:' .. number, 'status', 'queued')
  redis.call('HDEL', prefix .. 'a:' .. number, 'failure', 'tries')
  redis.call('ZADD', prefix .. 'queued', 'NX', args[1], number)
  relist(prefix, number)
  return 1
end

-- ARGV: now (ms), then numbers. Queues articles that were handled to be looked at once more. Answers 1 for each that is
-- still there, else 0.
local function look_again(keys, args)
  local prefix, answers = prefix_of(keys), {}
  for i = 2, #args do
    local key = prefix .. 'a:' .. args[i]
    local status = redis.call('HGET', key, 'status')
    local there = status == 'indexed' or status == 'queued'
    if there then
      redis.call('HSET', key, 'recheck', 1)
      redis.call('ZADD', prefix .. 'queued', 'NX', args[1], args[i])
    end
    answers[#answers + 1] = there and 1 or 0
  end
  return answers
end

-- ARGV: field names separated by a blank, then numbers. Answers the fields of each article.
local function fields(keys, args)
  local prefix, names, answers = prefix_of(keys), {}, {}
  for name in string.gmatch(args[1], '%S+') do names[#names + 1] = name end
  for i = 2, #args do answers[#answers + 1] = redis.call('HMGET', prefix .. 'a:' .. args[i], unpack(names)) end
  return answers
end

-- ARGV: worker, number of the index, then number, buckets, repeated stretches for each. Notes where the article is about to be indexed, and
-- which stretches of its text are left out because its site repeats them.
local function sketch(keys, args)
  local prefix, worker, generation = prefix_of(keys), args[1], args[2]
  refuse_fenced(prefix, worker)
  refuse_other(keys[1], generation)
  for i = 3, #args, 3 do
    local key = prefix .. 'a:' .. args[i]
    if redis.call('EXISTS', key) == 1 then
      for j, field in ipairs({of('buckets', generation), of('repeated', generation)}) do
        if args[i + j] == '' then redis.call('HDEL', key, field) else redis.call('HSET', key, field, args[i + j]) end
      end
    end
  end
  return redis.status_reply('OK')
end

-- ARGV: worker. From now on nothing that this worker writes in this shard is taken.
local function fence(keys, args)
  local fenced = prefix_of(keys) .. 'fenced'
  redis.call('SADD', fenced, args[1])
  redis.call('EXPIRE', fenced, 86400)
  return redis.status_reply('OK')
end

redis.register_function('ct_reserve', reserve)
redis.register_function('ct_forget', forget)
redis.register_function('ct_accept', accept)
redis.register_function('ct_delete', delete)
redis.register_function('ct_expire', expire)
redis.register_function('ct_begin', begin)
redis.register_function('ct_finish', finish)
redis.register_function('ct_retry', retry)
redis.register_function('ct_look_again', look_again)
redis.register_function('ct_sketch', sketch)
redis.register_function('ct_fence', fence)
redis.register_function{function_name = 'ct_fields', callback = fields, flags = {'no-writes'}}

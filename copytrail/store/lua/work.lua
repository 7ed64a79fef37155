#!lua name=ct_work
-- The work queue. KEYS[1] `ct:{t}:work`: one partition, a stream read by the consumer group `workers`. An entry has the
-- fields `n`, article numbers of 4 bytes each (little-endian), and `d`, how often they were handed out under an earlier
-- entry. What is queued is kept with the articles: the stream only says it quickly and may be rebuilt.

local GROUP = 'workers'
local NOBODY = 'released' -- the consumer that holds entries given back

local function numbers_of(fields)
  return fields[2], tonumber(fields[4])
end

local function ensure_group(stream)
  redis.pcall('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM')
end

-- ARGV: worker, idle time (ms) after which another's entry is taken over, articles wanted.
-- Answers {id, packed numbers, deliveries, who had it before or ''} of each entry taken.
local function claim(keys, args)
  local stream, worker, wanted, taken = keys[1], args[1], tonumber(args[3]), {}
  local pending = redis.pcall('XPENDING', stream, GROUP, 'IDLE', args[2], '-', '+', 8)
  if pending.err then
    ensure_group(stream)
    pending = {}
  end
  for _, entry in ipairs(pending) do
    local got = redis.call('XCLAIM', stream, GROUP, worker, args[2], entry[1])[1]
    if got then
      local numbers, earlier = numbers_of(got[2])
      taken[#taken + 1] = {entry[1], numbers, entry[4] + 1 + earlier, entry[2] == NOBODY and '' or entry[2]}
      wanted = wanted - #numbers / 4
      if wanted <= 0 then return taken end
    end
  end
  while wanted > 0 do
    local answer = redis.call('XREADGROUP', 'GROUP', GROUP, worker, 'COUNT', 1, 'STREAMS', stream, '>')
    if not answer then break end
    local entry = answer[1][2][1]
    local numbers, earlier = numbers_of(entry[2])
    taken[#taken + 1] = {entry[1], numbers, 1 + earlier, ''}
    wanted = wanted - #numbers / 4
  end
  return taken
end

-- False also when the stream or its group was lost: then nobody has anything in hand.
local function is_mine(stream, worker, id)
  local pending = redis.pcall('XPENDING', stream, GROUP, id, id, 1)
  local entry = not pending.err and pending[1]
  return entry and entry[2] == worker
end

local function drop(stream, id)
  redis.call('XACK', stream, GROUP, id)
  redis.call('XDEL', stream, id)
end

-- ARGV: worker, then entry ids. Done with them.
local function ack(keys, args)
  for i = 2, #args do
    if is_mine(keys[1], args[1], args[i]) then drop(keys[1], args[i]) end
  end
  return redis.status_reply('OK')
end

-- ARGV: worker, then entry ids. Says that it is still at work on them: their idle time begins anew.
local function hold(keys, args)
  for i = 2, #args do
    if is_mine(keys[1], args[1], args[i]) then
      redis.call('XCLAIM', keys[1], GROUP, args[1], 0, args[i], 'JUSTID')
    end
  end
  return redis.status_reply('OK')
end

-- ARGV: worker, idle time (ms) that makes an entry free for all, then entry ids. Gives them back to whoever asks next.
local function release(keys, args)
  for i = 3, #args do
    if is_mine(keys[1], args[1], args[i]) then
      redis.call('XCLAIM', keys[1], GROUP, NOBODY, 0, args[i], 'IDLE', args[2], 'JUSTID')
    end
  end
  return redis.status_reply('OK')
end

-- ARGV: worker, entry id, deliveries so far, then packed numbers. Puts each number into an entry of its own.
local function split(keys, args)
  if not is_mine(keys[1], args[1], args[2]) then return redis.status_reply('OK') end
  for i = 4, #args do redis.call('XADD', keys[1], '*', 'n', args[i], 'd', args[3]) end
  drop(keys[1], args[2])
  return redis.status_reply('OK')
end

-- ARGV: worker. Takes it off the group when it has nothing in hand.
local function leave(keys, args)
  local pending = redis.pcall('XPENDING', keys[1], GROUP, '-', '+', 1, args[1])
  if not pending.err and #pending == 0 then redis.call('XGROUP', 'DELCONSUMER', keys[1], GROUP, args[1]) end
  return redis.status_reply('OK')
end

-- ARGV: idle time (ms). Takes off the group who has nothing in hand and was not heard of for so long.
local function tidy(keys, args)
  local consumers = redis.pcall('XINFO', 'CONSUMERS', keys[1], GROUP)
  if consumers.err then return redis.status_reply('OK') end
  for _, fields in ipairs(consumers) do
    local consumer = {}
    for i = 1, #fields, 2 do consumer[fields[i]] = fields[i + 1] end
    if consumer.pending == 0 and consumer.idle > tonumber(args[1]) then
      redis.call('XGROUP', 'DELCONSUMER', keys[1], GROUP, consumer.name)
    end
  end
  return redis.status_reply('OK')
end

-- By the server's clock alone: those of the machines that workers run on may differ by an hour.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- KEYS[1] `ct:{m}:workers`. ARGV: worker, time (ms) after which those not heard of are forgotten.
local function join(keys, args)
  redis.call('ZADD', keys[1], now(), args[1])
  redis.call('ZREMRANGEBYSCORE', keys[1], '-inf', now() - args[2])
  return redis.status_reply('OK')
end

-- KEYS[1] `ct:{m}:workers`. ARGV: time (ms). The workers heard of within it.
local function alive(keys, args)
  return redis.call('ZRANGE', keys[1], now() - args[1], '+inf', 'BYSCORE')
end

redis.register_function('ct_claim', claim)
redis.register_function('ct_ack', ack)
redis.register_function('ct_hold', hold)
redis.register_function('ct_work_release', release)
redis.register_function('ct_split', split)
redis.register_function('ct_leave', leave)
redis.register_function('ct_tidy', tidy)
redis.register_function('ct_join', join)
redis.register_function{function_name = 'ct_alive', callback = alive, flags = {'no-writes'}}

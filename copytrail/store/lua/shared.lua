-- What the libraries have in common. A library can use no other, so `connection.py` puts this into each, after its first line.

-- KEYS[1] is `ct:{t}:shard`; the other keys of the shard share its prefix.
local function prefix_of(keys)
  return string.sub(keys[1], 1, -string.len('shard') - 1)
end

-- A worker that was taken for dead writes nothing any more.
local function refuse_fenced(prefix, worker)
  if redis.call('SISMEMBER', prefix .. 'fenced', worker) == 1 then
    error({err = 'FENCED another worker took over'})
  end
end

-- What a key or field is called in an index of this number: as `of` in keys.py.
local function of(name, generation)
  return generation == '0' and name or name .. ':' .. generation
end

-- Into the live index and the next one, but not into the live one while it is about to be replaced.
local function refuse_other(shard, generation)
  local known = redis.call('HMGET', shard, 'live', 'next', 'held')
  if generation ~= known[2] and (generation ~= (known[1] or '0') or known[3]) then
    error({err = 'SWITCHED another index takes the place of this one'})
  end
end

local AGAIN = 1000000 -- in the list of a reindex, added to what an article counts when something happened to it: see reindex.lua

-- Has an article come into the next index as it is from now on.
local function list_again(prefix, number)
  local score = redis.call('ZSCORE', prefix .. 'reindex', number) or 0
  redis.call('ZADD', prefix .. 'reindex', score % AGAIN + AGAIN, number)
end

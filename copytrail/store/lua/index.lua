#!lua name=ct_index
-- The index of one shard. KEYS[1] `ct:{t}:shard` (hash: pages, entries, overflow, stamp; live, next, held: see
-- reindex.lua), KEYS[2] `ct:{t}:pages` (hash: page number of 4 bytes -> entries).
--
-- What a page is, `pages.py` says. The worker reads the pages that a batch touches anyway, because who sits in them is
-- what it is looking for; so it also composes the new ones, and this function does no more than write them, when
-- nobody has changed the shard since: `stamp` counts its changes. Who is too late reads again.

local CHUNK = 4000 -- arguments of one call; Lua's stack takes 8000

-- The pages as fields and values, in lists for one call each; those to be removed, which are empty.
local function lists_of(ids, ends, values)
  local sub, number_at = string.sub, struct.unpack
  local lists, emptied, list, n, from = {}, {}, {}, 0, 1
  for i = 1, #ids, 4 do
    local to = number_at('<I4', ends, i)
    if to < from then
      emptied[#emptied + 1] = sub(ids, i, i + 3)
    else
      if n == CHUNK then lists[#lists + 1], list, n = list, {}, 0 end
      list[n + 1], list[n + 2], n = sub(ids, i, i + 3), sub(values, from, to), n + 2
    end
    from = to + 1
  end
  if n > 0 then lists[#lists + 1] = list end
  return lists, emptied
end

-- ARGV: worker, number of the index, stamp that the pages were read at, then what is now: number of pages, number of entries; entries dropped;
-- then the changed pages: their numbers (4 bytes each, little-endian), where each ends among the values (likewise), the values.
-- Answers 1, or 0 and changes nothing when the shard was changed since.
local function change(keys, args)
  refuse_fenced(prefix_of(keys), args[1])
  local generation = args[2]
  refuse_other(keys[1], generation)
  local stamp = of('stamp', generation)
  if (redis.call('HGET', keys[1], stamp) or '0') ~= args[3] then return 0 end
  redis.call('HSET', keys[1], stamp, args[3] + 1, of('pages', generation), args[4], of('entries', generation), args[5])
  if args[6] ~= '0' then redis.call('HINCRBY', keys[1], of('overflow', generation), args[6]) end
  local lists, emptied = lists_of(args[7], args[8], args[9])
  for _, list in ipairs(lists) do redis.call('HSET', keys[2], unpack(list)) end
  for first = 1, #emptied, CHUNK do
    redis.call('HDEL', keys[2], unpack(emptied, first, math.min(#emptied, first + CHUNK - 1)))
  end
  return 1
end

redis.register_function('ct_index', change)

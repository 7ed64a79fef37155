#!lua name=ct_index
-- The index of one shard. KEYS[1] `ct:{t}:shard` (hash: pages, entries, overflow), KEYS[2] `ct:{t}:pages` (hash: page
-- number -> entries), KEYS[3] `ct:{t}:fenced` (set).
--
-- An entry is 9 bytes: the bucket's tag (5, little-endian, the first 4 of them spread evenly) and the article's number
-- (4, little-endian). Pages grow in number by linear hashing (Litwin 1980), one split at a time, so that a page holds
-- LOAD entries on average whatever the size of the corpus: with n pages and 2^k <= n < 2^(k+1), a tag lives in page
-- tag mod 2^(k+1), or tag mod 2^k when that page does not exist yet.
--
-- One hash per shard whose values are pages: a page costs a field and no key, and is read by HMGET, outside of Lua. Pages as
-- keys of their own cost a key each and are slower to read; small hashes of a field per bucket (listpacks) are slower to
-- read and grow where one bucket is crowded. `make bench` prints the bytes that the index takes per article.

local LOAD = 16   -- entries per page: fewer cost memory, more cost reading
local CAP = 256   -- entries of one bucket; the oldest make room
local ENTRY = 9
local CHUNK = 2000 -- arguments of one call; Lua's stack takes 8000

local function refuse_fenced(keys, worker)
  if redis.call('SISMEMBER', keys[3], worker) == 1 then error({err = 'FENCED another worker took over'}) end
end

local function half_of(pages)
  local half = 1
  while half * 2 <= pages do half = half * 2 end
  return half
end

-- Where `needle`, an entry or a tag, begins an entry of the page at or after position `from`; nil when nowhere.
local function entry_at(page, needle, from)
  local at = string.find(page, needle, from, true)
  while at and at % ENTRY ~= 1 do at = string.find(page, needle, at + 1, true) end
  return at
end

-- The packed entries by page: page numbers, and for each the entries that belong there.
local function by_page(packed, pages)
  local sub, number_at = string.sub, struct.unpack
  local half = half_of(pages)
  local place, fields, groups = {}, {}, {}
  for i = 1, #packed, ENTRY do
    local page = number_at('<I4', packed, i) % (2 * half)
    if page >= pages then page = page - half end
    local at = place[page]
    if at then
      groups[at] = groups[at] .. sub(packed, i, i + ENTRY - 1)
    else
      at = #fields + 1
      place[page], fields[at], groups[at] = at, page, sub(packed, i, i + ENTRY - 1)
    end
  end
  return fields, groups
end

-- Replaces each page by change(old page, its entries), which answers the new page and by how many entries it grew.
local function change_pages(key, packed, pages, change)
  local fields, groups = by_page(packed, pages)
  local grown, overflow = 0, 0
  for first = 1, #fields, CHUNK do
    local last = math.min(#fields, first + CHUNK - 1)
    local old, args = redis.call('HMGET', key, unpack(fields, first, last)), {}
    for i = first, last do
      local page, more, dropped = change(old[i - first + 1] or '', groups[i])
      grown, overflow = grown + more, overflow + dropped
      if more ~= 0 or dropped ~= 0 then
        args[#args + 1] = fields[i]
        args[#args + 1] = page
      end
    end
    if #args > 0 then redis.call('HSET', key, unpack(args)) end
  end
  return grown, overflow
end

-- Without its oldest entry of this tag when the bucket is full.
local function with_room(page, tag)
  if #page < CAP * ENTRY then return page, 0 end
  local oldest, count = entry_at(page, tag, 1), 0
  local at = oldest
  while at do
    count = count + 1
    at = entry_at(page, tag, at + ENTRY)
  end
  if count < CAP then return page, 0 end
  return string.sub(page, 1, oldest - 1) .. string.sub(page, oldest + ENTRY), 1
end

local function added(page, entries)
  local grown, overflow = 0, 0
  for i = 1, #entries, ENTRY do
    local entry = string.sub(entries, i, i + ENTRY - 1)
    if not entry_at(page, entry, 1) then
      local kept, dropped = with_room(page, string.sub(entry, 1, 5))
      page = kept .. entry
      grown, overflow = grown + 1 - dropped, overflow + dropped
    end
  end
  return page, grown, overflow
end

local function removed(page, entries)
  local grown = 0
  for i = 1, #entries, ENTRY do
    local at = entry_at(page, string.sub(entries, i, i + ENTRY - 1), 1)
    if at then
      page = string.sub(page, 1, at - 1) .. string.sub(page, at + ENTRY)
      grown = grown - 1
    end
  end
  return page, grown, 0
end

-- The entries of a page that stay when page `page + half` is born, and those that move there.
local function parted(entries, page, half)
  local stay, move = {}, {}
  for i = 1, #entries, ENTRY do
    local side = struct.unpack('<I4', entries, i) % (2 * half) == page and stay or move
    side[#side + 1] = string.sub(entries, i, i + ENTRY - 1)
  end
  return table.concat(stay), table.concat(move)
end

-- Splits as many pages as it takes to hold the entries, but none twice in one call.
local function split(key, pages, entries)
  local half = half_of(pages)
  local wanted = math.min(math.ceil(entries / LOAD), 2 * half, pages + CHUNK)
  if wanted <= pages then return pages end
  local fields, args = {}, {}
  for page = pages - half, wanted - half - 1 do fields[#fields + 1] = page end
  for i, entries_of in ipairs(redis.call('HMGET', key, unpack(fields))) do
    local stay, move = parted(entries_of or '', fields[i], half)
    if move ~= '' then
      for _, value in ipairs({fields[i], stay, fields[i] + half, move}) do args[#args + 1] = value end
    end
  end
  for first = 1, #args, CHUNK do
    redis.call('HSET', key, unpack(args, first, math.min(#args, first + CHUNK - 1)))
  end
  return wanted
end

-- ARGV: worker, entries to remove, entries to add. Either may be repeated without effect. Answers the number of pages.
local function change(keys, args)
  refuse_fenced(keys, args[1])
  local known = redis.call('HMGET', keys[1], 'pages', 'entries')
  local pages, entries = tonumber(known[1] or 1), tonumber(known[2] or 0)
  entries = entries + change_pages(keys[2], args[2], pages, removed)
  local grown, overflow = change_pages(keys[2], args[3], pages, added)
  entries = entries + grown
  local wanted = split(keys[2], pages, entries)
  redis.call('HSET', keys[1], 'pages', wanted, 'entries', entries)
  if overflow > 0 then redis.call('HINCRBY', keys[1], 'overflow', overflow) end
  return wanted
end

redis.register_function('ct_index', change)

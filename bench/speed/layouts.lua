#!lua name=bench_layouts
-- Other layouts of the index than the one that was chosen, as far as adding and finding goes. An entry is 8 bytes: of the
-- bucket's tag 4, the article's number 4. KEYS[1] counts pages and entries of a shard.

local LOAD = 16

local function half_of(pages)
  local half = 1
  while half * 2 <= pages do half = half * 2 end
  return half
end

local function counts(key)
  local known = redis.call('HMGET', key, 'pages', 'entries')
  return tonumber(known[1] or 1), tonumber(known[2] or 0)
end

local function parted(entries, page, half)
  local stay, move = {}, {}
  for i = 1, #entries, 8 do
    local side = struct.unpack('<I4', entries, i) % (2 * half) == page and stay or move
    side[#side + 1] = string.sub(entries, i, i + 7)
  end
  return table.concat(stay), table.concat(move)
end

-- Reads and writes the pages of a list by get(list) and set(fields and values), as many as there ought to be.
local function split(key, pages, entries, load, get, set)
  local half = half_of(pages)
  local wanted = math.max(pages, math.min(math.ceil(entries / load), 2 * half))
  local fields, values = {}, {}
  for page = pages - half, wanted - half - 1 do fields[#fields + 1] = page end
  for i, found in ipairs(#fields > 0 and get(fields) or {}) do
    local stay, move = parted(found or '', fields[i], half)
    for _, value in ipairs({fields[i], stay, fields[i] + half, move}) do values[#values + 1] = value end
  end
  if #values > 0 then set(values) end
  redis.call('HSET', key, 'pages', wanted, 'entries', entries)
  return wanted
end

local function has(page, entry)
  local at = string.find(page, entry, 1, true)
  while at and at % 8 ~= 1 do at = string.find(page, entry, at + 1, true) end
  return at
end

-- Pages in a hash, sorted out and changed entry by entry. ARGV: entries, '1' to add none twice.
local function hash(keys, args)
  local pages, entries = counts(keys[1])
  local half, place, fields, groups = half_of(pages), {}, {}, {}
  for i = 1, #args[1], 8 do
    local page = struct.unpack('<I4', args[1], i) % (2 * half)
    if page >= pages then page = page - half end
    if not place[page] then
      fields[#fields + 1] = page
      place[page], groups[#fields] = #fields, {}
    end
    table.insert(groups[place[page]], string.sub(args[1], i, i + 7))
  end
  local function get(list) return redis.call('HMGET', keys[2], unpack(list)) end
  local function set(list) redis.call('HSET', keys[2], unpack(list)) end
  local values = {}
  for i, page in ipairs(get(fields)) do
    page = page or ''
    for _, entry in ipairs(groups[i]) do
      if args[2] ~= '1' or not has(page, entry) then page = page .. entry end
    end
    values[2 * i - 1], values[2 * i] = fields[i], page
  end
  set(values)
  return split(keys[1], pages, entries + #args[1] / 8, LOAD, get, set)
end

-- Pages as strings that grow by APPEND. ARGV: pages that the caller counts with, then page, its new entries ...
local function append(keys, args)
  local pages, entries = counts(keys[1])
  if pages ~= tonumber(args[1]) then return pages end
  for i = 2, #args, 2 do
    redis.call('APPEND', keys[2] .. args[i], args[i + 1])
    entries = entries + #args[i + 1] / 8
  end
  local function get(list)
    local found = {}
    for i, page in ipairs(list) do found[i] = redis.call('GET', keys[2] .. page) end
    return found
  end
  local function set(list)
    for i = 1, #list, 2 do redis.call('SET', keys[2] .. list[i], list[i + 1]) end
  end
  return split(keys[1], pages, entries, 4 * LOAD, get, set)
end

-- A field for each bucket, in hashes small enough to be kept packed. ARGV: hash, field, number ...
local function fields(keys, args)
  for i = 1, #args, 3 do
    local key = keys[1] .. args[i]
    redis.call('HSET', key, args[i + 1], (redis.call('HGET', key, args[i + 1]) or '') .. args[i + 2])
  end
end

redis.register_function('bench_hash', hash)
redis.register_function('bench_append', append)
redis.register_function('bench_fields', fields)

#!lua name=ct_edges
-- Verified pairs, kept with both articles. KEYS[1] `ct:{t}:shard` gives the prefix of the shard.
--
--   <prefix>e:<n>   hash   other number -> packed report, whose first 8 bytes are the versions of the two texts it was
--                          made from (4 each, little-endian: of article n, of the other), and whose first HEAD bytes
--                          are all but passages and evidence

local HEAD = 42

-- ARGV: worker, then number, other, packed report for each. Keeps a pair when the article is still at the version the
-- report was made from and no report of a newer text of the other is known. Answers 1 for each that is kept, else 0.
local function link(keys, args)
  local prefix, answers = prefix_of(keys), {}
  refuse_fenced(prefix, args[1])
  for i = 2, #args, 3 do
    local edges, known = prefix .. 'e:' .. args[i], redis.call('HMGET', prefix .. 'a:' .. args[i], 'version', 'status')
    local mine, theirs = struct.unpack('<I4I4', args[i + 2])
    local kept = tonumber(known[1] or -1) == mine and known[2] ~= 'deleted'
    local old = kept and redis.call('HGET', edges, args[i + 1])
    if old then
      local _, newest = struct.unpack('<I4I4', old)
      kept = newest <= theirs
    end
    if kept then redis.call('HSET', edges, args[i + 1], args[i + 2]) end
    answers[#answers + 1] = kept and 1 or 0
  end
  return answers
end

-- ARGV: worker, then number, other, version for each. Forgets the pair unless it is of a newer text of the other.
local function unlink(keys, args)
  local prefix = prefix_of(keys)
  refuse_fenced(prefix, args[1])
  for i = 2, #args, 3 do
    local edges = prefix .. 'e:' .. args[i]
    local old = redis.call('HGET', edges, args[i + 1])
    if old then
      local _, theirs = struct.unpack('<I4I4', old)
      if theirs <= tonumber(args[i + 2]) then redis.call('HDEL', edges, args[i + 1]) end
    end
  end
  return redis.status_reply('OK')
end

-- ARGV: how many bytes of each report (0 is all), then numbers. Answers {version, other, report, other, report ...} of
-- each article, false when it is gone.
local function edges(keys, args)
  local prefix, bytes, answers = prefix_of(keys), tonumber(args[1]), {}
  for i = 2, #args do
    local known = redis.call('HMGET', prefix .. 'a:' .. args[i], 'version', 'status')
    if not known[1] or known[2] == 'deleted' then
      answers[#answers + 1] = false
    else
      local answer = redis.call('HGETALL', prefix .. 'e:' .. args[i])
      if bytes > 0 then
        for j = 2, #answer, 2 do answer[j] = string.sub(answer[j], 1, bytes) end
      end
      table.insert(answer, 1, known[1])
      answers[#answers + 1] = answer
    end
  end
  return answers
end

redis.register_function('ct_link', link)
redis.register_function('ct_unlink', unlink)
redis.register_function{function_name = 'ct_edges', callback = edges, flags = {'no-writes'}}

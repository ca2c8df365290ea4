-- Every request of N files once, each file by one client: wrk -tN -cN -s wrk.lua URL -- FOLDER
--
-- The files 1 to N of FOLDER hold whole requests (head and body), apart by a zero byte. Each thread has one
-- connection and sends its file's requests one after the other. It says "all answered" when it has no more, so
-- that who started wrk can end it (SIGINT). Prints one line of JSON at the end.

threads, requests, sent, answered, bad, said = {}, {}, 0, 0, 0, ""

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("index", #threads)
end

local function tell_end()
  if answered == #requests then
    io.write("all answered\n")
    io.flush()
  end
end

function init(args)
  local file = assert(io.open(args[1] .. "/" .. index, "rb"))
  for each in file:read("*a"):gmatch("[^%z]+") do
    requests[#requests + 1] = each
  end
  file:close()
  tell_end()
end

function request()
  if index == 1 and not checked then -- wrk asks once to see what the script makes, and does not send it
    checked = true
    return requests[1]
  end
  sent = sent + 1
  return requests[sent] or ""
end

function response(status, headers, body)
  answered = answered + 1
  if status ~= 200 or body:find('"refused"', 1, true) then
    bad = bad + 1
    said = said == "" and status .. " " .. body:sub(1, 300) or said
  end
  tell_end()
end

function done(summary, latency)
  local all, wrong, text = 0, 0, ""
  for _, each in ipairs(threads) do
    all, wrong = all + each:get("answered"), wrong + each:get("bad")
    text = text == "" and each:get("said"):gsub('[%c"\\]', "'") or text
  end
  local line = '{"answers": %d, "bad": %d, "said": "%s", "ms": [%.2f, %.2f, %.2f]}\n'
  local marks = { latency:percentile(50), latency:percentile(95), latency:percentile(99) }
  io.write(line:format(all, wrong, text, marks[1] / 1000, marks[2] / 1000, marks[3] / 1000))
end

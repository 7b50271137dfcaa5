-- Pandoc as a program that makes page after page: each line of JSON asks for one, a line of JSON answers.
-- What is asked for here is what `arguments_of` in pandoc_pages.py asks of a call of its own.
local templates = {}

local function template_at(path)
  if not templates[path] then
    local file = assert(io.open(path, "rb"))
    templates[path] = pandoc.template.compile(file:read("a"), path)
    file:close()
  end
  return templates[path]
end

local function page_of(asked)
  local known = {}
  for _, word in ipairs(asked.abbreviations) do
    known[word] = true
  end
  -- As of a call, whose lines are shorter than those of a script: tables with longer ones have widths of columns.
  local reader = pandoc.ReaderOptions({ abbreviations = known, columns = 72, standalone = true })
  local read = pandoc.read(asked.text, asked.reads, reader)
  return pandoc.write(read, "html5", pandoc.WriterOptions({
    template = template_at(asked.template),
    variables = asked.variables,
    section_divs = true,
    wrap_text = "none",
    table_of_contents = asked.toc_depth > 0,
    toc_depth = math.max(asked.toc_depth, 1),
  }))
end

for line in io.lines() do
  local is_done, said, page = pcall(pandoc.log.silence, page_of, pandoc.json.decode(line, false))
  io.write(pandoc.json.encode(is_done and { page = page, warnings = #said } or { warnings = 1 }), "\n")
  io.flush()
end

-- c
--[[ block
comment ]]
local M = {}
function M.a.b:c(x, y, ...)
  if x and y or not x then elseif y then else end
  for i = 1, 2 do while true do end end
  repeat until x
  local f = function(q) if q then return 1 end end
  goto l
  ::l::
end
local function g() return function() end end
M.x = function(a) end
return { k = function() end }

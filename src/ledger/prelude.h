/* prelude.h - the words a ledger file is written with. A constructor called with the wrong thing names the file's line. */
#pragma once

static const char ledger_prelude[] =
    "local function declare(kind)\n"
    "  return function(id)\n"
    "    if type(id) ~= 'string' then error(kind .. ' wants a name first: ' .. kind .. ' \"name\" { ... }', "
    "2) end\n"
    "    return function(t)\n"
    "      if type(t) ~= 'table' then error(kind .. ' \"' .. id .. '\" wants a table in braces', 2) end\n"
    "      if t.id or t.type then error(kind .. ' \"' .. id .. '\": id and type are given by the word "
    "itself', 2) end\n"
    "      t.id, t.type = id, kind\n"
    "      return t\n"
    "    end\n"
    "  end\n"
    "end\n"
    "text, choice, unit, user = declare 'text', declare 'choice', declare 'unit', declare 'user'\n"
    "date, goal, list, number = declare 'date', declare 'goal', declare 'list', declare 'number'\n"
    "site, evidence, action = declare 'site', declare 'evidence', declare 'action'\n"
    "clock = declare 'clock'\n"
    "function workdays(n)\n"
    "  if math.type(n) ~= 'integer' or n < 1 then error('workdays wants a whole number of days', 2) end\n"
    "  return { workdays = n }\n"
    "end\n";

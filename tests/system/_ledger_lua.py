"""A small reader of ledger files that owes nothing to the program: Lua's table constructors, names that were said to be local, and calls like
`text "id" { ... }`. Functions are skipped. What comes out: a table is a Table with its items by position and by name; `kind "id" { ... }`
is a Table with kind and id; anything else is plain."""
import glob
import os
import re

TOKEN = re.compile(r'''\s+|--\[\[.*?\]\]|--[^\n]*|(?P<str>"(?:\\.|[^"\\])*")|(?P<num>\d+(?:\.\d+)?)|(?P<id>[A-Za-z_]\w*)|(?P<op>\.\.|[~=<>]=|.)''', re.S)
OPENS, FUNCTION = {"function", "if", "do"}, object()


class Table:
    def __init__(self):
        self.items, self.named, self.kind, self.id = [], {}, None, None

    def get(self, key, otherwise=None):
        return self.named.get(key, otherwise)

    def words(self, key):
        """A setting that is a name or a list of names."""
        v = self.get(key)
        return [] if v is None else [v] if isinstance(v, str) else list(v.items)


class Reader:
    def __init__(self, text):
        self.tokens = [(m.lastgroup, m.group()) for m in TOKEN.finditer(text) if m.lastgroup]
        self.at, self.names = 0, {"true": True, "false": False, "nil": None}

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, want=None):
        kind, text = self.tokens[self.at]
        assert want is None or text == want, f"{text!r} where {want!r} was due, token {self.at}"
        self.at += 1
        return kind, text

    def skip_function(self):
        depth = 0
        while True:
            _, text = self.take()
            depth += (text in OPENS) - (text == "end")
            if depth == 0:
                return FUNCTION

    def table(self):
        t = Table()
        self.take("{")
        while self.peek() != "}":
            if self.peek() == "[":
                self.take()
                key = self.value()
                self.take("]")
                self.take("=")
                t.named[key] = self.value()
            elif self.tokens[self.at][0] == "id" and self.tokens[self.at + 1][1] == "=":
                key = self.take()[1]
                self.take("=")
                t.named[key] = self.value()
            else:
                t.items.append(self.value())
            if self.peek() in (",", ";"):
                self.take()
        self.take("}")
        return t

    def value(self):
        v = self.one()
        while self.peek() in ("..", "+", "-", "*"):
            op = self.take()[1]
            other = self.one()
            v = v + other if op == ".." and isinstance(v, str) and isinstance(other, str) else None
        return v

    def one(self):
        kind, text = self.tokens[self.at]
        if text == "function":
            return self.skip_function()
        if text == "{":
            return self.table()
        self.take()
        if kind == "str":
            return text[1:-1]
        if kind == "num":
            return float(text)
        if text == "-":
            return -self.one()
        assert kind == "id", f"{text!r} is no value"
        if self.peek() == "(":
            self.take()
            args = []
            while self.peek() != ")":
                args.append(self.value())
                if self.peek() == ",":
                    self.take()
            self.take(")")
            return (text, args)
        if self.peek() == "{" and text not in self.names:
            t = self.table()
            t.kind = text
            return t
        if self.tokens[self.at][0] == "str" and text not in self.names:
            name = self.take()[1][1:-1]
            t = self.table() if self.peek() == "{" else Table()
            t.kind, t.id = text, name
            return t
        return self.names.get(text)

    def read(self):
        while self.peek() != "return":
            self.take("local")
            if self.peek() == "function":
                self.tokens[self.at + 1] = ("id", "_")
                self.skip_function()
                continue
            names = [self.take()[1]]
            while self.peek() == ",":
                self.take()
                names.append(self.take()[1])
            self.take("=")
            for i, name in enumerate(names):
                if i:
                    self.take(",")
                self.names[name] = self.value()
        self.take("return")
        return self.value()


def read_ledgers(folder):
    """{id: Table} of a folder's files."""
    ledgers = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.lua"))):
        with open(path, encoding="utf-8") as f:
            try:
                t = Reader(f.read()).read()
            except (AssertionError, IndexError) as why:
                raise AssertionError(f"{path}: {why}") from why
        ledgers[t.get("id")] = t
    return ledgers

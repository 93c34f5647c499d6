"""Writes a file's bytes as a C array: embed.py IN OUT NAME."""
import sys

source, target, name = sys.argv[1:]
data = open(source, 'rb').read()
with open(target, 'w') as out:
    out.write(f'#include <stddef.h>\nextern const char {name}[];\nextern const size_t {name}_len;\n')
    out.write(f'const size_t {name}_len = {len(data)};\nconst char {name}[] = {{\n')
    for i in range(0, len(data), 20):
        out.write(' '.join(f"'\\x{b:02x}'," for b in data[i:i + 20]) + '\n')
    out.write("'\\0' };\n")

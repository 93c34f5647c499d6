/* utf8.h - UTF-8, strictly (no overlong forms, no surrogates, up to U+10FFFF). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at s (1 to 4), or 0 when the bytes there are not one. n is what is left. */
size_t utf8_len(const char *s, size_t n);
/* Decodes one character; *ret_len is its bytes. U+FFFD and length 1 for a bad byte. */
uint32_t utf8_decode(const char *s, size_t n, size_t *ret_len);
/* Writes cp into out and returns its bytes. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* True when all of it is UTF-8; *ret_bad, when not NULL, is the offset of the first bad byte. */
bool utf8_valid(const char *s, size_t n, size_t *ret_bad);
/* Code points in valid UTF-8. */
size_t utf8_count(const char *s, size_t n);
/* Moves both ends inwards over blanks, line ends and the wide blank (U+3000) that Chinese is indented with. */
void utf8_trim(const char **s, size_t *n);
/* A letter or a digit of any script: not blank, not a mark, ASCII or full-width. */
bool utf8_is_word(uint32_t cp);

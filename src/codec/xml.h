/* xml.h - a part's XML, element by element, names without their namespace prefix. A DTD is refused: office documents have none, and
 * entities are how small files grow. */
#pragma once

#include <stddef.h>

#include "base/err.h"

struct xml_reader {
    void *arg;
    void (*begin)(void *arg, const char *name, const char **attributes);
    void (*end)(void *arg, const char *name);
    void (*text)(void *arg, const char *s, size_t len);
    const int *stop; /* set to a negative errno by a handler to end the reading; may be NULL */
};
int xml_parse(const char *text, size_t len, const struct xml_reader *r, struct err *e);
/* The attribute's value, prefix aside; NULL when absent. */
const char *xml_attribute(const char **attributes, const char *name);

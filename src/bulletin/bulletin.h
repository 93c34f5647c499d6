/* bulletin.h - a definition of definitions/bulletins and the figures it asks for become a paper. Knows neither store nor board: figures come as
 * one JSON object, receipts by a callback. Pure but for that.
 *
 * A definition is a table (docs/bulletin.md): id, title, title_en, period ("year" or "month"), figures (the parts it wants), parts. A part is
 * one of: heading; text; rows with columns; each with parts of its own; receipts; rules. Texts hold places in braces:
 *   {name.of.a.figure}  {name:1} with so many decimals  {#list} how many  {name?yes:no:unknown} of a truth  {@load.year} a receipt's number
 * A name is looked for in the row, then in what the row stands in, then in the figures. What is not there is printed as a dash, never as zero. */
#pragma once

#include "base/err.h"
#include "base/json.h"
#include "codec/paper.h"

struct bulletin_ask {
    const json_t *definition;
    const json_t
        *figures; /* by part, and "city", "period", "year", "month", "known", "command" for the texts */
    /* The receipt of a figure ({"what", "site", "year" or "month"}); owned by the caller of it. -ENOENT: there is none, and a dash stands in
     * its place. */
    int (*receipt)(void *arg, const json_t *ask, json_t **ret, struct err *e);
    void *arg;
    json_t *
        receipts; /* an array that the receipts are added to, in the order of their numbers; NULL: they are only printed */
};
/* What `bihuan check` asks of a definition: its shape, and that every place in its texts can be read. */
int bulletin_check(const json_t *definition, struct err *e);
/* *ret is to be released in any case. */
int bulletin_paper(const struct bulletin_ask *ask, struct paper *ret, struct err *e);
/* The same paper for a screen: {"title","subtitle","footer","parts":[{"kind":"heading|text","text"} or {"kind":"table","columns":[..],
 * "rows":[[..]]}]}. */
void bulletin_write(const struct paper *p, struct jw *w);

/* ledger_grid.c - `bihuan ledger grid`: whether the leaf cells in use tile the city, without the server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/grid.h"
#include "base/scoped.h"

static int usage(FILE *to)
{
    fprintf(to, "usage: bihuan ledger grid --data FOLDER [--regions FILE] [--least M2] [--json]\n"
                "Whether every point of the city is in exactly one leaf cell of the grid: gaps, overlaps and "
                "what lies outside, in m² and "
                "where.\n"
                "FILE is GeoJSON whose polygons together are the city (FOLDER/geo/regions.geojson); smaller "
                "parts than M2 (100) "
                "are not listed.\n"
                "Exit 0: covered exactly, 1: not.\n"
                "核对末级网格是否恰好覆盖全市：缺口、重叠与界外的面积和位置。\n");
    return to == stdout ? 0 : 2;
}

static void print(const json_t *c)
{
    static const struct {
        const char *kind, *zh;
    } words[] = {
        { "gap", "缺口" }, { "overlap", "重叠" }, { "outside", "界外" }, { "invalid", "边界自相交" }
    };
    const json_t *flaws = json_object_get(c, "flaws");
    printf("%lld 个末级网格，全市 %.0f m²，未覆盖 %.0f m²，重叠 %.0f m²，界外 %.0f m²\n",
           (long long)json_int(c, "cells", 0), json_number_value(json_object_get(c, "bound_m2")),
           json_number_value(json_object_get(c, "gap_m2")),
           json_number_value(json_object_get(c, "overlap_m2")),
           json_number_value(json_object_get(c, "outside_m2")));
    for (size_t i = 0; i < json_array_size(flaws); i++) {
        const json_t *f = json_array_get(flaws, i), *at = json_object_get(f, "at"),
                     *cells = json_object_get(f, "cells");
        for (size_t k = 0; k < COUNT_OF(words); k++)
            if (strcmp(words[k].kind, json_str(f, "kind", "")) == 0)
                printf("%s %.0f m² (%.5f, %.5f)", words[k].zh, json_number_value(json_object_get(f, "m2")),
                       json_number_value(json_array_get(at, 0)), json_number_value(json_array_get(at, 1)));
        for (size_t k = 0; k < json_array_size(cells); k++)
            printf(" %s %s", json_str(json_array_get(cells, k), "number", ""),
                   json_str(json_array_get(cells, k), "title", ""));
        putchar('\n');
    }
}

int ledger_grid(int argc, char **argv)
{
    const char *data = NULL, *regions = NULL;
    double least = GRID_LEAST_M2;
    bool json = false, complete = false;
    char path[4300];
    struct err e = { .name = "" };
    struct ledger_store *store = NULL;
    struct buf out = BUF_INIT;
    scoped(json_decrefp) json_t *answer = NULL;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--help") == 0)
            return usage(stdout);
        else if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--data") == 0 && more)
            data = argv[++i];
        else if (strcmp(argv[i], "--regions") == 0 && more)
            regions = argv[++i];
        else if (strcmp(argv[i], "--least") == 0 && more)
            least = strtod(argv[++i], NULL);
        else
            return usage(stderr);
    }
    if (!data)
        return usage(stderr);
    snprintf(path, sizeof path, "%s/geo/regions.geojson", data);
    int r = ledger_store_open(data, false, &store, &e);
    if (r == 0)
        r = grid_coverage(store, regions ? regions : path, least, &out, &complete, &e);
    if (r == 0)
        r = json_read(out.data, out.len, &answer, &e);
    if (r == 0 && json)
        puts(out.data);
    else if (r == 0)
        print(answer);
    else
        fprintf(stderr, "bihuan ledger grid: %s\n", e.text);
    buf_release(&out);
    ledger_store_close(store);
    return r < 0 || !complete;
}

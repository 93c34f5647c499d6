/* fuzz_city.c - city files: the demo's with values changed, or any JSON. What is accepted can be looked up by everything it names. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../tree.h"
#include "base/cntime.h"
#include "base/json.h"
#include "domain/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(struct place *p)
{
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        const struct site_limits *l = site_limits(s);
        assert(place_site(p, s->id) == s && place_region(p, s->region));
        assert(!s->unit || place_unit(p, s->unit));
        assert(s->zone_class == 1 || s->zone_class == 2);
        assert(s->interval >= 0 && (int64_t)s->interval * 10000 < MS_DAY * 365);
        for (size_t k = 0; k < l->n; k++)
            assert(l->limit[k].from <= l->limit[k].to);
        (void)place_unit_within(p, s->unit, 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static json_t *demo;
    struct place *place = NULL;
    struct err e = { .text = "" };
    json_t *city = NULL;
    if (!demo && json_read_file(SOURCE_ROOT "/demo/city.json", &demo, &e) < 0)
        abort();
    if (size && (data[0] == '{' || data[0] == '[')) {
        if (json_read((const char *)data, size, &city, &e) < 0)
            return 0;
    } else {
        city = json_deep_copy(demo);
        tree_mutate(city, data, size, JSON_WHOLE_MOST);
    }
    int r = place_build(city, &place, &e);
    assert(r == 0 || *e.text);
    if (r == 0)
        look_up(place);
    place_free(place);
    json_decref(city);
    return 0;
}

/* ledger_draw.c - `bihuan ledger draw`: a published 双随机 computed again from its seed and its lists, without the server. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/micro.h"
#include "base/scoped.h"
#include "ledger/draw.h"

enum { RATES_MAX = 32, LIST_BYTES_MAX = 64 * 1024 * 1024 };

struct lists {
    struct draw d;
    struct draw_rate rate[RATES_MAX];
    struct draw_object *object;
    struct draw_officer *officer;
    struct buf objects, officers; /* the files' text, which the lists borrow */
    const char *objects_path, *officers_path;
    bool json;
};

static int usage(FILE *to)
{
    fprintf(to, "usage: bihuan ledger draw --seed TEXT --objects FILE --officers FILE --rate TIER=SHARE... "
                "[--per-object N] "
                "[--json]\n"
                "Computes a random inspection (双随机) again: which objects a published seed draws, and with "
                "which officers.\n"
                "FILE is CSV with a heading: objects code,tier; officers name,unit. SHARE is 0 to 1. N is 2 "
                "unless given.\n"
                "Prints code,tier,officers, and on standard error the hash of the lists; --json: all of it "
                "as the server "
                "answers.\n"
                "按公布的随机种子重新计算双随机抽取：抽中哪些对象、由谁检查。\n");
    return to == stdout ? 0 : 2;
}

/* Every row's two columns, ended with a NUL in place. each gets them in the file's order. */
static int read_pairs(const char *path, const char *first, const char *second, struct buf *text,
                      struct lists *l, int (*each)(struct lists *, const char *, const char *, struct err *),
                      struct err *e)
{
    struct csv c;
    int r = file_read(path, LIST_BYTES_MAX, text, e);
    if (r < 0)
        return r;
    buf_addc(text, '\n'); /* a file that ends without one still has room for the last NUL */
    if (text->failed)
        return err_set(e, -ENOMEM, "out of memory");
    csv_init(&c, text->data, text->len);
    if ((r = csv_next(&c, e)) <= 0)
        return r < 0 ? err_under(e, "%s", path) : err_set(e, -EINVAL, "%s: is empty", path);
    int a = csv_find(&c, first), b = csv_find(&c, second);
    if (a < 0 || b < 0)
        return err_set(e, -EINVAL, "%s: the heading has no %s", path, a < 0 ? first : second);
    size_t need = (size_t)(a > b ? a : b);
    while ((r = csv_next(&c, e)) > 0) {
        if (c.n <= need)
            return err_set(e, -EINVAL, "%s:%zu: too few columns", path, c.line);
        c.field[a].s[c.field[a].len] = '\0';
        c.field[b].s[c.field[b].len] = '\0';
        if ((r = each(l, c.field[a].s, c.field[b].s, e)) < 0)
            return r;
    }
    return r < 0 ? err_under(e, "%s", path) : 0;
}

/* Room for 64, then for twice as many whenever it is full. */
static int room_for(void **list, size_t n, size_t size, struct err *e)
{
    bool full = n == 0 || (n >= 64 && !(n & (n - 1)));
    void *grown = full ? realloc(*list, (n ? 2 * n : 64) * size) : *list;
    if (!grown)
        return err_set(e, -ENOMEM, "out of memory");
    *list = grown;
    return 0;
}

static int add_object(struct lists *l, const char *code, const char *tier, struct err *e)
{
    int r = room_for((void **)&l->object, l->d.n_objects, sizeof *l->object, e);
    if (r == 0)
        l->object[l->d.n_objects++] = (struct draw_object){ code, tier };
    return r;
}

static int add_officer(struct lists *l, const char *name, const char *unit, struct err *e)
{
    int r = room_for((void **)&l->officer, l->d.n_officers, sizeof *l->officer, e);
    if (r == 0)
        l->officer[l->d.n_officers++] = (struct draw_officer){ name, unit };
    return r;
}

/* TIER=SHARE; the argument is taken apart in place. */
static bool take_rate(struct lists *l, char *arg)
{
    char *at = strrchr(arg, '=');
    micro share;
    if (!at || at == arg || l->d.n_rates == RATES_MAX || !micro_parse(at + 1, strlen(at + 1), &share, NULL))
        return false;
    *at = '\0';
    l->rate[l->d.n_rates++] = (struct draw_rate){ arg, share };
    return true;
}

static bool read_args(int argc, char **argv, struct lists *l)
{
    const struct {
        const char *name, **value;
    } texts[] = { { "--seed", &l->d.seed },
                  { "--objects", &l->objects_path },
                  { "--officers", &l->officers_path } };
    for (int i = 1; i < argc; i++) {
        bool taken = strcmp(argv[i], "--json") == 0;
        l->json |= taken;
        for (size_t k = 0; !taken && i + 1 < argc && k < COUNT_OF(texts); k++)
            if ((taken = strcmp(argv[i], texts[k].name) == 0))
                *texts[k].value = argv[++i];
        if (!taken && i + 1 < argc && strcmp(argv[i], "--per-object") == 0) {
            l->d.per_object = strtoul(argv[++i], NULL, 10);
            taken = true;
        }
        if (!taken && !(i + 1 < argc && strcmp(argv[i], "--rate") == 0 && take_rate(l, argv[++i])))
            return false;
    }
    return l->d.seed && l->objects_path && l->officers_path && l->d.n_rates;
}

static void print(const json_t *answer, bool whole)
{
    const json_t *drawn = json_object_get(answer, "drawn");
    if (whole) {
        json_dumpf(answer, stdout, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
        putchar('\n');
        return;
    }
    puts("code,tier,officers");
    for (size_t i = 0; i < json_array_size(drawn); i++) {
        const json_t *one = json_array_get(drawn, i), *names = json_object_get(one, "officers");
        printf("%s,%s,", json_str(one, "code", ""), json_str(one, "tier", ""));
        for (size_t k = 0; k < json_array_size(names); k++)
            printf("%s%s", k ? "；" : "", json_string_value(json_array_get(names, k)));
        putchar('\n');
    }
    fprintf(stderr, "%s\n", json_str(answer, "input_hash", ""));
}

int ledger_draw(int argc, char **argv)
{
    struct lists l = { .d.per_object = 2 };
    struct err e = { .name = "" };
    scoped(json_decrefp) json_t *answer = NULL;
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (!read_args(argc, argv, &l))
        return usage(stderr);
    int r = read_pairs(l.objects_path, "code", "tier", &l.objects, &l, add_object, &e);
    if (r == 0)
        r = read_pairs(l.officers_path, "name", "unit", &l.officers, &l, add_officer, &e);
    l.d.object = l.object;
    l.d.officer = l.officer;
    l.d.rate = l.rate;
    if (r == 0)
        r = draw_answer(&l.d, &answer, &e);
    if (r == 0)
        print(answer, l.json);
    else
        fprintf(stderr, "bihuan ledger draw: %s\n", e.text);
    buf_release(&l.objects);
    buf_release(&l.officers);
    free(l.object);
    free(l.officer);
    return r < 0 ? 1 : 0;
}
